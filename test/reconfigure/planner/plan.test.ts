import test, { type ExecutionContext } from 'ava';
import { execute, explain, type Step } from '../../../src/plan/index.js';
import { type Facts, findPif, parseFacts, parseRecords, planReconfigure } from '../../../src/reconfigure/index.js';
import { ifdown } from '../../../src/reconfigure/planner/ip.js';
import { Ovs } from '../../../src/vswitch/index.js';
import { runStock, startTwin } from '../../cli/vsctl/twins.js';
import { contents } from '../contents.js';
import { hostDocument } from '../host.js';

type Document = { [kind: string]: Record<string, Record<string, unknown>> };

/** The host with some fields changed: `{ 'pifs.bond0': { MAC: '' } }`. */
function hostWith(changes: Record<string, object> = {}, options: { secure?: boolean } = {}) {
  const document = hostDocument(options) as unknown as Document;
  for (const [where, fields] of Object.entries(changes)) {
    const [kind = '', ...ref] = where.split('.');
    const table = document[kind] as Record<string, Record<string, unknown>>;
    table[ref.join('.')] = { ...table[ref.join('.')], ...fields };
  }
  return parseRecords(document);
}

const bond = (other_config: Record<string, string>) => hostWith({ 'pifs.bond0': { other_config } });

/** A machine of which nothing is known but its cards, and a switch that has nothing. */
function facts(more: object = {}): Facts {
  const cards = Object.fromEntries(['eth0', 'eth1', 'eth2', 'eth3'].map((name) => [name, {}]));
  return parseFacts({ netdevs: cards, bridges: {}, ...more });
}

function up(records: ReturnType<typeof parseRecords>, pif = 'bond0', on = facts()) {
  const { plan, log } = planReconfigure(records, { up: pif }, on);
  return { plan, messages: log.map(({ message }) => message) };
}

/** The columns that are set on a row. */
function columnsOf(steps: readonly Step[], record: string): object {
  const changes = steps.flatMap((step) => (step.kind === 'transaction' ? step.changes : []));
  const sets = changes.flatMap((change) =>
    change.change === 'set' && change.record === record ? [change.columns] : [],
  );
  return Object.assign({}, ...sets);
}

const bondOf = (other_config: Record<string, string>) => columnsOf(up(bond(other_config)).plan.steps, 'bond0');

test('bond options: the defaults, and each that overrides one', (t) => {
  const common = { mac: '52:54:00:77:00:02', bond_updelay: 31000, bond_downdelay: 200 };
  const detect = { 'bond-detect-mode': 'carrier', 'bond-miimon-interval': '100' };
  const slb = { ...common, lacp: 'off', bond_mode: 'balance-slb', other_config: detect };
  const { bond_updelay: _, bond_downdelay: __, ...withoutDelays } = slb;
  t.deepEqual(bondOf({}), slb);
  t.deepEqual(bondOf({ mode: 'active-backup' }), slb, 'a key without bond- is none of the bond');
  t.deepEqual(bondOf({ 'bond-mode': 'active-backup' }), { ...slb, bond_mode: 'active-backup' });
  t.deepEqual(bondOf({ 'bond-mode': 'lacp' }), { ...slb, lacp: 'active' });
  const lacp = { ...slb, lacp: 'active', bond_mode: 'balance-tcp' };
  t.deepEqual(bondOf({ 'bond-mode': 'lacp', 'bond-hashing-algorithm': 'tcpudp_ports' }), lacp);
  t.deepEqual(bondOf({ 'bond-updelay': '0', 'bond-downdelay': '7' }), {
    ...withoutDelays,
    bond_downdelay: 7,
  });
  t.deepEqual(bondOf({ 'bond-use_carrier': '0', 'bond-miimon': '50' }), {
    ...slb,
    other_config: { 'bond-detect-mode': 'miimon', 'bond-miimon-interval': '50' },
  });
  t.deepEqual(bondOf({ 'bond-rebalance-interval': '10000' }), {
    ...slb,
    other_config: { ...detect, 'bond-rebalance-interval': '10000' },
  });
});

const invalid: [string, Record<string, string>, RegExp, object][] = [
  [
    'updelay',
    { 'bond-updelay': 'soon' },
    /^bridge xapi0: invalid bond-updelay "soon": it must be a whole number/,
    { bond_updelay: 0 },
  ],
  ['downdelay', { 'bond-downdelay': '-1' }, /^bridge xapi0: invalid bond-downdelay "-1"/, { bond_downdelay: 0 }],
  [
    'miimon',
    { 'bond-miimon': '1e3' },
    /^bridge xapi0: invalid bond-miimon "1e3"/,
    { other_config: { 'bond-detect-mode': 'carrier' } },
  ],
  [
    'use_carrier',
    { 'bond-use_carrier': '' },
    /^bridge xapi0: invalid bond-use_carrier ""/,
    { other_config: { 'bond-miimon-interval': '100' } },
  ],
  [
    'mode',
    { 'bond-mode': 'balance-tcp' },
    /^bridge xapi0: invalid bond-mode "balance-tcp": balance-slb is used/,
    { bond_mode: 'balance-slb', lacp: 'off' },
  ],
  [
    'hashing-algorithm',
    { 'bond-mode': 'lacp', 'bond-hashing-algorithm': 'md5' },
    /^bridge xapi0: invalid bond-hashing-algorithm "md5": src_mac is used/,
    { bond_mode: 'balance-slb', lacp: 'active' },
  ],
];

