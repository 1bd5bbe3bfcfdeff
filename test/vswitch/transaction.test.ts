import test from 'ava';
import { type DraftRow, Ovs } from '../../src/vswitch/index.js';
import { withSwitchDatabase } from '../support/database.js';
import { withProxy } from '../support/proxy.js';

test('adds bridges and ports as ovs-vsctl sees them', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0', { datapathType: 'netdev', externalIds: { a: 'b' } });
    tx.addPort('br0', 'p1', { tag: 5, externalIds: { c: 'd' }, interface: { type: 'internal', mtuRequest: 1400 } });
  });
  t.is(vsctl('list-br'), 'br0');
  t.is(vsctl('list-ports', 'br0'), 'p1');
  t.is(vsctl('get', 'Bridge', 'br0', 'datapath_type', 'external_ids'), 'netdev\n{a=b}');
  t.is(vsctl('get', 'Port', 'p1', 'tag', 'external_ids'), '5\n{c=d}');
  t.is(vsctl('get', 'Interface', 'p1', 'type', 'mtu_request'), 'internal\n1400');
  t.is(vsctl('get', 'Interface', 'br0', 'type'), 'internal');
  await ovs.transact((tx) => tx.deletePort('p1'));
  t.is(vsctl('list-ports', 'br0'), '');
  await ovs.transact((tx) => tx.deleteBridge('br0'));
  t.is(vsctl('list-br'), '');
  t.is(vsctl('list', 'Port'), '');
  t.is(vsctl('list', 'Interface'), '');
});

test('each change raises next_cfg, and no change sends nothing', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  const first = await ovs.transact((tx) => tx.addBridge('br0'));
  const second = await ovs.transact((tx) => tx.addPort('br0', 'p1'));
  t.is(second.nextCfg, (first.nextCfg as number) + 1);
  const { revision } = ovs.replica;
  const none = await ovs.transact((tx) => {
    tx.addBridge('br0', { mayExist: true });
    tx.addPort('br0', 'p1', { mayExist: true });
    tx.deletePort('nothing', { ifExists: true });
    tx.deleteBridge('nothing', { ifExists: true });
  });
  t.is(none.nextCfg, undefined);
  t.is(ovs.replica.revision, revision);
});

test('what cannot be is refused by name, and changes nothing', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addBridge('br1');
    tx.addPort('br0', 'p1');
  });
  const refused: [(tx: Parameters<Parameters<Ovs['transact']>[0]>[0]) => void, string, RegExp][] = [
    [(tx) => tx.addBridge('br0'), 'ERR_VSWITCH_NAME_TAKEN', /a bridge named br0 already exists/],
    [(tx) => tx.addBridge('p1'), 'ERR_VSWITCH_NAME_TAKEN', /a port named p1 already exists on bridge br0/],
    [(tx) => tx.addPort('br2', 'p2'), 'ERR_VSWITCH_NO_BRIDGE', /no bridge named br2/],
    [(tx) => tx.addPort('br0', 'p1'), 'ERR_VSWITCH_NAME_TAKEN', /a port named p1 already exists on bridge br0/],
    [
      (tx) => tx.addPort('br1', 'p1', { mayExist: true }),
      'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE',
      /p1 is actually attached to bridge br0/,
    ],
    [(tx) => tx.deletePort('p2'), 'ERR_VSWITCH_NO_PORT', /no port named p2/],
    [(tx) => tx.deletePort('p1', { bridge: 'br1' }), 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE', /p1/],
    [(tx) => tx.deletePort('br0'), 'ERR_VSWITCH_REFUSED', /local port for bridge br0/],
    [(tx) => tx.deleteBridge('br2'), 'ERR_VSWITCH_NO_BRIDGE', /br2/],
    [(tx) => tx.setInterface('p2', { type: 'internal' }), 'ERR_VSWITCH_NO_PORT', /p2/],
    [(tx) => tx.addPort('br0', ''), 'ERR_INVALID_ARGUMENT', /must not be empty/],
    [(tx) => tx.addPort('br0', 'p2', { tag: 4096 }), 'ERR_OVSDB_SCHEMA', /column tag of table Port .* 4095/],
  ];
  const before = vsctl('show');
  for (const [build, code, message] of refused) {
    await t.throwsAsync(
      ovs.transact((tx) => {
        tx.addBridge('brx');
        build(tx);
      }),
      { code, message },
    );
  }
  t.is(vsctl('show'), before);
});

