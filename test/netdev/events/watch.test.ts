import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import {
  enterPrivateNetwork,
  type LinkEvent,
  type LinkState,
  type LinkWatch,
  listLinkStates,
  setLinkUp,
  watchLinks,
} from '../../../src/netdev/index.js';
import { needsRoot } from '../../support/root.js';
import { output } from '../../support/run.js';

const rootTest = needsRoot(test);
const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
const batch = (lines: string[]) => execFileSync('ip', ['-batch', '-'], { input: lines.join('\n') });

rootTest.beforeEach(() => enterPrivateNetwork());

/** `link-added va`, `address-added 192.0.2.1`, `ready`. */
function brief(event: LinkEvent): string {
  if ('link' in event) return `${event.event} ${event.link.name}`;
  return 'address' in event ? `${event.event} ${event.address.address}` : event.event;
}

async function until(watch: LinkWatch, wanted: (event: LinkEvent) => boolean): Promise<LinkEvent[]> {
  const events: LinkEvent[] = [];
  for (;;) {
    const { done, value } = await watch.next();
    if (done) throw new Error(`ended after ${events.map(brief).join(', ')}`);
    events.push(value);
    if (wanted(value)) return events;
  }
}

interface IpLink {
  ifindex: number;
  ifname: string;
  flags: string[];
  mtu: number;
  operstate: string;
  address?: string;
  master?: string;
  group: string;
  txqlen?: number;
  linkinfo?: { info_kind?: string };
}

/** What ip(8) tells, by name. */
function told(): Record<string, unknown> {
  const links = JSON.parse(ip('-j', '-d', 'link')) as IpLink[];
  const entries = links.map((link) => [
    link.ifname,
    {
      index: link.ifindex,
      up: link.flags.includes('UP'),
      carrier: link.flags.includes('LOWER_UP'),
      operationalState: link.operstate.toLowerCase(),
      mtu: link.mtu,
      mac: link.address ?? null,
      kind: link.linkinfo?.info_kind ?? null,
      master: link.master ?? null,
      group: link.group === 'default' ? 0 : Number(link.group),
    },
  ]);
  return Object.fromEntries(entries);
}

/** The same of what we have. */
function ours(links: readonly LinkState[]): Record<string, unknown> {
  const entries = links.map(({ index, name, up, carrier, operationalState, mtu, mac, kind, master, group }) => {
    const bridge = links.find((link) => link.index === master)?.name ?? null;
    return [name, { index, up, carrier, operationalState, mtu, mac, kind, master: bridge, group }];
  });
  return Object.fromEntries(entries);
}

rootTest.serial('first what is there, then each change, in order', async (t) => {
  ip('link', 'add', 'br0', 'type', 'bridge');
  const watch = watchLinks();
  const first = await until(watch, ({ event }) => event === 'ready');
  t.deepEqual(
    first.map(brief).sort(),
    ['address-added 127.0.0.1', 'address-added ::1', 'link-added br0', 'link-added lo', 'ready'].sort(),
  );

  const steps: [string[], string][] = [
    [['link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb'], 'link-added va'],
    [['link', 'set', 'va', 'mtu', '1400', 'group', '7'], 'link-changed va'],
    [['link', 'set', 'va', 'master', 'br0'], 'link-changed va'],
    [['address', 'add', '192.0.2.1/24', 'dev', 'vb'], 'address-added 192.0.2.1'],
    [['address', 'delete', '192.0.2.1/24', 'dev', 'vb'], 'address-removed 192.0.2.1'],
    [['link', 'set', 'va', 'name', 'vc'], 'link-changed vc'],
  ];
  let last: LinkEvent | undefined;
  for (const [command, expected] of steps) {
    ip(...command);
    const events = await until(watch, (event) => brief(event) === expected);
    last = events.at(-1);
    t.true(events.length < 10, expected);
  }
  if (last?.event !== 'link-changed') return t.fail();
  t.like(last.old, { name: 'va', mtu: 1400, group: 7, kind: 'veth', up: false });
  t.like(last.link, { name: 'vc' });
  t.not(last.link.master, null);

  ip('link', 'set', 'vc', 'nomaster');
  const released = await until(watch, (event) => brief(event) === 'link-changed vc');
  // A bridge says RTM_DELLINK of a port that it lets go: the link is still there.
  t.false(released.some(({ event }) => event === 'link-removed'));
  ip('link', 'delete', 'vc');
  const gone = await until(watch, (event) => brief(event) === 'link-removed vb');
  t.true(gone.some((event) => brief(event) === 'link-removed vc'));
  t.deepEqual(await watch.return(), { done: true, value: undefined });
  t.deepEqual(await watch.next(), { done: true, value: undefined });
});

