import test from 'ava';
import { explain, type Step } from '../../../src/plan/index.js';
import type { Facts, PortFacts } from '../../../src/vif/facts.js';
import { type PlanOptions, parsePlugRequest, planOnHost, planVif } from '../../../src/vif/index.js';
import { ids, nothing, tap1Port, tapLink, withLinks, withPorts } from '../facts.js';
import { request } from '../request.js';

const plug = (facts: Facts, input: unknown = request(1), options: PlanOptions = {}) =>
  planVif('plug', parsePlugRequest(input), facts, options).steps as Step[];
const unplug = (facts: Facts, input: unknown = request(1)) =>
  planVif('unplug', parsePlugRequest(input), facts).steps as Step[];

const wanted = withPorts({ tap1: tap1Port }, withLinks({ tap1: tapLink }));
const withPort = (port: Partial<PortFacts>) =>
  withPorts({ tap1: { ...tap1Port, ...port } }, withLinks({ tap1: tapLink }));
const waiting = (afterTransaction: boolean) => ({ kind: 'wait-for-interface', interface: 'tap1', afterTransaction });

test('a first plug makes the tap, then the port, then waits', (t) => {
  t.deepEqual(plug(nothing, request(1, { mtu: 1450 })) as unknown, [
    { kind: 'create-tap', device: 'tap1' },
    { kind: 'set-mtu', device: 'tap1', mtu: 1450 },
    {
      kind: 'transaction',
      changes: [{ change: 'add-port', bridge: 'br-int', port: 'tap1', interface: { external_ids: ids } }],
    },
    waiting(false),
  ]);
});

test('a plug of what is plugged only waits', (t) => {
  t.deepEqual(plug(wanted) as unknown, [waiting(false)]);
});

test('a tap that is there is used, and set right', (t) => {
  const facts = withLinks({ tap1: { ...tapLink, up: false } });
  t.deepEqual(plug(facts, request(1, { mtu: 1400 })).slice(0, 2) as unknown, [
    { kind: 'set-link-up', device: 'tap1' },
    { kind: 'set-mtu', device: 'tap1', mtu: 1400 },
  ]);
});

for (const [why, facts] of [
  ['its external ids differ', withPort({ externalIds: new Map([['iface-status', 'inactive']]) })],
  ['ovs-vswitchd has not opened it', withPort({ opened: false })],
] as [string, Facts][]) {
  test(`a port is kept and touched when ${why}`, (t) => {
    t.deepEqual(plug(facts).slice(-2) as unknown, [
      {
        kind: 'transaction',
        changes: [{ change: 'set', table: 'Interface', record: 'tap1', columns: { external_ids: ids } }],
      },
      waiting(true),
    ]);
  });
}

test('a port is kept: closed before its device is made anew, and opened again', (t) => {
  const set = (columns: object) => [{ change: 'set', table: 'Interface', record: 'tap1', columns }];
  t.deepEqual(plug(withPorts({ tap1: tap1Port })) as unknown, [
    { kind: 'transaction', changes: set({ type: 'ovskit-closed' }), waitForVswitchd: true },
    { kind: 'create-tap', device: 'tap1' },
    { kind: 'transaction', changes: set({ type: '', external_ids: ids }) },
    waiting(true),
  ]);
});

test('a port that was closed by a plug that was killed is opened', (t) => {
  t.deepEqual(plug(withPort({ type: 'ovskit-closed', opened: false })).slice(-2) as unknown, [
    {
      kind: 'transaction',
      changes: [{ change: 'set', table: 'Interface', record: 'tap1', columns: { type: '', external_ids: ids } }],
    },
    waiting(true),
  ]);
});

test('a plug that cannot be is refused before anything is done', (t) => {
  t.throws(() => plug({ ...nothing, bridge: () => false }), {
    code: 'ERR_VSWITCH_NO_BRIDGE',
    message: 'no bridge named br-int',
  });
  t.throws(() => plug(withPort({ bridge: 'br-ex' })), {
    code: 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE',
    message: /tap1 belongs to bridge br-ex, not to br-int/,
  });
  for (const [taken, message] of [
    [{ bridge: 'tap1' }, /local port of bridge tap1/],
    [{ name: 'bond0', interfaces: ['eth1', 'tap1'] }, /port bond0 has an interface of that name/],
    [{ interfaces: ['eth1', 'eth2'] }, /it is a bond of eth1, eth2/],
    [{ type: 'internal' }, /interface is of type internal/],
    [{ externalIds: new Map([['iface-id', 'other']]) }, /carries iface-id other, where this VIF has 0{8}-/],
  ] as const) {
    t.throws(() => plug(withPort(taken)), { code: 'ERR_VIF_PORT_TAKEN', message });
    t.throws(() => unplug(withPort(taken)), { code: 'ERR_VIF_PORT_TAKEN', message });
  }
  t.throws(() => plug(withLinks({ tap1: { kind: 'veth' } })), { code: 'ERR_NETDEV_WRONG_KIND', message: /tap1/ });
});

