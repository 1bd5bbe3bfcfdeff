import { type CallOptions, Waiter } from '../../base/deadline.js';
import { InvalidArgumentError } from '../../base/errors.js';
import { checkDeviceName } from '../name.js';
import { joinMonitor, type LinkMonitor, type Subscriber } from './monitor.js';
import type { LinkState } from './state.js';
import { LinkWatch } from './stream.js';
import type { Change } from './table.js';

export type { AddressState, LinkState, OperationalState } from './state.js';
export type { LinkEvent, LinkWatch } from './stream.js';

/**
 * Watches the links and addresses of the network namespace that this thread is in now. First comes each that is there
 * (`link-added`, `address-added`), then `ready`, then the changes as the kernel tells of them, in order. A reader that is slow
 * sees the changes to a link joined; when the kernel itself had to drop some, `resync` follows the difference.
 *
 * Equivalent to `ip monitor link address` (rtnetlink(7): RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR).
 *
 * @param options `signal` ends it with `ERR_ABORTED`; leaving the loop ends it too. Until then the process doesn't exit.
 * @throws {InvalidArgumentError} for what is no signal
 * @throws {NetdevError} when there is no such socket to be had
 */
export function watchLinks(options: { signal?: AbortSignal | undefined } = {}): LinkWatch {
  checkSignal(options.signal);
  return new LinkWatch(options.signal);
}

/** Before anything is begun that it should end. @throws {InvalidArgumentError} */
function checkSignal(signal: unknown): void {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InvalidArgumentError(`signal must be an AbortSignal, not ${String(signal)}`);
  }
}

/** All links of this thread's namespace, by index. Equivalent to `ip link` (RTM_GETLINK of rtnetlink(7)). */
export function listLinkStates(): LinkState[] {
  let error: unknown;
  const nobody: Subscriber = {
    onChanges() {},
    onWhole() {},
    onError(reason) {
      error = reason;
    },
  };
  const monitor = joinMonitor(nobody);
  try {
    // The kernel writes the list while it is read.
    while (!monitor.whole && !monitor.closed) monitor.catchUp();
    if (error !== undefined) throw error;
    return [...monitor.table.links.values()].sort((a, b) => a.index - b.index);
  } finally {
    monitor.unsubscribe(nobody);
  }
}

/** Milliseconds. */
const DEFAULT_TIMEOUT = 10_000;

/**
 * Waits until the link is as wanted. Without a predicate: until it is there. Many may wait at once; they share one socket.
 *
 * @param predicate is asked at once and then at each change; undefined stands for: there is no such link
 * @param options `timeout`: 10 s unless given
 * @returns the link as it then was
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {TimeoutError} `ERR_TIMEOUT`
 * @throws {AbortedError} `ERR_ABORTED`
 */
export function waitForLink(device: string, predicate?: undefined, options?: CallOptions): Promise<LinkState>;
export function waitForLink<Wanted extends LinkState | undefined>(
  device: string,
  predicate: (link: LinkState | undefined) => link is Wanted,
  options?: CallOptions,
): Promise<Wanted>;
export function waitForLink(
  device: string,
  predicate: (link: LinkState | undefined) => boolean,
  options?: CallOptions,
): Promise<LinkState | undefined>;
export async function waitForLink(
  device: string,
  predicate: (link: LinkState | undefined) => boolean = (link) => link !== undefined,
  options: CallOptions = {},
): Promise<LinkState | undefined> {
  checkDeviceName(device);
  if (typeof predicate !== 'function') throw new InvalidArgumentError('the predicate must be a function');
  checkSignal(options.signal);
  const waiter = new Waiter<LinkState | undefined>(`wait for ${device}`, options, DEFAULT_TIMEOUT);
  if (!waiter.settled) new NameWait(device, predicate, waiter);
  return waiter.promise;
}

/** One wait for one name. */
class NameWait implements Subscriber {
  readonly #monitor: LinkMonitor;

  constructor(
    readonly device: string,
    readonly predicate: (link: LinkState | undefined) => boolean,
    readonly waiter: Waiter<LinkState | undefined>,
  ) {
    this.#monitor = joinMonitor(this);
    waiter.onEnd(() => this.#monitor.unsubscribe(this));
    if (this.#monitor.whole) this.onWhole();
  }

  #ask(link: LinkState | undefined): void {
    if (this.waiter.settled) return;
    try {
      if (this.predicate(link)) this.waiter.resolve(link);
    } catch (error) {
      this.waiter.reject(error);
    }
  }

  /** Each state that the link was in, however short. */
  onChanges(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type !== 'link') continue;
      if (change.new?.name === this.device) this.#ask(change.new);
      else if (change.old?.name === this.device) this.#ask(undefined);
    }
  }

  /** Only now does it mean something that it isn't there. */
  onWhole(): void {
    this.#ask(this.#monitor.table.byName(this.device));
  }

  onError(error: unknown): void {
    this.waiter.reject(error);
  }
}
