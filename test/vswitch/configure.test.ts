import { randomUUID } from 'node:crypto';
import test from 'ava';
import { configure } from '../../src/vswitch/index.js';
import { withSwitchDatabase } from '../support/database.js';

test('a configuration says in one transaction what ovs-vsctl says in commands', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  const { client } = ovs;
  const { nextCfg } = await configure(client, (tx) => {
    tx.addBridge('br0');
    tx.addBridge('fake', { fake: { parent: 'br0', vlan: 7 } });
    tx.addPort('fake', 'p');
    tx.addBond('br0', 'bond0', ['e0', 'e1'], { columns: { lacp: 'active' } });
    tx.setControllers('br0', ['tcp:10.0.0.1:6653'], { inactivityProbe: 5000 });
    tx.setFailMode('br0', 'secure');
    tx.setSsl({ privateKey: 'k', certificate: 'c', caCertificate: 'a', bootstrap: false });
    tx.setExternalId('fake', 'k', 'v');
    const queue = tx.create('Queue', { dscp: 3 });
    const qos = tx.create('QoS', { type: 'linux-htb', queues: new Map([[0, queue.uuid]]) });
    tx.set(tx.find('Port', 'name', 'bond0')!, { qos: qos.uuid });
  });
  t.is(typeof nextCfg, 'number');
  t.is(vsctl('list-ports', 'br0'), 'bond0');
  t.is(vsctl('list-ports', 'fake'), 'p');
  t.is(vsctl('get', 'Port', 'bond0', 'lacp'), 'active');
  t.is(vsctl('get-controller', 'br0'), 'tcp:10.0.0.1:6653');
  t.is(vsctl('get-fail-mode', 'br0'), 'secure');
  t.is(vsctl('br-get-external-id', 'fake', 'k'), 'v');
  t.is(vsctl('get', 'QoS', 'bond0', 'type'), 'linux-htb');
  t.deepEqual(await configure(client, (tx) => tx.addBridge('br0', { mayExist: true })), { nextCfg: undefined });
});

test('a refusal comes in the words of ovs-vsctl, and changes nothing', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await configure(ovs.client, (tx) => tx.addBridge('br0'));
  const refused = configure(ovs.client, (tx) => {
    tx.addBridge('br1');
    tx.addPort('br1', 'br0');
  });
  await t.throwsAsync(refused, {
    code: 'ERR_VSWITCH_NAME_TAKEN',
    message: 'cannot create a port named br0 because a bridge named br0 already exists',
  });
  t.is(vsctl('list-br'), 'br0');
});

test('what others do between the look and the commit is looked at again', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await configure(ovs.client, (tx) => tx.addBridge('br0'));
  let built = 0;
  const late = configure(ovs.client, (tx) => {
    tx.addPort('br0', 'p');
    if (++built === 1) vsctl('add-port', 'br0', 'p');
  });
  await t.throwsAsync(late, { message: /a port named p already exists on bridge br0/ });
  t.is(built, 1, 'the second look ended in the refusal');
});

test('a row that is not there is told as such, by what reads it and by what changes it', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  const row = { table: 'Port', uuid: randomUUID() };
  const missing = { code: 'ERR_VSWITCH_REFUSED', message: `no row "${row.uuid}" in table Port` };
  await t.throwsAsync(
    configure(ovs.client, (tx) => void tx.get(row, 'tag')),
    missing,
  );
  await t.throwsAsync(
    configure(ovs.client, (tx) => tx.set(row, { tag: 5 })),
    missing,
  );
});
