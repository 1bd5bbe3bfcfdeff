import type { Duplex } from 'node:stream';
import type { CallOptions } from '../base/deadline.js';
import { Deadlines } from '../base/deadlines.js';
import { InvalidArgumentError, messageOf, OvskitError, retrace, TimeoutError } from '../base/errors.js';
import { Call, type RequestOptions } from './call.js';
import { ConnectionLostError, HandlerError, LimitError, ProtocolError, RemoteError } from './errors.js';
import { Framer } from './framer.js';
import { Inlet } from './inlet.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { classify, type Message, writeError, writeNotification, writeRequest, writeResult } from './message.js';
import { Outbox } from './outbox.js';
import { parse } from './parse.js';
import { Probe } from './probe.js';
import { Spin } from './spin.js';

export type { RequestOptions };

/** Milliseconds that a request waits for its reply when the caller names no timeout. */
export const DEFAULT_TIMEOUT = 30_000;

/** Milliseconds that `close` leaves the stream to send what it was given. */
const CLOSE_GRACE = 1000;

/** Options of a `Session`. */
export interface SessionOptions {
  /** The peer as error messages name it, such as `unix:/var/run/openvswitch/db.sock`. Default: `the peer`. */
  name?: string | undefined;
  /** Bounds on what is held for the peer; see `Limits` for the defaults. */
  limits?: Partial<Limits> | undefined;
  /** Milliseconds of silence after which an echo is sent; after twice that the session ends. Default: 0, never. */
  probeInterval?: number | undefined;
  /** Makes another text of a message before it is parsed, where that makes parsing cheaper. */
  rewrite?: ((text: string) => string) | undefined;
  /** Called for each notification, in order of arrival, before the promise of any later reply settles. */
  onNotification?: ((method: string, params: unknown[]) => void) | undefined;
  /** Answers the peer's requests other than `echo`. Default: each is refused as an `unknown method`. */
  onRequest?: ((method: string, params: unknown[]) => unknown) | undefined;
}

/**
 * A JSON-RPC 1.0 session on a byte stream (a socket, TLS), as RFC 7047 section 4 describes it. Either side may send
 * requests and notifications; the peer's `echo` is answered (section 4.1.11).
 *
 * The session owns the stream and destroys it at its end. An error thrown by a handler ends the session.
 */
export class Session implements AsyncDisposable {
  /** Settles when the stream is closed: with the error that ended the session, or nothing after `close`. Never rejects. */
  readonly closed: Promise<OvskitError | undefined>;
  readonly name: string;
  readonly #stream: Duplex;
  readonly #options: SessionOptions;
  readonly #limits: Limits;
  readonly #framer: Framer;
  readonly #outbox: Outbox;
  readonly #spin = new Spin(() => this.#pending.size === 0);
  readonly #inlet: Inlet | undefined;
  readonly #probe: Probe | undefined;
  readonly #pending = new Map<number, Call>();
  readonly #deadlines = new Deadlines(() => this.#pending.values());
  /** Requests whose caller has gone, and whose reply is still due. */
  readonly #abandoned = new Set<number>();
  #nextId = 0;
  /** How many replies the last bytes brought. */
  #replies = 0;
  #end: { reason: OvskitError | undefined } | undefined;

