import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test from 'ava';
import type { OvskitError } from '../../src/index.js';
import { createTap, deleteTap, linkExists, setLinkDown } from '../../src/netdev/index.js';
import { Plugger } from '../../src/vif/index.js';
import { needsRoot } from '../support/root.js';
import { ovs, useSwitch, vsctl } from '../support/switch.js';
import { request } from './request.js';

let plugger: Plugger;

const rootTest = needsRoot(test).serial;

useSwitch(rootTest);

rootTest.beforeEach(async () => {
  await ovs.transact((tx) => {
    for (const bridge of ['br-int', 'br-ex']) {
      tx.deleteBridge(bridge, { ifExists: true });
      tx.addBridge(bridge, { datapathType: 'netdev' });
    }
  });
  plugger = new Plugger(ovs);
});

const ports = (bridge = 'br-int') => vsctl('list-ports', bridge).split('\n').filter(Boolean);
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).sort();
const onOther = (number: number) => {
  const { vif, instance } = request(number);
  return { vif: { ...vif, network: { ...vif.network, bridge: 'br-ex' } }, instance };
};

rootTest('many are plugged and unplugged together, and each fails for itself', async (t) => {
  const many = Array.from({ length: 30 }, (_, index) => request(index + 1));
  const { vif, instance } = request(31);
  const lost = { vif: { ...vif, network: { ...vif.network, bridge: 'br-none' } }, instance };
  const asked = [...many.slice(0, 10), lost, ...many.slice(10)];
  const plugged = await plugger.plugMany(asked);
  t.deepEqual(
    plugged.flatMap((result, index) => (result.status === 'rejected' ? [[index, result.reason.code]] : [])),
    [[10, 'ERR_VSWITCH_NO_BRIDGE']],
  );
  const ofports = plugged.flatMap((result) => (result.status === 'fulfilled' ? [result.value.ofport] : []));
  t.is(new Set(ofports).size, 30);
  t.is(ports().length, 30);
  const unplugged = await plugger.unplugMany(many);
  t.true(unplugged.every((result) => result.status === 'fulfilled' && result.value.changed));
  t.deepEqual(ports(), []);
  t.false(Array.from({ length: 31 }, (_, index) => `tap${index + 1}`).some((tap) => linkExists(tap)));
});

rootTest('what is missing is plugged, what is stale twice goes, and what is others’ stays', async (t) => {
  await plugger.plugMany([request(1), request(2), onOther(8)]);
  vsctl('add-port', 'br-int', 'theirs', '--', 'set', 'Interface', 'theirs', 'type=internal', 'external_ids:iface-id=x');
  await using other = new Plugger(ovs, { owner: 'somebody' });
  await other.plug(request(3));

  const seen = await plugger.compare([request(1), request(4)]);
  t.deepEqual(names(seen.missing), ['tap4']);
  t.deepEqual(names(seen.stale), ['tap2']);
  t.false(linkExists('tap4'));

  const first = await plugger.reconcile([request(1), request(4)]);
  t.deepEqual(names(first.plugged), ['tap4']);
  t.is(first.unchanged, 1);
  t.deepEqual([names(first.stale), names(first.dropped), first.failed], [['tap2'], [], []]);
  t.true(linkExists('tap2'));

  const second = await plugger.reconcile([request(1), request(4)]);
  t.deepEqual([names(second.stale), names(second.dropped), second.failed], [[], ['tap2'], []]);
  t.is(second.unchanged, 2);
  t.false(linkExists('tap2'));
  t.deepEqual(ports(), ['tap1', 'tap3', 'tap4', 'theirs']);
  t.deepEqual(ports('br-ex'), ['tap8'], 'a bridge that was not named');

  await plugger.reconcile([], { bridges: ['br-ex'] });
  await plugger.reconcile([], { bridges: ['br-ex'] });
  t.deepEqual(ports('br-ex'), []);
  t.is(ports().length, 4);
  await Promise.all([other.unplug(request(3)), plugger.unplugMany([request(1), request(4)])]);
});

test('an owner that marks can not carry is refused', (t) => {
  for (const owner of ['', 'two\nlines', 'o'.repeat(191), 'ö'.repeat(96), 5 as unknown as string]) {
    t.throws(() => new Plugger(undefined, { owner }), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /^an owner is named by 1 to 190 bytes without control characters, not by ["5]/,
    });
  }
});

