import test from 'ava';
import {
  createBridge,
  createLinks,
  createTaps,
  createVethPair,
  deleteGroup,
  deleteLink,
  deleteLinks,
  enterPrivateNetwork,
  linkExists,
  listLinks,
} from '../../../src/netdev/index.js';
import { needsRoot } from '../../support/root.js';
import { ip, ipLink, run } from './support.js';

const rootTest = needsRoot(test);
const links = () => listLinks().filter((name) => name !== 'lo');

rootTest.before(() => enterPrivateNetwork());

rootTest.serial('200 veth pairs by one call, more than one datagram takes, each with its result', async (t) => {
  await createVethPair('v100', 'other0');
  const results = await createLinks(
    Array.from({ length: 200 }, (_, i) => ({ kind: 'veth', name: `v${i}`, peer: { name: `w${i}`, mtu: 1000 + i } })),
  );
  t.deepEqual(
    results.map(({ device }) => device),
    Array.from({ length: 200 }, (_, i) => `v${i}`),
  );
  const failed = results.filter(({ error }) => error);
  t.is(failed.length, 1);
  t.like(failed[0], { device: 'v100' });
  t.like(failed[0]?.error, { code: 'ERR_NETDEV_EXISTS', device: 'v100', errno: 'EEXIST', reason: 'File exists' });
  t.is(links().length, 400);
  t.false(linkExists('w100'));
  t.like(ipLink('w199'), { mtu: 1199, link: 'v199' });
});

rootTest.serial('deleting by name: what is missing, a peer that went along, and a card that stays', async (t) => {
  run('ip', 'link', 'set', 'v0', 'group', '9');
  const names = [...Array.from({ length: 150 }, (_, i) => `v${i}`), 'w5', 'nope0'];
  const results = await deleteLinks(names);
  t.deepEqual(
    results.map(({ device }) => device),
    names,
  );
  t.deepEqual(
    results.filter(({ error }) => error).map(({ device, error }) => [device, error?.code]),
    [['nope0', 'ERR_NETDEV_NO_DEVICE']],
  );
  t.is(links().length, 100);
  const [one, two] = await deleteLinks(['nope0', 'v150'], { ifExists: true });
  t.deepEqual([one?.error, two?.error], [undefined, undefined]);
  t.false(linkExists('w150'));
});

rootTest.serial('one that can not be deleted keeps its group, and does not keep the others', async (t) => {
  run('ip', 'link', 'set', 'lo', 'group', '33');
  const [first, lo, second] = await deleteLinks(['v151', 'lo', 'v152']);
  t.is(first?.error, undefined);
  t.is(second?.error, undefined);
  t.like(lo?.error, { code: 'ERR_NETDEV_UNSUPPORTED', device: 'lo', errno: 'EOPNOTSUPP' });
  t.is(ipLink('lo').group, '33');
  t.false(linkExists('v151') || linkExists('v152'));
  run('ip', 'link', 'set', 'lo', 'group', '0');
});

rootTest.serial('a group is deleted at once, and no other link', async (t) => {
  const before = links();
  await createLinks(
    Array.from({ length: 30 }, (_, i) => ({ kind: 'bridge' as const, name: `g${i}`, group: i < 20 ? 501 : 502 })),
  );
  t.is(ip('link', 'show', 'group', '501').length, 20);
  await deleteGroup(501);
  t.is(ip('link', 'show', 'group', '501').length, 0);
  t.is(ip('link', 'show', 'group', '502').length, 10);
  await deleteGroup(502);
  t.deepEqual(links().sort(), before.sort());
  await t.throwsAsync(deleteGroup(501), { code: 'ERR_NETDEV_NO_DEVICE', message: /delete the links of group 501/ });
  // The group that every link has: never by mistake.
  await t.throwsAsync(deleteGroup(0), { code: 'ERR_INVALID_ARGUMENT' });
});

rootTest.serial('a master that is not there fails one of many', async (t) => {
  await createBridge('br0');
  const results = await createLinks([
    { kind: 'veth', name: 'm0', peer: { name: 'n0' }, master: 'br0' },
    { kind: 'veth', name: 'm1', peer: { name: 'n1' }, master: 'br9' },
    { kind: 'macvlan', name: 'm2', link: 'm0' },
    { kind: 'veth', name: 'm3', peer: { name: 'n3' }, up: true },
  ]);
  t.deepEqual(
    results.map(({ error }) => error?.code),
    [undefined, 'ERR_NETDEV_NO_DEVICE', 'ERR_NETDEV_NO_DEVICE', undefined],
  );
  t.is(ipLink('m0').master, 'br0');
  t.true(ipLink('m3').flags.includes('UP'));
  t.false(linkExists('m1'));
  // What can't be meant is no result, but a mistake: nothing is made.
  const mistake = createLinks([
    { kind: 'bridge', name: 'x0' },
    { kind: 'bridge', name: 'x/0' },
  ]);
  await t.throwsAsync(mistake, { code: 'ERR_INVALID_ARGUMENT' });
  t.false(linkExists('x0'));
});

rootTest.serial('many taps, made by one call and deleted by one', async (t) => {
  const names = Array.from({ length: 50 }, (_, i) => `tap${i}`);
  run('ip', 'tuntap', 'add', 'tap7', 'mode', 'tap');
  const made = await createTaps(names.map((name) => ({ name, mtu: 1400, up: true })));
  t.deepEqual(
    made.filter(({ error }) => error).map(({ device, error }) => [device, error?.code]),
    [['tap7', 'ERR_NETDEV_EXISTS']],
  );
  t.like(ipLink('tap49'), { mtu: 1400 });
  t.true((await deleteLinks(names)).every(({ error }) => error === undefined));
  t.false(names.some((name) => linkExists(name)));
  const mistake = createTaps([{ name: 'good0' }, { name: 'bad0', mtu: -1 }]);
  await t.throwsAsync(mistake, { code: 'ERR_INVALID_ARGUMENT' });
  t.false(linkExists('good0'));
});

rootTest.serial('no links are no work; one that is missing may be all right', async (t) => {
  t.deepEqual(await createLinks([]), []);
  t.deepEqual(await deleteLinks([]), []);
  await deleteLink('nope0', { ifExists: true });
  await t.throwsAsync(deleteLink('nope0'), { code: 'ERR_NETDEV_NO_DEVICE', message: /delete nope0/ });
  await deleteLink('m3');
  t.false(linkExists('n3'));
});
