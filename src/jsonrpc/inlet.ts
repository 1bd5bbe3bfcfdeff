import type { Duplex } from 'node:stream';

/** As much as libuv reads at once. */
const BYTES = 64 * 1024;

const inlets = new WeakMap<Duplex, Inlet>();

/**
 * One buffer that a socket reads into for its whole life (`onread` of `net.connect`), in place of a new one of 64 KiB for
 * each read: on a lone request that is a tenth of the round trip. A `Session` on the socket finds its inlet by itself.
 *
 * ```ts
 * const inlet = new Inlet();
 * const socket = inlet.serve(net.connect({ path, onread: inlet.onread }));
 * ```
 */
export class Inlet {
  /** For `net.connect`. */
  readonly onread = {
    buffer: Buffer.allocUnsafeSlow(BYTES),
    /** Called with each chunk. */
    callback: (bytes: number, buffer: Uint8Array): boolean => {
      const chunk = (buffer as Buffer).subarray(0, bytes);
      if (this.#take) this.#take(chunk);
      else this.#early.push(Buffer.from(chunk));
      return true;
    },
  };
  #take: ((chunk: Buffer) => void) | undefined;
  /** What came before anybody took it. */
  #early: Buffer[] = [];

  /** The inlet of a stream, when it has one. */
  static of(stream: Duplex): Inlet | undefined {
    return inlets.get(stream);
  }

  /** Says whose inlet this is. */
  serve<S extends Duplex>(stream: S): S {
    inlets.set(stream, this);
    return stream;
  }

  /** Hands the bytes over from here on. A chunk is good only until `take` returns. */
  attach(take: (chunk: Buffer) => void): void {
    this.#take = take;
    const early = this.#early;
    this.#early = [];
    for (const chunk of early) take(chunk);
  }

  /** Drops what comes from here on. */
  detach(): void {
    this.#take = () => {};
  }
}
