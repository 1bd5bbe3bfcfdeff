import test from 'ava';
import { connect } from '../../src/index.js';
import { OpenFlow } from '../../src/openflow/index.js';
import { Client } from '../../src/ovsdb/index.js';
import { configure, Ovs, type SwitchTransaction } from '../../src/vswitch/index.js';
import { withSwitchDatabase } from '../support/database.js';

const invalid = (message: RegExp) => ({ code: 'ERR_INVALID_ARGUMENT', message });

/** What TypeScript would not let through, a JavaScript program may write. */
const wrong: [what: string, build: (tx: SwitchTransaction) => void, message: RegExp][] = [
  ['addBridge', (tx) => tx.addBridge('b', { datapathtype: 'netdev' } as never), /^addBridge: .* mean datapathType\?$/],
  ['fake', (tx) => tx.addBridge('b', { fake: { parent: 'br0', vln: 1 } as never }), /^addBridge: fake: vln .* vlan\?$/],
  ['deleteBridge', (tx) => tx.deleteBridge('b', { ifExist: true } as never), /^deleteBridge: .* mean ifExists\?$/],
  ['addPort', (tx) => tx.addPort('br0', 'x2', { tga: 5 } as never), /^addPort: tga is unknown: did you mean tag\?$/],
  ['addPort', (tx) => tx.addPort('br0', 'x2', { tag: '5' as never }), /^addPort: tag must be a number, not "5"$/],
  [
    'interface',
    (tx) => tx.addPort('br0', 'x', { interface: { typ: 'a' } as never }),
    /^addPort: interface: typ .* type\?$/,
  ],
  [
    'a long name',
    (tx) => tx.addPort('br0', 'a-name-of-21-bytes-xx', { interface: { type: 'internal' } }),
    /^addPort: a-name-of-21-bytes-xx has 21 bytes; the name of a device \(type internal\) has 15 at most$/,
  ],
  [
    'a name that is long in bytes alone',
    (tx) => tx.addPort('br0', 'Gäste-Öffnungen', { interface: { type: 'tap' } }),
    /^addPort: Gäste-Öffnungen has 17 bytes; the name of a device \(type tap\) has 15 at most$/,
  ],
  ['addBond', (tx) => tx.addBond('br0', 'b', 'ab' as never), /^addBond: interfaces must be a list, not "ab"$/],
  ['deletePort', (tx) => tx.deletePort('x', { ifexists: true } as never), /^deletePort: .* mean ifExists\?$/],
  ['addBondInterface', (tx) => tx.addBondInterface('x', 'y', { mayexist: 1 } as never), /^addBondInterface: /],
  ['deleteBondInterface', (tx) => tx.deleteBondInterface('x', { bnod: 'b' } as never), /^deleteBondInterface: /],
  ['setInterface', (tx) => tx.setInterface('x', { mtu_request: 1400 } as never), /mean mtuRequest\?$/],
  ['setControllers', (tx) => tx.setControllers('br0', [], { probe: 1 } as never), /there is inactivityProbe$/],
  ['setManagers', (tx) => tx.setManagers([], { inactivityProbe: '5' as never }), /inactivityProbe must be a number/],
  ['setSsl', (tx) => tx.setSsl({ privatKey: 'x' } as never), /mean privateKey\?$/],
  ['addZonePolicy', (tx) => tx.addZonePolicy('system', 1, {}, { mayExists: true } as never), /mean mayExist\?$/],
  ['deleteZonePolicy', (tx) => tx.deleteZonePolicy('system', 1, { ifExist: true } as never), /mean ifExists\?$/],
  ['addMirror', (tx) => tx.addMirror('br0', 'm', { selectAl: true } as never), /mean selectAll\?$/],
  ['deleteMirror', (tx) => tx.deleteMirror('br0', 'm', { ifExist: true } as never), /mean ifExists\?$/],
  ['setQos', (tx) => tx.setQos('x', { type: 'linux-htb', queues: { 1: { dcsp: 5 } as never } }), /queue 1: .* dscp\?$/],
  [
    'setNetFlow',
    (tx) => tx.setNetFlow('br0', { targets: 'x' as never }),
    /targets must be a list of strings, not "x"$/,
  ],
  ['setSflow', (tx) => tx.setSflow('br0', { targets: [], pollnig: 1 } as never), /mean polling\?$/],
  ['setIpfix', (tx) => tx.setIpfix('br0', { target: [] } as never), /mean targets\?$/],
];

test('an option of a change that is not there, or of another type, is refused, and nothing is changed', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  for (const [what, build, message] of wrong) {
    await t.throwsAsync(
      ovs.transact((tx) => {
        tx.addPort('br0', 'p');
        build(tx);
      }),
      invalid(message),
      what,
    );
  }
  t.is(vsctl('list-ports', 'br0'), '');
});

test('so is one of a call, or a remote that is none', async (t) => {
  const { ovs, remote } = await withSwitchDatabase(t);
  await t.throwsAsync(connect(5 as never), invalid(/^a remote must be a string, or a list of them, not 5$/));
  await t.throwsAsync(connect([remote, 5] as never), invalid(/^a remote must be/));
  await t.throwsAsync(
    connect(remote, { timout: 5 } as never),
    invalid(/^connect: timout is unknown: did you mean timeout\?$/),
  );
  await t.throwsAsync(Client.connect(remote, { maxWaiting: 5 } as never), invalid(/^connect: maxWaiting is unknown/));
  await t.throwsAsync(connect(remote, { tls: { caCrt: 'x' } as never }), invalid(/^connect: tls: caCrt .* caCert\?$/));
  await t.throwsAsync(
    connect(remote, { limits: { dpeth: 5 } as never }),
    invalid(/^connect: limits: dpeth .* depth\?$/),
  );
  await t.throwsAsync(Ovs.on(ovs.client, { maxwaiting: 5 } as never), invalid(/mean maxWaiting\?$/));
  await t.throwsAsync(
    ovs.transact(() => {}, { whenbusy: 'fail' } as never),
    invalid(/^transact: .* mean whenBusy\?$/),
  );
  await t.throwsAsync(
    ovs.transact(() => {}, { whenBusy: 'never' as never }),
    invalid(/'wait' or 'fail', not "never"$/),
  );
  await t.throwsAsync(
    configure(ovs.client, () => {}, { timout: 5 } as never),
    invalid(/^configure: timout/),
  );
  await t.throwsAsync(ovs.sync({ timout: 5 } as never), invalid(/^sync: timout .* mean timeout\?$/));
  await t.throwsAsync(ovs.waitForVswitchd(1, { timout: 5 } as never), invalid(/^waitForVswitchd: timout/));
  await t.throwsAsync(ovs.waitForInterface('p', { sinse: 5 } as never), invalid(/^waitForInterface: .* mean since\?$/));
  await t.throwsAsync(
    OpenFlow.connect('br0', { rundir: 'x' } as never),
    invalid(/^OpenFlow.connect: rundir is unknown/),
  );
  await using other = await connect(remote, { maxWaiting: 5, reconnect: false, limits: { depth: 32 } });
  t.is(other.client.remote, remote);
});