test('by force a port is taken over, in one transaction; a bond and a local port are not', (t) => {
  for (const port of [{ bridge: 'br-ex' }, { externalIds: new Map([['iface-id', 'other']]) }]) {
    const [step] = plug(withPort(port), request(1), { force: true });
    t.deepEqual(step?.kind === 'transaction' && step.changes.map(({ change }) => change), ['delete-port', 'add-port']);
  }
  t.throws(() => plug(withPort({ interfaces: ['a', 'b'] }), request(1), { force: true }), {
    code: 'ERR_VIF_PORT_TAKEN',
  });
  t.throws(() => plug(withPort({ bridge: 'tap1' }), request(1), { force: true }), { code: 'ERR_VIF_PORT_TAKEN' });
});

test('a second port of the iface-id is reported, or replaced in the same transaction', (t) => {
  const facts = withPorts({ old: { ...tap1Port, name: 'old', bridge: 'br-ex', interfaces: ['old'] } });
  t.throws(() => plug(facts), { code: 'ERR_VIF_DUPLICATE_IFACE_ID', message: /is on old already/ });
  const step = plug(facts, request(1), { replace: true }).find(({ kind }) => kind === 'transaction');
  t.deepEqual(step?.kind === 'transaction' && step.changes.slice(0, 1), [
    { change: 'delete-port', ifExists: true, bridge: 'br-ex', port: 'old' },
  ]);
});

test("an unplug leaves what is another instance's by now alone, unless by force", (t) => {
  const of = (uuid: string | undefined, more: Record<string, string> = {}) => {
    const { 'vm-uuid': _, ...others } = { ...ids, ...more };
    return withPort({
      externalIds: new Map(Object.entries(uuid === undefined ? others : { ...others, 'vm-uuid': uuid })),
    });
  };
  const heir = '20000000-0000-4000-8000-00000000000a';
  const late = parsePlugRequest(request(1));
  t.deepEqual(planVif('unplug', late, of(heir)), {
    steps: [],
    warnings: [
      `port tap1 is left alone: it is instance ${heir}'s by now (vm-uuid), and not ${late.instance.uuid}'s (force unplugs it)`,
    ],
  });
  const all = unplug(withPort({}));
  t.is(all.length, 2);
  t.deepEqual(planVif('unplug', late, of(heir), { force: true }).steps, all);
  // Whose it was nobody says; as it was written otherwise; with a new MAC address.
  t.deepEqual(unplug(of(undefined)), all);
  t.deepEqual(unplug(of(late.instance.uuid.toUpperCase())), all);
  t.deepEqual(unplug(of(late.instance.uuid, { 'attached-mac': 'fa:16:3e:00:00:ff' })), all);
  // The heir has another device: this one is nobody's.
  const elsewhere = {
    ...tap1Port,
    name: 'tap9',
    interfaces: ['tap9'],
    externalIds: new Map([...tap1Port.externalIds, ['vm-uuid', heir]]),
  };
  t.deepEqual(unplug(withPorts({ tap9: elsewhere }, withLinks({ tap1: tapLink }))), [
    { kind: 'delete-tap', device: 'tap1' },
  ]);
});

