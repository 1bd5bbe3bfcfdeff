import { isIPv6 } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import {
  attribute,
  attributeMap,
  attributesIn,
  be16,
  nested,
  readText,
  readU16,
  readU32,
  text,
  u8,
  u16,
  u32,
} from '../../../src/netdev/rtnetlink/attributes.js';
import { formatAddress, parseAddress, parsePrefix } from '../../../src/netdev/rtnetlink/ip-address.js';
import { message, parseReplies } from '../../../src/netdev/rtnetlink/message.js';

test('attributes are read as they were written, padded to 4 bytes, in order', (t) => {
  const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 0x3fff }), fc.uint8Array({ maxLength: 70 })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(list, (attributes) => {
      const bytes = Buffer.concat(attributes.map(([type, payload]) => attribute(type, payload)));
      t.is(bytes.length % 4, 0);
      t.deepEqual(
        [...attributesIn(bytes)].map(([type, payload]) => [type, [...payload]]),
        attributes.map(([type, payload]) => [type, [...payload]]),
      );
    }),
  );
});

test('numbers, names and what is nested', (t) => {
  t.is(readU16(u16(0xabcd)), 0xabcd);
  t.is(readU32(u32(0xdeadbeef)), 0xdeadbeef);
  t.deepEqual(u8(7), Buffer.of(7));
  // The tag protocol as it is on the wire, on every machine.
  t.deepEqual(be16(0x8100), Buffer.of(0x81, 0x00));
  t.is(readText(text('größe')), 'größe');
  const bytes = nested(5, [attribute(1, u8(1)), nested(2, [attribute(3, text('x'))])]);
  t.is(readU16(bytes, 2), 0x8005);
  const inner = attributeMap(attributeMap(bytes).get(5)!);
  t.deepEqual(inner.get(1), Buffer.of(1));
  t.is(readText(attributeMap(inner.get(2)!).get(3)!), 'x');
});

test('bytes that are no attributes and no replies end the reading, and never throw', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 5 }), (bytes, count) => {
      const read = [...attributesIn(Buffer.from(bytes))];
      t.true(read.every(([, payload]) => payload.length <= bytes.length));
      t.is(parseReplies(Buffer.from(bytes), count).length, count);
    }),
    { numRuns: 2000 },
  );
  // Bytes with plausible headers get further.
  const plausible = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 40 })),
  );
  fc.assert(
    fc.property(plausible, fc.integer({ min: 0, max: 60 }), (messages, cut) => {
      const bytes = Buffer.concat(
        messages.map(([type, flags, body]) => message(type, flags, Buffer.alloc(0), [attribute(1, body)])),
      );
      t.is(parseReplies(bytes.subarray(0, bytes.length - cut), 1).length, 1);
    }),
    { numRuns: 2000 },
  );
});

test('IP addresses are written as inet_ntop(3) does', (t) => {
  const cases: [string, string?][] = [
    ['0.0.0.0'],
    ['255.255.255.255'],
    ['::'],
    ['::1'],
    ['1::'],
    ['2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['::ffff:192.0.2.1'],
    ['::FFFF:C000:0201', '::ffff:192.0.2.1'],
    ['::192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['fe80::A', 'fe80::a'],
  ];
  for (const [given, expected = given] of cases) t.is(formatAddress(parseAddress(given, 'it')), expected);
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      // fast-check makes scoped ones too, which are names of links and no addresses.
      if (!isIPv6(address)) return;
      const bytes = parseAddress(address, 'it');
      t.deepEqual(parseAddress(formatAddress(bytes), 'it'), bytes);
    }),
  );
});

test('what is no address or prefix is told with its name', (t) => {
  for (const bad of ['', '1.2.3', '1.2.3.256', '01.2.3.4', ':::', '1:2', 'fe80::1%eth0', 'localhost']) {
    t.throws(() => parseAddress(bad, 'gateway'), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /^gateway must be an IP address/,
    });
  }
  for (const bad of ['1.2.3.4/33', '1.2.3.4/-1', '1.2.3.4/x', '::/129', '1.2.3.4/', '1.2.3.4/1/2']) {
    t.throws(() => parsePrefix(bad, 'it'), { code: 'ERR_INVALID_ARGUMENT', message: /^it must have a prefix length/ });
  }
  t.is(parsePrefix('1.2.3.4', 'it').length, 32);
  t.is(parsePrefix('::/0', 'it').length, 0);
});
