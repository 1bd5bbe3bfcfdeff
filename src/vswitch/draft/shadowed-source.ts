import type { DatabaseSchema } from '../../ovsdb/schema.js';
import type { Atom, Value } from '../../ovsdb/values.js';
import type { Draft } from './draft.js';
import type { Read, Source, WholeColumn } from './reads.js';

/** A look whose result a transaction in flight may change. */
export class Pending extends Error {}

/** Reads only what a transaction in flight leaves as it is, whatever that comes to; anything else throws {@link Pending}. */
export class ShadowedSource implements Source {
  constructor(
    readonly inner: Source,
    readonly inFlight: Draft,
  ) {}

  lookup(read: Read): readonly string[] {
    const found = this.inner.lookup(read);
    if (this.inFlight.touches(read, found)) throw new Pending();
    return found;
  }

  find(schema: DatabaseSchema, table: string, column: string, value: Atom): readonly string[] {
    const found = this.inner.find(schema, table, column, value);
    if (this.inFlight.touchesFound(table, column, value, found)) throw new Pending();
    return found;
  }

  once<T>(question: string, on: readonly WholeColumn[], answer: () => T): T {
    return this.inFlight.alters(on) ? answer() : this.inner.once(question, on, answer);
  }

  value(table: string, uuid: string, column: string, hint: readonly string[]): Value | undefined {
    if (this.inFlight.touchesValue(uuid, column)) throw new Pending();
    return this.inner.value(table, uuid, column, hint);
  }

  want(read: Read): void {
    this.inner.want(read);
  }
}
