import { execFileSync } from 'node:child_process';
import test from 'ava';
import { createBridge, deleteLink, getLinkDetails, linkExists, listLinks } from '../../src/netdev/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { Plugger, type PlugRequest } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { untilNoOthers } from '../support/links.js';
import { needsRoot } from '../support/root.js';
import { request } from './request.js';

let sandbox: Sandbox;
let ovs: Ovs;
let plugger: Plugger;

const rootTest = needsRoot(test).serial;

rootTest.before(async () => {
  sandbox = await startSandbox();
  ovs = await Ovs.connect(sandbox.remote);
});

const bare = () => untilNoOthers((name) => ['lo', 'ovs-netdev', 'br-int'].includes(name));

rootTest.beforeEach(async () => {
  await ovs.transact((tx) => {
    tx.deleteBridge('br-int', { ifExists: true });
    tx.addBridge('br-int', { datapathType: 'netdev' });
  });
  plugger = new Plugger(ovs);
});

rootTest.after.always(async () => {
  await ovs?.close();
  await sandbox?.stop();
});

const vsctl = (...args: string[]) =>
  execFileSync('ovs-vsctl', args, { env: { ...process.env, ...sandbox.env }, encoding: 'utf8' }).trim();
const ip = (line: string) => execFileSync('ip', line.split(' '), { encoding: 'utf8' });
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).sort();
const look = (desired: PlugRequest[] = [], bridges = ['br-int']) => plugger.reconcile(desired, { bridges });

const id = (n: number) => `0000000${n}`;
const onTap = (n: number, port: PlugRequest['port'] = {}): PlugRequest => {
  const { vif, instance } = request(n);
  return { vif: { ...vif, id: `${id(n)}-0000-4000-8000-000000000000` }, instance, port };
};
const hybrid = (n: number, port: PlugRequest['port'] = {}): PlugRequest => {
  const { vif, instance } = onTap(n);
  return { vif: { ...vif, details: { ovs_hybrid_plug: true } }, instance, port };
};
const devicesOf = (n: number) => ['qbr', 'qvb', 'qvo'].map((prefix) => `${prefix}${id(n)}-00`);
const left = (n: number) => devicesOf(n).filter((name) => linkExists(name));

rootTest('hybrid devices carry the mark, of their owner, their network and their port', async (t) => {
  await plugger.plug(hybrid(1));
  for (const name of devicesOf(1)) {
    t.is((await getLinkDetails(name)).alias, `ovskit-owner=ovskit bridge=br-int port=qvo${id(1)}-00`);
  }
  await plugger.unplug(hybrid(1));
  t.deepEqual(left(1), []);
});

const deaths: Record<string, (qvo: string, qvb: string, qbr: string) => void> = {
  'before the port came, or after it went': (qvo) => vsctl('del-port', qvo),
  'before the pair was made': (qvo) => {
    vsctl('del-port', qvo);
    ip(`link delete ${qvo}`);
  },
  'after the bridge went': (qvo, _, qbr) => {
    vsctl('del-port', qvo);
    ip(`link delete ${qbr}`);
  },
  'and somebody deleted the pair, and left the port': (qvo) => ip(`link delete ${qvo}`),
};

for (const [when, die] of Object.entries(deaths)) {
  rootTest(`what a hybrid VIF's killed plug or unplug left goes, all of it: ${when}`, async (t) => {
    await plugger.plugMany([hybrid(1), hybrid(2), hybrid(3)]);
    const other = new Plugger(ovs, { owner: 'others' });
    await other.plug(hybrid(4));
    for (const n of [1, 2, 4]) {
      const [qbr, qvb, qvo] = devicesOf(n) as [string, string, string];
      die(qvo, qvb, qbr);
    }
    await ovs.sync();
    const before = left(4);
    const first = await look([hybrid(2), hybrid(3)]);
    t.deepEqual([names(first.stale), first.dropped, first.failed], [[`qvo${id(1)}-00`], [], []]);
    t.is(first.plugged.length, 1);
    const second = await look([hybrid(2), hybrid(3)]);
    t.deepEqual([second.stale, names(second.dropped), second.failed], [[], [`qvo${id(1)}-00`], []]);
    t.deepEqual(left(1), []);
    t.deepEqual([left(2), left(3), left(4)], [devicesOf(2), devicesOf(3), before]);
    t.is((await look([hybrid(2), hybrid(3)])).unchanged, 2);
    await plugger.unplugMany([hybrid(2), hybrid(3)]);
    await other.unplug(hybrid(4));
    for (const name of left(4)) await deleteLink(name);
  });
}

