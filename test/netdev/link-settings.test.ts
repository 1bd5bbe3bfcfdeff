import { execFileSync } from 'node:child_process';
import test from 'ava';
import {
  createTap,
  enterPrivateNetwork,
  getChannels,
  getDriver,
  getLinkSettings,
  getRings,
  setLinkSettings,
  setVlanWorkaround,
} from '../../src/netdev/index.js';
import { asNobody, needsRoot } from '../support/root.js';
import { output } from '../support/run.js';

const rootTest = needsRoot(test);
const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' });

rootTest.before(async () => {
  enterPrivateNetwork();
  run('ip', 'link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb');
  run('ip', 'link', 'add', 'br0', 'type', 'bridge');
  await createTap('tap0', { up: true });
});

rootTest.serial('the settings of virtual devices are as ethtool(8) tells', (t) => {
  for (const device of ['va', 'tap0', 'br0']) {
    const told = run('ethtool', device);
    const settings = getLinkSettings(device);
    const speed = /Speed: (\d+)Mb\/s/.exec(told)?.[1];
    t.is(settings?.speed ?? null, speed === undefined ? null : Number(speed), told);
    t.is(String(settings?.duplex ?? null), String(/Duplex: (Half|Full)/.exec(told)?.[1]?.toLowerCase() ?? null), told);
    t.is(settings?.autoneg ?? false, /Auto-negotiation: on/.test(told), told);
    t.deepEqual(settings?.supported ?? [], []);
  }
  t.is(getLinkSettings('lo'), null);
});

rootTest.serial('speed, duplex and autoneg of a tap are set as by ethtool(8)', async (t) => {
  await setLinkSettings('tap0', { speed: 1000, duplex: 'half', autoneg: false });
  t.like(getLinkSettings('tap0'), { speed: 1000, duplex: 'half', autoneg: false });
  t.regex(run('ethtool', 'tap0'), /Speed: 1000Mb\/s\n\s+Duplex: Half/);
  // What is not given stays.
  await setLinkSettings('tap0', { speed: 25_000 });
  t.like(getLinkSettings('tap0'), { speed: 25_000, duplex: 'half' });
  await setLinkSettings('tap0', { autoneg: true });
  t.true(getLinkSettings('tap0')?.autoneg);
});

rootTest.serial('settings that cannot be are refused, each with its reason', async (t) => {
  const invalid = { code: 'ERR_INVALID_ARGUMENT' };
  for (const speed of [0, -1, 1.5, Number.NaN, 2 ** 31])
    await t.throwsAsync(setLinkSettings('tap0', { speed }), invalid);
  // @ts-expect-error
  await t.throwsAsync(setLinkSettings('tap0', { duplex: 'both' }), invalid);
  // @ts-expect-error
  await t.throwsAsync(setLinkSettings('tap0', { autoneg: 'on' }), invalid);
  await t.throwsAsync(setLinkSettings('tap0', {}), invalid);
  await t.throwsAsync(setLinkSettings('tap0', { speed: 100, autoneg: true }), {
    ...invalid,
    message: /tap0 can't negotiate 100 Mb\/s/,
  });
  for (const options of [{ speed: 100 }, { autoneg: true }]) {
    await t.throwsAsync(setLinkSettings('lo', options), { code: 'ERR_NETDEV_UNSUPPORTED' });
  }
  await t.throwsAsync(setLinkSettings('nope0', { speed: 100 }), { code: 'ERR_NETDEV_NO_DEVICE' });
  t.throws(() => getLinkSettings('nope0'), { code: 'ERR_NETDEV_NO_DEVICE' });
});

rootTest.serial('channels of a veth are as ethtool -l tells; a bridge has neither channels nor rings', (t) => {
  const numbers = [...run('ethtool', '-l', 'va').matchAll(/^(RX|TX):\s+(\d+)$/gm)].map(([, , number]) =>
    Number(number),
  );
  const channels = getChannels('va');
  t.deepEqual([channels?.rx.max, channels?.tx.max, channels?.rx.current, channels?.tx.current], numbers);
  t.is(getChannels('br0'), null);
  t.is(getRings('br0'), null);
  for (const read of [getChannels, getRings]) t.throws(() => read('nope0'), { code: 'ERR_NETDEV_NO_DEVICE' });
});

rootTest.serial('the version and firmware of a driver are as ethtool -i tells', (t) => {
  for (const device of ['va', 'tap0', 'br0']) {
    const told = run('ethtool', '-i', device);
    const { version, firmwareVersion } = getDriver(device);
    t.is(version, /^version: (.*)$/m.exec(told)?.[1] ?? null);
    t.is(firmwareVersion, /^firmware-version: (.*)$/m.exec(told)?.[1] ?? null);
  }
});

rootTest.serial('a kernel without the VLAN workaround says so by false', async (t) => {
  t.false(await setVlanWorkaround('va', true));
  t.false(await setVlanWorkaround('va', false));
  await t.throwsAsync(setVlanWorkaround('nope0', true), { code: 'ERR_NETDEV_NO_DEVICE' });
  // @ts-expect-error
  await t.throwsAsync(setVlanWorkaround('va', 'on'), { code: 'ERR_INVALID_ARGUMENT' });
});

rootTest.serial('without the capability each change is refused, and reads work', async (t) => {
  const program = `
    const netdev = await import('${new URL('../../src/netdev/index.js', import.meta.url)}');
    const code = (promise) => promise.then(() => 'done', (error) => error.code + ' ' + error.device);
    const results = [
      await code(netdev.setFeatures('va', { gro: !netdev.getFeatures('va').features['rx-gro'].active })),
      await code(netdev.setLinkSettings('tap0', { speed: 10 })),
    ];
    const { name } = await netdev.waitForLink('va');
    console.log(JSON.stringify([...results, name, netdev.getLinkSettings('va').speed, netdev.listLinkStates().length]));`;
  const told = JSON.parse(await output(process.execPath, ['--input-type=module', '-e', program], asNobody));
  t.deepEqual(told, ['ERR_NETDEV_PERMISSION va', 'ERR_NETDEV_PERMISSION tap0', 'va', 10_000, 5]);
});