test('a port may be added to a bridge of the same transaction, and replaced on another', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addPort('br0', 'p1');
    t.throws(() => tx.addPort('br0', 'p1'), { code: 'ERR_VSWITCH_NAME_TAKEN' });
  });
  await ovs.transact((tx) => {
    tx.deletePort('p1');
    tx.addBridge('br1');
    tx.addPort('br1', 'p1');
  });
  t.is(vsctl('port-to-br', 'p1'), 'br1');
});

test('external ids change key by key', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addPort('br0', 'p1', { interface: { externalIds: { a: '1', b: '2' } } });
  });
  await ovs.transact((tx) => tx.setInterface('p1', { externalIds: { b: '3', c: '4' } }));
  t.is(vsctl('get', 'Interface', 'p1', 'external_ids'), '{a="1", b="3", c="4"}');
});

test('a transaction that others overtake is built anew on what they left', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  let built = 0;
  await ovs.transact((tx) => {
    // Another client gets in between our look and our transaction, the first time.
    if (built++ === 0) vsctl('add-port', 'br0', 'p1');
    tx.addPort('br0', 'p1', { mayExist: true });
  });
  t.is(built, 2);
  t.is(vsctl('list-ports', 'br0'), 'p1');

  built = 0;
  await t.throwsAsync(
    ovs.transact((tx) => {
      if (built++ === 0) vsctl('del-br', 'br0');
      tx.addPort('br0', 'p2');
    }),
    { code: 'ERR_VSWITCH_NO_BRIDGE' },
  );
  t.is(built, 2);
});

test('two clients that add ports side by side lose nothing', async (t) => {
  const { ovs, vsctl, remote } = await withSwitchDatabase(t);
  await using other = await Ovs.connect(remote);
  await ovs.transact((tx) => tx.addBridge('br0'));
  await other.sync();
  const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
  await Promise.all(
    names.map((name, index) =>
      (index % 2 === 0 ? ovs : other).transact((tx) => tx.addPort('br0', name, { mayExist: true })),
    ),
  );
  t.deepEqual(vsctl('list-ports', 'br0').split('\n').sort(), [...names].sort());
});

test('the bytes of an added port do not grow with the bridge', async (t) => {
  const { ovs, vsctl, remote } = await withSwitchDatabase(t);
  const args = Array.from({ length: 300 }, (_, index) => ['--', 'add-port', 'br0', `p${index}`]).flat();
  vsctl('add-br', 'br0', ...args);
  await ovs.replica.waitUntil('all ports', () => ovs.tables.ports.size === 301);
  const proxy = await withProxy(t, remote);
  await using distant = await Ovs.connect(proxy.remote);
  proxy.sent = '';
  await distant.transact((tx) => tx.addPort('br0', 'one-more'));
  t.true(proxy.sent.length < 1000, proxy.sent);
});

test('an empty database is named, with the cure', async (t) => {
  const { ovs } = await withSwitchDatabase(t, { initialize: false });
  await t.throwsAsync(
    ovs.transact((tx) => tx.addBridge('br0')),
    {
      code: 'ERR_VSWITCH_NOT_INITIALIZED',
      message: /ovs-vsctl --no-wait init/,
    },
  );
});

test('a key that is null is taken away', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addPort('br0', 'p1', { interface: { externalIds: { a: '1', b: '2' }, options: { key: '7' } } });
  });
  await ovs.transact((tx) => tx.setInterface('p1', { externalIds: { a: null, b: '3' }, options: { key: null } }));
  t.is(vsctl('get', 'Interface', 'p1', 'external_ids', 'options'), '{b="3"}\n{}');
});

test('a database that is emptied under a transaction is told', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  const error = await t.throwsAsync(
    ovs.transact((tx) => {
      vsctl('--all', 'destroy', 'Open_vSwitch');
      tx.addBridge('br0');
    }),
  );
  t.is((error as { code?: string }).code, 'ERR_VSWITCH_NOT_INITIALIZED');
});

