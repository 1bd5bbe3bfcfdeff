import { existsSync } from 'node:fs';
import { release } from 'node:os';
import test from 'ava';
import { ip, run, sysfs } from './support.js';

test('the guest runs a stock Debian kernel', (t) => {
  t.regex(release(), /^\d+\.\d+\.\d+.*-amd64$/);
});

test('the modules that the flows need are loaded', (t) => {
  const wanted = ['openvswitch', 'bonding', '8021q', 'dummy', 'macvtap', 'vxlan', 'tun'];
  t.deepEqual(
    wanted.filter((name) => !existsSync(`/sys/module/${name}`)),
    [],
  );
});

test('the monotonic clock is past the 10 s within which ovs-vswitchd gives itself no handler threads', (t) => {
  t.true(process.hrtime.bigint() > 10_000_000_000n, `${process.hrtime.bigint()} ns`);
});

test('a bond takes two dummies, and a VLAN sits on it', async (t) => {
  await run('ip', 'link', 'add', 'bond9', 'type', 'bond', 'mode', 'active-backup');
  for (const name of ['dummy90', 'dummy91']) {
    await run('ip', 'link', 'add', name, 'type', 'dummy');
    await run('ip', 'link', 'set', name, 'master', 'bond9');
  }
  await run('ip', 'link', 'add', 'link', 'bond9', 'name', 'bond9.7', 'type', 'vlan', 'id', '7');
  t.is(sysfs('class/net/bond9/bonding/slaves'), 'dummy90 dummy91');
  const [vlan] = await ip('link', 'show', 'bond9.7');
  t.is(vlan.linkinfo.info_data.id, 7);
  for (const name of ['bond9', 'dummy90', 'dummy91']) await run('ip', 'link', 'delete', name);
});
