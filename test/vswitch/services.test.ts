import test from 'ava';
import { configure, type DraftRow, Ovs, type SwitchTransaction } from '../../src/vswitch/index.js';
import { withSwitchDatabase } from '../support/database.js';

test('everything of a bridge in one transaction, as ovs-vsctl sees it', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addBridge('fake', { fake: { parent: 'br0', vlan: 7 }, externalIds: { k: 'v' } });
    tx.addPort('fake', 'p');
    tx.addBond('br0', 'bond0', ['e0', 'e1'], { fakeInterface: true, columns: { lacp: 'active' } });
    tx.setControllers('br0', ['tcp:10.0.0.1:6653'], { inactivityProbe: 5000 });
    tx.setManagers(['ptcp:6640']);
    tx.setFailMode('br0', 'secure');
    tx.setSsl({ privateKey: 'k', certificate: 'c', caCertificate: 'a', bootstrap: false });
    tx.addMapping('br0', 100, 10);
    tx.addMirror('br0', 'm', { selectSource: ['bond0'], outputVlan: 9 });
    tx.setQos('bond0', { type: 'linux-htb', otherConfig: { 'max-rate': '1000' }, queues: { 0: { dscp: 3 } } });
    tx.setNetFlow('br0', { targets: ['10.0.0.2:2055'], activeTimeout: 30 });
    tx.setSflow('br0', { targets: ['10.0.0.3:6343'], agent: 'eth0', sampling: 64 });
    tx.setIpfix('br0', { targets: ['10.0.0.4:4739'], observationDomainId: 1 });
    t.deepEqual(tx.ports('br0'), ['bond0']);
    t.deepEqual(tx.bridges(), ['br0', 'fake']);
  });
  t.is(vsctl('list-ports', 'fake'), 'p');
  t.is(vsctl('get', 'Port', 'p', 'tag'), '7');
  t.is(vsctl('get', 'Port', 'bond0', 'lacp', 'bond_fake_iface'), 'active\ntrue');
  t.is(vsctl('get-controller', 'br0'), 'tcp:10.0.0.1:6653');
  t.is(vsctl('get-manager'), 'ptcp:6640');
  t.is(vsctl('get-fail-mode', 'br0'), 'secure');
  t.is(vsctl('br-get-external-id', 'fake', 'k'), 'v');
  t.is(vsctl('get', 'Mirror', 'm', 'output_vlan'), '9');
  t.is(vsctl('get', 'Mirror', 'm', 'select_src_port'), `[${vsctl('get', 'Port', 'bond0', '_uuid')}]`);
  t.is(vsctl('get', 'QoS', 'bond0', 'type', 'other_config'), 'linux-htb\n{max-rate="1000"}');
  t.is(vsctl('--columns=dscp', '--bare', 'list', 'Queue'), '3');
  t.is(vsctl('get', 'NetFlow', 'br0', 'active_timeout'), '30');
  t.is(vsctl('get', 'sFlow', 'br0', 'sampling'), '64');
  t.is(vsctl('get', 'IPFIX', 'br0', 'obs_domain_id'), '1');
  t.is(vsctl('get-aa-mapping', 'br0'), '100 10');
});

