import test from 'ava';
import { openVSwitch } from '../../src/vswitch/schema.js';
import { withDatabase } from '../support/database.js';
import { declarations, typecheck } from '../support/typecheck.js';

const head = `
import { Client, NamedUuid } from '${declarations}/ovsdb/index.js';
import { openVSwitch as db } from '${declarations}/vswitch/schema.js';
const client = null as unknown as Client;
const replica = await db.monitor(client, {
  Bridge: { columns: ['name', 'ports'], index: ['ports'] },
  Port: { where: [['tag', '==', 5]] },
  Interface: { columns: ['name', 'external_ids', 'ofport'], index: ['external_ids:iface-id'] },
});
`;

const right: Record<string, string> = {
  'an insert':
    "db.insert('Bridge', { name: 'br0', fail_mode: 'secure', external_ids: { a: 'b' }, protocols: 'OpenFlow15' });",
  'a reference to a row of the same transaction': "db.insert('Port', { interfaces: new NamedUuid('i') }, 'p');",
  'a 64-bit integer': "db.update('Interface', [['ofport', '>', 2n ** 60n]], { cfm_mpid: 2n ** 60n });",
  'a set as an array, a Set, an element and nothing':
    "for (const trunks of [[1, 2], new Set([3]), 4, []]) db.update('Port', [], { trunks });",
  'an optional column that is cleared': "db.update('Port', [], { tag: null, vlan_mode: undefined });",
  'mutations of a number, a set and a map': `db.mutate('Open_vSwitch', [], [['next_cfg', '+=', 1]]);
    db.mutate('Bridge', [['_uuid', '==', 'x']], [['ports', 'insert', [new NamedUuid('p')]]]);
    db.mutate('Bridge', [], [['external_ids', 'delete', ['a']], ['external_ids', 'insert', { a: 'c' }]]);`,
  'what a select returns': `const [{ rows }, { uuid }, { count }] = await db.transact(client, [
      db.select('Bridge', [['name', '==', 'br0']], ['name', 'fail_mode', 'ports']),
      db.insert('Queue', {}),
      db.deleteRows('Queue', []),
    ]);
    const mode: 'secure' | 'standalone' | null | undefined = rows[0]?.fail_mode;
    const ports: readonly string[] | undefined = rows[0]?.ports;
    const all: readonly [string, number] = [uuid, count];`,
  'the plain client with typed operations':
    "const [{ rows }] = await client.transact(db.name, [db.select('Port', [], ['tag'])]); const tag: number | null | undefined = rows[0]?.tag;",
  'the rows of a replica': `const bridge = replica.table('Bridge').find('ports', 'x');
    const ports: readonly string[] | undefined = bridge?.ports;
    const port = replica.table('Port').find('name', 'p');
    const statistics: ReadonlyMap<string, number | bigint> | undefined = port?.statistics;
    const name: string | undefined = replica.table('Interface').find('external_ids:iface-id', 'x')?.name;`,
  'a wait on a row': `const port: number | bigint = await replica.waitForRow(['Interface', 'name', 'p'], (row) => row?.ofport ?? undefined);`,
  'changes told apart by their table': `replica.onChange((changes) => {
      for (const change of changes) if (change.table === 'Port') { const tag: number | null | undefined = change.new?.tag; }
    });`,
};

const wrong: Record<string, [snippet: string, message: RegExp]> = {
  'a table that is not there': ["db.select('Brigde', []);", /'"Brigde"' is not assignable/],
  'a column that is not there': ["db.insert('Bridge', { nam: 'br0' });", /'nam' does not exist in type 'BridgeInsert'/],
  'a value of another type': ["db.update('Port', [], { tag: '5' });", /'string' is not assignable to type 'number'/],
  'a value that is not of the enum': ["db.update('Bridge', [], { fail_mode: 'open' });", /'"open"' is not assignable/],
  'an immutable column in an update': [
    "db.update('Bridge', [], { name: 'br1' });",
    /'name' does not exist in type 'BridgeUpdate'/,
  ],
  'a mutation of an immutable column': ["db.mutate('Bridge', [], [['name', 'insert', 'x']]);", /not assignable/],
  'an insert without what it must have': ["db.insert('Port', { name: 'p' });", /'interfaces' is missing/],
  'a value where the column must have one': [
    "db.update('Bridge', [], { stp_enable: null });",
    /'null' is not assignable to type 'boolean/,
  ],
  'a key of a map': ["db.update('Datapath', [], { ct_zones: new Map([['1', 'x']]) });", /not assignable/],
  'a condition on no column': ["db.select('Bridge', [['nam', '==', 'br0']]);", /'"nam"' is not assignable/],
  'a condition with a value of another type': ["db.select('Port', [['tag', '==', 'five']]);", /not assignable/],
  'an order among strings': ["db.select('Port', [['name', '<', 'x']]);", /not assignable/],
  'arithmetic on a string': ["db.mutate('QoS', [], [['type', '+=', 1]]);", /not assignable/],
  'a column that was not selected': [
    "const [{ rows }] = await db.transact(client, [db.select('Port', [], ['name'])]); rows[0]?.tag;",
    /'tag' does not exist/,
  ],
  'a column to select that is not there': ["db.select('Port', [], ['nam']);", /'"nam"' is not assignable/],
  'a result of another operation': [
    "const [{ rows }] = await db.transact(client, [db.insert('Queue', {})]);",
    /'rows' does not exist/,
  ],
  'a monitor of no table': ['await db.monitor(client, { Brigde: {} });', /'Brigde' does not exist/],
  'a monitor of no column': [
    "await db.monitor(client, { Bridge: { columns: ['nam'] } });",
    /'"nam"' is not assignable/,
  ],
  'a monitor with a condition of another type': [
    "await db.monitor(client, { Bridge: { where: [['name', '==', 5]] } });",
    /not assignable/,
  ],
  'a table that the replica does not hold': ["replica.table('Queue');", /'"Queue"' is not assignable/],
  'a column that the replica does not hold': [
    "replica.table('Bridge').find('name', 'x')?.fail_mode;",
    /'fail_mode' does not exist/,
  ],
  'an index that the replica does not have': [
    "replica.table('Bridge').find('fail_mode', 'secure');",
    /'"fail_mode"' is not assignable/,
  ],
  'a value that the index does not hold': ["replica.table('Bridge').find('name', 5);", /'number' is not assignable/],
  'a row that is written to': ["replica.table('Bridge').find('name', 'x')!.name = 'y';", /read-only/],
  'a wait with rows of another shape': [
    "db.wait('Bridge', [], ['name'], '==', [{ fail_mode: 'secure' }]);",
    /'fail_mode' does not exist/,
  ],
};

