/**
 * Every function of the addon, its error paths, and workers that are terminated with changes in flight. A program of its
 * own, so that it can run under other versions of Node and under the sanitizers: `node exercise.js [--workers N]`.
 * Prints one line of JSON.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  createTap,
  deleteTap,
  enterPrivateNetwork,
  getChannels,
  getDriver,
  getFeatures,
  getLink,
  getLinkSettings,
  getRings,
  isTap,
  linkExists,
  listLinks,
  setFeatures,
  setLinkDown,
  setLinkSettings,
  setLinkUp,
  setMac,
  setMtu,
  setVlanWorkaround,
  waitForLink,
  watchLinks,
} from '../../src/netdev/index.js';
import { addonPath } from './addon.js';

const { values } = parseArgs({ options: { workers: { type: 'string', default: '10' } } });

if (isMainThread) await main(Number(values.workers));
else await worker(workerData as number);

async function main(workers: number): Promise<void> {
  enterPrivateNetwork();
  await calls();
  await failures();
  garbage();
  for (let i = 0; i < workers; i++) await terminate(i);
  await together();
  await events();
  console.log(JSON.stringify({ node: process.version, addon: addonPath(), workers, links: listLinks() }));
  // Ends with a change in flight: the process must wait for it, and then exit.
  void createTap('last0');
}

async function calls(): Promise<void> {
  const tap = { owner: 1000, group: 1000, mac: '02:00:00:00:00:01', mtu: 1400, up: true };
  assert.deepEqual(await createTap('tap0', tap), { created: true });
  assert.deepEqual(await createTap('tap0', { ...tap, mayExist: true }), { created: false });
  assert.equal(getLink('tap0').mac, '02:00:00:00:00:01');
  assert.equal(getDriver('tap0').ethtoolDriver, 'tun');
  assert.ok('tx-vlan-hw-insert' in getFeatures('tap0').features);
  await Promise.all([
    setMtu('tap0', 1300),
    setMac('tap0', '02:00:00:00:00:02'),
    setLinkDown('tap0'),
    setLinkUp('tap0'),
  ]);
  assert.equal(getLink('tap0').mtu, 1300);
  await createTap('tap1', { multiQueue: true, vnetHeader: true });
  assert.ok(isTap('tap1') && linkExists('tap1') && listLinks().includes('tap1'));
  await Promise.all([deleteTap('tap0'), deleteTap('tap1')]);
  // What was asked for in the old namespace is done there, and told here.
  const before = createTap('old0');
  enterPrivateNetwork();
  assert.deepEqual(await before, { created: true });
  assert.deepEqual(listLinks(), ['lo']);
}

/** Events, also such as the kernel has to drop, and the settings of ethtool(8). */
async function events(): Promise<void> {
  const watch = watchLinks();
  const until = async (wanted: string) => {
    for (;;) if ((await watch.next()).value?.event === wanted) return;
  };
  await until('ready');
  execFileSync('ip', ['link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb']);
  assert.equal((await waitForLink('va')).kind, 'veth');
  execFileSync('ip', ['address', 'add', '192.0.2.1/24', 'dev', 'va']);
  await until('address-added');
  const lines = Array.from({ length: 4000 }, (_, i) => `link set va mtu ${1000 + (i % 2)}`);
  execFileSync('ip', ['-batch', '-'], { input: lines.join('\n') });
  await until('resync');
  await setFeatures('va', { tso: false });
  assert.equal(getLinkSettings('va')?.speed, 10_000);
  assert.equal(getRings('va'), null);
  assert.ok(getChannels('va'));
  assert.equal(await setVlanWorkaround('va', true), false);
  execFileSync('ip', ['link', 'delete', 'va']);
  await until('link-removed');
  await watch.return();
  await createTap('tap9');
  await setLinkSettings('tap9', { speed: 100, duplex: 'full' });
  await deleteTap('tap9');
}

