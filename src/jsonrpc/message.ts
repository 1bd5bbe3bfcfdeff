import { type RequestObject, request as requestObject } from 'jsonrpc-lite';
import { InvalidArgumentError, OvskitError } from '../base/errors.js';
import { stringify } from './stringify.js';

/**
 * The messages of JSON-RPC 1.0 as RFC 7047 section 4 uses it. jsonrpc-lite speaks 2.0: it builds and checks what we
 * send, and its `jsonrpc` member is left out, because ovsdb-server drops a peer that sends any member it doesn't know.
 * What we receive it would refuse, so that is told apart here.
 */
export type Message =
  | { kind: 'request'; id: unknown; method: string; params: unknown[] }
  | { kind: 'notification'; method: string; params: unknown[] }
  | { kind: 'result'; id: unknown; result: unknown }
  | { kind: 'error'; id: unknown; error: unknown };

/** Tells what a parsed message is, or says in a few words what is wrong with it. */
export function classify(value: unknown): Message | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  const { id, method, params, result, error } = value as Record<string, unknown>;
  if (method === undefined) {
    if (id === undefined || id === null) return 'neither a method nor the id of a request';
    if (error !== undefined && error !== null) return { kind: 'error', id, error };
    if (result === undefined) return 'neither a method, a result nor an error';
    return { kind: 'result', id, result };
  }
  if (typeof method !== 'string') return 'a method that is not a string';
  if (!Array.isArray(params)) return `params of ${method} that are not an array`;
  if (id === undefined || id === null) return { kind: 'notification', method, params };
  return { kind: 'request', id, method, params };
}

/**
 * The text of a request.
 *
 * Throws `InvalidArgumentError` when the method is no string, the params are no array, or JSON can't hold them.
 */
export function writeRequest(id: number, method: string, params: readonly unknown[]): string {
  const { written } = build(id, method, params);
  return `{"id":${id},"method":${JSON.stringify(method)},"params":${written}}`;
}

/** The text of a notification: a request whose id is null. Throws as `writeRequest` does. */
export function writeNotification(method: string, params: readonly unknown[]): string {
  const { written } = build(0, method, params);
  return `{"id":null,"method":${JSON.stringify(method)},"params":${written}}`;
}

/** The text of the answer to a request of the peer's. */
export function writeResult(id: unknown, result: unknown): string {
  return `{"id":${stringify(id)},"result":${stringify(result ?? null)},"error":null}`;
}

/** The text of a refusal of a request of the peer's. */
export function writeError(id: unknown, error: unknown): string {
  return `{"id":${stringify(id)},"result":null,"error":${stringify(error)}}`;
}

/**
 * Params that are written already. jsonrpc-lite checks params by writing them as JSON and dropping the text; this gives
 * it a number to write, so that large params are written once, and a bigint is no fault.
 */
class WrittenParams {
  readonly written: string;

  constructor(params: readonly unknown[]) {
    if (!Array.isArray(params)) throw new InvalidArgumentError(`params must be an array, not ${describe(params)}`);
    this.written = stringify(params);
  }

  toJSON(): number {
    return this.written.length;
  }
}

function build(id: number, method: string, params: readonly unknown[]): WrittenParams {
  try {
    const message: RequestObject = requestObject(id, method, new WrittenParams(params));
    return message.params as WrittenParams;
  } catch (cause) {
    if (cause instanceof OvskitError) throw cause;
    throw new InvalidArgumentError(
      `the method of a request must be a string that is not empty, not ${describe(method)}`,
      {
        cause,
      },
    );
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : `a ${typeof value}`;
}