test('what was made is read back in the same transaction and in the next, and taken away again', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  const ssl = { privateKey: 'k', certificate: 'c', caCertificate: 'a', bootstrap: true };
  const read = (tx: SwitchTransaction) => ({
    controllers: tx.controllers('br0'),
    managers: tx.managers(),
    ssl: tx.ssl(),
    mappings: [...tx.mappings('br0')],
    mirrors: tx.mirrors('br0'),
    interfaces: tx.interfaces('br0'),
    places: [tx.bridgeOfPort('bond0'), tx.bridgeOfInterface('e2')],
  });
  const made = {
    controllers: ['tcp:10.0.0.1:6653'],
    managers: ['ptcp:6640', 'tcp:10.0.0.9'],
    ssl,
    mappings: [
      [100, 10],
      [200, 20],
    ],
    mirrors: ['m'],
    interfaces: ['e0', 'e1', 'e2'],
    places: ['br0', 'br0'],
  };
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addBond('br0', 'bond0', ['e0', 'e1']);
    tx.addBondInterface('bond0', 'e2');
    tx.setControllers('br0', ['tcp:10.0.0.1:6653']);
    tx.setManagers(['tcp:10.0.0.9', 'ptcp:6640']);
    tx.setSsl(ssl);
    tx.addMapping('br0', 100, 10);
    tx.addMapping('br0', 200, 20);
    tx.addMirror('br0', 'm', { selectAll: true });
    t.deepEqual(read(tx) as unknown, made);
  });
  let seen: unknown;
  await ovs.transact((tx) => {
    seen = read(tx);
  });
  t.deepEqual(seen, made);
  t.is(vsctl('get-ssl').split('\n').at(-1), 'Bootstrap: true');
  await ovs.transact((tx) => {
    tx.addBondInterface('bond0', 'e2', { mayExist: true });
    tx.deleteBondInterface('e0', { bond: 'bond0' });
    tx.deleteBondInterface('e9', { ifExists: true });
    tx.deleteMapping('br0', 100, 10);
    tx.setSsl(undefined);
    tx.setManagers([]);
  });
  t.is(vsctl('list-ifaces', 'br0'), 'e1\ne2');
  t.is(vsctl('get-aa-mapping', 'br0'), '200 20');
  t.is(vsctl('get-ssl', '--', 'get-manager'), '');
  for (const [build, message] of [
    [(tx) => tx.addBondInterface('bond0', 'e2'), /e2/],
    [(tx) => tx.deleteBondInterface('e0'), /e0/],
    [(tx) => tx.bridgeOfPort('e2'), /e2/],
  ] as [(tx: SwitchTransaction) => void, RegExp][]) {
    await t.throwsAsync(ovs.transact(build), { message });
  }
});

test('an emergency reset leaves bridges and ports, and nothing that controls or watches them', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0', { externalIds: { mine: '1' } });
    tx.addPort('br0', 'p');
    tx.setControllers('br0', ['tcp:10.0.0.1:6653']);
    tx.setManagers(['ptcp:6640']);
    tx.setNetFlow('br0', { targets: ['10.0.0.2:2055'] });
    tx.addMirror('br0', 'm', { selectAll: true });
  });
  await ovs.transact((tx) => tx.emergencyReset());
  t.is(vsctl('list-ports', 'br0'), 'p');
  for (const table of ['Controller', 'Manager', 'NetFlow', 'Mirror']) t.is(vsctl('list', table), '', table);
});

test('what is not in the replica is read, and taken away as it was made', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p', '--', 'set-controller', 'br0', 'tcp:1.2.3.4', 'tcp:1.2.3.5');
  vsctl('--', '--id=@m', 'create', 'Mirror', 'name=m', '--', 'add', 'Bridge', 'br0', 'mirrors', '@m');
  await ovs.sync();
  await ovs.transact((tx) => tx.setQos('p', { type: 'linux-htb', queues: { 1: {}, 2: {} } }));
  await ovs.transact((tx) => {
    t.deepEqual(tx.controllers('br0'), ['tcp:1.2.3.4', 'tcp:1.2.3.5']);
    t.deepEqual(tx.mirrors('br0'), ['m']);
    t.is(tx.failMode('br0'), undefined);
    t.is(tx.ssl(), undefined);
    tx.setControllers('br0', []);
    tx.deleteMirror('br0', 'm');
    tx.deleteMirror('br0', 'm', { ifExists: true });
    tx.setQos('p', undefined);
  });
  t.is(vsctl('get-controller', 'br0'), '');
  for (const table of ['Mirror', 'QoS', 'Queue', 'Controller']) t.is(vsctl('list', table), '', table);
});

test('QoS that ports share outlives one of them', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p', '--', 'add-port', 'br0', 'q');
  vsctl(...'-- --id=@q create QoS type=linux-noop -- set Port p qos=@q -- set Port q qos=@q'.split(' '));
  await ovs.sync();
  await ovs.transact((tx) => tx.setQos('p', undefined));
  t.is(vsctl('get', 'Port', 'p', 'qos'), '[]');
  t.not(vsctl('get', 'Port', 'q', 'qos'), '[]');
});

