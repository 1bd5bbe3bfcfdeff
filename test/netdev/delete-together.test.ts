import test from 'ava';
import {
  createBridge,
  createTap,
  createTaps,
  createVethPair,
  deleteLink,
  deleteTap,
  enterPrivateNetwork,
  getLink,
  linkExists,
  listLinks,
} from '../../src/netdev/index.js';
import { openTap } from '../support/open-tap.js';
import { needsRoot } from '../support/root.js';

const rootTest = needsRoot(test);
const IFF_TAP_NO_PI = 0x1002;

rootTest.before(() => enterPrivateNetwork());

/** In milliseconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `tap${index}`);

rootTest.serial('many taps go in a fraction of the time that each takes by itself', async (t) => {
  const taps = names(20);
  const make = () => createTaps(taps.map((name) => ({ name, up: true })));
  await make();
  const oneByOne = await timeOf(async () => {
    for (const tap of taps) await deleteTap(tap);
  });
  await make();
  const together = await timeOf(() => Promise.all(taps.map((tap) => deleteTap(tap))));
  t.false(taps.some((tap) => linkExists(tap)));
  t.true(together < oneByOne, `${together} ms together, ${oneByOne} ms one by one`);
});

rootTest.serial('each of many fails for itself', async (t) => {
  await createTaps(names(4).map((name) => ({ name, up: true })));
  await createVethPair('veth0', 'veth1', { up: true });
  const holder = await openTap('tap3', IFF_TAP_NO_PI);
  const down = await openDown('tap4');
  const asked = ['tap0', 'nothing', 'tap1', 'veth0', 'tap2', 'tap3', 'tap4'];
  const results = await Promise.allSettled(asked.map((device) => deleteTap(device)));
  t.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? 'gone' : (result.reason as { code: string }).code)),
    ['gone', 'ERR_NETDEV_NO_DEVICE', 'gone', 'ERR_NETDEV_WRONG_KIND', 'gone', 'ERR_NETDEV_BUSY', 'ERR_NETDEV_BUSY'],
  );
  t.deepEqual(
    asked.filter((device) => linkExists(device)),
    ['veth0', 'tap3', 'tap4'],
  );
  await Promise.all([holder.close(), down.close()]);
  await Promise.all([deleteTap('tap3'), deleteTap('tap4')]);
  await deleteLink('veth0');
});

/** A tap that is open and down, so that it shows no carrier. */
async function openDown(name: string) {
  await createTap(name);
  return openTap(name, IFF_TAP_NO_PI);
}

for (const count of [1, 3]) {
  rootTest.serial(`by force a tap goes that a process has open, and nothing but a tap: ${count} at once`, async (t) => {
    await createTaps(names(count).map((name) => ({ name, up: true })));
    await createVethPair('veth0', 'veth1', { up: true });
    const holder = await openTap('tap0', IFF_TAP_NO_PI);
    await t.throwsAsync(deleteTap('tap0'), { code: 'ERR_NETDEV_BUSY' });
    await Promise.all(names(count).map((device) => deleteTap(device, { force: true })));
    t.false(names(count).some((device) => linkExists(device)));
    await t.throwsAsync(deleteTap('veth0', { force: true }), { code: 'ERR_NETDEV_WRONG_KIND' });
    await t.throwsAsync(deleteTap('tap0', { force: true }), { code: 'ERR_NETDEV_NO_DEVICE' });
    await t.notThrowsAsync(deleteTap('tap0', { force: true, ifExists: true }));
    await deleteLink('veth0');
    await holder.close();
  });
}

rootTest.serial('one that is asked for twice is deleted once', async (t) => {
  await createTaps(names(3).map((name) => ({ name, up: true })));
  const asked = ['tap0', 'tap1', 'tap1', 'tap2'];
  await Promise.all(asked.map((device) => deleteTap(device, { ifExists: true })));
  t.false(asked.some((device) => linkExists(device)));
});

rootTest.serial('of a link that was made anew only the one that is asked for goes', async (t) => {
  for (const others of [[], ['br1', 'br2']]) {
    await createBridge('br0');
    const { index } = getLink('br0');
    await deleteLink('br0');
    for (const name of ['br0', ...others]) await createBridge(name);
    const all = Promise.all([deleteLink('br0', { index, ifExists: true }), ...others.map((name) => deleteLink(name))]);
    await t.notThrowsAsync(all);
    t.deepEqual(listLinks(), ['lo', 'br0']);
    await t.throwsAsync(deleteLink('br0', { index }), { code: 'ERR_NETDEV_NO_DEVICE' });
    await deleteLink('br0', { index: getLink('br0').index });
  }
});

rootTest.serial('links of all kinds go together, a pair by either end, and each fails for itself', async (t) => {
  const numbers = Array.from({ length: 10 }, (_, index) => index);
  const make = async () => {
    for (const i of numbers) {
      await createVethPair(`v${i}`, `w${i}`);
      await createBridge(`br${i}`, { up: true });
    }
  };
  const pairs = numbers.flatMap((i) => [`br${i}`, i % 2 === 0 ? `v${i}` : `w${i}`]);
  await make();
  const oneByOne = await timeOf(async () => {
    for (const device of pairs) await deleteLink(device);
  });
  await make();
  const together = await timeOf(() => Promise.all(pairs.map((device) => deleteLink(device))));
  t.true(together < oneByOne, `${together} ms together, ${oneByOne} ms one by one`);
  t.deepEqual(listLinks(), ['lo']);

  await make();
  await createTap('tap0', { up: true });
  const asked = [...pairs, 'tap0', 'nothing', 'lo', 'w0'];
  const results = await Promise.allSettled(asked.map((device) => deleteLink(device)));
  t.deepEqual(
    results.flatMap((result, i) => (result.status === 'rejected' ? [[asked[i], result.reason.code]] : [])),
    [
      ['nothing', 'ERR_NETDEV_NO_DEVICE'],
      ['lo', 'ERR_NETDEV_UNSUPPORTED'],
    ],
  );
  t.deepEqual(listLinks(), ['lo']);
});
