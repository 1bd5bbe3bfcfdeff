import type { StepKinds } from './kind.js';

/** Waits for ovs-vswitchd to open an interface, and keeps its OpenFlow port number as the plan's result. */
export interface WaitForInterfaceStep {
  readonly kind: 'wait-for-interface';
  readonly interface: string;
  /** What ovs-vswitchd said of the interface before this plan's transaction is old news. */
  readonly afterTransaction: boolean;
}

/** Waits until ovs-vswitchd has taken in this plan's transactions, as `ovs-vsctl` without `--no-wait` does. */
export interface WaitForVswitchdStep {
  readonly kind: 'wait-for-vswitchd';
}

export type WaitStep = WaitForInterfaceStep | WaitForVswitchdStep;

export const waitKinds: StepKinds<WaitStep> = {
  'wait-for-interface': {
    describe: (step) => `wait for interface ${step.interface}`,
    // ovs-vsctl waits by itself.
    explain: () => [],
    async perform(step, run) {
      const since = step.afterTransaction ? run.nextCfg : undefined;
      run.interface = await run.ovs.waitForInterface(step.interface, { ...run.options, since });
      return undefined;
    },
  },
  'wait-for-vswitchd': {
    describe: () => 'wait for ovs-vswitchd',
    explain: () => [],
    async perform(_step, { ovs, nextCfg, options }) {
      if (nextCfg !== undefined) await ovs.waitForVswitchd(nextCfg, options);
      return undefined;
    },
  },
};
