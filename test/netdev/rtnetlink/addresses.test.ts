import test from 'ava';
import {
  addAddress,
  addRoute,
  createBridge,
  createVethPair,
  deleteAddress,
  deleteRoute,
  enterPrivateNetwork,
  listAddresses,
  listRoutes,
  moveAddresses,
  type NetdevError,
  setMaster,
} from '../../../src/netdev/index.js';
import { needsRoot } from '../../support/root.js';
import { errorOf, ip, ipAddresses, type Json, run } from './support.js';

const rootTest = needsRoot(test);

rootTest.before(() => enterPrivateNetwork());

let number = 0;
/** A veth pair of its own, both ends up. */
async function pair(): Promise<[string, string]> {
  const names: [string, string] = [`a${++number}`, `b${number}`];
  await createVethPair(names[0], { name: names[1], up: true }, { up: true });
  return names;
}

const routes = (family: '-4' | '-6', device: string): Json[] =>
  ip(family, 'route', 'show', 'dev', device, 'table', 'all');
/** Without what the kernel makes of itself. */
const made = (family: '-4' | '-6', device: string) =>
  routes(family, device).filter(({ protocol }) => protocol !== 'kernel');

rootTest.serial('a scope has a name or a number; what is neither is told what there is', async (t) => {
  const [a] = await pair();
  await addAddress(a, '192.0.2.1/24', { scope: 'host' });
  await addAddress(a, '192.0.2.129/25', { scope: 100 });
  await addAddress(a, '198.51.100.1/24', { scope: 200 });
  const scopes = (await listAddresses(a)).filter(({ family }) => family === 'inet').map(({ scope }) => scope);
  t.deepEqual(scopes.map(String).sort(), ['100', 'host', 'site']);
  for (const scope of ['far', 256, -1, 1.5] as never[]) {
    await t.throwsAsync(addAddress(a, '203.0.113.1/24', { scope }), {
      code: 'ERR_INVALID_ARGUMENT',
      message: `scope must be global, site, link, host, nowhere or a number up to 255, not "${scope}"`,
    });
  }
});

rootTest.serial('addresses are added, listed and removed as ip(8) does', async (t) => {
  const [a] = await pair();
  await addAddress(a, '192.0.2.1/24', { broadcast: 'auto', label: `${a}:one` });
  await addAddress(a, '192.0.2.2/24');
  await addAddress(a, '198.51.100.1/20', { broadcast: '198.51.111.255', scope: 'link', flags: ['noprefixroute'] });
  await addAddress(a, '203.0.113.1', { peer: '203.0.113.2' });
  await addAddress(a, '2001:db8::1/64', { flags: ['nodad'] });
  const theirs = ipAddresses(a);
  t.deepEqual(
    theirs
      .filter(({ family }) => family === 'inet')
      .map(({ local, prefixlen, broadcast, label, scope, address, secondary, noprefixroute }) => [
        local,
        prefixlen,
        broadcast,
        label,
        scope,
        address,
        secondary,
        noprefixroute,
      ]),
    [
      ['198.51.100.1', 20, '198.51.111.255', a, 'link', undefined, undefined, true],
      ['192.0.2.1', 24, '192.0.2.255', `${a}:one`, 'global', undefined, undefined, undefined],
      ['203.0.113.1', 32, undefined, a, 'global', '203.0.113.2', undefined, undefined],
      ['192.0.2.2', 24, undefined, a, 'global', undefined, true, undefined],
    ],
  );
  const ours = (await listAddresses(a)).filter(({ family, scope }) => !(family === 'inet6' && scope === 'link'));
  t.deepEqual(
    ours.map(({ address, prefixLength, broadcast, label, scope, peer, family }) => [
      address,
      prefixLength,
      broadcast ?? undefined,
      label ?? undefined,
      scope,
      peer ?? undefined,
      family,
    ]),
    theirs.map(({ local, prefixlen, broadcast, label, scope, address, family }) => [
      local,
      prefixlen,
      broadcast,
      label,
      scope,
      address,
      family,
    ]),
  );
  t.deepEqual(ours.at(-1)?.flags, ['nodad', 'permanent']);
  for (const prefix of ['192.0.2.2/24', '198.51.100.1/20', '2001:db8::1/64']) await deleteAddress(a, prefix);
  t.deepEqual(
    ipAddresses(a).map(({ local }) => local),
    ['192.0.2.1', '203.0.113.1'],
  );
});

