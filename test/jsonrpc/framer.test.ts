import test from 'ava';
import fc from 'fast-check';
import { chunksOf, monitorReply } from '../../bench/lib/reply.js';
import { Framer, LimitError, type Limits, ProtocolError, parse, stringify } from '../../src/jsonrpc/index.js';

function frame(chunks: Iterable<Buffer>, limits?: Partial<Limits>): string[] {
  const texts: string[] = [];
  const framer = new Framer((text) => texts.push(text), limits, 'unix:/x');
  for (const chunk of chunks) framer.push(chunk);
  return texts;
}

const reply = monitorReply(20e6);
const replyText = reply.toString();

for (const size of [1, 7, 65_536]) {
  test(`a 20 MB reply in chunks of ${size} bytes comes out whole`, (t) => {
    let got: string | undefined;
    const framer = new Framer((text) => {
      got = text;
    });
    const small = Buffer.alloc(1);
    for (let i = 0; i < reply.length; i += size) {
      if (size > 1) framer.push(reply.subarray(i, i + size));
      else {
        // The buffer is used again, so this also shows that small pieces are copied.
        small[0] = reply[i]!;
        framer.push(small);
      }
    }
    t.is(got?.length, replyText.length);
    t.true(got === replyText);
    t.is(framer.held, 0);
    t.deepEqual(Object.keys(parse(got!) as object), ['id', 'result', 'error']);
  });
}

const container = fc.oneof(
  fc.array(fc.jsonValue({ maxDepth: 4 })),
  fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 })),
);
const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

test('any JSON values, back to back, in any chunks, come out as JSON.parse reads each', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(container, space), { minLength: 1 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (values, sizes) => {
        const texts = values.map(([value]) => JSON.stringify(value));
        const bytes = Buffer.from(values.map(([, blank], i) => texts[i] + blank).join(''));
        const chunks: Buffer[] = [];
        for (let i = 0; i < bytes.length; ) {
          const size = sizes.next().value;
          chunks.push(bytes.subarray(i, i + size));
          i += size;
        }
        t.deepEqual(frame(chunks), texts);
        t.deepEqual(frame([bytes]), texts);
        // A bigint is written as its digits, so this holds for long integers too.
        t.deepEqual(
          texts.map((text) => JSON.parse(stringify(parse(text)))),
          texts.map((text) => JSON.parse(text)),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('longDigits tells of integers of 16 digits, not of strings', (t) => {
  const tell = (text: string, size: number) => {
    const seen: boolean[] = [];
    const framer = new Framer((_, long) => seen.push(long));
    for (const chunk of chunksOf(Buffer.from(text), size)) framer.push(chunk);
    return seen;
  };
  for (const size of [1, 5, 1000]) {
    t.deepEqual(tell('[1234567890123456][123456789012345,6]', size), [true, false]);
    t.deepEqual(tell('["1234567890123456",0.123456789012345]', size), [false]);
    t.deepEqual(tell('{"a":-9223372036854775808}', size), [true]);
    t.deepEqual(tell('[0.5,12345678901234567]', size), [true]);
    t.deepEqual(tell('[12345678,12345678,"",12345678]', size), [false]);
  }
});

test('a multi-byte character split across chunks is read right', (t) => {
  const bytes = Buffer.from('{"name":"größe €😀"}');
  for (let cut = 1; cut < bytes.length; cut++) {
    t.deepEqual(frame([bytes.subarray(0, cut), bytes.subarray(cut)]), ['{"name":"größe €😀"}']);
  }
});

test('invalid UTF-8 is an error that says where', (t) => {
  const bad = Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]);
  const error = t.throws(() => frame([Buffer.from('{} '), bad]), {
    instanceOf: ProtocolError,
    code: 'ERR_JSONRPC_PROTOCOL',
  });
  t.regex(error?.message ?? '', /unix:\/x sent a message that is not UTF-8 \(8 bytes from byte 3 on\)/);
  for (const chunk of [1, 2]) t.throws(() => frame(chunksOf(bad, chunk)), { instanceOf: ProtocolError });
  // A lone byte above 0x7f right behind a backslash, also across chunks.
  t.throws(() => frame(chunksOf(Buffer.from([0x5b, 0x22, 0x5c, 0xff, 0x22, 0x5d]), 3)), { instanceOf: ProtocolError });
});

test('bytes that begin no object or array are an error that shows them', (t) => {
  const error = t.throws(() => frame([Buffer.from('{"id":1}\n'), Buffer.from(' HTTP/1.1 400 Bad Request\r\n')]), {
    instanceOf: ProtocolError,
  });
  t.is(
    error?.message,
    'unix:/x does not speak JSON-RPC: a JSON object should begin at byte 10, but there is "HTTP/1.1 400 Bad Request\\r\\n"',
  );
  for (const garbage of ['null', '"x"', '12', '}', ']', '\0', '\u00a0{}', '\ufeff{}']) {
    t.throws(() => frame([Buffer.from(garbage)]), { instanceOf: ProtocolError }, JSON.stringify(garbage));
  }
});

test('depth is limited, and brackets within strings do not count', (t) => {
  const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
  t.is(frame([nested(64)]).length, 1);
  const error = t.throws(() => frame([Buffer.from('{}'), nested(65)]), {
    instanceOf: LimitError,
    code: 'ERR_JSONRPC_LIMIT',
  });
  t.is(error?.message, 'unix:/x sent arrays and objects more than 64 deep within one another (at byte 66)');
  t.is(frame([Buffer.from(`["${'['.repeat(100)}\\"{"]`)]).length, 1);
  t.is(frame([nested(100)], { depth: 100 }).length, 1);
});

test('size is limited, in one chunk or many, finished or not', (t) => {
  const message = Buffer.from(`["${'x'.repeat(996)}"]`);
  t.is(frame([message], { messageBytes: 1000 }).length, 1);
  t.is(frame([Buffer.concat([message, message, message])], { messageBytes: 1000 }).length, 3);
  for (const size of [1, 400, 2000]) {
    const error = t.throws(() => frame([Buffer.from('{}\n'), ...chunksOf(message, size)], { messageBytes: 999 }), {
      instanceOf: LimitError,
    });
    t.is(error?.message, 'unix:/x sent a message longer than 999 bytes (it begins at byte 3)');
  }
  t.throws(() => frame([message.subarray(0, 999)], { messageBytes: 998 }), { instanceOf: LimitError });
});

test('a message that comes byte by byte costs its bytes, not an object for each', (t) => {
  const framer = new Framer(() => {});
  framer.push(Buffer.from('["'));
  const before = process.memoryUsage();
  const byte = Buffer.from('x');
  for (let i = 0; i < 4e6; i++) framer.push(byte);
  const after = process.memoryUsage();
  t.is(framer.held, 4e6 + 2);
  t.true(
    after.arrayBuffers - before.arrayBuffers < 5e6,
    `${after.arrayBuffers - before.arrayBuffers} bytes of buffers`,
  );
});
