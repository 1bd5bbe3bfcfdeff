import type { BaseType, ColumnType } from '../ovsdb/index.js';

/** The text of the types of one column: as it is read, and as it is written. */
export interface ColumnText {
  readonly read: string;
  readonly written: string;
}

/** Names the union of an enum's values, and returns the name. `part` is `Key` or `Value` for a map. */
export type NameEnum = (values: readonly string[], part: string) => string;

/** A string as a literal in single quotes, or in double ones when it has single ones inside. */
export function literal(text: string): string {
  const json = JSON.stringify(text);
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
}

/** Whether every integer that the type allows is exact as a `number`. */
function isSmall({ min, max }: BaseType): boolean {
  return min !== undefined && max !== undefined && min >= Number.MIN_SAFE_INTEGER && max <= Number.MAX_SAFE_INTEGER;
}

/** In order, for a server may give them in another than the file. */
function enumValues(base: BaseType): string[] {
  const values = [...(base.enum ?? [])].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return values.map((value) => {
    if (typeof value === 'string') return literal(value);
    return typeof value === 'bigint' ? `${value}n` : String(value);
  });
}

function atomText(base: BaseType, part: string, nameEnum: NameEnum): ColumnText {
  const same = (text: string): ColumnText => ({ read: text, written: text });
  if (base.type === 'uuid') return { read: 'string', written: 'Reference' };
  if (base.enum && base.enum.size > 0) return same(nameEnum(enumValues(base), part));
  switch (base.type) {
    case 'integer':
      return same(isSmall(base) ? 'number' : 'Integer');
    case 'real':
      return same('number');
    default:
      return same(base.type);
  }
}

/** How a column's type reads in TypeScript; see the table in src/ovsdb/values.ts. */
export function columnText({ key, value, min, max }: ColumnType, nameEnum: NameEnum): ColumnText {
  if (value) {
    const [k, v] = [atomText(key, 'Key', nameEnum), atomText(value, 'Value', nameEnum)];
    return {
      read: `ReadonlyMap<${k.read}, ${v.read}>`,
      written: `MapInput<${k.written}, ${v.written}>`,
    };
  }
  const { read, written } = atomText(key, '', nameEnum);
  if (max > 1) return { read: `readonly ${read}[]`, written: `SetInput<${written}>` };
  return min === 0 ? { read: `${read} | null`, written: `${written} | null` } : { read, written };
}

function range({ min, max }: BaseType, unit: string): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}${unit}`;
  if (min !== undefined) return `at least ${min}${unit}`;
  return max === undefined ? '' : `at most ${max}${unit}`;
}

function atomNote(base: BaseType, name: string): string {
  if (base.refTable !== undefined) {
    return `${name}${base.refType === 'weak' ? 'weak reference' : 'reference'} to ${base.refTable}`;
  }
  const bounds = base.enum ? '' : range(base, base.type === 'string' ? ' characters' : '');
  return bounds && name + bounds;
}

/** What a type can't say of a column, in a few words; empty when there is nothing. */
export function columnNote({ key, value, min, max }: ColumnType): string {
  const bounds = { ...(min > 0 ? { min } : {}), ...(Number.isFinite(max) ? { max } : {}) };
  const size = max === 1 ? '' : range({ type: 'integer', ...bounds }, value ? ' pairs' : ' elements');
  return [value ? atomNote(key, 'key: ') : atomNote(key, ''), value ? atomNote(value, 'value: ') : '', size]
    .filter((note) => note !== '')
    .join('; ');
}
