import { join } from 'node:path';
import test from 'ava';
import { settle } from '../../src/sandbox/options.js';

test('what is not given is chosen: a directory of its own, gone at the end, with ovs-vswitchd', (t) => {
  const [one, other] = [settle({}), settle({})];
  t.like(one, { keep: false, vswitchd: true });
  t.not(one.runDirectory, other.runDirectory);
  t.like(settle({ network: 'current', datapath: 'dummy', keep: true, vswitchd: false }), {
    network: 'current',
    datapath: 'dummy',
    keep: true,
    vswitchd: false,
  });
  t.is(settle({ runDirectory: 'here' }).runDirectory, join(process.cwd(), 'here'));
});

test('a network or datapath that there is not is named, with those that there are', (t) => {
  const code = 'ERR_INVALID_ARGUMENT';
  t.throws(() => settle({ network: 'own' as never }), {
    code,
    message: "network must be 'private' or 'current', not 'own'",
  });
  t.throws(() => settle({ datapath: 'system' as never }), {
    code,
    message: "datapath must be 'netdev' or 'dummy', not 'system'",
  });
});

test('a run directory may be as long as leaves room for the sockets in it, and not a byte longer', (t) => {
  // unix(7): 107 bytes and a NUL; the longest is ovs-vswitchd.4194304.ctl.
  const longest = `/${'d'.repeat(107 - '/ovs-vswitchd.4194304.ctl'.length - 1)}`;
  t.is(settle({ runDirectory: longest }).runDirectory, longest);
  t.throws(() => settle({ runDirectory: `${longest}d` }), {
    code: 'ERR_INVALID_ARGUMENT',
    message: /its path has 83 bytes, but at most 82 leave room/,
  });
  t.throws(
    () => settle({ runDirectory: `${longest.slice(0, -1)}ü` }),
    { message: /has 83 bytes/ },
    'bytes, not letters',
  );
});
