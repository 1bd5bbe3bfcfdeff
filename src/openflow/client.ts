import { type CallOptions, Waiter } from '../base/deadline.js';
import { retrace } from '../base/errors.js';
import { callKinds, checkCall, optionsCheck, text } from '../base/options.js';
import { Reader, u16 } from './bytes.js';
import { Channel } from './channel.js';
import { OpenFlowClosedError, OpenFlowLimitError } from './errors.js';
import {
  decodeFlowStatsReply,
  encodeAdd,
  encodeDelete,
  encodeFlowStatsRequest,
  encodeTableIds,
  type Flow,
  type FlowDeletion,
  type FlowFilter,
  type FlowStats,
  flowText,
} from './flow.js';
import { lostChange, lostRead } from './lost.js';
import { managementSocket } from './management-socket.js';
import { matchWords } from './match.js';
import { checkType, encodeMessage, type Message, Type } from './message.js';
import { decodePorts, type PortDescription } from './port.js';

/** Milliseconds that a call waits by default. */
const TIMEOUT = 10_000;

/** Bytes of one reply in all its parts: about two million flows. */
const MAX_REPLY = 256 << 20;

const PORT_STATS = 13;
const MORE = 1;

/** What `OpenFlow.connect` accepts; `timeout` in milliseconds, 10 000 by default. */
export interface OpenFlowOptions extends CallOptions {
  /** Where the bridge's socket is. Default: `$OVS_RUNDIR`, else `/var/run/openvswitch`. */
  runDirectory?: string | undefined;
}

const checkConnect = optionsCheck<OpenFlowOptions>({ ...callKinds, runDirectory: text });

/** What a switch says of itself. */
export interface SwitchFeatures {
  /** 16 hexadecimal digits, as the bridge's `datapath_id`. */
  readonly datapathId: string;
  readonly tables: number;
  readonly buffers: number;
}

interface Change {
  readonly what: string;
  readonly waiter: Waiter<void>;
}

/**
 * The flows of one bridge, over OpenFlow 1.0 with Open vSwitch's extended matches. Every call waits 10 000 ms by default.
 *
 * A change resolves when the switch has confirmed it. Changes that are asked for in one turn of the event loop are
 * confirmed together, and each gets its own error.
 */
export class OpenFlow implements AsyncDisposable {
  readonly #channel: Channel;
  /** Changes sent since the last barrier. */
  #unconfirmed: Change[] = [];

  private constructor(channel: Channel) {
    this.#channel = channel;
    channel.send(encodeTableIds(channel.nextXid()));
  }

  /**
   * Connects to a bridge's management socket.
   *
   * @param bridge its name, or the path of the socket, with or without `unix:`.
   * @throws {OpenFlowConnectError} saying why the socket can't be reached
   * @throws {OpenFlowVersionError} when the bridge's `protocols` leave OpenFlow 1.0 out
   * @throws {InvalidArgumentError | TimeoutError | AbortedError}
   */
  static async connect(bridge: string, options: OpenFlowOptions = {}): Promise<OpenFlow> {
    try {
      checkConnect('OpenFlow.connect', options);
      return new OpenFlow(await Channel.open(managementSocket(bridge, options.runDirectory), options));
    } catch (error) {
      throw retrace(error);
    }
  }

