import { columnSchema, tableSchema } from '../../ovsdb/schema.js';
import type { Value } from '../../ovsdb/values.js';
import type { DraftRow } from '../../vswitch/draft/index.js';
import { membersOf } from '../../vswitch/draft/index.js';
import type { Run } from './command.js';
import { sortMembers, valueToString } from './text/print.js';

/** What of a table `show` shows: the column that names a row, and the columns under it. */
interface Shown {
  readonly name: string | undefined;
  readonly columns: readonly string[];
}

const shown: Readonly<Record<string, Shown>> = {
  Open_vSwitch: { name: undefined, columns: ['manager_options', 'bridges', 'ovs_version'] },
  Bridge: { name: 'name', columns: ['controller', 'fail_mode', 'datapath_type', 'ports'] },
  Port: { name: 'name', columns: ['tag', 'trunks', 'interfaces'] },
  Interface: { name: 'name', columns: ['type', 'options', 'error'] },
  Controller: { name: 'target', columns: ['is_connected'] },
  Manager: { name: 'target', columns: ['is_connected'] },
};

function isDefault(value: Value): boolean {
  if (value === null || value === '' || value === false || value === 0) return true;
  return (value instanceof Map && value.size === 0) || (Array.isArray(value) && value.length === 0);
}

/** Everything that is shown comes with one look at each table. */
function readAll({ draft }: Run): void {
  for (const [table, { name, columns }] of Object.entries(shown)) {
    draft.wantRows(table, ['_uuid', ...(name === undefined ? [] : [name]), ...columns]);
  }
  for (const [table, { name, columns }] of Object.entries(shown)) {
    draft.rows(table, ['_uuid', ...(name === undefined ? [] : [name]), ...columns]);
  }
}

/** `ovs-vsctl show`. */
export function showDatabase(run: Run): void {
  readAll(run);
  const { columns } = shown.Open_vSwitch!;
  for (const row of run.draft.rows('Open_vSwitch', ['_uuid', ...columns])) showRow(run, row, 0, new Set());
}

function showRow(run: Run, row: DraftRow, level: number, above: Set<string>): void {
  const { draft } = run;
  const { name, columns } = shown[row.table]!;
  const table = tableSchema(draft.schema, row.table);
  const write = (depth: number, text: string) => run.out.push(`${'    '.repeat(depth)}${text}\n`);
  const title =
    name === undefined
      ? row.uuid
      : `${row.table} ${valueToString(columnSchema(table, name).type, draft.get(row, name))}`;
  write(level, title);
  if (above.has(row.table)) return;
  above.add(row.table);
  for (const column of columns) {
    const { type } = columnSchema(table, column);
    const value = draft.get(row, column);
    const { refTable } = type.key;
    if (refTable !== undefined && shown[refTable]) {
      for (const [uuid] of sortMembers(membersOf(value))) {
        showRow(run, { table: refTable, uuid: uuid as string }, level + 1, above);
      }
    } else if (!isDefault(value)) {
      write(level + 1, `${column}: ${valueToString(type, value)}`);
    }
  }
  above.delete(row.table);
}