rootTest.serial('lifetimes are told in seconds', async (t) => {
  const [a] = await pair();
  run('ip', 'address', 'add', '2001:db8::7/64', 'dev', a, 'valid_lft', '5000', 'preferred_lft', '3000');
  const found = (await listAddresses(a)).find(({ address }) => address === '2001:db8::7');
  t.true(found !== undefined && found.validLifetime > 4900 && found.validLifetime <= 5000, JSON.stringify(found));
  t.true(found !== undefined && found.preferredLifetime > 2900 && found.preferredLifetime <= 3000);
});

rootTest.serial('routes are added, listed and removed as ip(8) does', async (t) => {
  const [a] = await pair();
  await addAddress(a, '192.0.2.1/24');
  await addAddress(a, '2001:db8:1::1/64', { flags: ['nodad'] });
  await addRoute(a, 'default', { gateway: '192.0.2.254', metric: 7, source: '192.0.2.1', mtu: 1300 });
  await addRoute(a, '198.51.100.0/24', { table: 1234, protocol: 4 });
  await addRoute(a, '203.0.113.0/24', { gateway: '10.99.0.1', onlink: true });
  await addRoute(a, '2001:db8:2::/48', { gateway: '2001:db8:1::fe' });
  await addRoute(a, 'default', { gateway: '2001:db8:1::ff', metric: 5 });
  t.deepEqual(
    made('-4', a).map(({ dst, gateway, metric, prefsrc, table, protocol, scope, flags, metrics }) => [
      dst,
      gateway,
      metric,
      prefsrc,
      table,
      protocol,
      scope,
      flags,
      metrics,
    ]),
    [
      ['198.51.100.0/24', undefined, undefined, undefined, '1234', 'static', 'link', [], undefined],
      ['default', '192.0.2.254', 7, '192.0.2.1', 'main', 'boot', 'global', [], [{ mtu: 1300 }]],
      ['203.0.113.0/24', '10.99.0.1', undefined, undefined, 'main', 'boot', 'global', ['onlink'], undefined],
    ],
  );
  t.deepEqual(
    made('-6', a).map(({ dst, gateway, metric }) => [dst, gateway, metric]),
    [
      ['2001:db8:2::/48', '2001:db8:1::fe', 1024],
      ['default', '2001:db8:1::ff', 5],
    ],
  );
  const ours = (await listRoutes(a)).filter(({ protocol }) => protocol !== 'kernel');
  t.deepEqual(
    ours.map(({ destination, gateway }) => [destination, gateway ?? undefined]).sort(),
    [...made('-4', a), ...made('-6', a)].map(({ dst, gateway }) => [dst, gateway]).sort(),
  );
  t.like(
    ours.find(({ metric }) => metric === 7),
    { mtu: 1300, source: '192.0.2.1', table: 254, protocol: 'boot', scope: 'global' },
  );
  t.like(
    ours.find(({ table }) => table === 1234),
    { protocol: 'static', scope: 'link', onlink: false },
  );
  await deleteRoute(a, 'default', { gateway: '192.0.2.254' });
  await deleteRoute(a, '198.51.100.0/24', { table: 1234 });
  await deleteRoute(a, '203.0.113.0/24');
  await deleteRoute(a, '2001:db8:2::/48');
  await deleteRoute(a, 'default', { gateway: '2001:db8:1::ff' });
  t.deepEqual([...made('-4', a), ...made('-6', a)], []);
});

