import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import test from 'ava';
import {
  createTap,
  deleteTap,
  enterPrivateNetwork,
  getLink,
  getLinkDetails,
  isTap,
  type LinkState,
  linkExists,
  listAddresses,
  setMtu,
  type TapOptions,
  WrongKindError,
  waitForLink,
} from '../../src/netdev/index.js';
import { openTap } from '../support/open-tap.js';
import { needsRoot } from '../support/root.js';

const rootTest = needsRoot(test);
const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' });
const wrongKind = { instanceOf: WrongKindError, code: 'ERR_NETDEV_WRONG_KIND' };

function tunInfo(name: string): Record<string, unknown> {
  return JSON.parse(run('ip', '-j', '-d', 'link', 'show', name))[0].linkinfo.info_data;
}

rootTest.before(() => {
  enterPrivateNetwork();
  run('ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
  run('ip', 'tuntap', 'add', 'tun0', 'mode', 'tun');
});

rootTest.serial('a tap with everything in one call, as ip(8) sees it', async (t) => {
  const options = { owner: 12345, group: 54321, vnetHeader: true, mac: 'fa:16:3e:00:00:01', mtu: 1400, up: true };
  t.deepEqual(await createTap('tap0', options), { created: true });
  t.like(tunInfo('tap0'), { type: 'tap', pi: false, vnet_hdr: true, multi_queue: false, persist: true });
  t.is(readFileSync('/sys/class/net/tap0/owner', 'utf8'), '12345\n');
  t.is(readFileSync('/sys/class/net/tap0/group', 'utf8'), '54321\n');
  t.like(getLink('tap0'), { mac: 'fa:16:3e:00:00:01', mtu: 1400, up: true, carrier: false });
  t.true(isTap('tap0'));
  await deleteTap('tap0');
  t.false(linkExists('tap0'));
  t.false(isTap('tap0'));
});

rootTest.serial('a tap has no carrier, and so no address of IPv6, until somebody opens it', async (t) => {
  for (const option of [{}, { alias: 'a tap' }, { multiQueue: true }, { mac: 'fa:16:3e:00:00:02' }]) {
    const options = { ...option, up: true };
    await createTap('ip0', options);
    t.like(getLink('ip0'), { up: true, carrier: false });
    t.deepEqual(await listAddresses('ip0'), [], JSON.stringify(options));
    if (!('multiQueue' in options)) {
      const guest = await openTap('ip0', 0x1002);
      t.true((await waitForLink('ip0', (link): link is LinkState => link?.carrier === true)).carrier);
      await guest.close();
    }
    await deleteTap('ip0');
  }
});

rootTest.serial('the biggest ids, and a multi-queue tap', async (t) => {
  await createTap('mq0', { multiQueue: true, owner: 2 ** 32 - 2, group: 0 });
  t.like(tunInfo('mq0'), { type: 'tap', multi_queue: true, vnet_hdr: false, persist: true });
  t.is(readFileSync('/sys/class/net/mq0/owner', 'utf8').trim(), String(2 ** 32 - 2));
  t.is((await createTap('mq0', { multiQueue: true, owner: 2 ** 32 - 2, mayExist: true })).created, false);
  await deleteTap('mq0');
  t.false(linkExists('mq0'));
});

rootTest.serial('a tap that is there', async (t) => {
  await createTap('tap1', { owner: 5 });
  const index = getLink('tap1').index;
  await t.throwsAsync(createTap('tap1'), {
    code: 'ERR_NETDEV_EXISTS',
    message: /create the tap tap1: .* already \(EEXIST\)/,
  });
  t.deepEqual(await createTap('tap1', { mayExist: true, mtu: 1300, up: true }), { created: false });
  t.like(getLink('tap1'), { index, mtu: 1300, up: true });
  const others: [TapOptions, RegExp][] = [
    [{ multiQueue: true }, /tap1 exists and is not a persistent multi-queue tap \(it is: single-queue tap\)/],
    [{ owner: 6 }, /not a persistent single-queue tap of user 6 \(it is: tap of user 5\)/],
    [{ owner: 5, group: 7 }, /of group 7 \(it is: tap without a group\)/],
  ];
  for (const [options, message] of others) {
    await t.throwsAsync(createTap('tap1', { ...options, mayExist: true }), { ...wrongKind, message });
  }
  await deleteTap('tap1');
});

rootTest.serial('a device of another kind is neither taken nor deleted', async (t) => {
  for (const [device, kind] of [
    ['veth0', 'veth'],
    ['tun0', 'tun'],
    ['lo', 'of another kind'],
  ] as const) {
    t.false(isTap(device));
    for (const mayExist of [false, true]) {
      const error = await t.throwsAsync(createTap(device, { mayExist }), wrongKind);
      t.like(error, { device, actual: kind });
    }
    await t.throwsAsync(deleteTap(device), {
      ...wrongKind,
      message: new RegExp(`${device} exists and is not a tap \\(it is: ${kind}\\)`),
    });
    await t.throwsAsync(deleteTap(device, { ifExists: true }), wrongKind);
    t.true(linkExists(device));
  }
});

rootTest.serial('deleting a tap that is not there', async (t) => {
  await t.throwsAsync(deleteTap('nope0'), {
    code: 'ERR_NETDEV_NO_DEVICE',
    message: /delete the tap nope0: there is no such/,
  });
  await t.notThrowsAsync(deleteTap('nope0', { ifExists: true }));
});

rootTest.serial('a tap is made with its alias', async (t) => {
  await createTap('tap5', { alias: 'whose=ours', up: true });
  t.is((await getLinkDetails('tap5')).alias, 'whose=ours');
  await t.throwsAsync(createTap('tap5', { alias: 'whose=theirs' }), { code: 'ERR_NETDEV_EXISTS' });
  t.is((await getLinkDetails('tap5')).alias, 'whose=ours');
  await deleteTap('tap5');
  await t.throwsAsync(createTap('tap5', { alias: 'x'.repeat(256) }), { code: 'ERR_INVALID_ARGUMENT' });
  t.false(linkExists('tap5'));
});

rootTest.serial('what fails half way leaves no tap', async (t) => {
  await t.throwsAsync(createTap('half0', { up: true, mtu: 1_000_000 }), {
    code: 'ERR_NETDEV',
    message: /create the tap half0/,
  });
  t.false(linkExists('half0'));
});

rootTest.serial('arguments are checked before anything is made', async (t) => {
  for (const options of [{ owner: -1 }, { owner: 2 ** 32 - 1 }, { group: 1.5 }, { mtu: 0 }, { mac: 'x' }]) {
    await t.throwsAsync(createTap('bad0', options), { code: 'ERR_INVALID_ARGUMENT' });
  }
  await t.throwsAsync(createTap('a/b'), { code: 'ERR_INVALID_ARGUMENT' });
  t.false(linkExists('bad0'));
});

const IFF_TAP_NO_PI = 0x1002;
const IFF_MULTI_QUEUE = 0x100;

for (const multiQueue of [false, true]) {
  const flags = IFF_TAP_NO_PI | (multiQueue ? IFF_MULTI_QUEUE : 0);

  rootTest.serial(
    `a ${multiQueue ? 'multi' : 'single'}-queue tap in use stays, persistent; later it can be deleted`,
    async (t) => {
      await createTap('busy0', { multiQueue });
      const holder = await openTap('busy0', flags);
      await t.throwsAsync(deleteTap('busy0'), {
        code: 'ERR_NETDEV_BUSY',
        message: /busy0: the device is in use \(EBUSY\)/,
      });
      t.true((tunInfo('busy0') as { persist: boolean }).persist);
      t.false((await createTap('busy0', { multiQueue, mayExist: true, mtu: 1280 })).created);
      await holder.close();
      t.is(getLink('busy0').mtu, 1280);
      await deleteTap('busy0');
      t.false(linkExists('busy0'));
    },
  );
}

rootTest.serial('a tap that lives only as long as its process is not ours to take or delete', async (t) => {
  const holder = await openTap('temp0', IFF_TAP_NO_PI);
  t.true(isTap('temp0'));
  await t.throwsAsync(createTap('temp0', { mayExist: true }), {
    ...wrongKind,
    message: /it is: tap that is not persistent/,
  });
  await t.throwsAsync(deleteTap('temp0'), { code: 'ERR_NETDEV_BUSY' });
  await holder.close();
  t.false(linkExists('temp0'));
});

rootTest.serial('of many who create one tap, one creates it', async (t) => {
  const one = (
    _: unknown,
  ) => `import('${new URL('../../src/netdev/index.js', import.meta.url)}').then(async (netdev) => {
    const made = [];
    for (let i = 0; i < 40; i++) if ((await netdev.createTap('race' + i, { mayExist: true })).created) made.push(i);
    console.log(JSON.stringify(made));
  })`;
  const children = Array.from({ length: 4 }, async () => {
    const child = spawn(process.execPath, ['-e', one(0)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    await once(child, 'close');
    return JSON.parse(text) as number[];
  });
  const made = (await Promise.all(children)).flat().sort((a, b) => a - b);
  t.deepEqual(
    made,
    Array.from({ length: 40 }, (_, i) => i),
  );
});

rootTest.serial('changes that were asked for before the namespace was left are made in it', async (t) => {
  const before = Promise.all([createTap('old0'), setMtu('old0', 1280)]);
  enterPrivateNetwork();
  await t.notThrowsAsync(before);
  t.false(linkExists('old0'));
  t.true((await createTap('old0')).created);
});

rootTest.serial('taps asked for at the same time are told of together, one that failed at once', async (t) => {
  const names = Array.from({ length: 20 }, (_, i) => `both${i}`);
  const failure = createTap('lo').then(
    () => 'made',
    (error) => error.code,
  );
  const counts = await Promise.all(
    names.map((name) => createTap(name).then(() => names.filter((other) => linkExists(other)).length)),
  );
  t.deepEqual([...new Set(counts)], [names.length]);
  t.is(await failure, 'ERR_NETDEV_WRONG_KIND');
  await Promise.all(names.map((name) => deleteTap(name)));
});
