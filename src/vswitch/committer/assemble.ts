import { randomBytes } from 'node:crypto';
import type { DatabaseSchema, Operation } from '../../ovsdb/index.js';
import { Draft, Overtaken, Pending, type Read, type Source, Unread } from '../draft/index.js';
import { SwitchTransaction } from '../transaction.js';
import type { Request } from './request.js';

/** How much may be joined. */
export interface Most {
  readonly requests: number;
  readonly rows: number;
}

/** How a draft calls the rows that it inserts: no name or value of anybody's can be one of these by chance. */
const NEW = `new_${randomBytes(6).toString('hex')}_`;

/** Requests joined into one transaction, and why there are no more of them. */
export interface Batch {
  readonly draft: Draft;
  readonly requests: readonly Request[];
  /** None when there is nothing to change. */
  readonly operations: readonly Operation[];
  /** What has to be read before the next request, or before these when there are no operations. */
  readonly reads: readonly Read[];
  /** What was read does not hold together: the replica is behind. */
  readonly overtaken: boolean;
}

/**
 * Builds requests on one draft, so that each sees what those before it do, until one has to read something first, or
 * there are as many as may be, or one would take back what another did, which by itself might have failed. What a function throws is its request's alone, and kept in it.
 */
export function assemble(schema: DatabaseSchema, source: Source, waiting: Iterable<Request>, most: Most): Batch {
  let rows = 0;
  const draft = new Draft(schema, source, () => `${NEW}${rows++}`);
  const tx = new SwitchTransaction(draft);
  const requests: Request[] = [];
  let stop: unknown;
  for (const request of waiting) {
    const { mark } = draft;
    stop = build(draft, tx, request);
    if (stop) break;
    if (draft.overrides) {
      draft.rollBack(mark);
      break;
    }
    requests.push(request);
    if (draft.changed.size >= most.rows || requests.length >= most.requests) break;
  }
  try {
    return { draft, requests, operations: draft.operations(), ...reasonOf(stop) };
  } catch (error) {
    // To see whether a column changes at all, it has to be read.
    if (mustWait(error)) return { draft, requests: [], operations: [], ...reasonOf(error) };
    throw error;
  }
}

/** @returns why the request can't be built yet. */
function build(draft: Draft, tx: SwitchTransaction, request: Request): unknown {
  const { mark } = draft;
  draft.begin();
  request.failure = undefined;
  try {
    request.build(tx);
  } catch (error) {
    draft.rollBack(mark);
    if (mustWait(error)) return error;
    request.failure = { error };
  }
  request.changes = draft.mark > mark;
  return undefined;
}

function mustWait(error: unknown): boolean {
  return error instanceof Unread || error instanceof Overtaken || error instanceof Pending;
}

function reasonOf(stop: unknown): Pick<Batch, 'reads' | 'overtaken'> {
  return { reads: stop instanceof Unread ? stop.reads : [], overtaken: stop instanceof Overtaken };
}
