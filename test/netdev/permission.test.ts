import { execFileSync } from 'node:child_process';
import test from 'ava';
import { enterPrivateNetwork } from '../../src/netdev/index.js';
import { asNobody, needsRoot } from '../support/root.js';
import { output } from '../support/run.js';

const rootTest = needsRoot(test);

const program = `
const netdev = await import('${new URL('../../src/netdev/index.js', import.meta.url)}');
const calls = {
  createTap: () => netdev.createTap('new0'),
  deleteTap: () => netdev.deleteTap('tap0'),
  setLinkUp: () => netdev.setLinkUp('tap0'),
  setMtu: () => netdev.setMtu('tap0', 1400),
  setMac: () => netdev.setMac('tap0', '02:00:00:00:00:01'),
  enterPrivateNetwork: async () => netdev.enterPrivateNetwork(),
};
const results = {};
for (const [name, call] of Object.entries(calls)) {
  results[name] = await call().then(() => 'done', ({ code, message, errno }) => ({ code, message, errno }));
}
const { mtu } = netdev.getLink('tap0');
const { ethtoolDriver } = netdev.getDriver('tap0');
const features = Object.keys(netdev.getFeatures('tap0').features).length;
const reads = { mtu, ethtoolDriver, features: features > 30, exists: netdev.linkExists('tap0'), missing: netdev.linkExists('no0') };
console.log(JSON.stringify({ results, reads }));
`;

rootTest('without the capability reads work, and each change names CAP_NET_ADMIN', async (t) => {
  enterPrivateNetwork();
  execFileSync('ip', ['tuntap', 'add', 'tap0', 'mode', 'tap']);
  const args = ['--input-type=module', '-e', program];
  const { results, reads } = JSON.parse(await output(process.execPath, args, asNobody));
  for (const [name, result] of Object.entries<{ code: string; message: string; errno: string }>(results)) {
    t.is(result.code, 'ERR_NETDEV_PERMISSION', `${name}: ${JSON.stringify(result)}`);
    t.regex(result.errno, /^(EPERM|EACCES)$/, name);
    t.regex(result.message, name === 'enterPrivateNetwork' ? /CAP_SYS_ADMIN/ : /CAP_NET_ADMIN/);
  }
  t.deepEqual(reads, { mtu: 1500, ethtoolDriver: 'tun', features: true, exists: true, missing: false });
});