rootTest('an owner with the longest name, and all that looks like a mark, knows its own again', async (t) => {
  for (const owner of ['o'.repeat(190), 'we bridge=br-ex port=tap9']) {
    const ours = new Plugger(ovs, { owner });
    await ours.plug(request(1));
    await ovs.transact((tx) => tx.deletePort('tap1'));
    for (const found of [[], ['tap1']]) {
      t.deepEqual(names((await ours.reconcile([], { bridges: ['br-int'] })).dropped), found);
    }
    t.false(linkExists('tap1'));
  }
});

rootTest('a listed port whose device is down or gone is no port that is up', async (t) => {
  await plugger.plugMany([request(1), request(2), request(3)]);
  const devices = async () => (await plugger.list()).map(({ name, device }) => [name, device]);
  await setLinkDown('tap2');
  await deleteTap('tap3');
  t.deepEqual(await devices(), [
    ['tap1', 'up'],
    ['tap2', 'down'],
    ['tap3', 'missing'],
  ]);
  await plugger.reconcile([request(1), request(2), request(3)]);
  t.deepEqual(
    (await devices()).map(([, device]) => device),
    ['up', 'up', 'up'],
  );
  await plugger.unplugMany([request(1), request(2), request(3)]);
});

rootTest(
  'a bridge that is named and is not there is an error, but for one that was, or that a VIF would have',
  async (t) => {
    const none = { code: 'ERR_VSWITCH_NO_BRIDGE', message: 'no bridge named br-none' };
    const bridges = ['br-int', 'br-none'];
    await t.throwsAsync(plugger.list({ bridges }), none);
    await t.throwsAsync(plugger.list({ bridges, desired: [] }), none);
    await t.throwsAsync(plugger.compare([], { bridges }), none);
    await t.throwsAsync(plugger.reconcile([request(1)], { bridges }), none);
    t.false(linkExists('tap1'), 'nothing was done');
    const added = { ...request(1, { bridge: 'br-none' }), release: 'newton' as const };
    t.is((await plugger.compare([added], { bridges: ['br-none'] })).missing.length, 1);

    await plugger.plug(onOther(8));
    await ovs.transact((tx) => tx.deleteBridge('br-ex'));
    t.deepEqual(names((await new Plugger(ovs).compare([], { bridges: ['br-ex'] })).stale), ['tap8'], 'an orphan of it');
    for (const found of [[], ['tap8'], []]) {
      t.deepEqual(names((await plugger.reconcile([], { bridges: ['br-ex'] })).dropped), found);
    }
    t.deepEqual(await plugger.list({ bridges: ['br-ex'] }), []);
    await t.throwsAsync(new Plugger(ovs).list({ bridges: ['br-ex'] }), { code: 'ERR_VSWITCH_NO_BRIDGE' });
  },
);

rootTest('the ports with the mark are listed, and which are stale or could not be opened', async (t) => {
  await plugger.plugMany([request(1), request(2), onOther(8)]);
  vsctl('add-port', 'br-int', 'theirs', '--', 'set', 'Interface', 'theirs', 'type=internal', 'external_ids:iface-id=x');
  vsctl('--no-wait', 'add-port', 'br-int', 'lost', '--', 'set', 'Port', 'lost', 'external_ids:ovskit-owner=ovskit');
  await ovs.replica.waitForRow(['Interface', 'name', 'lost'], (row) => row?.ofport === -1);
  const { vif, instance } = request(1);
  const [lost, first, ...others] = await plugger.list();
  t.like(lost, { name: 'lost', interfaceId: null, address: null, instance: null, ofport: -1, stale: null });
  t.regex(lost?.error ?? '', /could not open network device lost/);
  t.deepEqual(first, {
    uuid: vsctl('get', 'Port', 'tap1', '_uuid'),
    name: 'tap1',
    bridge: 'br-int',
    interfaceId: vif.id,
    address: vif.address,
    instance: instance.uuid,
    ofport: Number(vsctl('get', 'Interface', 'tap1', 'ofport')),
    error: null,
    device: 'up',
    stale: null,
  });
  t.deepEqual(names(others), ['tap2', 'tap8']);
  t.deepEqual(names(await plugger.list({ bridges: ['br-ex'] })), ['tap8']);

  const stale = (list: readonly { name: string; stale: boolean | null }[]) =>
    list.map((port) => [port.name, port.stale]);
  const compared = [
    ['lost', true],
    ['tap1', false],
    ['tap2', true],
  ];
  t.deepEqual(stale(await plugger.list({ desired: [request(1)], bridges: ['br-int'] })), compared);
  t.deepEqual(stale(await plugger.list({ desired: [request(1)] })), [...compared, ['tap8', null]]);
  t.true(
    (await plugger.list()).every((port) => port.stale === null),
    'nothing was looked at to be dropped',
  );
  await plugger.reconcile([request(1)]);
  t.deepEqual(stale(await plugger.list()), [...compared, ['tap8', null]]);
  await plugger.reconcile([], { bridges: ['br-int', 'br-ex'] });
  await plugger.reconcile([], { bridges: ['br-int', 'br-ex'] });
  t.deepEqual(await plugger.list(), []);
});

