import { getHeapStatistics } from 'node:v8';

/** How much a session holds for a peer that it does not trust. */
export interface Limits {
  /**
   * Bytes in one message. Default: a thirty-second of V8's heap limit, at most 256 MiB (128 MiB on a 4 GiB heap): the
   * meanest JSON takes about twenty times its size once parsed, and no peer may exhaust the heap.
   */
  messageBytes: number;
  /** Arrays and objects within one another. Default: 64; the deepest that RFC 7047 can say is about a dozen. */
  depth: number;
  /** Characters written but not yet taken by the operating system. Default: 64 Mi. */
  unsent: number;
  /** Replies that the peer still owes to requests given up (deadline, signal). Default: 65,536. */
  owedReplies: number;
}

/** The limits of a session that names none. */
export const DEFAULT_LIMITS: Readonly<Limits> = {
  messageBytes: Math.min(256 * 2 ** 20, Math.floor(getHeapStatistics().heap_size_limit / 32)),
  depth: 64,
  unsent: 64 * 2 ** 20,
  owedReplies: 65_536,
};
