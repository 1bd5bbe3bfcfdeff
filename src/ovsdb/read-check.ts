import type { Operation, RowInput, SelectOperation, WaitOperation } from './operations.js';

/** A select whose rows can be told apart. */
export function withUuid<S extends Operation & { op: 'select' }>(read: S): S {
  return read.columns ? { ...read, columns: [...new Set([...read.columns, '_uuid'])] } : read;
}

/** A check that fails at once unless a select would still return the same. */
export function unchanged({ table, where, columns }: SelectOperation<object>, found: readonly object[]): WaitOperation {
  const rows = found.map((row) => ({ ...row, _version: undefined }) as RowInput);
  const named = columns ?? Object.keys(found[0] ?? {});
  const compared = named.filter((column) => column !== '_version');
  return { op: 'wait', table, where, columns: compared, until: '==', rows, timeout: 0 };
}
