import { Fatal } from '../fatal.js';
import type { Json, JsonObject } from '../json/index.js';
import type { Column, Table } from '../schema/index.js';

/** A table under a monitor: what is asked for, and which columns are shown. */
export interface MonitoredTable {
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly requests: Json[];
}

const kinds = ['initial', 'insert', 'delete', 'modify'] as const;

/**
 * Reads the words behind a table, each `COLUMN,...` with `!initial`, `!insert`, `!delete`, `!modify` among them, as one
 * `<monitor-request>` (RFC 7047 section 4.1.5) each.
 *
 * @throws {Fatal}
 */
export function monitorTable(
  server: string,
  database: string,
  table: Table,
  groups: readonly string[],
  condition: Json | undefined,
): MonitoredTable {
  const columns: Column[] = [];
  const requests = (groups.length > 0 ? groups : ['']).map((group) => {
    const words = group.split(',').filter((word) => word !== '');
    const excluded = new Set(words.filter((word) => kinds.some((kind) => word === `!${kind}`)));
    const named = words.filter((word) => !excluded.has(word));
    for (const word of named) {
      const column = table.columns.get(word);
      if (!column) {
        throw new Fatal(`${server}: table "${table.name}" in ${database} does not have a column named "${word}"`);
      }
      if (columns.includes(column)) throw new Fatal(`${server}: column "${word}" mentioned multiple times`);
      columns.push(column);
    }
    const asked = named.length > 0 ? named : addAll(table, columns);
    const request: JsonObject = { columns: asked };
    if (excluded.size > 0) {
      request.select = Object.fromEntries(kinds.map((kind) => [kind, !excluded.has(`!${kind}`)]));
    }
    if (condition !== undefined) request.where = condition;
    return request;
  });
  return { table, columns, requests };
}

/** All columns by name that are not there yet, `_version` last. */
function addAll(table: Table, columns: Column[]): string[] {
  const sorted = table.columns.sorted().map(([, column]) => column);
  const added = sorted.filter((column) => !column.name.startsWith('_') && !columns.includes(column));
  const version = table.columns.get('_version')!;
  if (!columns.includes(version)) added.push(version);
  columns.push(...added);
  return added.map((column) => column.name);
}