rootTest.serial('the list is as ip(8) tells, with every kind of link', (t) => {
  batch([
    'link add br0 type bridge',
    'link add va type veth peer name vb',
    'link set va master br0 up',
    'link set vb up group 4',
    'link set br0 up',
    'tuntap add tap0 mode tap',
    'tuntap add tun0 mode tun',
    'link set tun0 up',
  ]);
  // The kernel takes note of carriers at some later moment.
  let before: unknown;
  let links: LinkState[];
  let after: unknown;
  do {
    before = told();
    links = listLinkStates();
    after = told();
  } while (!isDeepStrictEqual(before, after));
  t.deepEqual(ours(links), after);
  t.is(links.find(({ name }) => name === 'va')?.parent, links.find(({ name }) => name === 'vb')?.index);
  t.deepEqual(
    links.map(({ index }) => index),
    links.map(({ index }) => index).sort((a, b) => a - b),
  );
});

rootTest.serial(
  '10,000 events while the loop stands still: the process lives, and then knows what a list tells',
  async (t) => {
    batch(Array.from({ length: 20 }, (_, i) => `link add va${i} type veth peer name vb${i}`));
    const watch = watchLinks();
    const state = new Map<number, LinkState>();
    const apply = (events: readonly LinkEvent[]) => {
      for (const event of events) {
        if (event.event === 'link-removed') state.delete(event.link.index);
        else if ('link' in event) state.set(event.link.index, event.link);
      }
    };
    apply(await until(watch, ({ event }) => event === 'ready'));
    const started = performance.now();
    const changes = Array.from({ length: 10_000 }, (_, i) => `link set va${i % 19} mtu ${1000 + (i % 400)}`);
    batch([...changes, 'link delete va19', 'link add late0 type bridge', 'link set va0 up', 'link set vb0 up']);
    while (performance.now() - started < 1000);

    const events = await until(watch, ({ event }) => event === 'resync');
    apply(events);
    t.true(events.length < 200, `${events.length} events are told, each link's joined`);
    t.true(events.some((event) => brief(event) === 'link-removed va19'));
    const isUp = (name: string) =>
      [...state.values()].some((link) => link.name === name && link.operationalState === 'up');
    // The kernel takes note of carriers at some later moment.
    while (!['va0', 'vb0'].every(isUp)) apply(await until(watch, ({ event }) => event === 'link-changed'));
    t.deepEqual(ours([...state.values()]), told());
    await watch.return();
  },
);

rootTest.serial('what a slow reader has not read is joined', async (t) => {
  ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb');
  const watch = watchLinks();
  await until(watch, ({ event }) => event === 'ready');
  const other = watchLinks();
  await until(other, ({ event }) => event === 'ready');
  const index = (name: string) => listLinkStates().find((link) => link.name === name)?.index ?? 0;
  const old = index('vb');
  ip('link', 'set', 'va', 'mtu', '1400');
  ip('link', 'set', 'va', 'mtu', '1401');
  ip('link', 'add', 'brief0', 'type', 'bridge');
  ip('link', 'delete', 'brief0');
  ip('link', 'set', 'vb', 'mtu', '1399');
  ip('link', 'add', 'end0', 'type', 'bridge');
  // The other reader has seen it all; this one reads only now.
  await until(other, (event) => brief(event) === 'link-added end0');
  const events = await until(watch, (event) => brief(event) === 'link-added end0');
  t.deepEqual(events.map(brief), ['link-changed va', 'link-changed vb', 'link-added end0']);
  const [va] = events;
  t.like(va, { link: { mtu: 1401 }, old: { mtu: 1500 } });

  // The same index again is another link, though the name is the same.
  ip('link', 'delete', 'va');
  ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb', 'index', String(old));
  ip('link', 'delete', 'end0');
  await until(other, (event) => brief(event) === 'link-removed end0');
  const again = (await until(watch, (event) => brief(event) === 'link-removed end0')).map(brief);
  t.deepEqual(
    again.filter((text) => text.endsWith(' vb')),
    ['link-removed vb', 'link-added vb'],
  );
  await Promise.all([watch.return(), other.return()]);
});