rootTest("a VIF's own Linux bridge that its killed maker left without settings gets them", async (t) => {
  const [qbr] = devicesOf(5) as [string];
  await createBridge(qbr, { forwardDelay: 0, stp: false, multicastSnooping: false, alias: 'any' });
  const asNewton = { ...hybrid(5), release: 'newton' as const };
  await plugger.plug(asNewton);
  t.is(execFileSync('cat', [`/proc/sys/net/ipv6/conf/${qbr}/disable_ipv6`], { encoding: 'utf8' }), '1\n');
  await plugger.unplug(asNewton);
});

const own = { per_port_bridge: true, datapath_type: 'netdev' } as const;
const bridges = () => vsctl('list-br').split('\n');

for (const [what, make] of [
  ['a tap', (n: number) => onTap(n, own)],
  ['a hybrid VIF', (n: number) => hybrid(n, own)],
] as const) {
  rootTest(`a bridge of the port's own goes with its port and its devices: ${what}`, async (t) => {
    await bare();
    await plugger.plugMany([make(1), make(2), make(3)]);
    const devices = listLinks();
    // Of one the port on the network's bridge has gone.
    const [port] = vsctl('list-ports', 'br-int').split('\n') as [string];
    vsctl('del-port', port);
    const first = await look([make(3)]);
    t.deepEqual([first.stale.length, first.dropped.length, first.failed, first.unchanged], [2, 0, [], 1]);
    t.deepEqual(listLinks(), devices);
    const second = await look([make(3)]);
    t.deepEqual([second.stale.length, second.dropped.length, second.failed, second.unchanged], [0, 2, [], 1]);
    t.is(bridges().length, 2);
    await plugger.unplug(make(3));
    t.deepEqual(bridges(), ['br-int']);
    await t.notThrowsAsync(bare());
  });
}

const network = (n: number, bridge: string): PlugRequest => {
  const { vif, instance } = request(n);
  const meta = { should_create_bridge: true, bridge_interface: undefined };
  return { vif: { ...vif, type: 'bridge', network: { bridge, meta } }, instance };
};

rootTest('a Linux bridge goes that ovskit made, that no desired VIF is on, and that nobody uses', async (t) => {
  ip('link add their0 type bridge');
  const made = ['used0', 'wanted0', 'addressed0', 'unused0'];
  for (const [n, name] of made.entries()) await plugger.plug(network(n, name));
  await plugger.plug(network(7, 'their0'));
  ip('tuntap add dev guest0 mode tap');
  ip('link set guest0 master used0');
  ip('address add 192.0.2.1/24 dev addressed0');
  const all = [...made, 'their0'];
  const desired = [network(9, 'wanted0')];
  t.deepEqual((await look([request(1)])).stale, [], 'bridges that were not named');
  const first = await look(desired, all);
  t.deepEqual([names(first.stale), first.dropped, first.failed], [['unused0'], [], []]);
  const second = await look(desired, all);
  t.deepEqual([second.stale, names(second.dropped), second.failed], [[], ['unused0'], []]);
  t.deepEqual(
    all.filter((name) => linkExists(name)),
    ['used0', 'wanted0', 'addressed0', 'their0'],
  );
  // What comes between the two looks keeps it.
  ip('link set guest0 nomaster');
  t.deepEqual(names((await look([], ['used0'])).stale), ['used0']);
  ip('link set guest0 master used0');
  t.deepEqual((await look([], ['used0'])).dropped, []);
  for (const name of ['guest0', 'used0', 'wanted0', 'addressed0', 'their0']) await deleteLink(name);
  await plugger.unplug(request(1));
});
