import assert from 'node:assert/strict';
import { Framer, parse, stringify } from '../../../src/jsonrpc/index.js';
import { Random } from '../random.js';
import { attempt, type Target } from '../target.js';

const LIMITS = { messageBytes: 4096, depth: 16 };

/** What comes out of the bytes, cut into chunks: the messages, and the code of the error that ends them. */
function frame(chunks: readonly Buffer[]): { texts: string[]; longDigits: boolean[]; code: string | undefined } {
  const texts: string[] = [];
  const longDigits: boolean[] = [];
  const framer = new Framer((text, long) => {
    texts.push(text);
    longDigits.push(long);
  }, LIMITS);
  const result = attempt(() => {
    for (const chunk of chunks) framer.push(chunk);
  });
  return { texts, longDigits, code: 'error' in result ? result.error.code : undefined };
}

function cut(input: Buffer): Buffer[] {
  const random = new Random(input.length + (input[0] ?? 0));
  const chunks: Buffer[] = [];
  for (let at = 0; at < input.length; ) {
    const to = at + 1 + random.below(random.below(2) > 0 ? 4 : 100);
    chunks.push(input.subarray(at, to));
    at = to;
  }
  return chunks;
}

const bytewise = (input: Buffer) => Array.from(input, (byte) => Buffer.from([byte]));

/** The same messages however the bytes are cut; what is parsed is written and parsed to the same. */
export const framer: Target = {
  name: 'framer',
  corpus: [
    '{"id":0,"method":"echo","params":[]}',
    '{"id":null,"method":"update3","params":[["monid",1],"00000000-0000-0000-0000-000000000000",{"T":{"u":{"insert":{}}}}]}',
    ' {"id":"a\\"b\\\\","result":[{"rows":[{"x":-9223372036854775808,"y":1.5e-300}]}],"error":null}\n[1,2,[3]]',
    '{"é":"\\ud83d\\ude00 😀","n":12345678901234567,"s":"1234567890123456"}{"a":[[[[[[]]]]]]}',
    '{"__proto__":9007199254740993,"a":{"b":[9007199254740993,"\\u0000"]}}',
  ],
  words: ['{', '}', '[', ']', '"', '\\', '\\u', ':', ',', '"\\"', '9007199254740993', '{}', '[]', '\u00e9', '[[[[[[[['],
  check(input) {
    const whole = frame([input]);
    assert.deepEqual(frame(cut(input)), whole, 'cut at random');
    if (input.length < 2_000) assert.deepEqual(frame(bytewise(input)), whole, 'byte by byte');
    for (const [index, text] of whole.texts.entries()) checkText(text, whole.longDigits[index] as boolean);
  },
};

function checkText(text: string, longDigits: boolean): void {
  let value: unknown;
  try {
    value = parse(text, longDigits);
  } catch (error) {
    // Documented; a session makes it a ProtocolError.
    assert.ok(error instanceof SyntaxError, String(error));
    assert.throws(() => JSON.parse(text), SyntaxError, 'what JSON.parse reads is read');
    return;
  }
  assert.deepEqual(parse(text), value, 'the hint about digits changes nothing');
  // 1e999 is read as JSON.parse reads it, and JSON has no word for that.
  if (hasInfinity(value)) return;
  const written = attempt(() => stringify(value));
  if ('error' in written) assert.fail(`read and not written: ${written.error.message}`);
  // As text: 1e17 is read as a number, written with the digits of an integer, and then read as one of 64 bits.
  assert.equal(stringify(parse(written.value)), written.value, 'written and read');
}

function hasInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInfinity);
}
