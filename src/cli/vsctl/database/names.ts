import type { ColumnSchema, DatabaseSchema, TableSchema } from '../../../ovsdb/schema.js';
import { Fatal } from '../../fatal.js';
import { compareBytes } from '../../json/index.js';

const fold = (text: string) => text.toLowerCase().replaceAll('-', '_');

/** How well `text` abbreviates `name`: 0 not at all, more for more characters, and most for the whole name. */
function score(name: string, text: string): number {
  if (name === text) return Number.POSITIVE_INFINITY;
  const [whole, part] = [fold(name), fold(text)];
  if (whole === part) return Number.MAX_SAFE_INTEGER;
  return whole.startsWith(part) ? part.length : 0;
}

function bestMatches<T extends { readonly name: string }>(candidates: Iterable<T>, text: string): T[] {
  let best = 1;
  let found: T[] = [];
  for (const candidate of candidates) {
    const points = score(candidate.name, text);
    if (points > best || (points === best && found.length === 0)) {
      best = points;
      found = [candidate];
    } else if (points === best) {
      found.push(candidate);
    }
  }
  return found;
}

const list = (found: readonly { readonly name: string }[]) =>
  found
    .map(({ name }) => name)
    .sort(compareBytes)
    .join(', ');

/** A table by its name or what abbreviates it. @throws {Fatal} */
export function findTable(schema: DatabaseSchema, text: string): TableSchema {
  const found = bestMatches(schema.tables.values(), text);
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw new Fatal(`unknown table "${text}"`);
  throw new Fatal(`"${text}" matches multiple table names: ${list(found)}`);
}

/** A column by its name or what abbreviates it. @throws {Fatal} */
export function findColumn(table: TableSchema, text: string): ColumnSchema {
  const columns = [...table.columns.values()].filter(({ name }) => !name.startsWith('_'));
  const found = bestMatches(columns, text);
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw new Fatal(`${table.name} does not contain a column whose name matches "${text}"`);
  throw new Fatal(`${table.name} contains more than one column whose name matches "${text}": ${list(found)}`);
}

/** `_uuid` is no column but for list, find and get. */
export function isUuidColumn(word: string): boolean {
  return /^[_-]uuid$/i.test(word);
}

/** The columns of `--columns`, or all: `_uuid` first, then by name. @throws {Fatal} */
export function findColumns(table: TableSchema, option: string | undefined): ColumnSchema[] {
  if (option === undefined) {
    const names = [...table.columns.keys()].filter((name) => !name.startsWith('_')).sort(compareBytes);
    return ['_uuid', ...names].map((name) => table.columns.get(name)!);
  }
  const words = option.split(/[, ]/).filter((word) => word !== '');
  if (words.length === 0) throw new Fatal('must specify at least one column name');
  return words.map((word) => (isUuidColumn(word) ? table.columns.get('_uuid')! : findColumn(table, word)));
}
