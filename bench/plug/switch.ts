/** The switch that is plugged into: a private one with real taps on the datapath in user space. */
import { readFileSync } from 'node:fs';
import { createTaps } from '../../src/netdev/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { BRIDGE } from './contestants.js';

/** A transaction of so many is one pass of ovs-vswitchd over all ports. */
const CHUNK = 500;

/** Brings the bridge to a number of ports before the measurement, each a real tap that ovs-vswitchd has opened. */
export async function fill(sandbox: Sandbox, from: number, to: number): Promise<void> {
  await using ovs = await Ovs.connect(sandbox.remote);
  for (let first = from; first < to; first += CHUNK) {
    const names = Array.from({ length: Math.min(CHUNK, to - first) }, (_, i) => `e${first + i}`);
    const failed = (await createTaps(names.map((name) => ({ name, up: true })))).find(({ error }) => error);
    if (failed) throw failed.error;
    await ovs.transact(
      (tx) => {
        for (const name of names) tx.addPort(BRIDGE, name);
      },
      { waitForVswitchd: true, timeout: 600_000 },
    );
  }
}

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
