/**
 * How fast bytes become values: our framer and parser beside @streamparser/json, on the same bytes in the same run.
 *
 *     node dist/bench/framer.js [--json] [--short]
 *
 * Ends with status 1 when the framer is not at least 3 times as fast on the 20 MB reply, by the median over the pairs of
 * rounds. The ratio of the fastest rounds stands beside it: nearly half of our time is V8's garbage collector copying
 * the values, whose helper threads suffer first when the machine is busy.
 */
import assert from 'node:assert/strict';
import { JSONParser } from '@streamparser/json';
import { Framer, parse } from '../src/jsonrpc/index.js';
import { contestant, timesBetter } from './lib/measure.js';
import { paired } from './lib/paired.js';
import { chunksOf, monitorReply, smallReplies } from './lib/reply.js';
import { flag, hand } from './lib/report.js';
import type { Measure } from './lib/results.js';

const REQUIRED = '>= 3';
const MB = 1e6;

const short = flag('--short');
const rounds = short ? 3 : 9;

const large = monitorReply(20 * MB);
const small = smallReplies(20_000);
const cases = [
  { name: '20 MB reply, 64 KiB chunks', chunks: chunksOf(large, 65_536), bytes: large.length, messages: 1 },
  { name: '20,000 small, one a chunk', chunks: oneEach(small), bytes: small.length, messages: 20_000 },
  { name: '20 MB reply, 1448 B chunks', chunks: chunksOf(large, 1448), bytes: large.length, messages: 1 },
  { name: '20,000 small, 64 KiB chunks', chunks: chunksOf(small, 65_536), bytes: small.length, messages: 20_000 },
].slice(0, short ? 2 : undefined);

const measures = cases.map(({ name, chunks, bytes, messages }, index): Measure => {
  const took = paired(
    () => assert.equal(withFramer(chunks), messages),
    () => assert.equal(withStreamparser(chunks), messages),
    rounds,
  );
  const speed = (ms: number) => bytes / MB / (ms / 1000);
  const framer = contestant('framer', took.oursTook.map(speed));
  const theirs = contestant('@streamparser/json', took.theirsTook.map(speed));
  return {
    what: name,
    unit: 'MB/s',
    better: 'more',
    contestants: [framer, theirs],
    ratios: [
      timesBetter('more', framer, theirs, index === 0 ? REQUIRED : undefined),
      { of: 'fastest run / fastest run', value: took.fastestRatio },
    ],
  };
});

hand({ bench: 'framer', title: 'Bytes to values', missing: [], measures });

function withFramer(chunks: readonly Buffer[]): number {
  let messages = 0;
  const framer = new Framer((text, longDigits) => {
    parse(text, longDigits);
    messages++;
  });
  for (const chunk of chunks) framer.push(chunk);
  return messages;
}

function withStreamparser(chunks: readonly Buffer[]): number {
  let messages = 0;
  const parser = new JSONParser({ separator: '', paths: ['$'] });
  parser.onValue = () => {
    messages++;
  };
  for (const chunk of chunks) parser.write(chunk);
  return messages;
}

/** Each message a chunk of its own, as it is when one request is in flight. */
function oneEach(bytes: Buffer): Buffer[] {
  const texts: Buffer[] = [];
  new Framer((text) => texts.push(Buffer.from(text))).push(bytes);
  return texts;
}