test('the compiler takes what is right, and refuses each thing that is wrong', async (t) => {
  t.timeout(60_000);
  const files: Record<string, string> = {};
  Object.values(right).forEach((text, i) => {
    files[`right${i}`] = head + text;
  });
  Object.values(wrong).forEach(([text], i) => {
    files[`wrong${i}`] = head + text;
  });
  const errors = await typecheck(files);
  const line = head.split('\n').length;
  Object.keys(right).forEach((what, i) => {
    t.deepEqual(errors.get(`right${i}`), [], what);
  });
  Object.entries(wrong).forEach(([what, [, message]], i) => {
    const found = errors.get(`wrong${i}`) ?? [];
    t.true(found.length > 0, `${what} is taken`);
    t.deepEqual(
      found.filter((error) => !error.startsWith(`${line}: `)),
      [],
      what,
    );
    t.true(
      found.some((error) => message.test(error)),
      `${what}: ${found.join('\n')}`,
    );
  });
});

test('typed calls work on a real server, and give what their types say', async (t) => {
  const { client } = await withDatabase(t);
  const replica = await openVSwitch.monitor(client, { QoS: { index: ['external_ids:owner'] }, Bridge: {} });
  const [{ uuid }, { rows }] = await openVSwitch.transact(client, [
    openVSwitch.insert('QoS', { type: 'linux-htb', external_ids: { owner: 'me' } }, 'q'),
    openVSwitch.select('QoS', [['type', '==', 'linux-htb']], ['type', 'queues']),
  ]);
  t.deepEqual(rows, [{ type: 'linux-htb', queues: new Map() }]);
  t.is(replica.table('QoS').find('external_ids:owner', 'me')?._uuid, uuid);
  t.deepEqual(
    replica.table('QoS').get(uuid)?.other_config,
    new Map(),
    'a table whose columns are not named has all that its type has',
  );
});

test('every typed operation does what its plain one does', async (t) => {
  const { client } = await withDatabase(t);
  const queues = async () => {
    const [{ rows }] = await openVSwitch.transact(client, [openVSwitch.select('QoS', [], ['type', 'other_config'])]);
    return rows.map(({ type, other_config }) => [type, ...other_config.entries()].join(' '));
  };
  await openVSwitch.transact(client, [
    openVSwitch.insert('QoS', { type: 'a', other_config: { 'max-rate': '1' } }),
    openVSwitch.insert('QoS', { type: 'b' }),
  ]);
  const where = [['type', '==', 'a']] as const;
  const [waited, updated, mutated, deleted] = await openVSwitch.transact(client, [
    openVSwitch.wait('QoS', where, ['type', 'other_config'], '==', [{ type: 'a', other_config: { 'max-rate': '1' } }]),
    openVSwitch.update('QoS', where, { type: 'c' }),
    openVSwitch.mutate('QoS', [['type', '==', 'c']], [['other_config', 'insert', { burst: '2' }]]),
    openVSwitch.deleteRows('QoS', [['type', '==', 'b']]),
  ]);
  t.deepEqual([waited, updated.count, mutated.count, deleted.count] as unknown, [{}, 1, 1, 1]);
  t.deepEqual(await queues(), ['c burst,2 max-rate,1']);
  await t.throwsAsync(
    openVSwitch.transact(client, [
      openVSwitch.wait('QoS', [], ['type'], '!=', [{ type: 'c' }], 0),
      openVSwitch.deleteRows('QoS', []),
    ]),
    { code: 'ERR_OVSDB_WAIT_TIMED_OUT' },
  );
  t.is((await queues()).length, 1, 'a wait that fails takes the rest with it');
});

test('a strong reference that must be there can only fail when it is left out, as the types say', async (t) => {
  const { client } = await withDatabase(t);
  const error = await t.throwsAsync(
    client.transact('Open_vSwitch', [{ op: 'insert', table: 'Port', row: { name: 'p' } }]),
  );
  t.regex(error.message, /referential integrity|constraint/);
});

test('tells which tables and columns a server has not', async (t) => {
  const { client } = await withDatabase(t);
  const schema = await client.getSchema('Open_vSwitch');
  t.deepEqual(openVSwitch.missingFrom(schema), []);
  const port = schema.tables.get('Port')!;
  const columns = new Map([...port.columns].filter(([name]) => name !== 'cvlans'));
  const tables = new Map([...schema.tables, ['Port', { ...port, columns }] as const]);
  tables.delete('Queue');
  t.deepEqual(openVSwitch.missingFrom({ ...schema, tables }), ['Port.cvlans', 'Queue']);
  t.throws(() => openVSwitch.missingFrom({ ...schema, name: 'OVN' }), { code: 'ERR_OVSDB_SCHEMA' });
});
