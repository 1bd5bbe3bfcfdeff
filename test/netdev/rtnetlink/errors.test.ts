import test from 'ava';
import {
  createBridge,
  createMacvlan,
  createVethPair,
  deleteLink,
  enterPrivateNetwork,
  getLinkDetails,
  NetdevError,
  setBridge,
  setLinkUp,
  setMac,
  setMaster,
  setMtu,
} from '../../../src/netdev/index.js';
import { asNobody, needsRoot } from '../../support/root.js';
import { output } from '../../support/run.js';
import { errorOf, ipRefusal, reasonOf, run } from './support.js';

const rootTest = needsRoot(test);

rootTest.before(async () => {
  enterPrivateNetwork();
  await createVethPair('a0', 'a1');
  await createBridge('br0');
  await setMaster('a1', 'br0');
});

/** What fails, how ip(8) is made to fail the same way, and what the error is. */
const FAILURES: [call: () => Promise<unknown>, ip: string, expected: Partial<NetdevError>, message: RegExp][] = [
  [
    () => setMtu('a0', 70_000),
    'link set a0 mtu 70000',
    { code: 'ERR_NETDEV', errno: 'EINVAL', device: 'a0', reason: 'mtu greater than device maximum' },
    /^can't set the MTU of a0 to 70000: mtu greater than device maximum \(EINVAL\)$/,
  ],
  [
    () => setMtu('a0', 1),
    'link set a0 mtu 1',
    { code: 'ERR_NETDEV', errno: 'EINVAL', device: 'a0', reason: 'mtu less than device minimum' },
    /mtu less than device minimum \(EINVAL\)$/,
  ],
  [
    () => createBridge('br0'),
    'link add br0 type bridge',
    { code: 'ERR_NETDEV_EXISTS', errno: 'EEXIST', device: 'br0' },
    /^can't create the bridge br0: there is a device of this name already \(EEXIST\)$/,
  ],
  [
    () => createVethPair('c0', 'a0'),
    'link add c0 type veth peer name a0',
    { code: 'ERR_NETDEV_EXISTS', errno: 'EEXIST', device: 'c0' },
    /^can't create the veth pair c0, a0: /,
  ],
  [
    () => createMacvlan('m0', 'a1'),
    'link add link a1 name m0 type macvlan',
    { code: 'ERR_NETDEV_BUSY', errno: 'EBUSY', device: 'm0' },
    /^can't create the macvlan m0: the device is in use \(EBUSY\)$/,
  ],
  [
    () => deleteLink('lo'),
    'link delete lo',
    { code: 'ERR_NETDEV_UNSUPPORTED', errno: 'EOPNOTSUPP', device: 'lo' },
    /^can't delete lo: /,
  ],
  [
    () => setMaster('lo', 'br0'),
    'link set lo master br0',
    { code: 'ERR_NETDEV', errno: 'EINVAL', device: 'lo' },
    /^can't add lo to br0: /,
  ],
  [() => setMaster('br0', 'br0'), 'link set br0 master br0', { device: 'br0' }, /^can't add br0 to br0: /],
  [
    () => setBridge('br0', { priority: 1, vlanProtocol: '802.1ad', helloTime: 1000 }),
    'link set br0 type bridge hello_time 100000',
    { code: 'ERR_NETDEV', errno: 'ERANGE', device: 'br0' },
    /^can't set the bridge br0: Numerical result out of range \(ERANGE\)$/,
  ],
];

for (const [call, command, expected, message] of FAILURES) {
  rootTest.serial(`the kernel's own text where 'ip ${command}' has it`, async (t) => {
    const reason = reasonOf(ipRefusal(...command.split(' ')));
    const error = await errorOf(call);
    t.true(error instanceof NetdevError, String(error));
    t.like(error, { ...expected, reason });
    t.regex(error.message, message);
  });
}

rootTest.serial('a device that is not there, in each call', async (t) => {
  const missing = { code: 'ERR_NETDEV_NO_DEVICE', errno: 'ENODEV', device: 'nope0', reason: 'No such device' };
  const calls = [
    () => setMtu('nope0', 1400),
    () => setMac('nope0', '02:00:00:00:00:01'),
    () => setLinkUp('nope0'),
    () => setMaster('nope0', 'br0'),
    () => setMaster('a0', 'nope0'),
    () => setBridge('nope0', { stp: true }),
    () => deleteLink('nope0'),
    () => getLinkDetails('nope0'),
    () => createMacvlan('m0', 'nope0'),
  ];
  for (const call of calls) t.like(await errorOf(call), missing, String(call));
});

rootTest.serial('a MAC address that must not be changed now', async (t) => {
  run('ip', 'link', 'add', 'vx0', 'type', 'vxlan', 'id', '9', 'dstport', '4789');
  run('ip', 'link', 'set', 'vx0', 'up');
  run('ip', 'tuntap', 'add', 'tun0', 'mode', 'tun');
  t.like(await errorOf(() => setMac('tun0', '02:00:00:00:00:01')), { code: 'ERR_NETDEV_UNSUPPORTED', device: 'tun0' });
});

rootTest.serial("an error's stack leads to the caller", async (t) => {
  async function theCaller() {
    await createBridge('br0');
  }
  t.regex((await errorOf(theCaller)).stack ?? '', /theCaller/);
});

rootTest.serial('as another user, every change is refused with the capability named, and reads work', async (t) => {
  const program = `
    const netdev = await import(${JSON.stringify(new URL('../../../src/netdev/index.js', import.meta.url).href)});
    const calls = {
      createLink: () => netdev.createBridge('x0'),
      deleteLink: () => netdev.deleteLink('a0'),
      setMaster: () => netdev.setMaster('a0', 'br0'),
      setMtu: () => netdev.setMtu('a0', 1400),
      addAddress: () => netdev.addAddress('a0', '192.0.2.1/24'),
      addRoute: () => netdev.addRoute('a0', '192.0.2.0/24'),
      setIpv6Disabled: async () => netdev.setIpv6Disabled('a0', true),
      setVf: () => netdev.setVf('a0', 0, { vlan: 1 }),
      moveLink: () => netdev.moveLink('a0', { pid: process.pid }),
    };
    const results = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await call().then(() => 'done', ({ code, message, errno, device }) => ({ code, message, errno, device }));
    }
    const batch = (await netdev.createLinks([{ kind: 'bridge', name: 'x1' }, { kind: 'bridge', name: 'x2' }])).map(({ error }) => error?.code);
    const bulk = (await netdev.deleteLinks(['a0', 'a1'])).map(({ error }) => error?.code);
    const { kind } = await netdev.getLinkDetails('a0');
    console.log(JSON.stringify({ results, batch, bulk, kind }));
  `;
  const { results, batch, bulk, kind } = JSON.parse(
    await output(process.execPath, ['--input-type=module', '-e', program], asNobody),
  );
  for (const [name, result] of Object.entries<Record<string, string>>(results)) {
    t.is(result.code, 'ERR_NETDEV_PERMISSION', `${name}: ${JSON.stringify(result)}`);
    t.regex(result.errno!, /^(EPERM|EACCES)$/, name);
    t.regex(result.message!, /CAP_NET_ADMIN/, name);
    t.is(result.device, name === 'createLink' ? 'x0' : 'a0');
  }
  t.deepEqual(batch, ['ERR_NETDEV_PERMISSION', 'ERR_NETDEV_PERMISSION']);
  t.deepEqual(bulk, ['ERR_NETDEV_PERMISSION', 'ERR_NETDEV_PERMISSION']);
  t.is(kind, 'veth');
});

test('a veth pair without its other end is refused by name', async (t) => {
  const peer = undefined as unknown as string;
  await t.throwsAsync(createVethPair('x0', peer), { code: 'ERR_INVALID_ARGUMENT', message: /x0 needs a peer/ });
});
