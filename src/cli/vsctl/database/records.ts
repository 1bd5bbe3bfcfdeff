import type { DatabaseSchema, TableSchema } from '../../../ovsdb/schema.js';
import type { Draft, DraftRow, Read } from '../../../vswitch/draft/index.js';
import { lightColumns } from '../../../vswitch/draft/index.js';
import { Fatal } from '../../fatal.js';
import { isUuid } from '../../schema/index.js';
import type { Symbols } from '../symbols.js';
import { parseInteger } from '../text/atom.js';

/** How else than by uuid a record of a table may be named. */
export type RecordId =
  | { readonly by: 'only' }
  | { readonly by: 'column'; readonly column: string }
  | { readonly by: 'via'; readonly column: string; readonly table: string };

const name: RecordId = { by: 'column', column: 'name' };
const viaBridge = (column: string): RecordId => ({ by: 'via', column, table: 'Bridge' });

/** As the end of `--help` lists them. */
export const recordIds: Readonly<Record<string, RecordId>> = {
  AutoAttach: viaBridge('auto_attach'),
  Bridge: name,
  Controller: viaBridge('controller'),
  Flow_Sample_Collector_Set: { by: 'column', column: 'id' },
  Flow_Table: name,
  IPFIX: viaBridge('ipfix'),
  Interface: name,
  Manager: { by: 'column', column: 'target' },
  Mirror: name,
  NetFlow: viaBridge('netflow'),
  Open_vSwitch: { by: 'only' },
  Port: name,
  QoS: { by: 'via', column: 'qos', table: 'Port' },
  SSL: { by: 'only' },
  sFlow: viaBridge('sflow'),
};

const PARTIAL_UUID = /^[\da-f]{4}[\da-f-]*$/i;

/** The record that a word names, as `ctl_get_row`. @throws {Fatal} when several are meant. */
export function findRecord(draft: Draft, table: TableSchema, word: string, symbols: Symbols): DraftRow | undefined {
  if (isUuid(word)) {
    const row = draft.row(table.name, word.toLowerCase());
    if (row) return row;
  }
  const symbol = word.startsWith('@') ? symbols.all.get(word) : undefined;
  if (symbol?.created && draft.changed.get(symbol.uuid)?.table === table.name) {
    return draft.row(table.name, symbol.uuid);
  }
  const named = findByName(draft, table, word);
  if (named) return named;
  return PARTIAL_UUID.test(word) && !isUuid(word) ? findByPrefix(draft, table, word) : undefined;
}

/** @throws {Fatal} when there is none. */
export function getRecord(draft: Draft, table: TableSchema, word: string, symbols: Symbols): DraftRow {
  const row = findRecord(draft, table, word, symbols);
  if (!row) throw new Fatal(`no row "${word}" in table ${table.name}`);
  return row;
}

function findByName(draft: Draft, table: TableSchema, word: string): DraftRow | undefined {
  const id = recordIds[table.name];
  if (!id) return undefined;
  if (id.by === 'only') {
    if (word !== '.') return undefined;
    return only(draft.rows(table.name), table.name, word);
  }
  if (id.by === 'via') {
    const referrer = only(draft.find(id.table, 'name', word), id.table, word);
    if (!referrer) return undefined;
    const value = draft.get(referrer, id.column) as string | null | readonly string[];
    const uuids = value === null ? [] : typeof value === 'string' ? [value] : value;
    return uuids.length === 1 ? draft.row(table.name, uuids[0]!) : undefined;
  }
  const isInteger = table.columns.get(id.column)?.type.key.type === 'integer';
  const value = isInteger ? parseInteger(word) : word;
  return value === undefined ? undefined : only(draft.find(table.name, id.column, value), table.name, word);
}

function only(rows: readonly DraftRow[], table: string, word: string): DraftRow | undefined {
  if (rows.length > 1) throw new Fatal(`multiple rows in ${table} match "${word}"`);
  return rows[0];
}

function findByPrefix(draft: Draft, table: TableSchema, prefix: string): DraftRow | undefined {
  const found = draft.rows(table.name, ['_uuid']).filter(({ uuid }) => uuid.startsWith(prefix));
  if (found.length < 2) return found[0];
  // The server's order is another each time.
  const [first, second] = found.map(({ uuid }) => uuid).sort();
  throw new Fatal(
    `${table.name} contains 2 or more rows whose UUIDs begin with ${prefix}: at least ${first} and ${second}`,
  );
}

/** What finding a record will read. */
export function recordReads(schema: DatabaseSchema, table: TableSchema, word: string): Read[] {
  const id = recordIds[table.name];
  const columns = lightColumns(schema, table.name);
  if (isUuid(word)) return [{ table: table.name, where: [['_uuid', '==', word.toLowerCase()]], columns }];
  if (!id || word.startsWith('@')) return [];
  if (id.by === 'only') return word === '.' ? [{ table: table.name, where: [], columns }] : [];
  if (id.by === 'via') {
    return [{ table: id.table, where: [['name', '==', word]], columns: lightColumns(schema, id.table) }];
  }
  if (table.columns.get(id.column)?.type.key.type === 'integer') return [];
  return [{ table: table.name, where: [[id.column, '==', word]], columns }];
}