async function failures(): Promise<void> {
  execFileSync('ip', ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1']);
  const wrongKind = { code: 'ERR_NETDEV_WRONG_KIND' };
  await assert.rejects(createTap('veth0', { mayExist: true }), wrongKind);
  await assert.rejects(deleteTap('veth0'), wrongKind);
  await assert.rejects(setMtu('nope0', 1500), { code: 'ERR_NETDEV_NO_DEVICE' });
  await assert.rejects(createTap('big0', { mtu: 1_000_000 }), { code: 'ERR_NETDEV', errno: 'EINVAL' });
  for (const read of [getLink, getDriver, getFeatures])
    assert.throws(() => read('nope0'), { code: 'ERR_NETDEV_NO_DEVICE' });
  assert.throws(() => getDriver('lo', { root: '/nowhere' }), { code: 'ERR_NETDEV_NO_DEVICE' });
  execFileSync('ip', ['link', 'delete', 'veth0']);
}

/** What the typed face never passes. */
function garbage(): void {
  const addon = createRequire(import.meta.url)(addonPath()) as Record<string, (...args: unknown[]) => unknown>;
  const thrower = {
    get mtu() {
      throw new Error('from a getter');
    },
  };
  const values = [
    undefined,
    null,
    0,
    1.5,
    'lo',
    'x'.repeat(16),
    'x'.repeat(1 << 16),
    '../lo',
    'a\0b',
    true,
    {},
    [],
    thrower,
    new Uint8Array(6),
    new Uint8Array(0),
    new Float64Array(6),
    Symbol('s'),
    () => {},
    10n,
  ];
  for (const [name, call] of Object.entries(addon)) {
    if (name === 'enterPrivateNetwork') continue;
    for (const first of values) {
      for (const second of values) {
        for (const third of [undefined, () => {}]) {
          try {
            const answer = call(first, second, third);
            if (name === 'openEvents') addon.closeEvents?.(answer);
          } catch (error) {
            assert.ok(error instanceof Error, name);
          }
        }
      }
    }
  }
}

/** Starts a worker that keeps the addon busy, and ends it at a moment that is another one each time. */
async function terminate(round: number): Promise<void> {
  const thread = new Worker(new URL(import.meta.url), { workerData: round, argv: [] });
  const failed = once(thread, 'error').then(([error]) => Promise.reject(error));
  const ended = once(thread, 'exit');
  await Promise.race([once(thread, 'message'), failed]);
  const moment = performance.now() + (round % 10) * 0.7;
  while (performance.now() < moment);
  await thread.terminate();
  await ended;
  // Its taps go with their namespace.
  enterPrivateNetwork();
}

async function worker(round: number): Promise<void> {
  void (async () => {
    for await (const _ of watchLinks());
  })();
  const wave = () => Array.from({ length: 20 }, (_, i) => createTap(`w${round}-${i}`, { up: true, mayExist: true }));
  // Half of them are told of results when they end, half have only asked.
  if (round % 2 === 0) await Promise.all(wave());
  void Promise.all(wave());
  parentPort?.postMessage('busy');
  for (;;) await Promise.all([...wave(), deleteTap(`w${round}-0`, { ifExists: true })]);
}

/** Several at once, each of which ends by itself, with nothing in flight. */
async function together(): Promise<void> {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const addon = require(workerData.path);
    addon.createTap(workerData.name, {}, (error) => {
      if (error) throw error;
      addon.deleteTap(workerData.name, (error) => parentPort.postMessage(error ? error.code : 'done'));
    });`;
  const threads = ['a0', 'b0', 'c0', 'd0'].map(async (name) => {
    const thread = new Worker(program, { eval: true, workerData: { path: addonPath(), name } });
    const ended = once(thread, 'exit');
    const [message] = await once(thread, 'message');
    assert.equal(message, 'done');
    const [status] = await ended;
    assert.equal(status, 0);
  });
  await Promise.all(threads);
}
