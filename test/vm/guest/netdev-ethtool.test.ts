import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import test from 'ava';
import {
  getChannels,
  getDriver,
  getFeatures,
  getLink,
  getLinkSettings,
  getRings,
  getSysfsFacts,
  getVirtualFunction,
  type LinkState,
  listPciDevices,
  listVirtualFunctions,
  setFeatures,
  setLinkDown,
  setLinkSettings,
  setLinkUp,
  setVlanWorkaround,
  waitForLink,
  watchLinks,
} from '../../../src/netdev/index.js';
import { guestNic, netdevOf, scaled, setLink, without } from '../../../tools/vm/inside.js';
import { eventually, run } from './support.js';

for (const model of ['e1000', 'virtio-net-pci']) {
  test.serial(`watchLinks and getLink see the cable of ${model} pulled out and put in`, async (t) => {
    const nic = guestNic(model);
    const device = netdevOf(nic);
    const timeout = scaled(5_000);
    const carrierIs = (wanted: boolean) => (link: LinkState | undefined) => link?.carrier === wanted;
    const watch = watchLinks();
    const seen: boolean[] = [];
    const watching = (async () => {
      for await (const event of watch) {
        if (event.event === 'link-changed' && event.link.name === device && event.link.up && event.old.up) {
          if (event.link.carrier !== event.old.carrier) seen.push(event.link.carrier);
        }
      }
    })();
    await setLinkUp(device);
    await waitForLink(device, carrierIs(true), { timeout });
    t.like(getLink(device), { up: true, carrier: true, linkDetected: true });
    seen.length = 0;
    for (const up of [false, true]) {
      setLink(nic, up);
      const link = await waitForLink(device, carrierIs(up), { timeout });
      t.like(link, { up: true, carrier: up });
      t.like(getLink(device), { up: true, carrier: up, linkDetected: up });
      const told = await run('ethtool', device);
      t.is(/Link detected: (yes|no)/.exec(told)?.[1], up ? 'yes' : 'no');
    }
    await watch.return();
    await watching;
    t.deepEqual(seen, [false, true]);
    await setLinkDown(device);
  });
}

test.serial('e1000: speed, duplex and autoneg are read and set as ethtool(8) does', async (t) => {
  const device = netdevOf(guestNic('e1000'));
  await setLinkUp(device);
  await waitForLink(device, (link) => link?.carrier === true, { timeout: scaled(5_000) });
  const told = () => run('ethtool', device);
  t.like(getLinkSettings(device), { speed: 1000, duplex: 'full', autoneg: true, port: 'tp' });
  const modes = getLinkSettings(device)?.supported ?? [];
  for (const mode of ['10baseT/Half', '100baseT/Full', '1000baseT/Full']) t.true(modes.includes(mode), mode);
  t.regex(await told(), /Speed: 1000Mb\/s/);

  await setLinkSettings(device, { speed: 100, duplex: 'full', autoneg: true });
  const offered = (getLinkSettings(device)?.advertised ?? []).filter((mode) => /base/.test(mode));
  t.deepEqual(offered, ['100baseT/Full']);
  t.regex(await told(), /Advertised link modes:\s+100baseT\/Full\n/);
  await setLinkSettings(device, { autoneg: true });
  t.true((getLinkSettings(device)?.advertised ?? []).includes('1000baseT/Full'));

  await setLinkSettings(device, { speed: 100, duplex: 'half', autoneg: false });
  t.regex(await told(), /Auto-negotiation: off/);
  t.is(getLinkSettings(device)?.autoneg, false);
  await t.throwsAsync(setLinkSettings(device, { speed: 40_000, autoneg: true }), {
    code: 'ERR_INVALID_ARGUMENT',
    message: /40000 Mb\/s/,
  });
  await t.throwsAsync(setLinkSettings(device, { speed: 1000, duplex: 'half', autoneg: false }), { code: 'ERR_NETDEV' });
  await setLinkSettings(device, { autoneg: true });
  await setLinkDown(device);
});