test('names and values are data, whatever a transaction calls its new rows', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  const names = Array.from({ length: 6 }, (_, index) => `new${index}`);
  vsctl('add-br', 'br0', ...names.flatMap((name) => ['--', 'add-port', 'br0', name]));
  await ovs.sync();
  await ovs.transact((tx) => {
    tx.addPort('br0', 'p1');
    tx.setInterface('new5', { externalIds: { new0: 'new1' } });
    for (const name of names.slice(0, 5)) tx.deletePort(name, { ifExists: true });
  });
  t.is(vsctl('list-ports', 'br0'), 'new5\np1');
  t.is(vsctl('get', 'Interface', 'new5', 'external_ids'), '{new0=new1}');
});

test('a touch raises next_cfg though nothing changes', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  const { nextCfg } = await ovs.transact((tx) => tx.touch());
  t.is(vsctl('get', 'Open_vSwitch', '.', 'next_cfg'), String(nextCfg));
  const [first, second] = await Promise.all([
    ovs.transact((tx) => tx.touch()),
    ovs
      .transact((tx) => {
        tx.touch();
        throw new Error('taken back');
      })
      .catch(() => 'failed'),
  ]);
  t.is((first as { nextCfg: number }).nextCfg, (nextCfg as number) + 1);
  t.is(second, 'failed');
});

test('the ports of a bridge that is deleted go with it, and their names are free', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl(...'add-br br0 -- add-port br0 p -- add-br br1 -- add-port br1 q'.split(' '));
  await ovs.sync();
  await ovs.transact((tx) => {
    const before = tx.record('Port', 'p');
    tx.deleteBridge('br0');
    t.is(tx.record('Port', 'p'), undefined);
    t.is(tx.record('Interface', 'p'), undefined);
    t.is(tx.record('Port', before?.uuid as string), undefined);
    t.deepEqual(
      tx
        .list('Interface')
        .map((row) => tx.get(row, 'name'))
        .sort(),
      ['br1', 'q'],
    );
    tx.addPort('br1', 'p');
    const after = tx.record('Port', 'p');
    t.not(after?.uuid, before?.uuid);
    if (after) tx.set(after, { tag: 7 });
  });
  t.is(vsctl('get', 'Port', 'p', 'tag'), '7');
});

test('a fake bridge may be added in the transaction that deletes another', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl(...'add-br br0 -- add-br f0 br0 10 -- add-br br1'.split(' '));
  await ovs.sync();
  await ovs.transact((tx) => {
    tx.deleteBridge('br0');
    tx.addBridge('f1', { fake: { parent: 'br1', vlan: 10 } });
  });
  t.is(vsctl('list-br'), 'br1\nf1');
});

test('a row of a table that is not there is refused where it is created', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    t.throws(() => tx.create('Bridgd', {}), { code: 'ERR_OVSDB_SCHEMA', message: /Bridgd/ });
    tx.addBridge('br0');
  });
  t.true(ovs.tables.bridges.find('name', 'br0') !== undefined);
});

test('what has been set is found by its value, added to, and gone for those that hang on it', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addPort('br0', 'p');
  });
  await ovs.transact((tx) => {
    const row = tx.record('Port', 'p') as DraftRow;
    tx.set(row, { tag: 7, external_ids: new Map([['a', '1']]) });
    t.deepEqual(
      tx.list('Port', 'tag', 7).map(({ uuid }) => uuid),
      [row.uuid],
    );
    tx.add(row, 'external_ids', new Map([['b', '2']]));
    tx.addPort('br0', 'q');
    tx.add(tx.record('Port', 'q') as DraftRow, 'tag', [8]);
  });
  t.is(vsctl('get', 'Port', 'p', 'tag', 'external_ids'), '7\n{a="1", b="2"}');
  t.is(vsctl('get', 'Port', 'q', 'tag'), '8');
  const again = (always?: boolean) =>
    ovs.transact((tx) => tx.add(tx.record('Port', 'p') as DraftRow, 'external_ids', new Map([['a', '1']]), { always }));
  t.is((await again()).nextCfg, undefined);
  t.is(typeof (await again(true)).nextCfg, 'number');
  await ovs.transact((tx) => {
    tx.addPort('br0', 'r');
    tx.clear(tx.list('Open_vSwitch')[0] as DraftRow, 'bridges');
    t.throws(() => tx.addPort('br0', 's'), { code: 'ERR_VSWITCH_NO_BRIDGE' });
  });
  t.is(vsctl('list-br'), '');
});
