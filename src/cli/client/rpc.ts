import type { Duplex } from 'node:stream';
import { ConnectionLostError, RemoteError, Session } from '../../jsonrpc/index.js';
import { Fatal } from '../fatal.js';
import { type Json, type JsonObject, serialize } from '../json/index.js';
import type { Vlog } from '../log/vlog.js';
import { errnoOf } from '../strerror.js';

type OnNotification = (method: string, params: Json[]) => void;

/** A reply that is an error. */
export class ErrorReply extends Error {
  constructor(readonly error: Json) {
    super('error reply');
  }
}

/** A JSON-RPC connection as ovsdb-client uses it: no deadline but that of the whole command. */
export class Rpc {
  readonly name: string;
  readonly #session: Session;
  readonly #log: Vlog;
  #nextId = 0;
  #early: [string, Json[]][] = [];
  #onNotification: OnNotification | undefined;

  constructor(stream: Duplex, name: string, log: Vlog) {
    this.name = name;
    this.#log = log;
    this.#session = new Session(stream, {
      name,
      onNotification: (method, params) => {
        const json = params as Json[];
        this.#debug(`received notification, method="${method}", params=`, json);
        if (this.#onNotification) this.#onNotification(method, json);
        else this.#early.push([method, json]);
      },
    });
  }

  /** Takes the notifications, those first that came before. */
  takeNotifications(onNotification: OnNotification): void {
    this.#onNotification = onNotification;
    for (const [method, params] of this.#early.splice(0)) onNotification(method, params);
  }

  /** Sends a request. @throws {ErrorReply}; or what ended the connection. */
  async request(method: string, params: Json[]): Promise<Json> {
    const id = this.#nextId++;
    this.#debug(`send request, method="${method}", params=`, params, id);
    try {
      const result = (await this.#session.request(method, params, { timeout: Number.POSITIVE_INFINITY })) as Json;
      this.#debug('received reply, result=', result, id);
      return result;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      const reply = errorOf(error);
      this.#debug('received error, error=', reply, id);
      throw new ErrorReply(reply);
    }
  }

  /** Sends a request that must succeed (`check_txn`). @throws {Fatal} */
  async transact(method: string, params: Json[], pretty = false): Promise<Json> {
    try {
      return await this.request(method, params);
    } catch (error) {
      if (error instanceof ErrorReply) {
        throw new Fatal(`transaction returned error: ${serialize(error.error, { sort: true, pretty })}`);
      }
      throw new Fatal('transaction failed', lostErrno(error));
    }
  }

  /** Settles when the connection has ended, with the errno's name. */
  async ended(): Promise<string> {
    return lostErrno(await this.#session.closed);
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  #debug(what: string, json: Json, id?: number): void {
    if (!this.#log.enabled('jsonrpc', 'DBG')) return;
    this.#log.log('jsonrpc', 'DBG', `${this.name}: ${what}${serialize(json)}${id === undefined ? '' : `, id=${id}`}`);
  }
}

/** The name of the errno that a lost connection ended in. */
export function lostErrno(error: unknown): string {
  return errnoOf(error) ?? (error instanceof ConnectionLostError ? 'EOF' : 'EPROTO');
}

/** The error as it came: ovsdb-server sends a bare string, or an object with details. */
function errorOf({ error, details, syntax }: RemoteError): Json {
  if (details === undefined && syntax === undefined) return error;
  const object: JsonObject = { error };
  if (details !== undefined) object.details = details;
  if (syntax !== undefined) object.syntax = syntax;
  return object;
}