test.serial('real drivers: driver, bus, rings, channels and offloads are as ethtool(8) tells', async (t) => {
  for (const model of ['e1000', 'virtio-net-pci', 'vmxnet3', 'igb']) {
    const device = netdevOf(guestNic(model));
    const info = await run('ethtool', '-i', device);
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(info)?.[1] ?? '';
    const driver = getDriver(device);
    t.is(driver.ethtoolDriver, field('driver'));
    t.is(driver.version, field('version'));
    t.is(driver.firmwareVersion, field('firmware-version'));
    t.is(driver.busInfo, field('bus-info'));

    const sizes = async (option: string) => {
      const text = await run('ethtool', option, device).catch(() => '');
      const [, max = '', current = ''] = text.split(/maximums:|hardware settings:/);
      return { max, current };
    };
    const number = (text: string, name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    const g = await sizes('-g');
    const rings = getRings(device);
    t.deepEqual([rings?.rx.current, rings?.rx.max], [number(g.current, 'RX'), number(g.max, 'RX')], model);
    t.deepEqual([rings?.tx.current, rings?.tx.max], [number(g.current, 'TX'), number(g.max, 'TX')], model);
    const l = await sizes('-l');
    t.is(getChannels(device)?.combined.max ?? 0, number(l.max, 'Combined'), model);
    t.is(getChannels(device)?.combined.current ?? 0, number(l.current, 'Combined'), model);
  }
  const device = netdevOf(guestNic('e1000'));
  const { changed, refused } = await setFeatures(device, { tso: false, rx: true, lro: true });
  t.deepEqual(changed, { 'tx-tcp-segmentation': false, 'rx-checksum': true });
  t.deepEqual(refused, ['lro']);
  const told = await run('ethtool', '-k', device);
  t.regex(told, /^tcp-segmentation-offload: off/m);
  t.regex(told, /^rx-checksumming: on/m);
  await setFeatures(device, { tso: true, 'rx-checksum': false });
  t.true(getFeatures(device).features['tx-tcp-segmentation']?.active);
});

test.serial('a stock kernel has no VLAN workaround: told, no failure, with 8021q loaded', async (t) => {
  t.true(existsSync('/sys/module/8021q'));
  const device = netdevOf(guestNic('e1000'));
  t.false(await setVlanWorkaround(device, true));
  t.false(await setVlanWorkaround(device, false));
});

test.serial('a PCI address leads to its device, and back', (t) => {
  for (const model of ['e1000', 'igb']) {
    const device = netdevOf(guestNic(model));
    const address = getSysfsFacts(device).pciAddress ?? '';
    t.is(address, basename(readlinkSync(`/sys/class/net/${device}/device`)));
    t.is(getDriver(device).busInfo, address);
    t.deepEqual(listPciDevices(address), [device]);
    t.is(getVirtualFunction(address), null);
  }
});

test.serial('igb: a virtual function leads to its physical function, with its number', async (t) => {
  const pf = netdevOf(guestNic('igb'));
  t.deepEqual(getSysfsFacts(pf).vfs, { current: 0, max: 7 });
  writeFileSync(`/sys/class/net/${pf}/device/sriov_numvfs`, '2');
  try {
    const ready = () => listVirtualFunctions(pf).filter(({ devices }) => devices.length === 1).length;
    t.is(await eventually(2, ready), 2);
    t.deepEqual(getSysfsFacts(pf).vfs, { current: 2, max: 7 });
    const pfPciAddress = getSysfsFacts(pf).pciAddress;
    for (const { index, pciAddress, devices } of listVirtualFunctions(pf)) {
      const expected = { pciAddress, index, pfPciAddress, pfDevices: [pf] };
      t.deepEqual(getVirtualFunction(pciAddress), expected);
      const [device = ''] = devices;
      t.deepEqual(getSysfsFacts(device).vf, expected);
      t.is(basename(readlinkSync(`/sys/class/net/${pf}/device/virtfn${index}`)), pciAddress);
    }
  } finally {
    writeFileSync(`/sys/class/net/${pf}/device/sriov_numvfs`, '0');
  }
});

const netdevsimTest = without('netdevsim') ? test.serial.skip : test.serial;

netdevsimTest('netdevsim: port names and the switch of representors', async (t) => {
  const bus = '/sys/bus/netdevsim';
  const directory = `${bus}/devices/netdevsim8`;
  writeFileSync(`${bus}/new_device`, '8 1');
  try {
    const devices = () => readdirSync(`${directory}/net`);
    t.is(await eventually(1, () => devices().length), 1);
    const [port = ''] = devices();
    t.like(getSysfsFacts(port), { physPortName: 'p1', pciAddress: null, vf: null });
    writeFileSync(`${directory}/sriov_numvfs`, '2');
    await run('devlink', 'dev', 'eswitch', 'set', 'netdevsim/netdevsim8', 'mode', 'switchdev');
    const names = () =>
      devices()
        .map((name) => getSysfsFacts(name).physPortName)
        .sort()
        .join();
    t.is(await eventually('p1,pf0vf0,pf0vf1', names), 'p1,pf0vf0,pf0vf1');
    const switches = new Set(devices().map((name) => getSysfsFacts(name).physSwitchId));
    t.is(switches.size, 1);
    t.regex([...switches][0] ?? '', /^[0-9a-f]+$/);
  } finally {
    writeFileSync(`${bus}/del_device`, '8');
  }
});
