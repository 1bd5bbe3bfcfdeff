/**
 * Feeds the addon's netlink parser with real messages, changed at random, and its functions with random names. A program of
 * its own, to run under the sanitizers: `node fuzz.js [--seconds N] [--seed N]`. Prints one line of JSON; what it finds ends
 * the process.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { enterPrivateNetwork, linkExists } from '../../src/netdev/index.js';
import type { Native } from '../../src/netdev/native.js';
import { addonPath } from './addon.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: process.env.OVSKIT_FUZZ_SECONDS ?? '2' },
    seed: { type: 'string', default: process.env.OVSKIT_FUZZ_SEED ?? String(Date.now() % 2 ** 32) },
  },
});
const seed = Number(values.seed);
const addon = createRequire(import.meta.url)(addonPath()) as Native;

/** mulberry32: a whole number below `limit`. */
let state = seed | 0;
function below(limit: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
}

enterPrivateNetwork();
const lines = ['link add br0 type bridge', 'link add va type veth peer name vb', 'link set va master br0 up'];
lines.push(
  'tuntap add tun0 mode tun',
  'address add 192.0.2.1/24 dev vb label vb:1',
  'address add 2001:db8::1/64 dev vb',
);
execFileSync('ip', ['-batch', '-'], { input: lines.join('\n') });

const RTM_GETLINK = 18;
const RTM_GETADDR = 22;

/** What the kernel answers to a request for all, a message an element. */
async function dump(type: number): Promise<Buffer[]> {
  const request = Buffer.alloc(32);
  request.writeUInt32LE(32, 0);
  request.writeUInt16LE(type, 4);
  request.writeUInt16LE(0x301, 6); // NLM_F_REQUEST | NLM_F_DUMP
  const replies = await new Promise<Buffer>((resolve, reject) => {
    addon.rtnetlink(request, (error, buffer) => (error ? reject(error) : resolve(buffer)));
  });
  const messages: Buffer[] = [];
  for (let at = 0; at < replies.length; at += (replies.readUInt32LE(at) + 3) & ~3) {
    messages.push(replies.subarray(at, at + replies.readUInt32LE(at)));
  }
  return messages;
}

const real = [...(await dump(RTM_GETLINK)), ...(await dump(RTM_GETADDR))];
const kinds = real.map((message) => addon.parseNetlink(message).map(({ type }) => type));
// Unchanged, all are understood: four links and the loopback, addresses, and the two ends.
assert.equal(kinds.filter(([type]) => type === 'link').length, 5);
assert.ok(kinds.filter(([type]) => type === 'address').length >= 4);
assert.equal(kinds.filter(([type]) => type === 'done').length, 2);

/** Values that a length is likely to go wrong with. */
const EDGES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0xffffffff];

function mutate(message: Buffer): Buffer {
  let bytes = Buffer.from(message);
  for (let n = below(6); n >= 0; n--) {
    const at = below(bytes.length + 1);
    const edge = EDGES[below(EDGES.length)] ?? 0;
    const kind = below(7);
    if (kind === 0 && at < bytes.length) bytes[at] = below(256);
    else if (kind === 1 && at + 2 <= bytes.length) bytes.writeUInt16LE(edge & 0xffff, at & ~3);
    else if (kind === 2 && at + 4 <= bytes.length) bytes.writeUInt32LE(edge, at & ~3);
    else if (kind === 3) bytes = bytes.subarray(0, at);
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(bytes.length + 1))]);
    else if (kind === 5) bytes = Buffer.concat([bytes, real[below(real.length)] ?? bytes]);
    else if (bytes.length >= 4) bytes.writeUInt32LE(bytes.length, 0); // so that what is inside is looked at
  }
  return bytes;
}

let parsed = 0;
let understood = 0;
let names = 0;
const end = performance.now() + 1000 * Number(values.seconds);
while (performance.now() < end) {
  for (let i = 0; i < 200; i++) {
    // The addon copies it into an allocation of just its size: a read past the end is found.
    const bytes = mutate(real[below(real.length)] ?? Buffer.alloc(0));
    for (const message of addon.parseNetlink(bytes)) {
      understood += Number(message.type === 'link' || message.type === 'address');
    }
    parsed++;
  }
  for (let i = 0; i < 20; i++) {
    const name = String.fromCharCode(...Array.from({ length: below(24) }, () => below(below(2) ? 128 : 0x10000)));
    try {
      linkExists(name);
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'ERR_INVALID_ARGUMENT', JSON.stringify(name));
    }
    for (const call of [addon.readLink, addon.readDriver, addon.readLinkSettings, addon.readRings, addon.indexOf]) {
      try {
        call(name);
      } catch (error) {
        assert.ok(error instanceof Error);
      }
    }
    names++;
  }
}
console.log(JSON.stringify({ seed, parsed, understood, names }));