rootTest('a port that is wanted again before the second look stays', async (t) => {
  await plugger.plugMany([request(1), request(2)]);
  t.deepEqual(names((await plugger.reconcile([request(1)])).stale), ['tap2']);
  t.deepEqual(names((await plugger.reconcile([request(1), request(2)])).stale), []);
  t.deepEqual(names((await plugger.reconcile([request(1)])).stale), ['tap2'], 'counted from the beginning');
  // Unplugged and plugged anew, it is another port.
  await plugger.unplug(request(2));
  await plugger.plug(request(2));
  t.deepEqual(names((await plugger.reconcile([request(1)])).dropped), []);
  t.true(linkExists('tap2'));
  await plugger.unplugMany([request(1), request(2)]);
});

rootTest('a stale port whose VIF is plugged before the second look, or while it is about to go, stays', async (t) => {
  await plugger.plugMany([request(1), request(2)]);
  await plugger.reconcile([request(1)]);
  t.false((await plugger.plug(request(2))).changed);
  t.deepEqual(names((await plugger.reconcile([request(1)])).stale), ['tap2'], 'counted from the beginning');
  const reconciling = plugger.reconcile([request(1)]);
  t.false((await plugger.plug(request(2))).changed, 'it comes before the drop');
  const { stale, dropped } = await reconciling;
  t.deepEqual([names(stale), names(dropped)], [['tap2'], []]);
  t.true(linkExists('tap2'));
  await plugger.unplugMany([request(1), request(2)]);
});

rootTest('what could not be cleared away has failed by its name, and the rest is told', async (t) => {
  await plugger.plug(request(1));
  const [moved, heir] = [request(1, { vif: { devname: 'tap3' } }), request(2, { vif: { devname: 'tap1' } })];
  const ending = new AbortController();
  let plugging: Promise<unknown> | undefined;
  const onPlug = () => {
    // The device's turn is another's from now on, and nobody waits for it.
    plugging ??= plugger.plug(heir);
    ending.abort();
  };
  subscribe('ovskit:plug', onPlug);
  const { plugged, dropped, failed } = await plugger.reconcile([moved], { signal: ending.signal });
  await plugging;
  unsubscribe('ovskit:plug', onPlug);
  t.deepEqual([names(plugged), names(dropped)], [['tap3'], []]);
  t.deepEqual(
    failed.map(({ name, error }) => [name, (error as OvskitError).code]),
    [['tap1', 'ERR_ABORTED']],
  );
  t.deepEqual(ports(), ['tap1', 'tap3']);
  await plugger.unplugMany([moved, heir]);
});

rootTest('a VIF that gets the device which another has left keeps it', async (t) => {
  await plugger.plug(request(1));
  const withDevice = (n: number, devname: string) => request(n, { vif: { devname } });
  const reconciling = plugger.reconcile([withDevice(1, 'tap3')]);
  // At first its name is taken.
  await ovs.replica.waitForRow(['Interface', 'name', 'tap1'], (row) => row === undefined);
  const { changed } = await plugger.plug(withDevice(2, 'tap1'));
  t.true(changed);
  t.deepEqual(names((await reconciling).dropped), ['tap1']);
  t.deepEqual([linkExists('tap1'), linkExists('tap3')], [true, true]);
  t.deepEqual(ports(), ['tap1', 'tap3']);
  await plugger.unplugMany([withDevice(1, 'tap3'), withDevice(2, 'tap1')]);
});

rootTest('a VIF that has got another device has its old port and device taken away', async (t) => {
  await plugger.plug(request(1));
  const { vif, instance } = request(1);
  const renamed = { vif: { ...vif, devname: 'tapnew' }, instance };
  const done = await plugger.reconcile([renamed]);
  t.deepEqual([names(done.plugged), names(done.dropped), done.failed], [['tapnew'], ['tap1'], []]);
  t.deepEqual(ports(), ['tapnew']);
  t.false(linkExists('tap1'));
  await plugger.unplug(renamed);
});

