import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { TimeoutError } from '../../src/base/errors.js';
import { deleteTap, linkExists, setLinkDown } from '../../src/netdev/index.js';
import { Plugger, type PlugRequest } from '../../src/vif/index.js';
import type { Ovs } from '../../src/vswitch/index.js';
import { needsRoot } from '../support/root.js';
import { output } from '../support/run.js';
import { inSandbox } from '../support/sandbox.js';
import { ovs, plugger, sandbox, useSwitch, vsctl } from '../support/switch.js';
import { TapGuest } from '../support/tap-guest.js';
import { request } from './request.js';

/**
 * Frames between plugged VIFs, through ovs-vswitchd's datapath in user space. That a frame did not come is seen when a later
 * one has: one thread of ovs-vswitchd carries all of them.
 */
const rootTest = needsRoot(test).serial;

useSwitch(rootTest, 'br-int');

type Port = NonNullable<PlugRequest['port']>;

/** Plugs a VIF for each of the ports, with a guest on its tap; all goes with the test. */
async function guests(t: ExecutionContext, ...ports: Port[]): Promise<TapGuest[]> {
  const requests = ports.map((port, index) => request(index + 1, { port }));
  const opened: TapGuest[] = [];
  t.teardown(async () => {
    for (const guest of opened) await guest[Symbol.asyncDispose]();
    await plugger.unplugMany(requests);
  });
  for (const input of requests) {
    const { name } = await plugger.plug(input);
    opened.push(await TapGuest.open(name, input.vif.address as string));
  }
  return opened;
}

type Pair = [TapGuest, TapGuest];
const heard = (guest: TapGuest) => guest.heard;

rootTest('two VIFs on one bridge hear each other', async (t) => {
  const [a, b] = (await guests(t, {}, {})) as Pair;
  a.send('hello');
  await b.hears('hello');
  b.send('good day', { to: 'fa:16:3e:00:00:01' });
  await a.hears('good day');
  t.deepEqual([a, b].map(heard), [['good day'], ['hello']]);
});

rootTest(
  'a VIF whose tap went or was renamed is heard again when it is plugged again, with the tag that it was given',
  async (t) => {
    const [watcher] = (await guests(t, { tag: 7 })) as [TapGuest];
    const [gone, renamed] = [request(8), request(9)];
    for (const input of [gone, renamed]) {
      const { name } = await plugger.plug(input);
      vsctl('set', 'Port', name, 'tag=7');
    }
    await deleteTap('tap8');
    await setLinkDown('tap9');
    await output('ip', ['link', 'set', 'tap9', 'name', 'elsewhere']);
    for (const input of [gone, renamed]) {
      const { name, changed } = await plugger.plug(input);
      t.true(changed);
      await using guest = await TapGuest.open(name, input.vif.address as string);
      guest.send(`from ${name}`);
      await watcher.hears(`from ${name}`);
      t.false((await plugger.plug(input)).changed);
    }
    await deleteTap('elsewhere');
    await plugger.unplugMany([gone, renamed]);
  },
);

const signalVswitchd = (signal: NodeJS.Signals) =>
  process.kill(Number(readFileSync(join(sandbox.runDirectory, 'ovs-vswitchd.pid'), 'utf8')), signal);

/** Plugs a VIF while ovs-vswitchd stands still, so that it has yet to notice that the device of that name went. */
async function isHeardAgain(
  t: ExecutionContext,
  again: PlugRequest,
  watcher: TapGuest,
  by: Plugger = plugger,
): Promise<void> {
  const plugging = by.plug(again);
  await ovs.sync();
  signalVswitchd('SIGCONT');
  const { name } = await plugging;
  await using another = await TapGuest.open(name, again.vif.address as string);
  another.send('again');
  await watcher.hears('again');
  t.deepEqual(heard(watcher), ['again']);
}

rootTest('a VIF that is unplugged and plugged again before ovs-vswitchd has noticed is heard', async (t) => {
  const [watcher, guest] = (await guests(t, {}, {})) as Pair;
  const again = request(2, { port: {} });
  await guest[Symbol.asyncDispose]();
  t.teardown(() => signalVswitchd('SIGCONT'));
  signalVswitchd('SIGSTOP');
  await plugger.unplug(again);
  await isHeardAgain(t, again, watcher);
});