  /**
   * Adds a flow, or replaces the one that has the same table, match and priority.
   * Equivalent to `ovs-ofctl add-flow BRIDGE TEXT`, where TEXT is {@link formatFlow}'s.
   *
   * @throws {InvalidArgumentError} naming the member of the flow; nothing was sent
   * @throws {OpenFlowRefusedError} with the switch's reason
   * @throws {OpenFlowOutcomeUnknownError} when the connection ended meanwhile
   * @throws {TimeoutError | AbortedError} when the flow may have been added all the same
   */
  addFlow(flow: Flow, options: CallOptions = {}): Promise<void> {
    return this.#change(
      () => `add flow ${flowText(flow)}`,
      (xid) => encodeAdd(flow, xid),
      options,
    );
  }

  /**
   * Deletes all flows that the argument describes: without one, all there are.
   * Equivalent to `ovs-ofctl [--strict] del-flows BRIDGE [MATCH]`.
   *
   * @throws as {@link addFlow}. That there is no such flow is no error.
   */
  deleteFlows(deletion: FlowDeletion = {}, options: CallOptions = {}): Promise<void> {
    return this.#change(
      () => `delete flows ${matchWords(deletion.match ?? {}).join(',')}`.trimEnd(),
      (xid) => encodeDelete(deletion, xid),
      options,
    );
  }

  /**
   * The flows of the switch; those that the argument describes if there is one.
   * Equivalent to `ovs-ofctl dump-flows BRIDGE [MATCH]`.
   *
   * @throws {InvalidArgumentError | OpenFlowRefusedError | OpenFlowConnectionLostError | OpenFlowLimitError}
   * @throws {TimeoutError | AbortedError}
   */
  dumpFlows(filter: FlowFilter = {}, options: CallOptions = {}): Promise<FlowStats[]> {
    return this.#statistics('dump flows', (xid) => encodeFlowStatsRequest(filter, xid), decodeFlowStatsReply, options);
  }

  /**
   * The ports of the bridge and their numbers.
   * Equivalent to `ovs-ofctl dump-ports-desc BRIDGE`.
   *
   * @throws as {@link dumpFlows}
   */
  ports(options: CallOptions = {}): Promise<PortDescription[]> {
    const encode = (xid: number) => encodeMessage(Type.STATS_REQUEST, xid, u16(PORT_STATS), u16(0));
    return this.#statistics('list ports', encode, decodePorts, options);
  }

  /**
   * Equivalent to the head of what `ovs-ofctl show BRIDGE` prints.
   *
   * @throws as {@link dumpFlows}
   */
  features(options: CallOptions = {}): Promise<SwitchFeatures> {
    const encode = (xid: number) => encodeMessage(Type.FEATURES_REQUEST, xid);
    return this.#request('features', encode, options, ({ type, body }, what) => {
      checkType(type, Type.FEATURES_REPLY, what);
      const reader = new Reader(body, what);
      const datapathId = reader.take(8).toString('hex');
      return { datapathId, buffers: reader.u32(), tables: reader.u8() };
    });
  }

  /**
   * Resolves when the switch has done all that was sent before.
   *
   * @throws as {@link dumpFlows}
   */
  barrier(options: CallOptions = {}): Promise<void> {
    return this.#request(
      'barrier',
      (xid) => encodeMessage(Type.BARRIER_REQUEST, xid),
      options,
      ({ type }, what) => checkType(type, Type.BARRIER_REPLY, what),
    );
  }

  /**
   * Resolves when the switch has answered: it lives.
   * Equivalent to `ovs-ofctl probe BRIDGE`.
   *
   * @throws as {@link dumpFlows}
   */
  echo(options: CallOptions = {}): Promise<void> {
    return this.#request(
      'echo',
      (xid) => encodeMessage(Type.ECHO_REQUEST, xid),
      options,
      ({ type }, what) => checkType(type, Type.ECHO_REPLY, what),
    );
  }

  /** Ends the connection. Calls that still wait end with {@link OpenFlowClosedError}. */
  async close(): Promise<void> {
    this.#channel.end(new OpenFlowClosedError(`${this.#channel.path}: closed by this side`));
  }

  /** For `await using`: ends as `close` does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #change(describe: () => string, encode: (xid: number) => Buffer, options: CallOptions): Promise<void> {
    const channel = this.#channel;
    const xid = channel.nextXid();
    const bytes = encode(xid);
    const what = describe();
    checkCall(what, options);
    this.#checkOpen(what);
    const waiter = new Waiter<void>(`${what}: not confirmed by the switch`, options, TIMEOUT);
    if (!waiter.settled) {
      if (this.#unconfirmed.push({ what, waiter }) === 1) process.nextTick(() => this.#confirm());
      channel.expect(xid, {
        what,
        onMessage: ({ type }) => checkType(type, Type.ERROR, what),
        onError: (error) => waiter.reject(error),
        onLost: (reason) => waiter.reject(lostChange(what, reason)),
      });
      waiter.onEnd(() => channel.forget(xid));
      channel.send(bytes);
    }
    try {
      await waiter.promise;
    } catch (error) {
      throw retrace(error);
    }
  }

  /** A switch's errors come before its reply to the barrier that follows: a change that has none by then is done. */
  #confirm(): void {
    const changes = this.#unconfirmed;
    this.#unconfirmed = [];
    const channel = this.#channel;
    const xid = channel.nextXid();
    const what = 'barrier';
    channel.expect(xid, {
      what,
      onMessage: ({ type }) => {
        checkType(type, Type.BARRIER_REPLY, what);
        channel.forget(xid);
        for (const { waiter } of changes) waiter.resolve();
      },
      onError: (error) => {
        channel.forget(xid);
        for (const change of changes) change.waiter.reject(lostChange(change.what, error));
      },
      // Each change is told itself.
      onLost: () => {},
    });
    channel.send(encodeMessage(Type.BARRIER_REQUEST, xid));
  }

  /** A request with a single reply. */
  #request<T>(
    what: string,
    encode: (xid: number) => Buffer,
    options: CallOptions,
    read: (message: Message, what: string) => T,
  ): Promise<T> {
    return this.#exchange<T>(what, encode, options, (message, resolve) => resolve(read(message, what)));
  }

  /** A request whose reply comes in parts. */
  #statistics<T>(
    what: string,
    encode: (xid: number) => Buffer,
    decode: (reader: Reader) => T[],
    options: CallOptions,
  ): Promise<T[]> {
    const parts: T[][] = [];
    let bytes = 0;
    return this.#exchange<T[]>(what, encode, options, ({ type, body }, resolve) => {
      checkType(type, Type.STATS_REPLY, what);
      bytes += body.length;
      if (bytes > MAX_REPLY) throw new OpenFlowLimitError(`${what}: the reply is longer than ${MAX_REPLY} bytes`);
      const reader = new Reader(body, what);
      reader.skip(2);
      const flags = reader.u16();
      parts.push(decode(reader));
      if ((flags & MORE) === 0) resolve(parts.flat());
    });
  }

  async #exchange<T>(
    what: string,
    encode: (xid: number) => Buffer,
    options: CallOptions,
    onMessage: (message: Message, resolve: (value: T) => void) => void,
  ): Promise<T> {
    checkCall(what, options);
    this.#checkOpen(what);
    const channel = this.#channel;
    const xid = channel.nextXid();
    const bytes = encode(xid);
    const waiter = new Waiter<T>(what, options, TIMEOUT);
    if (!waiter.settled) {
      channel.expect(xid, {
        what,
        onMessage: (message) => onMessage(message, (value) => waiter.resolve(value)),
        onError: (error) => waiter.reject(error),
        onLost: (reason) => waiter.reject(lostRead(what, reason)),
      });
      waiter.onEnd(() => channel.forget(xid));
      channel.send(bytes);
    }
    try {
      return await waiter.promise;
    } catch (error) {
      throw retrace(error);
    }
  }

  #checkOpen(what: string): void {
    const { ended } = this.#channel;
    if (ended) throw lostRead(what, ended);
  }
}
