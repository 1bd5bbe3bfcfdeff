import test from 'ava';
import fc from 'fast-check';
import {
  type Client,
  insert,
  type Mutation,
  mutate,
  NamedUuid,
  type Operation,
  type Row,
} from '../../src/ovsdb/index.js';
import { withDatabase } from '../support/database.js';

const database = 'Open_vSwitch';
const selection = {
  Open_vSwitch: { columns: ['iface_types'], index: ['iface_types'] },
  Bridge: { columns: ['name', 'ports', 'flood_vlans'], index: ['ports', 'flood_vlans'] },
  Port: { columns: ['name', 'interfaces'], index: ['interfaces'] },
};

/** One transaction: VLANs and types that are toggled, ports that come, and ports that go (by their place in the set). */
interface Step {
  readonly vlans: readonly number[];
  readonly types: readonly string[];
  readonly come: number;
  readonly go: readonly number[];
  readonly read: boolean;
}

const type = fc.tuple(fc.constantFrom('t', 'é', 'ﬀ', '😀'), fc.nat(150)).map(([letter, n]) => `${letter}${n}`);
const step: fc.Arbitrary<Step> = fc.record({
  vlans: fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(fc.nat(700), { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.nat(700), { maxLength: 500 }) },
  ),
  types: fc.uniqueArray(type, { maxLength: 40 }),
  come: fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(200) }),
  go: fc.uniqueArray(fc.nat(2 ** 20), { maxLength: 40 }),
  read: fc.boolean(),
});

/** What toggles elements of a set column. */
function toggle<T>(column: string, held: readonly T[], toggled: readonly T[]): Mutation[] {
  const gone = toggled.filter((element) => held.includes(element));
  const come = toggled.filter((element) => !held.includes(element));
  return [
    [column, 'delete', gone as never],
    [column, 'insert', come as never],
  ];
}

const array = (row: Row | undefined, column: string) => (row?.[column] ?? []) as (string | number)[];

let next = 0;
function operations({ vlans, types, come, go }: Step, root: Row | undefined, bridge: Row | undefined): Operation[] {
  const ports = array(bridge, 'ports');
  const names = Array.from({ length: come }, () => `p${next++}`);
  const gone = new Set(ports.length === 0 ? [] : go.map((place) => ports[place % ports.length] as string));
  return [
    ...names.flatMap((name) => [
      insert('Interface', { name }, `i${name}`),
      insert('Port', { name, interfaces: [new NamedUuid(`i${name}`)] }, `p${name}`),
    ]),
    mutate('Open_vSwitch', [], toggle('iface_types', array(root, 'iface_types'), types as (string | number)[])),
    mutate(
      'Bridge',
      [],
      [
        ...toggle('flood_vlans', array(bridge, 'flood_vlans'), vlans as (string | number)[]),
        ['ports', 'delete', [...gone]],
        ['ports', 'insert', names.map((name) => new NamedUuid(`p${name}`))],
      ],
    ),
  ];
}

async function addBridge(client: Client, name: string): Promise<void> {
  await client.transact(database, [
    insert('Bridge', { name }, 'bridge'),
    mutate('Open_vSwitch', [], [['bridges', 'insert', [new NamedUuid('bridge')]]]),
  ]);
}

test('large sets that changed at random are what a fresh dump says, and so is every index', async (t) => {
  const { client } = await withDatabase(t);
  await addBridge(client, 'br0');
  const replica = await client.monitor(database, selection);
  const held: [Row, unknown][] = [];
  const rows = (from = replica) => [
    from.table('Open_vSwitch').rows().next().value,
    from.table('Bridge').find('name', 'br0'),
  ];

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      for (const next of steps) {
        const [root, bridge] = rows();
        await client.transact(database, operations(next, root, bridge));
        if (!next.read) continue;
        for (const row of rows() as Row[]) held.push([row, JSON.parse(JSON.stringify(row))]);
      }
      const fresh = await client.monitor(database, selection);
      for (const name of Object.keys(selection)) {
        const [ours, theirs] = [replica.table(name), fresh.table(name)];
        t.is(ours.size, theirs.size);
        for (const row of theirs.rows()) t.true(sameRow(ours.get(row._uuid), row), `${name} ${row._uuid}`);
      }
      const known = new Set<string | number>();
      for (const [, then] of held) for (const uuid of (then as { ports?: string[] }).ports ?? []) known.add(uuid);
      const now = new Set(array(rows()[1], 'ports'));
      for (const uuid of known) t.is(replica.table('Bridge').find('ports', uuid) !== undefined, now.has(uuid));
      for (const uuid of now) t.is(replica.table('Bridge').find('ports', uuid), rows()[1]);
      const vlans = new Set(array(rows()[1], 'flood_vlans'));
      for (let vlan = 0; vlan <= 700; vlan++) {
        t.is(replica.table('Bridge').findAll('flood_vlans', vlan).length, vlans.has(vlan) ? 1 : 0);
      }
      await fresh.close();
    }),
    { numRuns: 12 },
  );
  t.true(held.length > 0);
  for (const [row, then] of held)
    t.deepEqual(JSON.parse(JSON.stringify(row)), then, 'a row that is held never changes');
});

/** Sets have no order that means anything. */
function sameRow(a: Row | undefined, b: Row): boolean {
  const plain = (row: Row | undefined) =>
    JSON.stringify(row, (_, value) => (Array.isArray(value) ? [...value].map(String).sort() : value));
  return plain(a) === plain(b);
}

test('a wait on an element of a large set is asked when the set changes', async (t) => {
  const { client } = await withDatabase(t);
  await addBridge(client, 'br0');
  const replica = await client.monitor(database, selection);
  const set = (vlans: number[]) =>
    client.transact(database, [mutate('Bridge', [], [['flood_vlans', 'insert', vlans]])]);
  await set(Array.from({ length: 500 }, (_, vlan) => vlan));
  let asked = 0;
  const come = replica.waitForRow(['Bridge', 'flood_vlans', 1000], (row) => {
    asked++;
    return row?.name;
  });
  const grown = replica.waitForRow(['Bridge', 'flood_vlans', 7], (row) => {
    const { length } = array(row, 'flood_vlans');
    return length === 502 ? length : undefined;
  });
  await set([600]);
  t.is(asked, 1, 'not asked while its element is not there');
  await set([1000]);
  t.is(await come, 'br0');
  t.is(await grown, 502);
  const gone = replica.waitForRow(['Bridge', 'flood_vlans', 7], (row) => row === undefined);
  await client.transact(database, [mutate('Bridge', [], [['flood_vlans', 'delete', [7]]])]);
  t.true(await gone);
});
