import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { getLink, getLinkDetails, listLinkDetails, listLinks } from '../../../src/netdev/index.js';
import { Plugger } from '../../../src/vif/index.js';
import { openTap } from '../../support/open-tap.js';
import { needsRoot } from '../../support/root.js';
import { ovs, plugger, useSwitch, vsctl } from '../../support/switch.js';
import { request } from '../request.js';
import { startStandIns } from '../stand-ins.js';
import { settle } from '../state.js';
import { every, qbr } from './requests.js';

/** Every type that has one: its plug twice and its unplug twice, on real links and a real switch. Only vendors' tools are stand-ins. */
const rootTest = needsRoot(test).serial;
let directory: string;
let standIns: ReturnType<typeof startStandIns>;

useSwitch(rootTest, 'br-int');

rootTest.before(() => {
  standIns = startStandIns();
  directory = standIns.directory;
});

rootTest.after.always(() => {
  standIns?.[Symbol.dispose]();
});

function toolCalls(): string[] {
  try {
    return readFileSync(join(directory, 'log'), 'utf8').trim().split('\n');
  } catch {
    return [];
  } finally {
    rmSync(join(directory, 'log'), { force: true });
  }
}

/** Links, their masters and settings, and ports: what a second plug must not change, and an unplug must put back. */
async function state(): Promise<unknown> {
  const links = (await listLinkDetails()).map(({ name, up, mtu, master, promiscuous, data, index }) => {
    return { name, index, up, mtu, master, promiscuous, data };
  });
  const order = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return { links: links.sort(order), ports: vsctl('list-ports', 'br-int'), revision: ovs.replica.revision };
}

for (const [name, { request: input, links, port, tools = [], unplugTools = [] }] of Object.entries(every)) {
  rootTest(`${name}: plugged, plugged again, unplugged, unplugged again`, async (t) => {
    const matches = (calls: string[], patterns: readonly RegExp[]) =>
      calls.length === patterns.length && patterns.every((pattern, at) => pattern.test(calls[at] ?? ''));
    toolCalls();
    const before = new Set(listLinks());
    const plugged = await plugger.plug(input);
    t.true(plugged.changed);
    t.deepEqual(
      listLinks()
        .filter((each) => !before.has(each))
        .sort(),
      [...links].sort(),
    );
    t.is(vsctl('list-ports', 'br-int'), port ?? '');
    t.is(plugged.ofport, port === undefined ? undefined : Number(vsctl('get', 'Interface', port, 'ofport')));
    const calls = toolCalls();
    t.true(matches(calls, tools), calls.join('\n'));
    await settle(ovs);
    const wanted = await state();
    const again = await plugger.plug(input);
    t.deepEqual(await state(), wanted);
    // A tool can't be asked what it did: it is told again.
    if (tools.length === 0) t.false(again.changed);
    toolCalls();

    await plugger.unplug(input);
    t.deepEqual(
      listLinks().filter((each) => !before.has(each)),
      [],
    );
    t.is(vsctl('list-ports', 'br-int'), '');
    const undone = toolCalls();
    t.true(matches(undone, unplugTools), undone.join('\n'));
    await settle(ovs);
    const gone = await state();
    const { changed } = await plugger.unplug(input);
    t.deepEqual(await state(), gone);
    if (tools.length === 0) t.false(changed);
  });
}

const onPort = Object.entries(every).filter(([, { port }]) => port !== undefined);
const ownBridge = request(1, { port: { per_port_bridge: true, datapath_type: 'netdev' } });
for (const [name, input] of [
  ...onPort.map(([name, { request }]) => [name, request] as const),
  ['ovs, on a bridge of its own', ownBridge] as const,
]) {
  rootTest(`${name}: an unplug that comes late leaves the next instance's VIF alone`, async (t) => {
    const heir = { ...input, instance: { ...input.instance, uuid: '20000000-0000-4000-8000-000000000000' } };
    await plugger.plug(input);
    t.true((await plugger.plug(heir)).changed);
    await settle(ovs);
    const live = await state();
    toolCalls();
    const late = await plugger.unplug(input);
    t.deepEqual(await state(), live);
    t.deepEqual(toolCalls(), []);
    t.false(late.changed);
    t.regex(late.warnings.join(), /^port \S+ is left alone: it is instance 20000000-\S+ by now/);
    t.true((await plugger.unplug(input, { force: true })).changed);
    t.is(vsctl('list-ports', 'br-int'), '');
    t.deepEqual((await plugger.unplug(heir)).warnings, []);
  });
}

rootTest('a hybrid VIF hangs together', async (t) => {
  const input = request(1, { mtu: 1400, release: 'newton', vif: { details: { ovs_hybrid_plug: true } } });
  await plugger.plug(input);
  const [bridge, inner, outer] = await Promise.all([qbr.bridge, qbr.inner, qbr.outer].map(getLinkDetails));
  t.like(bridge, { kind: 'bridge', up: true });
  t.like(bridge?.data, { forwardDelay: 0, stp: false, multicastSnooping: false });
  t.is(readFileSync(`/proc/sys/net/ipv6/conf/${qbr.bridge}/disable_ipv6`, 'utf8').trim(), '1');
  t.like(inner, { kind: 'veth', up: true, promiscuous: true, mtu: 1400, master: qbr.bridge, link: qbr.outer });
  t.like(outer, { kind: 'veth', up: true, promiscuous: true, mtu: 1400 });
  t.is(vsctl('get', 'Interface', qbr.outer, 'external_ids:iface-id'), '"00000000-0000-4000-8000-000000000001"');
  // What somebody took apart is put together again, and the rest left alone.
  execFileSync('ip', ['link', 'set', qbr.inner, 'nomaster']);
  execFileSync('ip', ['link', 'set', qbr.outer, 'down']);
  t.true((await plugger.plug(input)).changed);
  t.is((await getLinkDetails(qbr.inner)).master, qbr.bridge);
  t.true(getLink(qbr.outer).up);
  // A pair of which one end has gone is made anew, and its port is opened again.
  execFileSync('ip', ['link', 'delete', qbr.outer]);
  const { ofport } = await plugger.plug(input);
  t.is(ofport, Number(vsctl('get', 'Interface', qbr.outer, 'ofport')));
  t.true((ofport ?? 0) > 0);
  await plugger.unplug(input);
});