rootTest('so is one whose stale port a reconcile has dropped', async (t) => {
  const [watcher, guest] = (await guests(t, {}, {})) as Pair;
  const [other, again] = [request(1, { port: {} }), request(2, { port: {} })];
  await guest[Symbol.asyncDispose]();
  t.teardown(() => signalVswitchd('SIGCONT'));
  await plugger.reconcile([other]);
  signalVswitchd('SIGSTOP');
  t.deepEqual(
    (await plugger.reconcile([other])).dropped.map(({ name }) => name),
    ['tap2'],
  );
  await isHeardAgain(t, again, watcher);
});

rootTest('so is one whose plug was undone when its port was open already', async (t) => {
  const [watcher] = (await guests(t, {})) as [TapGuest];
  const again = request(2, { port: {} });
  let late = true;
  const failing = Object.create(ovs, {
    tables: { value: ovs.tables },
    sync: { value: ovs.sync.bind(ovs) },
    transact: { value: ovs.transact.bind(ovs) },
    waitForVswitchd: { value: ovs.waitForVswitchd.bind(ovs) },
    waitForInterface: {
      value: async (...args: Parameters<Ovs['waitForInterface']>) => {
        const row = await ovs.waitForInterface(...args);
        if (!late) return row;
        late = false;
        signalVswitchd('SIGSTOP');
        throw new TimeoutError('it was opened a moment too late');
      },
    },
  }) as Ovs;
  const itsPlugger = new Plugger(failing);
  t.teardown(async () => {
    signalVswitchd('SIGCONT');
    await plugger.unplug(again);
  });
  await t.throwsAsync(itsPlugger.plug(again), { code: 'ERR_TIMEOUT' });
  t.false(linkExists('tap2'));
  await isHeardAgain(t, again, watcher, itsPlugger);
});

rootTest('VIFs of one tag hear each other, and those of another tag do not', async (t) => {
  const [red1, red2, blue1, blue2] = (await guests(t, { tag: 10 }, { tag: 10 }, { tag: 20 }, { tag: 20 })) as [
    ...Pair,
    ...Pair,
  ];
  red1.send('red');
  await red2.hears('red');
  blue1.send('blue');
  await blue2.hears('blue');
  red2.send('red too');
  await red1.hears('red too');
  blue2.send('blue too');
  await blue1.hears('blue too');
  t.deepEqual([red1, red2, blue1, blue2].map(heard), [['red too'], ['red'], ['blue too'], ['blue']]);
});

rootTest('a trunk hears the VLANs that it has, with their tags, and is heard in them', async (t) => {
  const [trunk, red, blue1, blue2] = (await guests(t, { trunks: [10] }, { tag: 10 }, { tag: 20 }, { tag: 20 })) as [
    ...Pair,
    ...Pair,
  ];
  blue1.send('blue');
  await blue2.hears('blue');
  red.send('red');
  await trunk.hears('10:red');
  trunk.send('for blue', { tag: 20 });
  trunk.send('for red', { tag: 10 });
  await red.hears('for red');
  blue1.send('end');
  await blue2.hears('end');
  t.deepEqual([trunk, red, blue1, blue2].map(heard), [['10:red'], ['for red'], [], ['blue', 'end']]);
});

rootTest('no VIF with a tag hears an isolated one, nor it them, until it is given its tag', async (t) => {
  const [dead1, dead2, red1, red2] = (await guests(
    t,
    { isolate_vif: true },
    { isolate_vif: true },
    { tag: 10 },
    { tag: 10 },
  )) as [...Pair, ...Pair];
  dead1.send('help');
  // The dead VLAN is a VLAN: whoever else is in it shows that the frame was carried.
  await dead2.hears('help');
  red1.send('red');
  await red2.hears('red');
  dead1.send('anybody');
  await dead2.hears('anybody');
  t.deepEqual([dead1, dead2, red1, red2].map(heard), [[], ['help', 'anybody'], [], ['red']]);
  vsctl('set', 'Port', 'tap1', 'tag=10');
  // Flows of the datapath are gone over some time after the configuration.
  await output('ovs-appctl', ['revalidator/wait'], inSandbox(sandbox));
  dead1.send('alive');
  await red2.hears('alive');
});
