import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startSandbox } from '../../src/sandbox/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { untilNoOthers } from '../support/links.js';
import { needsRoot } from '../support/root.js';
import { readState } from './chaos/state.js';
import { BRIDGE, expected, LINUX_BRIDGES } from './chaos/vifs.js';

const WORKER = fileURLToPath(new URL('together/worker.js', import.meta.url));
const PROCESSES = 3;
/** Of every way: taps, hybrid VIFs, bridges of ports' own, Linux bridges. */
const VIFS = [1, 2, 3, 6, 7, 8, 9, 11, 22, 24];

needsRoot(test)('processes that plug and unplug the same VIFs at the same time all succeed', async (t) => {
  const sandbox = await startSandbox({ network: 'private', datapath: 'netdev' });
  t.teardown(() => sandbox.stop());
  await sandbox.addBridge(BRIDGE);
  const ovs = await Ovs.connect(sandbox.remote);
  t.teardown(() => ovs.close());
  const bare = await readState(sandbox.remote);
  const workers = await Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const child = spawn(process.execPath, [WORKER, sandbox.remote], {
        env: sandbox.childEnv,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const answer = async () => JSON.parse((await lines.next()).value as string);
      t.is(await answer(), 'ready');
      return { child, answer };
    }),
  );
  const all = async (direction: 'plug' | 'unplug') => {
    for (const { child } of workers) child.stdin.write(`${JSON.stringify([direction, VIFS])}\n`);
    for (const answer of await Promise.all(workers.map((worker) => worker.answer()))) {
      t.deepEqual(
        answer,
        VIFS.map(() => 'done'),
        direction,
      );
    }
    await ovs.sync();
    await ovs.waitForVswitchd(ovs.tables.root?.next_cfg as number);
  };
  const vifs = VIFS.map(expected);
  for (let round = 0; round < 2; round++) {
    await all('plug');
    const plugged = await readState(sandbox.remote);
    t.deepEqual(plugged.ports, vifs.flatMap(({ port }) => port ?? []).sort());
    for (const { devices } of vifs) {
      for (const [name, master] of devices) t.deepEqual(plugged.links.get(name), { up: true, master }, name);
    }
    for (const [name, { ofport, error }] of plugged.interfaces) t.true((ofport ?? 0) > 0 && error === null, name);
    await all('unplug');
    const left = new Set([...bare.links.keys(), ...LINUX_BRIDGES]);
    await untilNoOthers((name) => left.has(name));
    const unplugged = await readState(sandbox.remote);
    t.deepEqual([unplugged.bridges, unplugged.ports, unplugged.qos], [bare.bridges, [], 0]);
    t.deepEqual(
      [...unplugged.links.keys()].filter((name) => !LINUX_BRIDGES.includes(name)).sort(),
      [...bare.links.keys()].sort(),
    );
  }
  for (const { child } of workers) child.stdin.end();
});