  constructor(stream: Duplex, options: SessionOptions = {}) {
    this.name = options.name ?? 'the peer';
    this.#stream = stream;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#framer = new Framer((text, longDigits) => this.#onText(text, longDigits), this.#limits, this.name);
    this.#outbox = new Outbox(stream);
    const interval = checkInterval(options.probeInterval ?? 0);
    if (interval > 0) {
      this.#probe = new Probe(
        interval,
        () => void this.request('echo', [], { timeout: Number.POSITIVE_INFINITY }).catch(() => {}),
        () => this.#finish(this.#lost('', new TimeoutError(`no byte from ${this.name} for ${2 * interval} ms`))),
      );
    }
    this.closed = new Promise((resolve) => {
      const onClose = () => {
        this.#finish(this.#lost(`${this.name} closed the connection`));
        resolve(this.#end?.reason);
      };
      if (stream.closed) onClose();
      else stream.once('close', onClose);
    });
    stream.on('error', (error) => this.#finish(this.#lost('', error)));
    stream.on('end', this.#onEnd);
    this.#inlet = Inlet.of(stream);
    // Its bytes bypass the stream, which must flow all the same for its end to be seen.
    if (this.#inlet) {
      this.#inlet.attach((chunk) => this.#onBytes(chunk, true));
      stream.resume();
    } else {
      stream.on('data', this.#onData);
    }
  }

  /** Whether the session has ended, or is about to. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Sends a request and waits for its reply; the promise holds the reply's `result`. The default timeout is 30 s.
   *
   * Rejects with `RemoteError` (the peer answered with an error), `ConnectionLostError` (its `sent` tells whether the
   * peer may have seen the request), `TimeoutError`, `AbortedError`, `LimitError` (too much waits to be sent) or
   * `InvalidArgumentError`.
   */
  async request(method: string, params: readonly unknown[], options: RequestOptions = {}): Promise<unknown> {
    try {
      return await this.send(method, params, options);
    } catch (error) {
      throw retrace(error);
    }
  }

  /**
   * As `request`, with one promise and no more, for a caller whose every microsecond counts. What `request` rejects with
   * before anything is sent, this throws; the stack of what it rejects with leads nowhere, see `retrace`.
   */
  send(method: string, params: readonly unknown[], options: RequestOptions = {}): Promise<unknown> {
    const id = this.#nextId;
    const text = writeRequest(id, method, params);
    this.#checkSending(text, method);
    const what = `${method} request to ${this.name}`;
    const call = new Call(id, what, text, options.timeout ?? DEFAULT_TIMEOUT, options, this.#giveUp);
    // Several replies at once wake several callers: what they send now had better leave together.
    const lone = this.#pending.size === 0 && this.#replies <= 1;
    this.#nextId++;
    this.#pending.set(id, call);
    this.#outbox.add(call, lone);
    if (lone) this.#spin.start();
    this.#deadlines.watch(call);
    return call.promise;
  }

  /** Sends a notification. Throws `ConnectionLostError`, `LimitError` or `InvalidArgumentError`. */
  notify(method: string, params: readonly unknown[]): void {
    this.#post(writeNotification(method, params), method);
  }

  /** Asks the peer for a sign of life. Rejects as `request` does. */
  async echo(options: CallOptions = {}): Promise<void> {
    await this.request('echo', [], options);
  }

  /**
   * Ends the session: what was written goes out (for up to a second), the requests that wait are rejected, the stream
   * is closed. May be called again.
   */
  async close(): Promise<void> {
    if (!this.#end) {
      this.#outbox.flush();
      this.#finish(undefined);
    }
    await this.closed;
  }

  /** For `await using`: ends as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #post(text: string, what: string): void {
    this.#checkSending(text, what);
    this.#outbox.add({ text, sent: false }, false);
  }

  #checkSending(text: string, what: string): void {
    if (this.#end) {
      const { reason } = this.#end;
      const why = reason ? `the session has ended (${reason.message})` : 'the session was closed by this side';
      throw new ConnectionLostError(`${what} to ${this.name}: not sent, ${why}`, false, { cause: reason });
    }
    const { unsent } = this.#outbox;
    if (unsent + text.length > this.#limits.unsent) {
      throw new LimitError(
        `${what} to ${this.name}: not sent, ${unsent} characters wait already, and with ${text.length} more ` +
          `they would pass the limit of ${this.#limits.unsent}`,
      );
    }
  }

  /** The deadline or the signal ended the wait for a reply. */
  readonly #giveUp = (call: Call, error: OvskitError): void => {
    if (!this.#pending.delete(call.id)) return;
    call.reject(error);
    if (!call.sent) {
      this.#outbox.withdraw(call);
      return;
    }
    this.#abandoned.add(call.id);
    if (this.#abandoned.size > this.#limits.owedReplies) {
      this.#finish(
        new LimitError(`${this.name} owes more than ${this.#limits.owedReplies} replies to requests given up`),
      );
      return;
    }
    call.options.onAbandoned?.(call.id);
  };

  readonly #onData = (chunk: Buffer): void => this.#onBytes(chunk, false);

  #onBytes(chunk: Buffer, lent: boolean): void {
    this.#probe?.heard();
    this.#replies = 0;
    try {
      this.#framer.push(chunk, lent);
    } catch (error) {
      this.#finish(error instanceof OvskitError ? error : this.#handlerFailed('message', error));
    }
  }

  readonly #onEnd = (): void => {
    const { held } = this.#framer;
    const where = held > 0 ? ` in the middle of a message (${held} bytes of it came)` : '';
    this.#finish(this.#lost(`${this.name} closed the connection${where}`));
  };

  #onText(text: string, longDigits: boolean): void {
    if (this.#end) return;
    let value: unknown;
    try {
      value = parse(this.#options.rewrite?.(text) ?? text, longDigits);
    } catch (cause) {
      throw new ProtocolError(`${this.name} sent a message that is not JSON: ${excerpt(text)}`, { cause });
    }
    const message = classify(value);
    if (typeof message === 'string') throw new ProtocolError(`${this.name} sent ${message}: ${excerpt(text)}`);
    switch (message.kind) {
      case 'result':
        this.#take(message.id, text)?.resolve(message.result);
        break;
      case 'error': {
        const call = this.#take(message.id, text);
        call?.reject(new RemoteError(call.what, message.error));
        break;
      }
      case 'notification':
        this.#onNotification(message.method, message.params);
        break;
      case 'request':
        this.#onRequest(message);
    }
  }

  /** The call that a reply is for; nothing when it was given up. */
  #take(id: unknown, text: string): Call | undefined {
    this.#replies++;
    const call = this.#pending.get(id as number);
    if (call?.sent) {
      this.#pending.delete(id as number);
      return call;
    }
    if (this.#abandoned.delete(id as number)) return undefined;
    throw new ProtocolError(`${this.name} replied to a request that does not wait for a reply: ${excerpt(text)}`);
  }

  #onNotification(method: string, params: unknown[]): void {
    try {
      this.#options.onNotification?.(method, params);
    } catch (error) {
      throw error instanceof OvskitError ? error : this.#handlerFailed(`notification ${method}`, error);
    }
  }

  #onRequest({ id, method, params }: Message & { kind: 'request' }): void {
    const { onRequest } = this.#options;
    if (method === 'echo') this.#reply(writeResult(id, params));
    else if (!onRequest) this.#reply(writeError(id, 'unknown method'));
    else void this.#answer(id, method, params, onRequest);
  }

