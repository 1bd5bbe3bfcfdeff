import { type RequestObject, request as requestObject } from 'jsonrpc-lite';
import { InvalidArgumentError } from '../base/errors.js';
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
  return `{"id":${id},${checkedMethod(method)},"params":${writeParams(params)}}`;
}

/** The text of a notification: a request whose id is null. Throws as `writeRequest` does. */
export function writeNotification(method: string, params: readonly unknown[]): string {
  return `{"id":null,${checkedMethod(method)},"params":${writeParams(params)}}`;
}

/** The text of the answer to a request of the peer's. */
export function writeResult(id: unknown, result: unknown): string {
  return `{"id":${stringify(id)},"result":${stringify(result ?? null)},"error":null}`;
}

/** The text of a refusal of a request of the peer's. */
export function writeError(id: unknown, error: unknown): string {
  return `{"id":${stringify(id)},"result":null,"error":${stringify(error)}}`;
}

/** The last method that was found right, and how it is written: most requests have the method of the one before. */
let known: { method: string; written: string } | undefined;

/** The member `method`, checked by jsonrpc-lite. (It would check params by writing them, as we do once already.) */
function checkedMethod(method: string): string {
  if (method === known?.method) return known.written;
  try {
    const request: RequestObject = requestObject(0, method, []);
    known = { method, written: `"method":${JSON.stringify(request.method)}` };
    return known.written;
  } catch (cause) {
    const what = describe(method);
    throw new InvalidArgumentError(`the method of a request must be a string that is not empty, not ${what}`, {
      cause,
    });
  }
}

function writeParams(params: readonly unknown[]): string {
  if (!Array.isArray(params)) throw new InvalidArgumentError(`params must be an array, not ${describe(params)}`);
  return stringify(params);
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : `a ${typeof value}`;
}
