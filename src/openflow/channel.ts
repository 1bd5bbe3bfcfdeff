import { connect, type Socket } from 'node:net';
import { type CallOptions, remaining, Waiter } from '../base/deadline.js';
import { messageOf, OvskitError } from '../base/errors.js';
import { decodeError } from './error-names.js';
import {
  OpenFlowConnectError,
  OpenFlowConnectionLostError,
  OpenFlowLimitError,
  OpenFlowProtocolError,
  OpenFlowVersionError,
} from './errors.js';
import { encodeMessage, Framer, type Message, Type, VERSION } from './message.js';

/** A switch that takes longer than this to greet is not there. */
const CONNECT_TIMEOUT = 10_000;

/** How often a switch may give up waiting for our hello: this process has not had a processor for a second, each time. */
const MAX_ATTEMPTS = 5;

/** Bytes of echoes that may wait for a peer that asks and doesn't read. */
const MAX_ECHOES = 1 << 20;

const reasons: Record<string, string> = {
  ENOENT: 'there is no such socket: no bridge of that name, or ovs-vswitchd does not run',
  ECONNREFUSED: 'nobody listens there: ovs-vswitchd does not run',
  EACCES: 'no permission to open that socket; run as root or as a member of its group',
  ENOTSOCK: 'that is not a socket',
};

/** Who waits for the messages that carry a request's xid. */
export interface Expectation {
  /** Names the request in errors. */
  readonly what: string;
  /** Throws when the message is not what it should be; the connection ends then. */
  onMessage(message: Message): void;
  onError(error: OvskitError): void;
  /** The connection is over; nothing more will come. */
  onLost(reason: OvskitError): void;
}

/** A connection to a switch that has agreed to OpenFlow 1.0: sends messages, and hands replies to who waits for them. */
export class Channel {
  readonly #socket: Socket;
  readonly #framer = new Framer();
  readonly #expected = new Map<number, Expectation>();
  #lastXid = 0;
  #corked = false;
  #end: OvskitError | undefined;
  #greeting: Waiter<void> | undefined;

  private constructor(
    readonly path: string,
    options: CallOptions,
  ) {
    const waiter = new Waiter<void>(`connecting to ${path}`, options, CONNECT_TIMEOUT);
    this.#greeting = waiter;
    this.#socket = connect({ path });
    this.#socket.on('error', (error) => this.#finish(this.#lostBy(error)));
    this.#socket.on('close', () => this.#finish(this.#lostBy(new Error('the switch closed the connection'))));
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.send(encodeMessage(Type.HELLO, this.nextXid()));
  }

  /**
   * Connects again when our hello came too late, which ovs-vswitchd waits a second for: what it had said by then is lost.
   *
   * @throws {OpenFlowConnectError}; {@link OpenFlowVersionError}; {@link OpenFlowProtocolError}; `TimeoutError`;
   *   `AbortedError`. No socket is left open.
   */
  static async open(path: string, options: CallOptions): Promise<Channel> {
    const rest = remaining(options, CONNECT_TIMEOUT);
    for (let attempt = 1; ; attempt++) {
      const channel = new Channel(path, rest());
      try {
        await channel.#greeting?.promise;
        return channel;
      } catch (error) {
        channel.end(error as OvskitError);
        if (attempt === MAX_ATTEMPTS || !wasLate(error)) throw error;
      } finally {
        channel.#greeting = undefined;
      }
    }
  }

  /** Why the connection is over; undefined while it is not. */
  get ended(): OvskitError | undefined {
    return this.#end;
  }

  /** A number that no request under way has. 0 is the switch's own. */
  nextXid(): number {
    do this.#lastXid = this.#lastXid === 0xffffffff ? 1 : this.#lastXid + 1;
    while (this.#expected.has(this.#lastXid));
    return this.#lastXid;
  }

  expect(xid: number, expectation: Expectation): void {
    if (this.#end) expectation.onLost(this.#end);
    else this.#expected.set(xid, expectation);
  }

  forget(xid: number): void {
    this.#expected.delete(xid);
  }

  /** Sends with all else that is sent in this turn of the event loop. */
  send(bytes: Buffer): void {
    if (this.#end) return;
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes);
  }

  /** Ends the connection; what waits is told `reason`. */
  end(reason: OvskitError): void {
    this.#finish(reason);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#framer.push(chunk)) {
        if (this.#end) return;
        this.#handle(message);
      }
    } catch (error) {
      const { path } = this;
      this.#finish(
        error instanceof OvskitError
          ? error
          : new OpenFlowProtocolError(`${path}: ${messageOf(error)}`, { cause: error }),
      );
    }
  }