rootTest.serial('a signal ends it with its reason; so does leaving the loop, without one', async (t) => {
  const controller = new AbortController();
  const watch = watchLinks({ signal: controller.signal });
  await until(watch, ({ event }) => event === 'ready');
  const pending = watch.next();
  controller.abort(new Error('enough'));
  const error = await t.throwsAsync(pending, { code: 'ERR_ABORTED' });
  t.like(error, { cause: { message: 'enough' } });
  t.true((await watch.next()).done);
  await t.throwsAsync(watchLinks({ signal: controller.signal }).next(), { code: 'ERR_ABORTED' });

  for await (const { event } of watchLinks()) if (event === 'ready') break;
  await using disposed = watchLinks();
  t.false((await disposed.next()).done);
});

rootTest.serial('a watch stays in the namespace in which it was opened', async (t) => {
  const there = watchLinks();
  await until(there, ({ event }) => event === 'ready');
  const namespace = openSync('/proc/thread-self/ns/net', 'r');
  enterPrivateNetwork();
  const here = watchLinks();
  ip('link', 'add', 'here0', 'type', 'bridge');
  const events = await until(here, (event) => brief(event) === 'link-added here0');
  t.is(events.filter((event) => brief(event) === 'link-added lo').length, 1);
  const old = `--net=/proc/${process.pid}/fd/${namespace}`;
  await output('nsenter', [old, 'ip', 'link', 'add', 'old0', 'type', 'bridge']);
  const others = await until(there, (event) => brief(event) === 'link-added old0');
  t.false(others.some((event) => brief(event).endsWith('here0')));
  ip('link', 'delete', 'here0');
  const last = await until(here, (event) => brief(event) === 'link-removed here0');
  t.false(last.some((event) => brief(event).endsWith('old0')));
  closeSync(namespace);
  await there.return();
  await here.return();
});

rootTest.serial('a process ends when its watch does, not before', async (t) => {
  const program = `
    const { watchLinks } = await import('${new URL('../../../src/netdev/index.js', import.meta.url)}');
    const watch = watchLinks();
    for await (const { event } of watch) {
      if (event !== 'ready') continue;
      console.log('ready');
      setTimeout(() => watch.return(), 300).unref();
    }
    console.log('end');`;
  t.is(await output(process.execPath, ['--input-type=module', '-e', program]), 'ready\nend');
});

rootTest.serial('a worker that holds a watch can be terminated at any time', async (t) => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.url).then(async ({ enterPrivateNetwork, createTap, deleteTap, watchLinks }) => {
      enterPrivateNetwork();
      const watches = [watchLinks(), watchLinks()];
      for (const watch of watches) void (async () => { for await (const _ of watch); })();
      parentPort.postMessage('watching');
      for (;;) await Promise.all([createTap('w0', { mayExist: true }), deleteTap('w0', { ifExists: true })]);
    });`;
  const url = new URL('../../../src/netdev/index.js', import.meta.url).href;
  for (let round = 0; round < 10; round++) {
    const worker = new Worker(program, { eval: true, workerData: { url } });
    await once(worker, 'message');
    await delay(round * 3);
    t.is(await worker.terminate(), 1);
  }
  await setLinkUp('lo');
  t.pass();
});
