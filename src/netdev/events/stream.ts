import { setMaxListeners } from 'node:events';
import { AbortedError } from '../../base/errors.js';
import { joinMonitor, type LinkMonitor, type Subscriber } from './monitor.js';
import type { AddressState, LinkState } from './state.js';
import type { Change } from './table.js';

/** What `watchLinks` tells. */
export type LinkEvent =
  | { readonly event: 'link-added'; readonly link: LinkState }
  | { readonly event: 'link-changed'; readonly link: LinkState; readonly old: LinkState }
  /** `link` is what it was. */
  | { readonly event: 'link-removed'; readonly link: LinkState }
  | { readonly event: 'address-added'; readonly address: AddressState }
  | { readonly event: 'address-changed'; readonly address: AddressState; readonly old: AddressState }
  /** `address` is what it was. */
  | { readonly event: 'address-removed'; readonly address: AddressState }
  /** Everything that was there at the start has been told. */
  | { readonly event: 'ready' }
  /** The kernel dropped events. All was listed anew, and what differs has been told: of what came between, the outcome. */
  | { readonly event: 'resync' };

/** What is to be told of one link or address; `replaced` when it went and came again. */
interface Pending {
  change: Change;
  replaced: boolean;
}

const MARKER = 'marker';

/**
 * The events for one reader. What a slow reader hasn't read is joined: one entry a link and address, from what the reader
 * last saw to what it is now. So memory is bounded by the number of links, and the reader sees no state that is long gone.
 */
export class LinkWatch implements AsyncIterableIterator<LinkEvent>, AsyncDisposable {
  readonly #pending = new Map<string, Pending>();
  /** Goes through `#pending` while that grows; made anew when it was at the end. */
  #cursor: MapIterator<[string, Pending]> | undefined;
  readonly #queue: LinkEvent[] = [];
  readonly #monitor: LinkMonitor;
  #readers: (() => void)[] = [];
  #ready = false;
  #ended = false;
  #error: unknown;
  readonly #signal: AbortSignal | undefined;
  readonly #subscriber: Subscriber = {
    onChanges: (changes) => {
      for (const change of changes) this.#join(change);
      this.#wake();
    },
    onWhole: () => {
      this.#mark();
      this.#wake();
    },
    onError: (error) => this.#end(error),
  };
  readonly #onAbort = () => this.#end(new AbortedError('watch links: aborted', { cause: this.#signal?.reason }));

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#monitor = joinMonitor(this.#subscriber);
    this.#subscriber.onChanges(this.#monitor.table.snapshot());
    if (this.#monitor.whole) this.#subscriber.onWhole();
    if (!signal) return;
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** Moves to the end: what has been told is told before it. */
  #mark(): void {
    const marker: Pending = { change: { type: 'link', key: MARKER }, replaced: false };
    this.#pending.delete(MARKER);
    this.#pending.set(MARKER, marker);
  }

  #join(change: Change): void {
    const before = this.#pending.get(change.key);
    if (!before) {
      this.#pending.set(change.key, { change, replaced: false });
      return;
    }
    this.#pending.delete(change.key);
    const { old } = before.change;
    const joined = { type: change.type, key: change.key, ...(old && { old }), ...(change.new && { new: change.new }) };
    // Came and went: nothing that the reader knows of.
    if (joined.old || joined.new) {
      const replaced = before.replaced || (joined.old !== undefined && before.change.new === undefined);
      this.#pending.set(change.key, { change: joined as Change, replaced });
    }
    if (this.#pending.has(MARKER)) this.#mark();
  }

  /** The next event; waits for it. */
  async next(): Promise<IteratorResult<LinkEvent, undefined>> {
    for (;;) {
      const value = this.#queue.shift() ?? this.#take();
      if (value) return { done: false, value };
      if (this.#ended) {
        const error = this.#error;
        this.#error = undefined;
        if (error !== undefined) throw error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    }
  }

  #take(): LinkEvent | undefined {
    this.#cursor ??= this.#pending.entries();
    const { done, value } = this.#cursor.next();
    if (done) {
      this.#cursor = undefined;
      return undefined;
    }
    const [key, pending] = value;
    this.#pending.delete(key);
    if (key === MARKER) {
      const event = this.#ready ? 'resync' : 'ready';
      this.#ready = true;
      return { event };
    }
    const [first, second] = toEvents(pending);
    if (second) this.#queue.push(second);
    return first;
  }

  #wake(): void {
    const readers = this.#readers;
    this.#readers = [];
    for (const resolve of readers) resolve();
  }

  #end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#monitor.unsubscribe(this.#subscriber);
    this.#pending.clear();
    this.#queue.length = 0;
    this.#wake();
  }

  /** Ends the watch; what was not read is dropped. */
  async return(): Promise<IteratorResult<LinkEvent, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  /** For `await using`: ends as `return` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  /** The watch itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }
}

function toEvents({ change, replaced }: Pending): LinkEvent[] {
  if (change.type === 'link') {
    const { old, new: link } = change;
    if (!old) return link ? [{ event: 'link-added', link }] : [];
    if (!link) return [{ event: 'link-removed', link: old }];
    if (!replaced) return [{ event: 'link-changed', link, old }];
    return [
      { event: 'link-removed', link: old },
      { event: 'link-added', link },
    ];
  }
  const { old, new: address } = change;
  if (!old) return address ? [{ event: 'address-added', address }] : [];
  if (!address) return [{ event: 'address-removed', address: old }];
  if (!replaced) return [{ event: 'address-changed', address, old }];
  return [
    { event: 'address-removed', address: old },
    { event: 'address-added', address },
  ];
}
