import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import {
  enterPrivateNetwork,
  getDriver,
  getFeatures,
  getLink,
  type Link,
  linkExists,
  listLinks,
  NetdevError,
  setLinkDown,
  setLinkUp,
  setMac,
  setMtu,
} from '../../src/netdev/index.js';
import { needsRoot } from '../support/root.js';

const rootTest = needsRoot(test);
const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' });

interface IpLink {
  ifname: string;
  ifindex: number;
  flags: string[];
  mtu: number;
  address: string;
}

function ipLink(name: string): IpLink {
  return JSON.parse(run('ip', '-j', '-d', 'link', 'show', name))[0];
}

rootTest.before(() => {
  enterPrivateNetwork();
  run('ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
  run('ip', 'link', 'add', 'br0', 'type', 'bridge');
  run('ip', 'tuntap', 'add', 'tap0', 'mode', 'tap');
  run('ip', 'tuntap', 'add', 'tun0', 'mode', 'tun');
});

const devices = ['lo', 'veth0', 'br0', 'tap0', 'tun0'];

rootTest.serial('the private namespace has what ip sees there, and no other device', (t) => {
  const links = JSON.parse(run('ip', '-j', 'link')) as IpLink[];
  t.deepEqual(listLinks().sort(), links.map((link) => link.ifname).sort());
  t.false(links.some((link) => link.ifname === 'eth0'));
  t.true(getLink('lo').up);
});

/** What ip(8) tells besides: two that it makes up, and one that SIOCGIFFLAGS has no room for. */
const ONLY_IP = ['NO-CARRIER', 'M-DOWN', 'LOWER_UP'];

/** The kernel brings IFF_RUNNING up to date in a work queue, up to a second after the carrier (net/core/link_watch.c). */
async function untilRunning(device: string, running: boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (getLink(device).running !== running) {
    if (performance.now() > deadline) throw new Error(`${device}: running is not ${running} after 10 s`);
    await delay(10);
  }
}

function assertAsIp(
  t: { deepEqual(a: unknown, b: unknown): unknown; is(a: unknown, b: unknown): unknown },
  link: Link,
) {
  const expected = ipLink(link.name);
  const flags = expected.flags.filter((flag) => !ONLY_IP.includes(flag));
  t.deepEqual([...link.flagNames].sort(), [...flags, ...(link.running ? ['RUNNING'] : [])].sort());
  t.is(link.carrier, expected.flags.includes('LOWER_UP'));
  t.is(link.index, expected.ifindex);
  t.is(link.mtu, expected.mtu);
  if (link.mac !== null) t.is(link.mac, expected.address);
}

for (const device of devices) {
  rootTest.serial(`the link of ${device}, down and up, is as ip(8) and ethtool(8) tell`, async (t) => {
    for (const set of [setLinkDown, setLinkUp]) {
      await set(device);
      const link = getLink(device);
      t.is(link.up, set === setLinkUp);
      assertAsIp(t, link);
      const detected = /Link detected: (yes|no)/.exec(run('ethtool', device))?.[1];
      t.is(link.linkDetected, detected === undefined ? null : detected === 'yes');
    }
  });

  rootTest.serial(`the features of ${device} are as ethtool -k tells`, (t) => {
    const told = run('ethtool', '-k', device);
    const { features, vlanTx, vlanRx, legacyBits } = getFeatures(device);
    // ethtool calls some by older names; those below keep the kernel's.
    const lines = [...told.matchAll(/^\t*([\w-]+): (on|off)( \[fixed\])?/gm)].filter(
      ([, name = '']) => name in features,
    );
    t.true(lines.length > 30, told);
    for (const [, name = '', state, fixed] of lines) {
      const feature = features[name];
      t.is(feature?.active, state === 'on', name);
      t.is(feature?.available === false || feature?.neverChanged === true, fixed !== undefined, name);
    }
    t.is(vlanTx, /^tx-vlan-offload: on/m.test(told));
    t.is(vlanRx, /^rx-vlan-offload: on/m.test(told));
    t.is(legacyBits, (vlanTx ? 0x80 : 0) + (vlanRx ? 0x100 : 0));
  });
}

rootTest.serial('a feature that is switched off is told so, with the VLAN bit', (t) => {
  t.is(getFeatures('veth0').legacyBits, 0x180);
  run('ethtool', '-K', 'veth0', 'tx-vlan-hw-insert', 'off');
  const { features, legacyBits } = getFeatures('veth0');
  t.deepEqual(features['tx-vlan-hw-insert'], { available: true, requested: false, active: false, neverChanged: false });
  t.is(legacyBits, 0x100);
});

rootTest.serial('drivers are as ethtool -i tells; virtual devices have none in sysfs', (t) => {
  for (const device of ['veth0', 'br0', 'tap0', 'tun0']) {
    const told = run('ethtool', '-i', device);
    const { driver, ethtoolDriver, busInfo } = getDriver(device);
    t.is(driver, null);
    t.is(ethtoolDriver, /^driver: (.*)$/m.exec(told)?.[1] ?? '');
    t.is(busInfo, /^bus-info: (.*)$/m.exec(told)?.[1] ?? '');
  }
  const nothing = { ethtoolDriver: null, version: null, firmwareVersion: null, busInfo: null };
  t.deepEqual(getDriver('lo'), { driver: null, ...nothing });
});

rootTest.serial('carrier comes with the peer and goes with it', async (t) => {
  await setLinkUp('veth0');
  await setLinkUp('veth1');
  t.like(getLink('veth0'), { up: true, carrier: true, linkDetected: true });
  await untilRunning('veth0', true);
  await setLinkDown('veth1');
  t.like(getLink('veth0'), { up: true, carrier: false, linkDetected: false });
  await untilRunning('veth0', false);
  t.pass();
});

rootTest.serial('a tun has no MAC address, and takes none', async (t) => {
  t.is(getLink('tun0').mac, null);
  await t.throwsAsync(setMac('tun0', '02:00:00:00:00:01'), { code: 'ERR_NETDEV_UNSUPPORTED' });
});

rootTest.serial('changes are made in the order they are asked for', async (t) => {
  const mtus = Array.from({ length: 50 }, (_, i) => 1000 + i);
  const ends: number[] = [];
  await Promise.all(mtus.map(async (mtu) => ends.push(await setMtu('veth0', mtu).then(() => mtu))));
  t.deepEqual(ends, mtus);
  await setMac('veth0', '02:00:00:00:aa:01');
  t.like(ipLink('veth0'), { mtu: 1049, address: '02:00:00:00:aa:01' });
});

rootTest.serial('a device that is not there', async (t) => {
  const expected = {
    instanceOf: NetdevError,
    code: 'ERR_NETDEV_NO_DEVICE',
    message: /nope0: there is no such device \(ENODEV\)/,
  };
  t.false(linkExists('nope0'));
  t.true(linkExists('veth0'));
  for (const read of [getLink, getDriver, getFeatures]) t.throws(() => read('nope0'), expected);
  for (const set of [setLinkUp, setLinkDown]) {
    await t.throwsAsync(set('nope0'), { ...expected, message: /set nope0 (up|down): there is no such device/ });
  }
  const error = await t.throwsAsync(setMtu('nope0', 1500), {
    message: "can't set the MTU of nope0 to 1500: there is no such device (ENODEV)",
  });
  t.like(error, { device: 'nope0', errno: 'ENODEV', syscall: 'rtnetlink', reason: 'No such device' });
  await t.throwsAsync(setMac('nope0', '02:00:00:00:00:01'), { code: 'ERR_NETDEV_NO_DEVICE' });
});

rootTest.serial('an MTU out of bounds: ours, or those of the device', async (t) => {
  for (const mtu of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
    await t.throwsAsync(setMtu('veth0', mtu), { code: 'ERR_INVALID_ARGUMENT', message: /^MTU must be/ });
  }
  await t.throwsAsync(setMtu('veth0', 70_000), {
    code: 'ERR_NETDEV',
    message: /MTU of veth0 to 70000: mtu greater than device maximum \(EINVAL\)/,
  });
});

rootTest.serial("an error's stack leads to the caller", async (t) => {
  async function theCaller() {
    await setMtu('nope0', 1500);
  }
  const error = await t.throwsAsync(theCaller());
  t.regex(error?.stack ?? '', /theCaller/);
});
