import { type ErrorDetails, OvskitError } from '../base/errors.js';

/** The peer broke the protocol (not JSON, not UTF-8, not JSON-RPC 1.0, an unknown id): `ERR_JSONRPC_PROTOCOL`. */
export class ProtocolError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_JSONRPC_PROTOCOL', message, details);
  }
}

/** A message, its depth, or what waits to be sent grew past its limit: `ERR_JSONRPC_LIMIT`. */
export class LimitError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_JSONRPC_LIMIT', message, details);
  }
}

/** The peer answered a request with an error (RFC 7047 section 3.1, `<error>`): `ERR_JSONRPC_REMOTE`. */
export class RemoteError extends OvskitError {
  /** The peer's own short name of the error, such as `unknown method` or `canceled`. */
  readonly error: string;
  /** More about it, in the peer's words. */
  readonly details: string | undefined;
  /** The piece of the request that the peer could not read, as JSON text. */
  readonly syntax: string | undefined;

  constructor(what: string, reply: unknown) {
    const { error, details, syntax } = members(reply);
    const rest = [details, syntax && `(syntax: ${syntax})`].filter(Boolean).join(' ');
    super('ERR_JSONRPC_REMOTE', `${what}: ${error}${rest && `: ${rest}`}`);
    this.error = error;
    this.details = details;
    this.syntax = syntax;
  }
}

/** The connection ended before the reply came: `ERR_JSONRPC_CONNECTION_LOST`. What ended it is the `cause`. */
export class ConnectionLostError extends OvskitError {
  /** Whether any byte of the request may have reached the peer; when false, the peer never saw it. */
  readonly sent: boolean;
  /** Whether it had waited longest for its reply: what a peer that chokes on a request has most likely choked on. */
  readonly oldest: boolean;

  constructor(message: string, sent: boolean, details: ErrorDetails & { oldest?: boolean } = {}) {
    super('ERR_JSONRPC_CONNECTION_LOST', message, details);
    this.sent = sent;
    this.oldest = details.oldest ?? false;
  }
}

/** A handler of notifications or requests threw something that is no `OvskitError`: `ERR_JSONRPC_HANDLER`. */
export class HandlerError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_JSONRPC_HANDLER', message, details);
  }
}

function members(reply: unknown): { error: string; details?: string | undefined; syntax?: string | undefined } {
  if (typeof reply === 'string') return { error: reply };
  if (typeof reply !== 'object' || reply === null) return { error: String(reply) };
  const { error, details, syntax } = reply as Record<string, unknown>;
  return { error: text(error) ?? JSON.stringify(reply), details: text(details), syntax: text(syntax) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
