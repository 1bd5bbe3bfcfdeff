import { readlinkSync } from 'node:fs';
import { KNOWN, NetdevError } from '../errors.js';
import { describeErrno, type NativeMessage } from '../native.js';
import { EventSocket, type EventSource } from './socket.js';
import { type Change, LinkTable } from './table.js';

/** Who wants to know. */
export interface Subscriber {
  /** In the order in which the kernel told. */
  onChanges(changes: readonly Change[]): void;
  /** The table is whole: all links and addresses have been told since the start, or since the kernel dropped events. */
  onWhole(): void;
  /** The socket failed: nothing comes any more. */
  onError(error: unknown): void;
}

/**
 * The links and addresses of one network namespace, kept up to date from one socket for all who want to know. When the kernel
 * has dropped events (ENOBUFS), all is listed anew, and the difference told.
 *
 * A list comes over the same socket as the events, so that each message finds its place in one order.
 */
export class LinkMonitor {
  readonly table = new LinkTable();
  readonly #subscribers = new Set<Subscriber>();
  readonly #socket: EventSource;
  #dump: { of: 'links' | 'addresses'; sequence: number; interrupted: boolean } | undefined;
  #sequence = 0;
  /** Events were lost while a list was on its way: another one must follow. */
  #lost = false;
  #closed = false;
  /** What is still to be told, in the order in which the kernel told. */
  readonly #outbox: (() => void)[] = [];
  #telling = false;

  /** @param open how to open the socket; it calls back when there is something to read */
  constructor(open: (onReadable: () => void) => EventSource = (onReadable) => new EventSocket(onReadable)) {
    this.#socket = open(() => this.#receive());
    try {
      this.#list('links');
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  /** Whether the table tells all that the kernel had told when it was last read. */
  get whole(): boolean {
    return this.#dump === undefined;
  }

  get closed(): boolean {
    return this.#closed;
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  /** The last to leave closes it. */
  unsubscribe(subscriber: Subscriber): void {
    if (this.#subscribers.delete(subscriber) && this.#subscribers.size === 0) this.#close();
  }

  /** Takes in what the kernel has said up to now, without waiting for the event loop. */
  catchUp(): void {
    while (!this.#closed && this.#receive() > 0);
  }

  /** @returns the number of messages */
  #receive(): number {
    if (this.#closed) return 0;
    try {
      const messages = this.#socket.read();
      this.#take(messages);
      return messages.length;
    } catch (error) {
      this.#fail(error);
      return 0;
    }
  }

  #take(messages: readonly NativeMessage[]): void {
    let changes: Change[] = [];
    for (const message of messages) {
      const dump = this.#dump;
      if (dump && message.sequence === dump.sequence) dump.interrupted ||= message.interrupted;
      if (message.type === 'link' || message.type === 'address') changes.push(...this.table.apply(message));
      else if (message.type === 'lost') this.#onLost();
      else if (dump && message.sequence === dump.sequence) {
        if (message.error !== 0) throw dumpFailed(dump.of, message.error);
        changes.push(...this.#onDumped(dump));
        if (!this.#dump) {
          this.#post(changes, true);
          changes = [];
        }
      }
    }
    this.#post(changes, false);
    this.#tell();
  }

  /** For those who listen now: who comes later has it from the table. */
  #post(changes: readonly Change[], whole: boolean): void {
    for (const subscriber of this.#subscribers) {
      this.#outbox.push(() => {
        if (changes.length > 0 && this.#subscribers.has(subscriber)) subscriber.onChanges(changes);
        if (whole && this.#subscribers.has(subscriber)) subscriber.onWhole();
      });
    }
  }

  /** A subscriber may have more read, as by asking for a list; that is told after what it is being told now. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let next = this.#outbox.shift(); next; next = this.#outbox.shift()) next();
    } finally {
      this.#telling = false;
    }
  }

  #onLost(): void {
    if (this.#dump) this.#lost = true;
    else this.#list('links');
  }

  /** A list is at its end. What has gone is swept only when it missed nothing; until then it is had again. */
  #onDumped({ of, interrupted }: { of: 'links' | 'addresses'; interrupted: boolean }): Change[] {
    if (this.#lost) {
      this.#list('links');
      return [];
    }
    if (interrupted) {
      this.#list(of);
      return [];
    }
    const changes = this.table.endDump(of);
    if (of === 'links') this.#list('addresses');
    else this.#dump = undefined;
    return changes;
  }

  #list(of: 'links' | 'addresses'): void {
    if (of === 'links') this.#lost = false;
    // A positive int; 0 is an event's.
    this.#sequence = (this.#sequence % 0x7fff_ffff) + 1;
    this.#dump = { of, sequence: this.#sequence, interrupted: false };
    this.table.beginDump();
    this.#socket.requestDump(of, this.#sequence);
  }

  #fail(error: unknown): void {
    const subscribers = [...this.#subscribers];
    this.#subscribers.clear();
    this.#close();
    for (const subscriber of subscribers) subscriber.onError(error);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}

function dumpFailed(of: string, number: number): NetdevError {
  const { name: errno, text: reason } = describeErrno(number);
  const details = { errno, syscall: 'rtnetlink', reason };
  return new NetdevError(
    KNOWN[errno]?.code ?? 'ERR_NETDEV',
    `can't list the ${of}: ${reason} (${errno})`,
    undefined,
    details,
  );
}

let shared: { namespace: string; monitor: LinkMonitor } | undefined;

/** The monitor of the namespace that this thread is in now, up to date, and a subscriber to it. */
export function joinMonitor(subscriber: Subscriber): LinkMonitor {
  const namespace = readlinkSync('/proc/thread-self/ns/net');
  if (shared?.namespace !== namespace || shared.monitor.closed) shared = { namespace, monitor: new LinkMonitor() };
  // So that one who has just made or deleted a device isn't told of the time before.
  if (shared.monitor.whole) shared.monitor.catchUp();
  // What it told may have been all that its last subscriber waited for.
  if (shared.monitor.closed) shared = { namespace, monitor: new LinkMonitor() };
  const { monitor } = shared;
  monitor.subscribe(subscriber);
  return monitor;
}