test('an unplug takes away what is there', (t) => {
  const deletePort = {
    kind: 'transaction',
    changes: [{ change: 'delete-port', ifExists: true, bridge: 'br-int', port: 'tap1' }],
  };
  const deleteTap = { kind: 'delete-tap', device: 'tap1' };
  t.deepEqual(unplug(wanted) as unknown, [deletePort, deleteTap]);
  t.deepEqual(unplug(withLinks({ tap1: tapLink })) as unknown, [deleteTap]);
  t.deepEqual(unplug(withPorts({ tap1: tap1Port })) as unknown, [deletePort]);
  t.deepEqual(unplug({ ...nothing, bridge: () => false }), []);
  t.throws(() => unplug(withPort({ bridge: 'br-ex' })), { code: 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE' });
});

test('who names a release of nova has libvirt make the port, and newton add the bridge', (t) => {
  const none = { ...nothing, bridge: () => false };
  t.deepEqual(plug(none, request(1, { release: 'icehouse' })), []);
  t.deepEqual(plug(none, request(1, { release: 'newton' })) as unknown, [
    {
      kind: 'transaction',
      changes: [{ change: 'add-bridge', mayExist: true, bridge: 'br-int', columns: { datapath_type: 'system' } }],
    },
  ]);
  t.deepEqual(plug(nothing, request(1, { release: 'newton' })), []);
  const steps = plug(none, request(1, { release: 'newton', port: { create_port: true, datapath_type: 'netdev' } }));
  t.deepEqual(
    steps.map(({ kind }) => kind),
    ['create-tap', 'transaction', 'wait-for-interface'],
  );
  t.deepEqual(steps[1]?.kind === 'transaction' && steps[1].changes.map(({ change }) => change), [
    'add-bridge',
    'add-port',
  ]);
});

test('a plan explains itself as commands', (t) => {
  t.deepEqual(explain({ steps: plug(nothing, request(1, { mtu: 1450 })) }), [
    ['ip', 'tuntap', 'add', 'dev', 'tap1', 'mode', 'tap'],
    ['ip', 'link', 'set', 'dev', 'tap1', 'up'],
    ['ip', 'link', 'set', 'dev', 'tap1', 'mtu', '1450'],
    [
      'ovs-vsctl',
      'add-port',
      'br-int',
      'tap1',
      '--',
      'set',
      'Interface',
      'tap1',
      'external_ids:iface-id=00000000-0000-4000-8000-000000000001',
      'external_ids:iface-status=active',
      'external_ids:attached-mac="fa:16:3e:00:00:01"',
      'external_ids:vm-uuid=10000000-0000-4000-8000-000000000000',
    ],
  ]);
  t.deepEqual(explain({ steps: unplug(wanted) }), [
    ['ovs-vsctl', '--if-exists', 'del-port', 'br-int', 'tap1'],
    ['ip', 'link', 'delete', 'dev', 'tap1'],
  ]);
});

test('a type of another release, and none, are told of', (t) => {
  t.throws(() => plug(nothing, request(1, { vif: { type: 'mlnx_direct' } })), {
    code: 'ERR_VIF_UNKNOWN_TYPE',
    message: /mlnx_direct is unknown to newton; known types: bridge, ovs, .*, vrouter; icehouse has it \(release\)$/,
  });
  t.throws(() => plug(nothing, request(1, { vif: { type: 'constructor' } })), { code: 'ERR_VIF_UNKNOWN_TYPE' });
});

test('a network of icehouse has no MTU: the configuration has', (t) => {
  const mtus = (conf: { network_device_mtu?: number }) =>
    plug(nothing, request(1, { mtu: 1450, release: 'icehouse', conf, vif: { details: { ovs_hybrid_plug: true } } }))
      .filter(({ kind }) => kind === 'set-mtu')
      .map((step) => (step as { mtu?: number }).mtu);
  t.deepEqual(mtus({}), []);
  t.deepEqual(mtus({ network_device_mtu: 1400 }), [1400, 1400, 1400]);
});

test('a bridge of the VIF that somebody left is set up again with the pair', (t) => {
  const vif = { details: { ovs_hybrid_plug: true } };
  const devices = ['qbr00000000-00'];
  const input = parsePlugRequest(request(1, { release: 'newton', vif }));
  const commands = explain(planOnHost('plug', input, { devices })).map((argv) => argv.join(' '));
  t.true(commands.includes('ip link set dev qbr00000000-00 up'));
});

test("a bridge of the port's own is of the network's datapath, unless the request says otherwise", (t) => {
  const facts: Facts = { ...nothing, datapathType: (bridge) => (bridge === 'br-int' ? 'netdev' : undefined) };
  const typeOf = (on: Facts, port: object = {}) => {
    const steps = plug(on, request(1, { port: { per_port_bridge: true, ...port } }));
    return /"datapath_type":"(\w+)"/.exec(JSON.stringify(steps))?.[1];
  };
  t.is(typeOf(facts), 'netdev');
  t.is(typeOf(facts, { datapath_type: 'system' }), 'system');
  t.is(typeOf(nothing), 'system');
});