rootTest.serial(
  'a bridge takes over the addresses and routes of its card, in order, with all that they have',
  async (t) => {
    const [card] = await pair();
    const [other] = await pair();
    const br = `br${number}`;
    await createBridge(br, { up: true });
    await setMaster(card, br);
    run('ip', 'address', 'add', '192.0.2.10/24', 'brd', '+', 'dev', card, 'label', `${card}:x`, 'metric', '33');
    run('ip', 'address', 'add', '192.0.2.11/24', 'dev', card);
    run('ip', 'address', 'add', '198.51.100.1/24', 'dev', card, 'noprefixroute', 'scope', 'link');
    run('ip', 'address', 'add', '192.0.2.12/24', 'dev', card, 'valid_lft', '9000', 'preferred_lft', '8000');
    run('ip', 'address', 'add', '2001:db8:7::1/64', 'dev', card, 'nodad', 'home');
    run('ip', 'address', 'add', '2001:db8:7::2/64', 'dev', card, 'nodad');
    run('ip', 'route', 'add', '203.0.113.0/24', 'via', '192.0.2.254', 'dev', card, 'src', '192.0.2.11');
    run('ip', 'route', 'add', 'default', 'via', '203.0.113.9', 'dev', card, 'onlink', 'metric', '10', 'mtu', '1400');
    run('ip', 'route', 'add', '10.8.0.0/16', 'dev', card, 'scope', 'link', 'table', '77', 'proto', 'static');
    run('ip', '-6', 'route', 'add', '2001:db8:8::/48', 'via', '2001:db8:7::ff', 'dev', card, 'metric', '12');
    run('ip', 'address', 'add', '172.30.0.1/24', 'dev', other);
    run(
      'ip',
      'route',
      'add',
      '10.9.0.0/16',
      'nexthop',
      'via',
      '192.0.2.253',
      'dev',
      card,
      'nexthop',
      'via',
      '172.30.0.2',
      'dev',
      other,
      'weight',
      '3',
    );
    const plain = (list: Json[]) =>
      JSON.parse(JSON.stringify(list).replaceAll(card, 'DEV').replaceAll(br, 'DEV')).map(
        ({ flags: _, valid_life_time, preferred_life_time, ...rest }: Json) => ({
          ...rest,
          forever: [valid_life_time, preferred_life_time].map((s) => s > 1e9),
        }),
      );
    const addresses = plain(ipAddresses(card));
    const v4 = plain(made('-4', card));
    const v6 = plain(made('-6', card));
    t.is(addresses.length, 6);
    const multipath = () =>
      JSON.stringify(ip('route', 'show', '10.9.0.0/16'))
        .replaceAll(card, 'DEV')
        .replaceAll(br, 'DEV');
    const hops = multipath();

    const moved = await moveAddresses(card, br);
    t.deepEqual(ipAddresses(card), []);
    t.deepEqual(made('-4', card), []);
    t.deepEqual(plain(ipAddresses(br)), addresses);
    t.deepEqual(plain(made('-4', br)), v4);
    t.deepEqual(plain(made('-6', br)), v6);
    t.is(multipath(), hops);
    t.is(moved.addresses.length, 6);
    t.is(moved.routes.length, 5);
    t.is(moved.addresses.find(({ address }) => address === '192.0.2.10')?.label, `${br}:x`);

    await moveAddresses(br, card);
    t.deepEqual(plain(ipAddresses(card)), addresses);
    t.deepEqual(plain(made('-4', card)), v4);
    t.deepEqual(ipAddresses(br), []);
  },
);

rootTest.serial('a move that the kernel refuses half way puts everything back', async (t) => {
  const [a, b] = await pair();
  for (const host of ['1', '2', '3']) await addAddress(a, `192.0.2.${host}/24`);
  for (const host of ['1', '2']) await addAddress(a, `2001:db8:9::${host}/64`, { flags: ['nodad'] });
  await addRoute(a, 'default', { gateway: '192.0.2.254', metric: 99 });
  const before = [ipAddresses(a), made('-4', a)];
  await addAddress(b, '192.0.2.3/24');
  const clash: NetdevError = await errorOf(() => moveAddresses(a, b));
  t.like(clash, { code: 'ERR_NETDEV_EXISTS', device: b });
  t.regex(clash.message, /add the address 192\.0\.2\.3\/24 to b/);
  t.deepEqual([ipAddresses(a), made('-4', a)], before);
  t.deepEqual(
    ipAddresses(b).map(({ local }) => local),
    ['192.0.2.3'],
  );

  await deleteAddress(b, '192.0.2.3/24');
  run('ip', 'link', 'add', 'down0', 'type', 'bridge');
  const down = await errorOf(() => moveAddresses(a, 'down0'));
  t.like(down, { device: 'down0', errno: 'ENETUNREACH', reason: 'Nexthop has invalid gateway' });
  t.regex(down.message, /add the route to default over down0: Nexthop has invalid gateway/);
  t.deepEqual([ipAddresses(a), made('-4', a)], before);
  t.deepEqual(ipAddresses('down0'), []);

  await t.throwsAsync(moveAddresses(a, a), { code: 'ERR_INVALID_ARGUMENT' });
  await t.throwsAsync(moveAddresses(a, 'nope0'), { code: 'ERR_NETDEV_NO_DEVICE' });
});

