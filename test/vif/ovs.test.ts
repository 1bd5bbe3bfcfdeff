import test from 'ava';
import { explain } from '../../src/plan/index.js';
import type { Facts } from '../../src/vif/facts.js';
import { planOvsPlug, planOvsUnplug } from '../../src/vif/ovs.js';
import { request } from './request.js';

const nothing: Facts = { device: undefined, bridgeExists: true, port: undefined };
const tap = { isTap: true, up: true, mtu: 1500 };
const ids = {
  'attached-mac': 'fa:16:3e:00:00:01',
  'iface-id': '00000000-0000-4000-8000-000000000001',
  'iface-status': 'active',
  'vm-uuid': '10000000-0000-4000-8000-000000000000',
};
const port = {
  name: 'tap1',
  bridge: 'br-int',
  interfaces: ['tap1'],
  type: '',
  externalIds: new Map(Object.entries(ids)),
  opened: true,
};
const wanted: Facts = { device: tap, bridgeExists: true, port };
const waiting = (afterTransaction: boolean) => ({ kind: 'wait-for-interface', interface: 'tap1', afterTransaction });

test('a first plug makes the tap, then the port, then waits', (t) => {
  t.deepEqual(planOvsPlug(request(1, { mtu: 1450 }), nothing).steps as unknown, [
    { kind: 'create-tap', device: 'tap1', mtu: 1450 },
    {
      kind: 'transaction',
      changes: [{ change: 'add-port', bridge: 'br-int', port: 'tap1', interface: { external_ids: ids } }],
    },
    waiting(false),
  ]);
});

test('a plug of what is plugged only waits', (t) => {
  t.deepEqual(planOvsPlug(request(1), wanted).steps as unknown, [waiting(false)]);
});

test('a tap that is there is used, and set right', (t) => {
  const facts = { ...nothing, device: { ...tap, up: false } };
  const { steps } = planOvsPlug(request(1, { mtu: 1400 }), facts);
  t.deepEqual(steps.slice(0, 2) as unknown, [
    { kind: 'set-mtu', device: 'tap1', mtu: 1400 },
    { kind: 'set-link-up', device: 'tap1' },
  ]);
});

for (const [why, facts] of [
  ['its external ids differ', { ...wanted, port: { ...port, externalIds: new Map([['iface-status', 'inactive']]) } }],
  ['its device is made anew', { ...wanted, device: undefined }],
  ['ovs-vswitchd has not opened it', { ...wanted, port: { ...port, opened: false } }],
] as [string, Facts][]) {
  test(`a port is kept and touched when ${why}`, (t) => {
    const { steps } = planOvsPlug(request(1), facts);
    t.deepEqual(steps.slice(-2) as unknown, [
      {
        kind: 'transaction',
        changes: [{ change: 'set', table: 'Interface', record: 'tap1', columns: { external_ids: ids } }],
      },
      waiting(true),
    ]);
  });
}

test('a plug that cannot be is refused before anything is done', (t) => {
  t.throws(() => planOvsPlug(request(1), { ...nothing, bridgeExists: false }), {
    code: 'ERR_VSWITCH_NO_BRIDGE',
    message: 'no bridge named br-int',
  });
  t.throws(() => planOvsPlug(request(1), { ...nothing, port: { ...port, bridge: 'br-ex' } }), {
    code: 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE',
    message: /tap1 belongs to bridge br-ex, not to br-int/,
  });
  for (const [taken, message] of [
    [{ ...port, bridge: 'tap1' }, /local port of bridge tap1/],
    [{ ...port, name: 'bond0', interfaces: ['eth1', 'tap1'] }, /port bond0 has an interface of that name/],
    [{ ...port, interfaces: ['eth1', 'eth2'] }, /it is a bond of eth1, eth2/],
    [{ ...port, type: 'internal' }, /interface is of type internal/],
    [{ ...port, externalIds: new Map([['iface-id', 'other']]) }, /carries iface-id other, where this VIF has 0{8}-/],
  ] as const) {
    t.throws(() => planOvsPlug(request(1), { ...nothing, port: taken }), { code: 'ERR_VIF_PORT_TAKEN', message });
    t.throws(() => planOvsUnplug(request(1), { ...nothing, port: taken }), { code: 'ERR_VIF_PORT_TAKEN', message });
  }
  t.throws(() => planOvsPlug(request(1), { ...nothing, device: { ...tap, isTap: false } }), {
    code: 'ERR_NETDEV_WRONG_KIND',
    message: /tap1/,
  });
});

test('an unplug takes away what is there', (t) => {
  const deletePort = {
    kind: 'transaction',
    changes: [{ change: 'delete-port', bridge: 'br-int', port: 'tap1', ifExists: true }],
  };
  const deleteTap = { kind: 'delete-tap', device: 'tap1' };
  t.deepEqual(planOvsUnplug(request(1), wanted).steps as unknown, [deletePort, deleteTap]);
  t.deepEqual(planOvsUnplug(request(1), { ...wanted, port: undefined }).steps as unknown, [deleteTap]);
  t.deepEqual(planOvsUnplug(request(1), { ...wanted, device: undefined }).steps as unknown, [deletePort]);
  t.deepEqual(planOvsUnplug(request(1), { ...nothing, bridgeExists: false }).steps, []);
  t.throws(() => planOvsUnplug(request(1), { ...wanted, port: { ...port, bridge: 'br-ex' } }), {
    code: 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE',
  });
});

test('a plan explains itself as commands', (t) => {
  t.deepEqual(explain(planOvsPlug(request(1, { mtu: 1450 }), nothing)), [
    ['ip', 'tuntap', 'add', 'dev', 'tap1', 'mode', 'tap'],
    ['ip', 'link', 'set', 'dev', 'tap1', 'mtu', '1450'],
    ['ip', 'link', 'set', 'dev', 'tap1', 'up'],
    [
      'ovs-vsctl',
      'add-port',
      'br-int',
      'tap1',
      '--',
      'set',
      'Interface',
      'tap1',
      'external_ids:attached-mac="fa:16:3e:00:00:01"',
      'external_ids:iface-id=00000000-0000-4000-8000-000000000001',
      'external_ids:iface-status=active',
      'external_ids:vm-uuid=10000000-0000-4000-8000-000000000000',
    ],
  ]);
  t.deepEqual(explain(planOvsUnplug(request(1), wanted)), [
    ['ovs-vsctl', '--if-exists', 'del-port', 'br-int', 'tap1'],
    ['ip', 'tuntap', 'del', 'dev', 'tap1', 'mode', 'tap'],
  ]);
});
