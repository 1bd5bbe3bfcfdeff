import { execFileSync } from 'node:child_process';
import type { TestFn } from 'ava';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { Plugger } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';

/** The one private switch of a file of tests, which runs in a process of its own; and what works on it. */
export let sandbox: Sandbox;
export let ovs: Ovs;
export let plugger: Plugger;

/** Starts the switch before the tests of a file, with bridges of the userspace datapath, and ends it after them. */
export function useSwitch(test: Pick<TestFn, 'before' | 'after'>, ...bridges: string[]): void {
  test.before(async () => {
    sandbox = await startSandbox();
    ovs = await Ovs.connect(sandbox.remote);
    await ovs.transact(
      (tx) => {
        for (const bridge of bridges) tx.addBridge(bridge, { datapathType: 'netdev' });
      },
      { waitForVswitchd: true },
    );
    plugger = new Plugger(ovs);
  });
  test.after.always(async () => {
    await ovs?.close();
    await sandbox?.stop();
  });
}

/** ovs-vsctl(8) on it. @returns what it printed. */
export function vsctl(...args: string[]): string {
  return execFileSync('ovs-vsctl', args, { env: { ...process.env, ...sandbox.env }, encoding: 'utf8' }).trim();
}
