import { type Client, type SelectedRow, select } from '../../src/ovsdb/index.js';

/** Columns that ovsdb-server fills in by itself, or that say when something was. */
const VOLATILE = new Set(['_version', 'Manager.status', 'Manager.is_connected']);

/**
 * A whole database with uuids replaced by what they stand for: the content of the row, so that rows which hang on each
 * other alike are alike.
 */
export async function canonicalDatabase(client: Client): Promise<string> {
  const { tables } = await client.getSchema('Open_vSwitch');
  const names = [...tables.keys()].sort();
  const results = await client.transact(
    'Open_vSwitch',
    names.map((table) => select(table, [])),
  );
  const rows = names.flatMap((table, index) =>
    (results[index] as { rows: SelectedRow[] }).rows.map((row) => ({ table, row })),
  );
  let labels = new Map(rows.map(({ table, row }) => [row._uuid as string, table]));
  // Each round tells rows apart by those that they refer to, one step further.
  for (let round = 0; round < 4; round++) {
    const next = new Map<string, string>();
    for (const { table, row } of rows) next.set(row._uuid as string, digest(table, row, labels));
    labels = next;
  }
  return rows
    .map(({ table, row }) => `${table} ${digest(table, row, labels)}`)
    .sort()
    .join('\n');
}

function digest(table: string, row: SelectedRow, labels: ReadonlyMap<string, string>): string {
  const show = (value: unknown): unknown => {
    if (typeof value === 'string') return labels.get(value) ?? value;
    if (value instanceof Map) return [...value].map(([key, each]) => [show(key), show(each)].join('=')).sort();
    if (Array.isArray(value)) return value.map(show).sort();
    return typeof value === 'bigint' ? `${value}n` : value;
  };
  const columns = Object.entries(row)
    .filter(([name]) => name !== '_uuid' && !VOLATILE.has(name) && !VOLATILE.has(`${table}.${name}`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${JSON.stringify(show(value))}`);
  const text = `${table}{${columns.join(',')}}`;
  return text.length < 400 ? text : `${text.slice(0, 300)}#${hash(text)}`;
}

function hash(text: string): string {
  let value = 0n;
  for (const char of text) value = (value * 31n + BigInt(char.codePointAt(0) as number)) & 0xffffffffffffffffn;
  return value.toString(16);
}