rootTest('a device that was renamed, or went, is made anew, and its port comes to life', async (t) => {
  const before = await plugger.plugMany([request(1), request(2)]);
  t.true(before.every(({ status }) => status === 'fulfilled'));
  await setLinkDown('tap1');
  execFileSync('ip', ['link', 'set', 'tap1', 'name', 'elsewhere']);
  execFileSync('ip', ['link', 'delete', 'tap2']);
  const done = await plugger.reconcile([request(1), request(2)]);
  t.deepEqual([names(done.plugged), done.failed], [['tap1', 'tap2'], []]);
  for (const name of ['tap1', 'tap2']) t.true(Number(vsctl('get', 'Interface', name, 'ofport')) > 0);
  execFileSync('ip', ['link', 'delete', 'elsewhere']);
  await plugger.unplugMany([request(1), request(2)]);
});

rootTest('a call that comes late leaves the live port of the VIF alone', async (t) => {
  const { vif, instance } = request(1);
  const live = { vif: { ...vif, devname: 'taplive' }, instance };
  await plugger.plug(live);
  const late = { vif: { ...vif, devname: 'taplate' }, instance };
  await t.throwsAsync(plugger.plug(late), { code: 'ERR_VIF_DUPLICATE_IFACE_ID' });
  t.false((await plugger.unplug(late)).changed);
  t.is(vsctl('get', 'Interface', 'taplive', 'external_ids:iface-id'), `"${vif.id}"`);
  t.deepEqual(ports(), ['taplive']);
  t.false(linkExists('taplate'));
  // An unplug that names another bridge is for another port.
  const elsewhere = { vif: { ...live.vif, network: { ...vif.network, bridge: 'br-ex' } }, instance };
  await t.throwsAsync(plugger.unplug(elsewhere), { code: 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE' });
  t.deepEqual(ports(), ['taplive']);
  await plugger.unplug(live);
});

rootTest('requests that make no sense together are refused before anything is done', async (t) => {
  await t.throwsAsync(plugger.reconcile([request(1), request(1)]), {
    message: 'requests 1 and 2 both name device tap1',
  });
  await t.throwsAsync(plugger.reconcile([request(1)], { bridges: ['br-ex'] }), {
    message: /tap1 is desired on br-int, which is none of the bridges br-ex/,
  });
  await t.throwsAsync(new Plugger().reconcile([]), { message: /takes a switch/ });
  const { failed, unchanged } = await plugger.reconcile([{ ...request(1), vif: { ...request(1).vif, type: 'odd' } }]);
  t.is(unchanged, 0);
  t.like(failed, [{ name: 'tap1', error: { code: 'ERR_VIF_UNKNOWN_TYPE' } }]);
  t.false(linkExists('tap1'));
});

rootTest("a VIF's row of QoS goes with its port, by reconcile as by replacing it", async (t) => {
  const limited = (vif: object) => ({ ...request(70), ...vif, port: { qos: { type: 'linux-noop' as const } } });
  const rows = () => vsctl('--bare', '--columns=_uuid', 'list', 'QoS').split('\n').filter(Boolean).length;
  await plugger.plug(limited({}));
  const renamed = { ...request(70).vif, devname: 'tap71' };
  await plugger.plug(limited({ vif: renamed }), { replace: true });
  t.deepEqual(ports(), ['tap71']);
  t.is(rows(), 1);
  await plugger.reconcile([], { bridges: ['br-int'] });
  t.is(rows(), 1);
  await plugger.reconcile([], { bridges: ['br-int'] });
  t.deepEqual(ports(), []);
  t.is(rows(), 0);
  t.false(linkExists('tap71'));
  await plugger.unplug(request(70));
});

rootTest('a tap whose port never came, or has gone, goes as a stale port does; others stay', async (t) => {
  await plugger.plug(request(72));
  await plugger.plug(request(73));
  const theirs = new Plugger(ovs, { owner: 'others' });
  await theirs.plug(request(74));
  await plugger.plug(onOther(75));
  // As when their plugs were killed before the transaction, or their unplugs after it.
  for (const name of ['tap72', 'tap73', 'tap74', 'tap75']) vsctl('del-port', name);
  await createTap('tap76', { up: true });
  const look = () => plugger.reconcile([request(73)], { bridges: ['br-int'] });
  const first = await look();
  t.deepEqual(names(first.plugged), ['tap73']);
  t.like(first, { failed: [], dropped: [] });
  t.deepEqual(names(first.stale), ['tap72']);
  t.true(linkExists('tap72'));
  const second = await look();
  t.deepEqual(names(second.dropped), ['tap72']);
  t.like(second, { failed: [], plugged: [], stale: [], unchanged: 1 });
  t.false(linkExists('tap72'));
  for (const name of ['tap73', 'tap74', 'tap75', 'tap76']) t.true(linkExists(name), name);
  for (const name of ['tap74', 'tap75', 'tap76']) await deleteTap(name);
  await plugger.unplug(request(73));
});
