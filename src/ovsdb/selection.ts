import { InvalidArgumentError } from '../base/errors.js';
import type { Condition } from './operations.js';

/** What a replica holds of one table. */
export interface TableSelection {
  /** All columns of the schema when left out. */
  readonly columns?: readonly string[] | undefined;
  /** Only rows that meet any of these conditions; all when left out (ovsdb-server(7), section 4.1.12). */
  readonly where?: readonly Condition[] | undefined;
  /**
   * Columns to find rows by, besides those that the schema makes unique (`name`, mostly). `COLUMN:KEY` indexes a map
   * by one of its keys, such as `external_ids:iface-id`; a set is indexed by each of its elements.
   */
  readonly index?: readonly string[] | undefined;
}

/** The tables of a replica. */
export type Selection = { readonly [table: string]: TableSelection };

const MEMBERS = ['columns', 'where', 'index'] as const;

/** @throws {InvalidArgumentError} naming what no selection has. What the schema lacks is found elsewhere. */
export function checkSelection(selection: unknown): void {
  if (!isRecord(selection)) {
    throw new InvalidArgumentError(
      `a selection is an object of tables, such as { Bridge: {} }, not ${kindOf(selection)}`,
    );
  }
  for (const [name, table] of Object.entries(selection)) {
    const what = `the selection of table ${name}`;
    if (!isRecord(table))
      throw new InvalidArgumentError(`${what} is an object, {} for all of it, not ${kindOf(table)}`);
    for (const [member, value] of Object.entries(table)) {
      if (!(MEMBERS as readonly string[]).includes(member)) {
        throw new InvalidArgumentError(`${what} has ${member}, which means nothing; it takes ${MEMBERS.join(', ')}`);
      }
      if (value !== undefined && !Array.isArray(value)) {
        throw new InvalidArgumentError(`${member} of ${what} is a list, not ${kindOf(value)}`);
      }
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `${typeof value} ${String(value)}`;
}
