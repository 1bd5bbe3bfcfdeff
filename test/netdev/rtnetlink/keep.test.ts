import test from 'ava';
import {
  deleteLink,
  enterPrivateNetwork,
  keepAddresses,
  keepLink,
  moveAddresses,
  setLinkDown,
  setLinkUp,
} from '../../../src/netdev/index.js';
import { needsRoot } from '../../support/root.js';
import { errorOf, ip, ipAddresses, ipLink, run } from './support.js';

const rootTest = needsRoot(test).serial;
rootTest.before(() => enterPrivateNetwork());

const words = (line: string) => run('ip', ...line.split(' '));
const named = (device: string) =>
  ipAddresses(device).map(({ local, prefixlen, label, broadcast }) => ({ local, prefixlen, label, broadcast }));
const routes = () => [...ip('route'), ...ip('-6', 'route')].filter(({ protocol }) => protocol !== 'kernel');

rootTest('addresses and routes that went with the link come back, once', async (t) => {
  words('link add a0 type veth peer name a1');
  words('link set a0 up');
  words('link set a1 up');
  words('address add 192.0.2.1/24 broadcast 192.0.2.255 dev a0 label a0:x');
  words('address add 2001:db8::1/64 dev a0 nodad');
  words('route add 198.51.100.0/24 via 192.0.2.9 metric 3');
  const before = [named('a0'), routes()];
  const kept = await keepAddresses('a0');
  await setLinkDown('a0');
  await setLinkUp('a0');
  t.notDeepEqual([named('a0'), routes()], before);
  await kept.restore();
  t.deepEqual([named('a0'), routes()], before);
  await kept.restore();
  t.deepEqual([named('a0'), routes()], before);
});

rootTest('a move brings back only what an earlier move brought', async (t) => {
  words('link add b0 type bridge');
  words('link set b0 up');
  words('address add 203.0.113.1/24 dev b0');
  const before = [named('a0'), named('b0'), routes()];
  const moved = await moveAddresses('a0', 'b0');
  t.is(named('b0').length, 3);
  t.deepEqual(named('a0'), []);
  await moveAddresses('b0', 'a0', { only: moved });
  t.deepEqual([named('a0'), named('b0'), routes()], before);
});

/** Without what is another's each time. */
function lasting(name: string) {
  const { ifindex: _, link_index: __, operstate: ___, flags, linkinfo, ...rest } = ipLink(name);
  const { tun_info: ____, ...data } = linkinfo.info_data ?? {};
  const timers = Object.entries(data).filter(([key]) => !/timer|_id$/.test(key));
  return {
    ...rest,
    flags: flags.filter((flag: string) => flag === 'PROMISC' || flag === 'UP'),
    data: Object.fromEntries(timers),
  };
}

for (const [kind, name, lines] of [
  ['tap', 't0', ['tuntap add dev t0 mode tap multi_queue user 7', 'link set t0 alias mine mtu 1400 promisc on']],
  [
    'bridge',
    'br0',
    ['link add br0 type bridge ageing_time 1200', 'tuntap add dev p0 mode tap', 'link set p0 master br0'],
  ],
  ['veth pair', 'v0', ['link add v0 mtu 1300 type veth peer name v1', 'link set v1 master b0', 'link set v0 up']],
  ['macvlan', 'm0', ['link add m0 link a0 type macvlan mode private']],
] as const) {
  rootTest(`a ${kind} that was deleted is made again as it was`, async (t) => {
    for (const line of lines) words(line);
    const others = ['p0', 'v1'].filter((other) => ip('link').some(({ ifname }) => ifname === other));
    const before = [name, ...others].map(lasting);
    const kept = await keepLink(name);
    await deleteLink(name);
    await kept.restore();
    t.deepEqual([name, ...others].map(lasting), before);
  });
}

rootTest('what can not be made again is told by name', async (t) => {
  const kept = await keepLink('lo');
  const error = await errorOf(() => kept.restore());
  t.is(error.code, 'ERR_NETDEV_UNSUPPORTED');
  t.regex(error.message, /can't make lo again/);
});
