import { WaitTimedOutError } from './errors.js';
import type { Operation, OperationResult, RowInput, SelectOperation, WaitOperation } from './operations.js';

type Select = Extract<Operation, { op: 'select' }>;

/** How it reaches the database. */
export interface Transact {
  read(selects: readonly Select[]): Promise<OperationResult[]>;
  /** @param checks operations that go before the caller's. */
  write(checks: readonly Operation[], writes: readonly Operation[]): Promise<OperationResult[]>;
}

/** Reads, builds and writes, again and again until nobody came in between; see `Client.readModifyWrite`. */
export async function readModifyWrite(
  reads: readonly Select[],
  build: (results: readonly OperationResult<SelectOperation>[]) => readonly Operation[],
  rest: () => { timeout: number },
  { read, write }: Transact,
): Promise<OperationResult[]> {
  const selects = reads.map(withUuid);
  for (;;) {
    const results = (await read(selects)) as OperationResult<SelectOperation>[];
    const writes = build(results);
    if (writes.length === 0) return [];
    const checks = selects.map((select, index) => unchanged(select, results[index]?.rows ?? []));
    try {
      return await write(checks, writes);
    } catch (error) {
      const overtaken = error instanceof WaitTimedOutError && checks.includes(error.operation as WaitOperation);
      if (!overtaken || rest().timeout <= 0) throw error;
    }
  }
}

/** A select whose rows can be told apart. */
function withUuid(read: Select): Select {
  return read.columns ? { ...read, columns: [...new Set([...read.columns, '_uuid'])] } : read;
}

/** A check that fails at once unless a select would still return the same. */
function unchanged({ table, where, columns }: SelectOperation<object>, found: readonly object[]): WaitOperation {
  const rows = found.map((row) => ({ ...row, _version: undefined }) as RowInput);
  const named = columns ?? Object.keys(found[0] ?? {});
  const compared = named.filter((column) => column !== '_version');
  return { op: 'wait', table, where, columns: compared, until: '==', rows, timeout: 0 };
}