test('what refers to a queue is found by the queue, as it is and as the transaction makes it', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0');
  vsctl(
    ...'-- --id=@q create QoS type=linux-htb queues:1=@a -- --id=@a create Queue dscp=1 -- set Port br0 qos=@q'.split(
      ' ',
    ),
  );
  await ovs.sync();
  let seen: number[] = [];
  const look = (tx: SwitchTransaction) => {
    const [queue] = tx.list('Queue') as [DraftRow];
    const [qos] = tx.list('QoS') as [DraftRow];
    const count = () => tx.referrers('QoS', 'queues', queue).length;
    seen = [count()];
    tx.remove(qos, 'queues', [1]);
    seen.push(count());
    tx.add(qos, 'queues', new Map([[2, queue.uuid]]));
    seen.push(count());
    tx.create('QoS', { type: 'linux-htb', queues: new Map([[0, queue.uuid]]) });
    seen.push(count());
    const added = tx.create('Queue', {});
    seen.push(tx.referrers('QoS', 'queues', added).length);
  };
  await configure(ovs.client, (tx) => {
    look(tx);
    // Nothing is to change yet.
    throw new Error('seen');
  }).catch(() => {});
  t.deepEqual(seen, [1, 0, 1, 2, 0]);
  seen = [];
  await ovs.transact(look);
  t.deepEqual(seen, [1, 0, 1, 2, 0]);
});

test('two clients that set QoS on one port, and mirrors of one name, leave one of each', async (t) => {
  const { ovs, vsctl, remote } = await withSwitchDatabase(t);
  await using other = await Ovs.connect(remote);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p');
  await Promise.all([ovs.sync(), other.sync()]);
  const mirrored: string[] = [];
  const callers = [ovs, other].map(async (each) => {
    for (let round = 0; round < 30; round++) {
      await each.transact((tx) => tx.setQos('p', { type: 'linux-htb', queues: { 1: {} } }));
      const added = each.transact((tx) => tx.addMirror('br0', `m${round}`, { selectAll: true }));
      await added.then(
        () => mirrored.push(`m${round}`),
        (error) => t.is(error.code, 'ERR_VSWITCH_NAME_TAKEN'),
      );
    }
  });
  await Promise.all(callers);
  const count = (table: string) => vsctl('--bare', '--columns=_uuid', 'list', table).split('\n').filter(Boolean).length;
  t.deepEqual([count('QoS'), count('Queue'), count('Mirror')], [1, 1, 30]);
  t.is(new Set(mirrored).size, mirrored.length);
});

test('mirrors name ports of their own bridge', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  const mirror = (port: string) =>
    ovs.transact((tx) => {
      tx.addBridge('br0', { mayExist: true });
      tx.addBridge('br1', { mayExist: true });
      tx.addPort('br1', 'p', { mayExist: true });
      tx.addMirror('br0', 'm', { outputPort: port });
    });
  await t.throwsAsync(mirror('p'), { code: 'ERR_VSWITCH_REFUSED', message: 'bridge br0 has no port p' });
  await mirror('br0');
  await t.throwsAsync(mirror('br0'), { code: 'ERR_VSWITCH_NAME_TAKEN' });
});

test('conntrack zones and their timeouts', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl(...'-- --id=@d create Datapath datapath_version=x -- set Open_vSwitch . datapaths:system=@d'.split(' '));
  await ovs.transact((tx) => {
    tx.addZonePolicy('system', 3, { icmp_first: 40 });
    t.throws(() => tx.addZonePolicy('system', 3, {}), { message: 'zone id 3 already exists' });
  });
  t.is(vsctl('list-zone-tp', 'system'), 'Zone:3, Timeout Policies: icmp_first=40');
  await ovs.transact((tx) => {
    t.deepEqual([...tx.zonePolicies('system')], [[3, new Map([['icmp_first', 40]])]]);
    tx.deleteZonePolicy('system', 3);
    tx.deleteZonePolicy('system', 3, { ifExists: true });
  });
  t.is(vsctl('list-zone-tp', 'system'), '');
});
