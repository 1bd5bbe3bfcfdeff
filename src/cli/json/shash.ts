/**
 * The order in which Open vSwitch walks a hash table of names (lib/shash.c on lib/hmap.c, lib/hash.c). ovsdb-client
 * prints tables and columns in this order, so that equal output needs the same hash, chains and growth.
 */

interface Node<T> {
  readonly name: string;
  readonly hash: number;
  value: T;
}

const multiply = Math.imul;

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** `hash_bytes` with basis 0: MurmurHash3 of 32 bits. */
function hashName(name: string): number {
  const bytes = Buffer.from(name);
  let hash = 0;
  const add = (word: number) => {
    hash = rotate(hash ^ multiply(rotate(multiply(word, 0xcc9e2d51), 15), 0x1b873593), 13);
    hash = multiply(hash, 5) + 0xe6546b64;
  };
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) add(bytes.readInt32LE(i));
  if (whole < bytes.length) add(bytes.readUIntLE(whole, bytes.length - whole));
  hash ^= bytes.length;
  hash = multiply(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = multiply(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The number of buckets less one that suits `capacity` names: all ones, never 1. */
function maskFor(capacity: number): number {
  let mask = capacity >>> 1;
  for (const shift of [1, 2, 4, 8, 16]) mask |= mask >>> shift;
  return mask | ((mask & 1) << 1);
}

/** A map from names that iterates as lib/shash.c does. */
export class Shash<T> {
  #buckets: Node<T>[][] = [[]];
  #mask = 0;
  #size = 0;

  static from<T>(entries: Iterable<readonly [string, T]>): Shash<T> {
    const shash = new Shash<T>();
    for (const [name, value] of entries) shash.set(name, value);
    return shash;
  }

  get size(): number {
    return this.#size;
  }

  set(name: string, value: T): void {
    const hash = hashName(name);
    const old = this.#find(name, hash);
    if (old) {
      old.value = value;
      return;
    }
    // A chain grows at its head; here at the tail of the array, which is walked backwards.
    this.#buckets[hash & this.#mask]!.push({ name, hash, value });
    this.#size += 1;
    if (this.#size >>> 1 > this.#mask) this.#resize(maskFor(this.#size));
  }

  get(name: string): T | undefined {
    return this.#find(name, hashName(name))?.value;
  }

  delete(name: string): void {
    const hash = hashName(name);
    const bucket = this.#buckets[hash & this.#mask]!;
    const at = bucket.findIndex((node) => node.name === name);
    if (at < 0) return;
    bucket.splice(at, 1);
    this.#size -= 1;
  }

  *[Symbol.iterator](): IterableIterator<[string, T]> {
    for (const bucket of this.#buckets) {
      for (let i = bucket.length - 1; i >= 0; i--) yield [bucket[i]!.name, bucket[i]!.value];
    }
  }

  *values(): IterableIterator<T> {
    for (const [, value] of this) yield value;
  }

  /** By name, as `shash_sort` does. */
  sorted(): [string, T][] {
    return [...this].sort(([a], [b]) => compareBytes(a, b));
  }

  #find(name: string, hash: number): Node<T> | undefined {
    return this.#buckets[hash & this.#mask]!.find((node) => node.name === name);
  }

  #resize(mask: number): void {
    const buckets: Node<T>[][] = Array.from({ length: mask + 1 }, () => []);
    for (const bucket of this.#buckets) {
      for (let i = bucket.length - 1; i >= 0; i--) buckets[bucket[i]!.hash & mask]!.push(bucket[i]!);
    }
    this.#buckets = buckets;
    this.#mask = mask;
  }
}

/** Strings by their UTF-8 bytes, as strcmp(3) compares them. */
export function compareBytes(a: string, b: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it means.
  if (/^[\x00-\x7f]*$/.test(a + b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