rootTest('a tap goes at the unplug even while a guest has it open', async (t) => {
  await plugger.plug(request(1));
  const guest = await openTap('tap1', 0x1002);
  await plugger.unplug(request(1));
  t.false(listLinks().includes('tap1'));
  await guest.close();
});

rootTest("a vendor's tool that fails fails the plug, which is undone; by best effort it is a warning", async (t) => {
  const input = request(1, { vif: { type: 'midonet' } });
  writeFileSync(join(directory, 'fail-mm-ctl'), '');
  await t.throwsAsync(plugger.plug(input), { code: 'ERR_TOOL_FAILED', message: /mm-ctl .*out of order/ });
  t.false(listLinks().includes('tap1'));
  const { warnings } = await plugger.plug(input, { bestEffort: true });
  t.regex(warnings.join(), /mm-ctl .*out of order/);
  t.true(listLinks().includes('tap1'));
  t.is((await plugger.unplug(input, { bestEffort: true })).warnings.length, 1);
  t.false(listLinks().includes('tap1'));
  rmSync(join(directory, 'fail-mm-ctl'));
});

rootTest('a bridge of a network takes its interface, addresses and routes', async (t) => {
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
  ip('link', 'add', 'card0', 'type', 'veth', 'peer', 'name', 'wire0');
  for (const each of ['card0', 'wire0']) ip('link', 'set', each, 'up');
  ip('address', 'add', '192.0.2.9/24', 'broadcast', '192.0.2.255', 'dev', 'card0');
  ip('route', 'add', 'default', 'via', '192.0.2.1', 'metric', '1');
  const meta = { bridge_interface: 'card0', should_create_bridge: true };
  const input = request(1, { release: 'newton', vif: { type: 'bridge', network: { bridge: 'br100', meta } } });
  const others = request(2, { release: 'newton', vif: { type: 'bridge', network: { bridge: 'br100', meta } } });
  const results = await Promise.all([plugger.plug(input), plugger.plug(others)]);
  t.deepEqual(
    results.map(({ changed }) => changed),
    [true, false],
    'one after the other: they share the bridge',
  );
  t.is((await getLinkDetails('card0')).master, 'br100');
  t.regex(ip('address', 'show', 'dev', 'br100'), /inet 192\.0\.2\.9\/24 brd 192\.0\.2\.255 scope global br100/);
  t.notRegex(ip('address', 'show', 'dev', 'card0'), /inet /);
  t.regex(ip('route', 'show', 'default'), /default via 192\.0\.2\.1 dev br100 metric 1/);
  t.false((await plugger.plug(input)).changed);
  t.false((await plugger.unplug(input)).changed, 'others use it');
  ip('link', 'delete', 'br100');
  ip('link', 'delete', 'card0');
});

rootTest('a bridge keeps IPv6 where its interface has addresses of it, which newton would have lost', async (t) => {
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
  const disabled = (bridge: string) => readFileSync(`/proc/sys/net/ipv6/conf/${bridge}/disable_ipv6`, 'utf8').trim();
  for (const [bridge, address] of [
    ['br101', '2001:db8::9/64'],
    ['br102', '192.0.2.9/24'],
  ] as const) {
    ip('link', 'add', 'card1', 'type', 'veth', 'peer', 'name', 'wire1');
    for (const each of ['card1', 'wire1']) ip('link', 'set', each, 'up');
    ip('address', 'add', address, 'dev', 'card1', ...(address.includes(':') ? ['nodad'] : []));
    const meta = { bridge_interface: 'card1', should_create_bridge: true };
    await plugger.plug(request(1, { release: 'newton', vif: { type: 'bridge', network: { bridge, meta } } }));
    t.is(disabled(bridge), address.includes(':') ? '0' : '1');
    t.true(ip('address', 'show', 'dev', bridge).includes(address));
    ip('link', 'delete', bridge);
    ip('link', 'delete', 'card1');
  }
});

rootTest('where there is no switch, what needs none is plugged, and what needs one is refused', async (t) => {
  await using alone = new Plugger();
  const tap = request(1, { vif: { type: 'tap' } });
  t.true((await alone.plug(tap)).changed);
  t.false((await alone.plug(tap)).changed);
  t.true((await alone.unplug(tap)).changed);
  await t.throwsAsync(alone.plug(request(1)), { code: 'ERR_INVALID_ARGUMENT', message: /type ovs needs a switch/ });
});

rootTest('two who plug the same VIF at once, each for himself, both find it plugged', async (t) => {
  await using other = new Plugger(ovs);
  for (const input of [request(1), request(1, { vif: { type: 'ivs', details: { ovs_hybrid_plug: true } } })]) {
    const [first, second] = await Promise.all([plugger.plug(input), other.plug(input)]);
    t.is(first.ofport, second.ofport);
    await plugger.unplug(input);
  }
});
