/** What one client can't take from the others. Times are in milliseconds. */
export interface ServeLimits {
  /** Bytes of a request's body; 262 144 by default. */
  readonly bodyBytes: number;
  /**
   * Bytes of a body with many VIFs; 16 777 216 by default: os-vif's objects take some 3 000 bytes a VIF, which makes room for
   * 5 000, and nova's model takes a tenth.
   */
  readonly bulkBodyBytes: number;
  /** Bytes of such bodies that are being read at once; 67 108 864 by default. More are answered 503. */
  readonly bulkBytesAtOnce: number;
  /** Bytes of a request's headers; 16 384 by default. */
  readonly headerBytes: number;
  /** For a request's headers to arrive; 10 000 by default. */
  readonly headersTimeout: number;
  /** For a whole request to arrive; 30 000 by default. */
  readonly requestTimeout: number;
  /** For a client to take its answer; 30 000 by default. Then its connection is closed. */
  readonly answerTimeout: number;
  /** Of silence between two requests of a connection; 60 000 by default. */
  readonly keepAliveTimeout: number;
  /** Connections to one socket of the service; 2 000 by default. More are closed at once. */
  readonly connections: number;
  /** Plugs, unplugs and calls with many VIFs that are worked on at once; 1 000 by default. More are answered 503. */
  readonly inFlight: number;
  /** For what is in flight to end by itself when the service stops; 30 000 by default. Then it is undone. */
  readonly stopTimeout: number;
}

export const DEFAULT_LIMITS: ServeLimits = {
  bodyBytes: 256 * 1024,
  bulkBodyBytes: 16 * 1024 * 1024,
  bulkBytesAtOnce: 64 * 1024 * 1024,
  headerBytes: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  answerTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connections: 2000,
  inFlight: 1000,
  stopTimeout: 30_000,
};
