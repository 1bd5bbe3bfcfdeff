import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { startSandbox } from '../../src/sandbox/index.js';
import { Plugger } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { checkAddon } from '../support/addon.js';
import { untilNoOthers } from '../support/links.js';
import { needsRoot } from '../support/root.js';
import { lastOf, readLedger, tally } from './chaos/ledger.js';
import { readState, type SwitchState } from './chaos/state.js';
import { daemonVictim, torment, Worker } from './chaos/victims.js';
import { BRIDGE, expected, interfaceIdOf, LINUX_BRIDGES, VIFS, vif } from './chaos/vifs.js';

const long = process.env.OVSKIT_LONG === '1';
/** Milliseconds of disturbance. */
const DURATION = long ? 120_000 : 12_000;

const all = Array.from({ length: VIFS }, (_, n) => n);
const NETWORKS = [BRIDGE, ...LINUX_BRIDGES];

/** What was reported done and is not so. */
function lies(ledger: string, { bridges, ports, interfaces, links }: SwitchState): string[] {
  const found: string[] = [];
  for (const [n, { direction, phase }] of lastOf(readLedger(ledger))) {
    const { port, ownBridge, devices, shared, ...rest } = expected(n);
    const plugged = direction === 'plug';
    if (phase !== 'done' || (shared && !plugged)) continue;
    const is: Record<string, boolean> = {};
    for (const [name, master] of devices) is[`device ${name}`] = links.get(name)?.master === master;
    for (const name of rest.interfaces) is[`interface ${name}`] = interfaces.has(name);
    if (port !== undefined) {
      is[`port ${port}`] = ports.includes(port);
      is[`iface-id of ${port}`] = interfaces.get(port)?.interfaceId === interfaceIdOf(n);
    }
    if (ownBridge !== undefined) is[`bridge ${ownBridge}`] = bridges.includes(ownBridge);
    for (const [what, there] of Object.entries(is)) {
      if (there !== plugged) found.push(`${direction} of VIF ${n} done, and ${what} is ${there ? 'there' : 'missing'}`);
    }
  }
  return found;
}

/** Everything, as it is to be with these VIFs. */
function goal(desired: readonly number[], bare: SwitchState): Omit<SwitchState, 'interfaces'> & { live: string[] } {
  const vifs = desired.map(expected);
  const ownBridges = vifs.flatMap(({ ownBridge }) => ownBridge ?? []);
  const devices = vifs.flatMap((each) =>
    [...each.devices].map(([name, master]) => [name, { up: true, master }] as const),
  );
  // A bridge's own device: ovs-vswitchd makes it, and leaves it down.
  const ownDevices = ownBridges.map((name) => [name, { up: false, master: null }] as const);
  return {
    bridges: [...bare.bridges, ...ownBridges].sort(),
    ports: vifs.flatMap(({ port }) => port ?? []).sort(),
    live: vifs.flatMap(({ interfaces }) => interfaces).sort(),
    qos: desired.filter((n) => vif(n).port?.qos).length,
    links: new Map([...bare.links, ...devices, ...ownDevices].sort()),
  };
}

needsRoot(test)(
  'every process is killed at random, and reconcile brings switch and kernel to what is desired',
  async (t) => {
    t.timeout(DURATION + 120_000);
    await checkAddon();
    const sandbox = await startSandbox({ network: 'private', datapath: 'netdev' });
    t.teardown(() => sandbox.stop());
    const { remote } = sandbox;
    await sandbox.addBridge(BRIDGE);
    const bare = await readState(remote);
    const ledger = join(sandbox.runDirectory, 'ledger');
    await writeFile(ledger, '');
    let looks = 0;
    const worker = new Worker(sandbox, ledger, [1_000, long ? 8_000 : 4_000], async () => {
      t.is(worker.fault, undefined);
      t.deepEqual(lies(ledger, await readState(remote)), []);
      looks++;
    });
    const victims = [
      worker,
      daemonVictim('ovsdb-server', sandbox.ovsdbServer, [500, long ? 8_000 : 3_500]),
      daemonVictim('ovs-vswitchd', sandbox.vswitchd!, [500, long ? 8_000 : 3_500]),
    ];
    await worker.start();
    const kills = await torment(victims, DURATION);
    t.log(victims.map(({ name }, i) => `${name} killed ${kills[i]} times`).join(', '));
    t.true(Math.min(...kills) >= 2, 'each was killed more than once');
    await worker.kill();
    const entries = readLedger(ledger);
    for (const [kind, count] of tally(entries)) t.log(`${kind}: ${count}`);
    const started = [...lastOf(entries).values()].filter(({ phase }) => phase === 'started').length;
    t.log(`${looks} looks at what had been reported done; ${started} under way at the last kill`);
    t.true(started > 0, 'it was killed in the middle of things');

    // A third of what is there goes, and some come that are not.
    const desired = [...all.filter((n) => n % 3 !== 0), VIFS, VIFS + 1, VIFS + 2];
    await using ovs = await Ovs.connect(remote);
    await using plugger = new Plugger(ovs);
    for (const round of [1, 2]) {
      const { plugged, failed, stale, dropped, unchanged } = await plugger.reconcile(desired.map(vif), {
        bridges: NETWORKS,
      });
      t.deepEqual(failed, []);
      t.log(
        `reconcile ${round}: ${plugged.length} plugged, ${unchanged} unchanged, ${stale.length} stale, ${dropped.length} dropped`,
      );
    }
    const wanted = goal(desired, bare);
    // Of a bridge that goes while ovs-vswitchd is dead, its device stays: it is ovs-vswitchd's, and has no mark (docs/vif.md).
    const abandoned = new Set(
      all.flatMap((n) => expected(n).ownBridge ?? []).filter((name) => !wanted.links.has(name)),
    );
    await untilNoOthers((name) => wanted.links.has(name) || abandoned.has(name));
    const { interfaces, ...state } = await readState(remote);
    const kept = (links: SwitchState['links']) => new Map([...links].filter(([name]) => !abandoned.has(name)).sort());
    const live = [...interfaces].filter(([, { ofport, error }]) => (ofport ?? 0) > 0 && error === null);
    t.deepEqual([...interfaces.keys()].sort(), wanted.live, 'the rows of Interface');
    t.deepEqual({ ...state, live: live.map(([name]) => name).sort(), links: kept(state.links) }, wanted);
    const after = await plugger.compare(desired.map(vif), { bridges: NETWORKS });
    t.deepEqual([after.missing, after.failed, after.stale, after.unchanged], [[], [], [], desired.length]);
  },
);