rootTest.serial('what is wrong with an address or a route is said before, or by, the kernel', async (t) => {
  const [a] = await pair();
  await addAddress(a, '192.0.2.1/24');
  const invalid = { code: 'ERR_INVALID_ARGUMENT' };
  for (const prefix of [
    '192.0.2.1/33',
    '192.0.2.1/',
    '192.0.2.1/24/1',
    '192.0.2',
    'fe80::1%eth0/64',
    '2001:db8::1/129',
    '/24',
  ]) {
    await t.throwsAsync(addAddress(a, prefix), invalid, prefix);
  }
  await t.throwsAsync(addRoute(a, 'default'), { ...invalid, message: /needs a gateway/ });
  await t.throwsAsync(addRoute(a, '10.0.0.0/8', { gateway: '2001:db8::1' }), {
    ...invalid,
    message: /gateway must be of the family/,
  });
  t.like(await errorOf(() => addAddress(a, '192.0.2.1/24')), { code: 'ERR_NETDEV_EXISTS', device: a, errno: 'EEXIST' });
  t.like(await errorOf(() => deleteAddress(a, '192.0.2.9/24')), { code: 'ERR_NETDEV_NO_ADDRESS', device: a });
  t.like(await errorOf(() => deleteRoute(a, '10.0.0.0/8')), { code: 'ERR_NETDEV_NO_ROUTE', device: a });
  t.like(await errorOf(() => addRoute(a, '10.0.0.0/8', { gateway: '203.0.113.1' })), {
    code: 'ERR_NETDEV',
    errno: 'ENETUNREACH',
    reason: 'Nexthop has invalid gateway',
  });
  await addRoute(a, '10.0.0.0/8');
  t.like(await errorOf(() => addRoute(a, '10.0.0.0/8')), { code: 'ERR_NETDEV_EXISTS', device: a });
  await t.throwsAsync(listAddresses('nope0'), { code: 'ERR_NETDEV_NO_DEVICE' });
});

rootTest.serial('an address with a peer is added, and removed by both', async (t) => {
  const [a] = await pair();
  await addAddress(a, '192.0.2.1/32', { peer: '192.0.2.9' });
  t.like(ipAddresses(a)[0], { local: '192.0.2.1', address: '192.0.2.9', prefixlen: 32 });
  await t.throwsAsync(deleteAddress(a, '192.0.2.1/32'), { code: 'ERR_NETDEV_NO_ADDRESS' });
  await deleteAddress(a, '192.0.2.1/32', { peer: '192.0.2.9' });
  t.deepEqual(ipAddresses(a), []);
});

rootTest.serial('what is no address, no flag or of two families is refused before the kernel is asked', async (t) => {
  const [a] = await pair();
  const wrong: [string, object][] = [
    ...['/0x10', '/ 24', '/1e1', '/', '/33', '/-1', '/24/24'].map((end): [string, object] => [`192.0.2.1${end}`, {}]),
    ['192.0.2.1/32', { peer: '2001:db8::1' }],
    ['192.0.2.1/24', { broadcast: '2001:db8::1' }],
    ['192.0.2.1/24', { flags: ['bogus'] }],
    ['192.0.2.1/24', { flags: ['constructor'] }],
  ];
  for (const [prefix, options] of wrong) {
    await t.throwsAsync(addAddress(a, prefix, options), { code: 'ERR_INVALID_ARGUMENT' }, prefix);
  }
  t.deepEqual(ipAddresses(a), []);
});
