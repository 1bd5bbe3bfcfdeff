import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { startSandbox } from '../../src/sandbox/index.js';
import { Plugger } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { needsRoot } from '../support/root.js';
import { lastOf, readLedger, tally } from './chaos/ledger.js';
import { readState, type SwitchState } from './chaos/state.js';
import { daemonVictim, torment, Worker } from './chaos/victims.js';
import { BRIDGE, deviceOf, interfaceIdOf, VIFS, vif } from './chaos/vifs.js';

const long = process.env.OVSKIT_LONG === '1';
/** Milliseconds of disturbance. */
const DURATION = long ? 120_000 : 12_000;

const all = Array.from({ length: VIFS }, (_, n) => n);
const names = (vifs: readonly number[]) => vifs.map(deviceOf).sort();

/** What was reported done and is not so. */
function lies(ledger: string, { ports, interfaces, taps }: SwitchState): string[] {
  const found: string[] = [];
  for (const [n, { direction, phase }] of lastOf(readLedger(ledger))) {
    if (phase !== 'done') continue;
    const name = deviceOf(n);
    const is = {
      port: ports.includes(name),
      interface: interfaces.get(name)?.interfaceId === interfaceIdOf(n),
      tap: taps.has(name),
    };
    const plugged = direction === 'plug';
    for (const [what, there] of Object.entries(is)) {
      if (there !== plugged)
        found.push(`${direction} of ${name} done, and its ${what} is ${there ? 'there' : 'not there'}`);
    }
  }
  return found;
}

needsRoot(test)(
  'every process is killed at random, and reconcile brings switch and kernel to what is desired',
  async (t) => {
    t.timeout(DURATION + 120_000);
    const sandbox = await startSandbox({ network: 'private', datapath: 'netdev' });
    t.teardown(() => sandbox.stop());
    const { remote } = sandbox;
    await sandbox.addBridge(BRIDGE);
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
        bridges: [BRIDGE],
      });
      t.deepEqual(failed, []);
      t.log(
        `reconcile ${round}: ${plugged.length} plugged, ${unchanged} unchanged, ${stale.length} stale, ${dropped.length} dropped`,
      );
    }
    const state = await readState(remote);
    t.deepEqual(state.ports, names(desired), 'the ports of the bridge');
    t.deepEqual([...state.interfaces.keys()].sort(), names(desired), 'the rows of Interface');
    t.deepEqual([...state.taps].sort(), names(desired), 'the taps of the kernel');
    t.is(state.qos, desired.filter((n) => vif(n).port?.qos).length, 'the rows of QoS');
    for (const [name, { ofport, error }] of state.interfaces)
      t.true((ofport ?? 0) > 0 && error === null, `${name} is live`);
    const after = await plugger.compare(desired.map(vif), { bridges: [BRIDGE] });
    t.deepEqual([after.missing, after.failed, after.stale, after.unchanged], [[], [], [], desired.length]);
  },
);
