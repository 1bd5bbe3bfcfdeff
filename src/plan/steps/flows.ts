/** OpenFlow flows between ports that have their numbers only after a transaction. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Flow, OpenFlow, OpenFlowRefusedError, type Port } from '../../openflow/index.js';
import { type Command, HalfDoneError, type Run, type StepKinds } from './kind.js';

/** A port by its interface's name, or one that every bridge has. */
export type FlowPort = { readonly interface: string } | 'LOCAL' | 'NORMAL';

/** A flow of the lowest priority that never expires, with its ports by name. */
export interface FlowTemplate {
  readonly match: {
    readonly inPort: { readonly interface: string } | 'LOCAL';
    readonly dlType?: 'arp' | undefined;
    readonly nwProto?: number | undefined;
    readonly dlSrc?: string | undefined;
    readonly dlDst?: string | undefined;
  };
  readonly output: FlowPort;
}

/** Adds flows, with the numbers that ovs-vswitchd gave the ports, and has the switch confirm them. */
export interface AddFlowsStep {
  readonly kind: 'add-flows';
  readonly bridge: string;
  readonly flows: readonly FlowTemplate[];
  /** The ports' numbers by their interfaces, as far as they are known: only `explain` reads them. */
  readonly ofports?: Readonly<Record<string, number>> | undefined;
}

export const flowKinds: StepKinds<AddFlowsStep> = {
  'add-flows': {
    describe: ({ bridge, flows }) => `add ${flows.length} flows to ${bridge}`,
    explain: ({ bridge, flows, ofports = {} }) =>
      flows.map((flow): Command => ['ovs-ofctl', 'add-flow', bridge, flowText(flow, ofports)]),
    async perform({ bridge, flows }, run) {
      const numbers = await portNumbers(flows, run);
      const { options } = run;
      const added = flows.map((flow) => toFlow(flow, numbers));
      await using openflow = await OpenFlow.connect(bridge, { ...options, runDirectory: runDirectory(run, bridge) });
      const outcomes = await Promise.allSettled(added.map((flow) => openflow.addFlow(flow, options)));
      const undo = async () => {
        await using again = await OpenFlow.connect(bridge, { runDirectory: runDirectory(run, bridge) });
        // One that was not confirmed may be there all the same.
        const there = added.filter((_flow, index) => !isRefused(outcomes[index]!));
        await Promise.all(there.map(({ match, priority }) => again.deleteFlows({ strict: true, match, priority })));
      };
      const failed = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
      if (failed) throw new HalfDoneError(failed.reason, undo);
      return undo;
    },
  },
};

function isRefused(outcome: PromiseSettledResult<void>): boolean {
  return outcome.status === 'rejected' && outcome.reason instanceof OpenFlowRefusedError;
}

/** The bridges' sockets are mostly beside the database's; otherwise where Open vSwitch has them by default. */
function runDirectory({ ovs }: Run, bridge: string): string | undefined {
  const [, directory] = /^unix:(.*)\/[^/]*$/.exec(ovs.client.remote ?? '') ?? [];
  return directory !== undefined && existsSync(join(directory, `${bridge}.mgmt`)) ? directory : undefined;
}

/** @throws `InterfaceFailedError` for a port that ovs-vswitchd could not open */
async function portNumbers(flows: readonly FlowTemplate[], run: Run): Promise<ReadonlyMap<string, number>> {
  const ports = flows.flatMap(({ match, output }) => [match.inPort, output]);
  const names = new Set(ports.flatMap((port) => (typeof port === 'object' ? [port.interface] : [])));
  const rows = [...names].map(async (name) => {
    const row = await run.ovs.waitForInterface(name, { ...run.options, since: run.nextCfg });
    return [name, row.ofport as number] as const;
  });
  return new Map(await Promise.all(rows));
}

function toFlow({ match, output }: FlowTemplate, numbers: ReadonlyMap<string, number>): Flow {
  const port = (of: FlowPort): Port => (typeof of === 'object' ? (numbers.get(of.interface) as number) : of);
  return { priority: 0, match: { ...match, inPort: port(match.inPort) }, actions: [{ output: port(output) }] };
}

/** As ovs-ofctl(8) reads it, with names for ports whose numbers are not known. */
function flowText({ match, output }: FlowTemplate, ofports: Readonly<Record<string, number>>): string {
  const number = (name: string) => (Object.hasOwn(ofports, name) ? String(ofports[name]) : undefined);
  const { inPort } = match;
  const from = typeof inPort === 'object' ? (number(inPort.interface) ?? quoted(inPort.interface)) : 'local';
  const to = typeof output === 'object' ? (number(output.interface) ?? `output:${quoted(output.interface)}`) : output;
  return [
    'idle_timeout=0,priority=0',
    `in_port=${from}`,
    ...(match.dlType === undefined ? [] : [match.dlType]),
    ...(match.nwProto === undefined ? [] : [`nw_proto=${match.nwProto}`]),
    ...(match.dlSrc === undefined ? [] : [`dl_src=${match.dlSrc}`]),
    ...(match.dlDst === undefined ? [] : [`dl_dst=${match.dlDst}`]),
    `actions=${to === 'LOCAL' ? 'local' : to}`,
  ].join(',');
}

function quoted(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
