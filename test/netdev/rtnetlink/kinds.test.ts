import { spawnSync } from 'node:child_process';
import test from 'ava';
import { createLink, enterPrivateNetwork, type LinkSpec, linkExists } from '../../../src/netdev/index.js';
import { needsRoot } from '../../support/root.js';
import { assertMade, KINDS } from './kinds.js';
import { errorOf, reasonOf, run } from './support.js';

const rootTest = needsRoot(test);
const MODULES: Record<string, string> = { vlan: '8021q', bond: 'bonding' };

rootTest.before(() => {
  enterPrivateNetwork();
  run('ip', 'link', 'add', 'under0', 'type', 'veth', 'peer', 'name', 'under1');
  for (const name of ['under0', 'under1']) run('ip', 'link', 'set', name, 'up');
});

rootTest.afterEach.always(() => {
  if (linkExists('k0')) run('ip', 'link', 'delete', 'k0');
});

for (const one of KINDS) {
  // What this kernel has not, ip(8) can't make either: then the same words, and nothing made. See test/vm/guest for the rest.
  rootTest.serial(`a ${one.title} is as ip(8) makes it, or refused as to ip(8)`, async (t) => {
    const { status, stderr } = spawnSync('ip', ['link', 'add', ...one.command.split(' ')], { encoding: 'utf8' });
    if (status === 0) {
      run('ip', 'link', 'delete', 'k0');
      await assertMade(t, one);
      return;
    }
    const error = await errorOf(() => createLink(one.spec));
    t.is(error.code, 'ERR_NETDEV_UNSUPPORTED', error.message);
    t.is(error.errno, 'EOPNOTSUPP');
    t.is(error.device, 'k0');
    t.is(error.reason, reasonOf(stderr));
    const module = MODULES[one.spec.kind] ?? one.spec.kind;
    t.regex(error.message, new RegExp(`this kernel('s ${module} does not support| has no ${module} )`));
    t.false(linkExists('k0'));
  });
}

rootTest.serial('what can not be meant is said before the kernel is asked', async (t) => {
  const bad: [LinkSpec, RegExp][] = [
    [{ kind: 'veth', name: 'a/b', peer: { name: 'p0' } }, /device name "a\/b"/],
    [{ kind: 'veth', name: 'a', peer: { name: 'p 0' } }, /device name "p 0" has whitespace/],
    [{ kind: 'vlan', name: 'a', link: 'under0', id: 4095 }, /^id must be a whole number from 0 to 4094, not "4095"/],
    [
      { kind: 'vlan', name: 'a', link: 'under0', id: 1, protocol: 'Q' as '802.1Q' },
      /^protocol must be one of 802\.1Q, 802\.1ad/,
    ],
    [{ kind: 'macvlan', name: 'a', link: 'under0', mode: 'toString' as 'vepa' }, /^mode must be one of private, vepa/],
    [{ kind: 'bridge', name: 'a', stp: 'no' as unknown as boolean }, /^stp must be true or false, not "no"/],
    [{ kind: 'bridge', name: 'a', forwardDelay: -1 }, /^forwardDelay must be a number of seconds/],
    [{ kind: 'bridge', name: 'a', priority: 65536 }, /^priority must be a whole number from 0 to 65535/],
    [{ kind: 'bridge', name: 'a', mtu: 0 }, /^MTU must be/],
    [{ kind: 'bridge', name: 'a', group: 1.5 }, /^group must be/],
    [{ kind: 'vxlan', name: 'a', id: 1, remote: 'somewhere' }, /^remote must be an IPv4 address, not "somewhere"/],
    [{ kind: 'spaceship' as 'dummy', name: 'a' }, /^kind must be one of veth, bridge.*, not "spaceship"/],
  ];
  for (const [spec, message] of bad) {
    await t.throwsAsync(createLink(spec), { code: 'ERR_INVALID_ARGUMENT', message });
  }
  t.false(linkExists('a'));
});