for (const [name, other_config, message, columns] of invalid) {
  test(`an invalid bond option is logged by its own name and value: ${name}`, (t) => {
    const { plan, messages } = up(bond(other_config));
    t.is(messages.filter((each) => message.test(each)).length, 1);
    const { bond_updelay, bond_downdelay, ...set } = columnsOf(plan.steps, 'bond0') as Record<string, unknown>;
    t.like({ bond_updelay: bond_updelay ?? 0, bond_downdelay: bond_downdelay ?? 0, ...set }, columns);
  });
}

test('without a MAC a bond has no mac, and invalid settings of a card are logged and left out', (t) => {
  t.false('mac' in columnsOf(up(hostWith({ 'pifs.bond0': { MAC: '' } })).plan.steps, 'bond0'));
  const other_config = { 'ethtool-speed': '2500', 'ethtool-gro': 'x', 'ethtool-tx': 'on', mtu: 'jumbo' };
  const { plan, messages } = up(hostWith({ 'pifs.eth0': { other_config } }), 'eth0');
  t.regex(messages.join('\n'), /invalid ethtool-speed "2500" of eth0: it must be 10, 100, 1000/);
  t.regex(messages.join('\n'), /invalid ethtool-gro "x" of eth0/);
  t.regex(messages.join('\n'), /invalid mtu "jumbo" of the PIF/);
  t.deepEqual(
    plan.steps.find(({ kind }) => kind === 'set-features'),
    { kind: 'set-features', device: 'eth0', features: { tx: true, lro: false }, bestEffort: true },
  );
  t.false(plan.steps.some(({ kind }) => kind === 'set-mtu' || kind === 'set-link-settings'));
});

const flowsOf = (steps: readonly Step[]) =>
  explain({ steps }).flatMap(([tool, , , flow]) => (tool === 'ovs-ofctl' ? [flow] : []));

test('management flows: of a card, of a bond, of a bond of one', (t) => {
  const tp = 'idle_timeout=0,priority=0';
  const mac = '52:54:00:77:00:02';
  const managed = (slaves: string[]) =>
    hostWith(
      {
        'pifs.eth0': { management: false },
        'pifs.bond0': { management: true },
        'pifs.eth2': { bond_slave_of: slaves.includes('eth2') ? 'b0' : '' },
        'bonds.b0': { slaves },
      },
      { secure: true },
    );
  t.deepEqual(
    flowsOf(up(managed(['eth1', 'eth2'])).plan.steps).sort(),
    [
      `${tp},in_port=local,arp,dl_src=${mac},actions=NORMAL`,
      `${tp},in_port=local,dl_src=${mac},actions=NORMAL`,
      `${tp},in_port=eth1,arp,nw_proto=1,actions=local`,
      `${tp},in_port=eth1,dl_dst=${mac},actions=local`,
      `${tp},in_port=eth2,arp,nw_proto=1,actions=local`,
      `${tp},in_port=eth2,dl_dst=${mac},actions=local`,
    ].sort(),
  );
  t.deepEqual(
    flowsOf(up(managed(['eth1'])).plan.steps).sort(),
    [
      `${tp},in_port=local,arp,dl_src=${mac},actions=output:eth1`,
      `${tp},in_port=local,dl_src=${mac},actions=output:eth1`,
      `${tp},in_port=eth1,arp,nw_proto=1,actions=local`,
      `${tp},in_port=eth1,dl_dst=${mac},actions=local`,
    ].sort(),
  );
});

test('no management flows where the network says secure, the bridge is secure, or another PIF is the management one', (t) => {
  const own = { 'networks.net-eth0': { other_config: { 'vswitch-controller-fail-mode': 'secure' } } };
  t.deepEqual(flowsOf(up(hostWith(own, { secure: true }), 'eth0').plan.steps), []);
  const secure = facts({ bridges: { xenbr0: { fail_mode: 'secure' } } });
  t.deepEqual(flowsOf(up(hostWith({}, { secure: true }), 'eth0', secure).plan.steps), []);
  t.deepEqual(flowsOf(up(hostWith({}, { secure: true }), 'eth3').plan.steps), []);
  t.is(flowsOf(up(hostWith({}, { secure: true }), 'eth0').plan.steps).length, 4);
});

