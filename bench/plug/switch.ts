/** The switch that is plugged into: a private one with real taps on the datapath in user space. */
import { readFileSync } from 'node:fs';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { BRIDGE } from './contestants.js';

export async function startSwitch(): Promise<Sandbox> {
  const sandbox = await startSandbox({ network: 'private', datapath: 'netdev' });
  await using ovs = await Ovs.connect(sandbox.remote);
  await ovs.transact((tx) => tx.addBridge(BRIDGE, { datapathType: 'netdev' }), { waitForVswitchd: true });
  return sandbox;
}

/** Ticks of the clock that proc(5) counts processor time in; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Seconds of processor that a process has used, proc(5). */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(user) + Number(system)) / TICKS;
}

/** Seconds of processor of ovsdb-server and ovs-vswitchd together. */
export function switchCpu(sandbox: Sandbox): number {
  return [sandbox.ovsdbServer, sandbox.vswitchd!].reduce((sum, { pid }) => sum + processorSeconds(pid!), 0);
}