  #handle(message: Message): void {
    const { version, type, xid, body } = message;
    if (this.#greeting && !this.#greeting.settled) {
      this.#greet(message);
      return;
    }
    if (version !== VERSION) {
      throw new OpenFlowProtocolError(`${this.path}: a message of OpenFlow version ${version} after 1 was agreed to`);
    }
    if (type === Type.ECHO_REQUEST) {
      this.#echo(xid, body);
      return;
    }
    // What nobody waits for is the switch's own news, or late for who has given up.
    const expectation = this.#expected.get(xid);
    if (!expectation) return;
    this.#deliver(message, expectation);
  }

  /** What is wrong with a reply is told to who asked for it; then the connection, which can't be trusted, ends. */
  #deliver(message: Message, expectation: Expectation): void {
    try {
      if (message.type === Type.ERROR) expectation.onError(decodeError(message.body, expectation.what));
      else expectation.onMessage(message);
    } catch (error) {
      expectation.onError(error as OvskitError);
      throw error;
    }
  }

  /** OpenFlow 1.0.0 section 4.1: the lower version counts; a bitmap, which 1.3.1 added, tells which others there are. */
  #greet({ version, type, body }: Message): void {
    const what = `${this.path}: hello`;
    if (type === Type.ERROR) {
      const refused = decodeError(body, what);
      throw refused.type === 0 && refused.errorCode === 0 ? this.#noVersion(refused.message) : refused;
    }
    if (type !== Type.HELLO) throw new OpenFlowProtocolError(`${what}: a message of type ${type} came instead`);
    const bitmap = versionBitmap(body);
    if (version < VERSION || (bitmap !== undefined && (bitmap & (1 << VERSION)) === 0)) {
      throw this.#noVersion(`${what}: it offers version ${version}`);
    }
    this.#greeting?.resolve();
  }

  #noVersion(message: string): OpenFlowVersionError {
    return new OpenFlowVersionError(
      `${message}; ovskit speaks OpenFlow 1.0: add OpenFlow10 to the bridge's column protocols, or empty it`,
    );
  }

  #echo(xid: number, body: Buffer): void {
    if (this.#socket.writableLength > MAX_ECHOES) {
      throw new OpenFlowLimitError(`${this.path}: it asks for echoes and does not read them`);
    }
    this.send(encodeMessage(Type.ECHO_REPLY, xid, body));
  }

  #lostBy(cause: Error): OvskitError {
    if (!this.#greeting) return new OpenFlowConnectionLostError(`${this.path}: ${cause.message}`, { cause });
    const reason = reasons[(cause as NodeJS.ErrnoException).code ?? ''] ?? cause.message;
    return new OpenFlowConnectError(`cannot connect to ${this.path}: ${reason}`, { cause });
  }

  #finish(reason: OvskitError): void {
    if (this.#end) return;
    this.#end = reason;
    this.#greeting?.reject(reason);
    this.#socket.destroy();
    const waiting = [...this.#expected.values()];
    this.#expected.clear();
    for (const expectation of waiting) expectation.onLost(reason);
  }
}

/** Nothing but our hello has been written by then: it met a closed connection. */
function wasLate(error: unknown): boolean {
  return error instanceof OpenFlowConnectError && (error.cause as NodeJS.ErrnoException).code === 'EPIPE';
}

/** The first word of a hello's bitmap of versions, if it has one. */
function versionBitmap(body: Buffer): number | undefined {
  // Elements of type, length, value; each is padded to 8 bytes. What follows a broken one is nobody's.
  for (let at = 0; at + 4 <= body.length; ) {
    const [type, length] = [body.readUInt16BE(at), body.readUInt16BE(at + 2)];
    if (length < 4 || at + length > body.length) return undefined;
    if (type === 1 && length >= 8) return body.readUInt32BE(at + 4);
    at += length + ((8 - (length % 8)) % 8);
  }
  return undefined;
}