test('in-band control is as the network says; what says nothing, in whatever way, says so without a warning', (t) => {
  const said = (value: string | undefined) => {
    const other_config = value === undefined ? {} : { 'vswitch-disable-in-band': value };
    const { plan, messages } = up(hostWith({ 'networks.net-eth0': { other_config } }), 'eth0');
    const { other_config: keys = {} } = columnsOf(plan.steps, 'xenbr0') as { other_config?: Record<string, unknown> };
    return [keys['disable-in-band'], messages.filter((message) => message.includes('in-band'))];
  };
  for (const nothing of [undefined, '']) t.deepEqual(said(nothing), [undefined, []]);
  for (const value of ['true', 'false']) t.deepEqual(said(value), [value, []]);
  const [none, [message]] = said('maybe') as [undefined, string[]];
  t.is(none, undefined);
  t.regex(message ?? '', /"maybe" is no valid vswitch-disable-in-band for bridge xenbr0/);
});

test('rewrite names the networks of each bridge that is there, and tells what it skips', (t) => {
  const rewrite = (changes: Record<string, object>, bridges: object) => {
    const attached = { 'pifs.eth0': { currently_attached: true }, ...changes };
    const { plan, log } = planReconfigure(hostWith(attached), { rewrite: true }, facts({ bridges }));
    const made = plan.steps.flatMap((step) => (step.kind === 'transaction' ? step.changes : []));
    const named = made.flatMap((change) => (change.change === 'set-bridge-external-id' ? [change.bridge] : []));
    return { named, messages: log.map(({ message }) => message) };
  };
  const there = rewrite({}, { xenbr0: {} });
  t.deepEqual(there.named, ['xenbr0']);
  t.false(there.messages.some((message) => message.includes('eth0')));
  const gone = rewrite({}, {});
  t.deepEqual(gone.named, []);
  t.true(
    gone.messages.some((message) => /eth0.* is attached, and there is no bridge xenbr0: it is skipped/.test(message)),
  );
  const without = rewrite({ 'networks.net-eth0': { bridge: '' } }, { xenbr0: {} });
  t.deepEqual(without.named, []);
  t.true(without.messages.some((message) => /eth0.* is attached and has no bridge: it is skipped/.test(message)));
});

test('the undoing of ifdown configures again what was configured and up, and nothing else', (t) => {
  const undoOf = (ifcfg: string[], up: boolean) =>
    ifdown('eth0', parseFacts({ netdevs: { eth0: { up } }, ifcfg, bridges: {} }));
  t.like(undoOf(['eth0'], true), { argv: ['ifdown', 'eth0'], bestEffort: true, undo: ['ifup', 'eth0'] });
  for (const step of [undoOf([], true), undoOf(['eth0'], false), undoOf([], false)]) t.like(step, { undo: undefined });
});

async function onDatabases(t: ExecutionContext, records: ReturnType<typeof parseRecords>, pif: string) {
  const [ours, stock] = await Promise.all([startTwin(t), startTwin(t)]);
  const ovs = await Ovs.on(ours.client);
  const { plan } = up(records, pif);
  const steps = plan.steps.flatMap((step) => (step.kind === 'transaction' ? { ...step, waitForVswitchd: false } : []));
  await execute({ steps }, ovs);
  const [line] = explain({ steps });
  t.like(await runStock(stock, ['--no-wait', ...(line as string[]).slice(1)]), { status: 0, stderr: '' });
  t.is(await contents(ours), await contents(stock));
  return ovs;
}

test('strings and names are data: the exact one is stored, and the explained line stores the same', async (t) => {
  const value = ' a"b\\c\u0001\u007f\t\n#\u00e9,;={}[]';
  const records = hostWith({
    'pifs.bond0': { other_config: { 'bond-odd': value, 'bond-': '#' } },
    'networks.net-bond0': { bridge: '#br', uuid: '"' },
  });
  const ovs = await onDatabases(t, records, 'bond0');
  await ovs.transact((tx) => {
    const port = tx.find('Port', 'name', 'bond0');
    const config = port && (tx.get(port, 'other_config') as ReadonlyMap<string, string>);
    t.is(config?.get('bond-odd'), value);
    t.true(tx.bridgeExists('#br'));
    t.is(tx.externalIds('#br').get('xs-network-uuids'), '";network-xapi6');
  });
});

test('a PIF is found by what it is, and by nothing else', (t) => {
  const records = hostWith();
  for (const word of ['eth0.5', 'uuid-eth0-5', 'xapi5']) t.is(findPif(records, word).ref, 'eth0.5');
  t.throws(() => findPif(records, 'eth9'), { code: 'ERR_RECONFIGURE_NO_PIF', message: /such as eth0, eth1, eth2/ });
  const shared = hostWith({ 'pifs.eth3': { network: 'net-eth0' } });
  t.throws(() => findPif(shared, 'xenbr0'), {
    message: /bridge xenbr0 is that of eth0, eth3: name the PIF by its uuid/,
  });
});

test('what has no datapath is told so', (t) => {
  const records = hostWith({ 'networks.net-eth0': { bridge: '' } });
  const code = 'ERR_RECONFIGURE_UNSUPPORTED';
  t.throws(() => up(records, 'eth0'), { code, message: /its network network-xenbr0 has no bridge/ });
  t.throws(() => up(records, 'eth0.5'), { code, message: /is a VLAN on PIF eth0 .*has no bridge/ });
  t.throws(() => planReconfigure(records, { down: 'eth0' }, facts()), { code });
});
