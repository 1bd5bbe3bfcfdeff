import type { ColumnType } from '../schema/index.js';

/** A type in words, for a message (`ovsdb_type_to_english`). */
export function describeType({ key, value, min, max }: ColumnType): string {
  if (value) return `map of ${key.type}-${value.type} pairs`;
  if (min === 1 && max === 1) return key.type;
  if (min === 0 && max === 1) return `optional ${key.type}`;
  return `set of ${key.type}s`;
}
