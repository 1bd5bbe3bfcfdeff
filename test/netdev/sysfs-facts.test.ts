import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import {
  enterPrivateNetwork,
  getSysfsFacts,
  getVirtualFunction,
  listPciDevices,
  listVirtualFunctions,
} from '../../src/netdev/index.js';
import { needsRoot } from '../support/root.js';
import { output } from '../support/run.js';

const root = mkdtempSync(join(tmpdir(), 'ovskit-sysfs-'));
test.after.always(() => rmSync(root, { recursive: true }));

const PF = '0000:3b:00.0';

/** A PCI function, with the network devices of its driver. */
function pci(address: string, devices: readonly string[]): string {
  const directory = join(root, 'sys/bus/pci/devices', address);
  mkdirSync(directory, { recursive: true });
  for (const [i, name] of devices.entries()) {
    const net = join(directory, 'net', name);
    mkdirSync(net, { recursive: true });
    writeFileSync(join(net, 'ifindex'), `${i + 2}\n`);
    writeFileSync(join(net, 'tx_queue_len'), '1000\n');
    symlinkSync(`../../../${address}`, join(net, 'device'));
    mkdirSync(join(root, 'sys/class/net'), { recursive: true });
    symlinkSync(`../../bus/pci/devices/${address}/net/${name}`, join(root, 'sys/class/net', name));
  }
  return directory;
}

test.before(() => {
  const pf = pci(PF, ['eth1', 'eth0']);
  writeFileSync(join(pf, 'sriov_totalvfs'), '64\n');
  writeFileSync(join(pf, 'sriov_numvfs'), '11\n');
  writeFileSync(join(pf, 'net/eth0/phys_port_name'), 'p0\n');
  writeFileSync(join(pf, 'net/eth1/phys_port_name'), 'pf0vf10\n');
  writeFileSync(join(pf, 'net/eth0/phys_switch_id'), '0c42a1\n');
  // Ten sorts after two, and one is in a guest.
  for (const [index, address, devices] of [
    [10, '0000:3b:01.2', []],
    [2, '0000:3b:00.4', ['eth5']],
  ] as const) {
    const vf = pci(address, devices);
    symlinkSync(`../${PF}`, join(vf, 'physfn'));
    symlinkSync(`../${address}`, join(pf, `virtfn${index}`));
  }
  // A link that its physical function doesn't know of, as for a moment while the functions go.
  symlinkSync(`../${PF}`, join(pci('0000:3b:07.7', []), 'physfn'));
  // No PCI: a device of another bus.
  const usb = join(root, 'sys/devices/usb1/1-1');
  mkdirSync(join(usb, 'net/usb0'), { recursive: true });
  writeFileSync(join(usb, 'net/usb0/ifindex'), '9\n');
  symlinkSync('../..', join(usb, 'net/usb0/device'));
  symlinkSync('../../devices/usb1/1-1/net/usb0', join(root, 'sys/class/net/usb0'));
});

test('what a port and its representor are', (t) => {
  t.like(getSysfsFacts('eth0', { root }), {
    physPortName: 'p0',
    physSwitchId: '0c42a1',
    txQueueLength: 1000,
    vf: null,
  });
  t.like(getSysfsFacts('eth1', { root }), { physPortName: 'pf0vf10', physSwitchId: null });
  t.deepEqual(getSysfsFacts('eth0', { root }).vfs, { current: 11, max: 64 });
});

test('a device that is on no PCI bus, and has no attribute', (t) => {
  t.deepEqual(getSysfsFacts('usb0', { root }), {
    physPortName: null,
    physSwitchId: null,
    pciAddress: null,
    txQueueLength: 0,
    vfs: null,
    vf: null,
  });
});

test('PCI addresses lead to devices', (t) => {
  t.deepEqual(listPciDevices(PF, { root }), ['eth0', 'eth1']);
  t.deepEqual(listPciDevices('0000:3b:01.2', { root }), []);
  t.deepEqual(listPciDevices('0000:ff:00.0', { root }), []);
  for (const bad of ['', '3b:00.0', '0000:3b:00.8', '../../x', '0000:3b:00.0/..', 7 as unknown as string]) {
    t.throws(() => listPciDevices(bad, { root }), { code: 'ERR_INVALID_ARGUMENT' });
    t.throws(() => getVirtualFunction(bad, { root }), { code: 'ERR_INVALID_ARGUMENT' });
  }
});

test('a virtual function leads to its physical one, also without a device', (t) => {
  const pf = { pfPciAddress: PF, pfDevices: ['eth0', 'eth1'] };
  t.deepEqual(getVirtualFunction('0000:3b:01.2', { root }), { pciAddress: '0000:3b:01.2', index: 10, ...pf });
  t.deepEqual(getVirtualFunction('0000:3b:00.4', { root }), { pciAddress: '0000:3b:00.4', index: 2, ...pf });
  t.deepEqual(getSysfsFacts('eth5', { root }).vf, { pciAddress: '0000:3b:00.4', index: 2, ...pf });
  t.is(getVirtualFunction('0000:3b:07.7', { root }), null);
  t.is(getVirtualFunction(PF, { root }), null);
});

test('the virtual functions of a device are in the order of their numbers', (t) => {
  t.deepEqual(listVirtualFunctions('eth0', { root }), [
    { index: 2, pciAddress: '0000:3b:00.4', devices: ['eth5'] },
    { index: 10, pciAddress: '0000:3b:01.2', devices: [] },
  ]);
  t.deepEqual(listVirtualFunctions('usb0', { root }), []);
});

test('what is not there, or no name or root, is an error', (t) => {
  const missing = { code: 'ERR_NETDEV_NO_DEVICE', message: /nope0/ };
  t.throws(() => getSysfsFacts('nope0', { root }), missing);
  t.throws(() => listVirtualFunctions('nope0', { root }), missing);
  t.throws(() => getSysfsFacts('a/b', { root }), { code: 'ERR_INVALID_ARGUMENT' });
  t.throws(() => getSysfsFacts('eth0', { root: '' }), { code: 'ERR_INVALID_ARGUMENT' });
});

needsRoot(test).serial('the real one; and not that of another namespace', async (t) => {
  enterPrivateNetwork();
  execFileSync('ip', ['link', 'add', 'br7', 'txqueuelen', '77', 'type', 'bridge']);
  t.like(getSysfsFacts('br7'), { txQueueLength: 77, pciAddress: null, vfs: null, vf: null });
  t.throws(() => getSysfsFacts('nope0'), { code: 'ERR_NETDEV_NO_DEVICE' });
  // unshare(1) mounts no new /sys: the device of this name there is another one.
  const program = `
    const { execFileSync } = require('node:child_process');
    execFileSync('ip', ['link', 'add', 'br6', 'index', '99', 'type', 'bridge']);
    import('${new URL('../../src/netdev/index.js', import.meta.url)}').then(({ getSysfsFacts }) => {
      try { console.log(getSysfsFacts('br6')); } catch (error) { console.log(error.code); }
    });`;
  execFileSync('ip', ['link', 'add', 'br6', 'type', 'bridge']);
  t.is(await output('unshare', ['--net', process.execPath, '-e', program]), 'ERR_NETDEV_NO_DEVICE');
});
