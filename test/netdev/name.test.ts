import test from 'ava';
import { InvalidArgumentError } from '../../src/base/errors.js';
import { checkDeviceName, getLink, parseMac } from '../../src/netdev/index.js';

test('names that the kernel takes are returned', (t) => {
  for (const name of ['a', 'eth0', 'tap-1_2.3', 'x'.repeat(15), 'é'.repeat(7), 'a..b', '...']) {
    t.is(checkDeviceName(name), name);
  }
});

const rejected: [unknown, RegExp][] = [
  ['', /device name "" is empty: it must have 1 to 15 bytes/],
  ['x'.repeat(16), /device name "x{16}" has 16 bytes: at most 15/],
  ['é'.repeat(8), /has 16 bytes/],
  ['../etc', /has a '\/'/],
  ['.', /is reserved/],
  ['..', /is reserved/],
  ['a b', /has whitespace/],
  ['a\n', /device name "a\\n" has whitespace/],
  ['a\u00a0b', /has whitespace/],
  ['a\0b', /device name "a\\u0000b" has a control character/],
  ['a\u009bb', /device name "a\\u009bb" has a control character/],
  ['eth0:1', /has a ':' or '%'/],
  ['tap%d', /has a ':' or '%'/],
  ['a\ud800', /not well-formed/],
  ['y'.repeat(1000), /device name "y{40}\.\.\." has 1000 bytes/],
  [undefined, /must be a string, not undefined/],
  [null, /must be a string, not null/],
  [7, /must be a string, not number/],
];

for (const [number, [name, message]] of rejected.entries()) {
  test(`rejected name ${number}, ${JSON.stringify(name)?.slice(0, 40)}, is told with its rule`, (t) => {
    t.throws(() => checkDeviceName(name), { instanceOf: InvalidArgumentError, code: 'ERR_INVALID_ARGUMENT', message });
  });
}

test('a bad name does not get to the kernel', (t) => {
  t.throws(() => getLink('../lo'), { code: 'ERR_INVALID_ARGUMENT' });
});

test('a MAC address is read in either case', (t) => {
  t.deepEqual(parseMac('FA:16:3e:00:00:0f'), Uint8Array.of(0xfa, 0x16, 0x3e, 0, 0, 15));
});

for (const mac of [
  '',
  'fa:16:3e:00:00',
  'fa:16:3e:00:00:0',
  'fa-16-3e-00-00-01',
  '01:00:00:00:00:00',
  '00:00:00:00:00:00',
]) {
  test(`MAC address "${mac}" is rejected`, (t) => {
    t.throws(() => parseMac(mac), { code: 'ERR_INVALID_ARGUMENT', message: /^MAC address "/ });
  });
}
