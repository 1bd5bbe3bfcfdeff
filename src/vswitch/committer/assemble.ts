import { randomBytes } from 'node:crypto';
import type { DatabaseSchema, Operation } from '../../ovsdb/index.js';
import { refusePromise } from '../configure.js';
import { Draft, Overtaken, Pending, type Source, Unread } from '../draft/index.js';
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
  /** Why there are no more of them, where they can't be built yet. */
  readonly stop: Stop | undefined;
}

/** What stands in the way of requests, one or all that were joined: it is none of the others' fault. */
export interface Stop {
  readonly requests: readonly Request[];
  readonly reason: Unread | Overtaken | Pending;
}

/**
 * Builds requests on one draft, so that each sees what those before it do, until one has to read something first, or
 * there are as many as may be, or one would take back what another did, which by itself might have failed. What a function
 * throws is its request's alone, and kept in it.
 */
export function assemble(schema: DatabaseSchema, source: Source, waiting: Iterable<Request>, most: Most): Batch {
  let rows = 0;
  const draft = new Draft(schema, source, () => `${NEW}${rows++}`);
  const tx = new SwitchTransaction(draft);
  const requests: Request[] = [];
  let stop: Stop | undefined;
  for (const request of waiting) {
    const { mark } = draft;
    const reason = build(draft, tx, request);
    if (reason) {
      stop = { requests: [request], reason };
      break;
    }
    if (draft.overrides || request.settled) {
      draft.rollBack(mark);
      if (request.settled) continue;
      break;
    }
    requests.push(request);
    if (draft.changed.size >= most.rows || requests.length >= most.requests) break;
  }
  try {
    return { draft, requests, operations: draft.operations(), stop };
  } catch (error) {
    // To see whether a column changes at all, it has to be read.
    if (mustWait(error)) return { draft, requests: [], operations: [], stop: { requests, reason: error } };
    throw error;
  }
}

/** @returns why the request can't be built yet. */
function build(draft: Draft, tx: SwitchTransaction, request: Request): Stop['reason'] | undefined {
  const { mark } = draft;
  draft.begin();
  request.failure = undefined;
  try {
    refusePromise(request.build(tx));
  } catch (error) {
    draft.rollBack(mark);
    if (mustWait(error)) return error;
    request.failure = { error };
  }
  request.changes = draft.mark > mark;
  return undefined;
}

function mustWait(error: unknown): error is Stop['reason'] {
  return error instanceof Unread || error instanceof Overtaken || error instanceof Pending;
}
