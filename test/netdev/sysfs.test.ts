import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { getDriver, getFeatures } from '../../src/netdev/index.js';

const root = mkdtempSync(join(tmpdir(), 'ovskit-sysfs-'));
test.after.always(() => rmSync(root, { recursive: true }));

/** A device below the root. */
function device(name: string, driver: string | undefined, features: string | undefined): void {
  const path = join(root, 'sys/class/net', name);
  mkdirSync(join(path, 'device'), { recursive: true });
  if (driver !== undefined) symlinkSync(`../../../bus/pci/drivers/${driver}`, join(path, 'device/driver'));
  if (features !== undefined) writeFileSync(join(path, 'features'), features);
}

test('below a root, the driver and the legacy features are those of its files', (t) => {
  device('eth7', 'igb', '0x1a9\n');
  const nothing = { ethtoolDriver: null, version: null, firmwareVersion: null, busInfo: null };
  t.deepEqual(getDriver('eth7', { root }), { driver: 'igb', ...nothing });
  t.deepEqual(getFeatures('eth7', { root }), { features: {}, vlanTx: true, vlanRx: true, legacyBits: 0x1a9 });
});

test('each VLAN bit is told apart', (t) => {
  device('eth8', 'tg3', '0x80\n');
  device('eth9', 'tg3', '256');
  t.like(getFeatures('eth8', { root }), { vlanTx: true, vlanRx: false });
  t.like(getFeatures('eth9', { root }), { vlanTx: false, vlanRx: true });
});

test('without the files there is no driver and no feature', (t) => {
  device('dummy7', undefined, undefined);
  device('dummy8', undefined, 'garbage\n');
  t.is(getDriver('dummy7', { root }).driver, null);
  for (const name of ['dummy7', 'dummy8']) t.is(getFeatures(name, { root }).legacyBits, 0);
});

test('a driver that is no link is an error', (t) => {
  device('odd0', undefined, undefined);
  writeFileSync(join(root, 'sys/class/net/odd0/device/driver'), 'igb');
  t.throws(() => getDriver('odd0', { root }), {
    code: 'ERR_NETDEV',
    message: /readlink\(device\/driver\) failed \(EINVAL\)/,
  });
});

test('a device that is not below the root, though it is in the kernel, is missing', (t) => {
  t.throws(() => getDriver('lo', { root }), { code: 'ERR_NETDEV_NO_DEVICE' });
  t.throws(() => getFeatures('lo', { root }), { code: 'ERR_NETDEV_NO_DEVICE' });
});

test('a root that is no path is rejected', (t) => {
  t.throws(() => getDriver('lo', { root: '' }), { code: 'ERR_INVALID_ARGUMENT' });
  t.throws(() => getDriver('lo', { root: 'a\0b' }), { code: 'ERR_INVALID_ARGUMENT' });
});