  async #answer(id: unknown, method: string, params: unknown[], onRequest: (m: string, p: unknown[]) => unknown) {
    try {
      const text = writeResult(id, await onRequest(method, params));
      if (!this.#end) this.#reply(text);
    } catch (error) {
      this.#finish(error instanceof OvskitError ? error : this.#handlerFailed(`request ${method}`, error));
    }
  }

  #reply(text: string): void {
    this.#post(text, 'reply');
  }

  /** Ends the session once: nothing more is read or written, and whoever waits is told. */
  #finish(reason: OvskitError | undefined): void {
    if (this.#end) return;
    this.#end = { reason };
    this.#probe?.stop();
    this.#outbox.close();
    this.#deadlines.stop();
    this.#inlet?.detach();
    this.#stream.off('data', this.#onData);
    this.#stream.off('end', this.#onEnd);
    if (reason) this.#stream.destroy();
    else endGracefully(this.#stream);
    const why = reason ? reason.message : 'the session was closed by this side';
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    this.#abandoned.clear();
    for (const [place, call] of calls.entries()) {
      const details = { cause: reason, oldest: place === 0 };
      call.reject(new ConnectionLostError(`${call.what}: no reply, ${why}`, call.sent, details));
    }
  }

  #lost(message: string, cause?: Error): ConnectionLostError {
    return new ConnectionLostError(message || `connection to ${this.name} lost: ${cause?.message}`, false, { cause });
  }

  #handlerFailed(what: string, cause: unknown): HandlerError {
    return new HandlerError(`the handler of a ${what} from ${this.name} failed: ${messageOf(cause)}`, { cause });
  }
}

/** Lets the stream send what it has, and destroys it then, or when the peer does not take it in time. */
function endGracefully(stream: Duplex): void {
  const timer = setTimeout(() => stream.destroy(), CLOSE_GRACE);
  stream.once('close', () => clearTimeout(timer));
  stream.resume();
  stream.end(() => stream.destroy());
}

function checkInterval(interval: number): number {
  if (Number.isFinite(interval) && interval >= 0) return interval;
  throw new InvalidArgumentError(`probeInterval must be a number of milliseconds, 0 or more, not ${interval}`);
}

function excerpt(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}... (${text.length} characters)`;
}
