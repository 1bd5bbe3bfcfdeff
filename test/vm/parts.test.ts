import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cpio } from '../../tools/vm/cpio.js';
import { commandScript } from '../../tools/vm/guest.js';
import { bzImagePayload } from '../../tools/vm/kernel.js';
import { ModuleTree, parseModule } from '../../tools/vm/modules.js';
import { parseNic } from '../../tools/vm/nics.js';
import { chooseAccel } from '../../tools/vm/qemu.js';

const scratch = mkdtempSync(join(tmpdir(), 'ovskit-parts.'));
test.after.always(() => rmSync(scratch, { recursive: true }));

test('the archive has the layout of cpio(5): aligned members, sizes in hexadecimal, a trailer', (t) => {
  const data = Buffer.from('hello');
  const archive = cpio([
    { path: 'dir', mode: 0o040755 },
    { path: 'dir/file', mode: 0o100644, data },
  ]);
  const found: [string, number, string][] = [];
  for (let at = 0; ; ) {
    const field = (n: number) => Number.parseInt(archive.toString('latin1', at + 6 + 8 * n, at + 14 + 8 * n), 16);
    t.is(archive.toString('latin1', at, at + 6), '070701');
    const name = archive.toString('utf8', at + 110, at + 110 + field(11) - 1);
    if (name === 'TRAILER!!!') break;
    const start = Math.ceil((at + 110 + field(11)) / 4) * 4;
    found.push([name, field(1), archive.toString('utf8', start, start + field(6))]);
    at = Math.ceil((start + field(6)) / 4) * 4;
  }
  t.deepEqual(found, [
    ['dir', 0o040755, ''],
    ['dir/file', 0o100644, 'hello'],
  ]);
});

test('the payload of a bzImage lies where the boot protocol says, without the size at its end', (t) => {
  const image = Buffer.alloc(4096);
  image[0x1f1] = 2;
  image.writeUInt32LE(0x40, 0x248);
  image.writeUInt32LE(8 + 4, 0x24c);
  image.write('PAYLOAD!SIZE', 3 * 512 + 0x40);
  t.is(bzImagePayload(image).toString(), 'PAYLOAD!');
});

function tree(): ModuleTree {
  const dir = join(scratch, 'modules');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'modules.builtin'), 'kernel/net/core/fail-over.ko\n');
  writeFileSync(
    join(dir, 'modules.dep'),
    'kernel/a.ko: kernel/b-b.ko kernel/c.ko.xz\nkernel/b-b.ko: kernel/c.ko.xz\nkernel/c.ko.xz:\n',
  );
  return new ModuleTree(dir);
}

test('modules are loaded after those they depend on, each once, with their options', (t) => {
  t.deepEqual(tree().loadOrder(['a', 'b_b debug=1', 'c']), ['kernel/c.ko.xz', 'kernel/b-b.ko debug=1', 'kernel/a.ko']);
  t.deepEqual(tree().loadOrder(['a'], ['kernel/c.ko.xz']), ['kernel/b-b.ko', 'kernel/a.ko']);
  t.deepEqual(tree().loadOrder(['fail_over']), []);
});

test('a module that is not there is named', (t) => {
  t.throws(() => tree().loadOrder(['nosuch']), { code: 'ERR_INVALID_ARGUMENT', message: /"nosuch"/ });
  t.throws(() => parseModule('../etc'), { code: 'ERR_INVALID_ARGUMENT', message: /NAME \[OPTION=VALUE/ });
});

test('a NIC has its own MAC address, its driver and its segment', (t) => {
  const { nic, modules, args } = parseNic('virtio-net-pci,speed=10000,hub=3', 11);
  t.deepEqual(nic, { id: 'nic11', model: 'virtio-net-pci', mac: '52:54:00:6f:76:0b' });
  t.deepEqual(modules, ['virtio_net']);
  t.deepEqual(args, [
    '-netdev',
    'hubport,id=net11,hubid=3',
    '-device',
    'virtio-net-pci,id=nic11,netdev=net11,mac=52:54:00:6f:76:0b,romfile=,speed=10000',
  ]);
});

for (const [spec, message] of [
  ['ne2k', /must be one of e1000, e1000e, igb/],
  ['e1000,mac=1', /"mac=1"/],
  ['e1000,fast', /"fast"/],
  ['e1000,hub=x', /hub must be a number/],
] as const) {
  test(`the NIC "${spec}" is refused`, (t) => {
    t.throws(() => parseNic(spec, 0), { code: 'ERR_INVALID_ARGUMENT', message });
  });
}

test('the script keeps every byte of the command, the folder and the environment', (t) => {
  const odd = `it's "$HOME" \`x\`\n*`;
  const dir = join(scratch, odd);
  mkdirSync(dir);
  const script = commandScript(['sh', '-c', 'printf "%s|%s|%s" "$1" "$V" "$PWD"', 'sh', odd], dir, { V: odd });
  t.is(execFileSync('sh', ['-c', script], { encoding: 'utf8' }), `${odd}|${odd}|${dir}`);
  t.throws(() => commandScript(['true'], '/', { 'a-b': '' }), { code: 'ERR_INVALID_ARGUMENT', message: /"a-b"/ });
});

test('KVM is chosen only where the processor can and the device may be used', (t) => {
  const usable = join(scratch, 'kvm');
  writeFileSync(usable, '');
  t.is(chooseAccel('flags\t\t: fpu vmx sse\n', usable), 'kvm');
  t.is(chooseAccel('flags\t\t: fpu svm sse\n', usable), 'kvm');
  t.is(chooseAccel('flags\t\t: fpu sse\nvmx flags : vnmi\n', usable), 'tcg');
  t.is(chooseAccel('flags\t\t: fpu vmx sse\n', join(scratch, 'none')), 'tcg');
});

test("the guest's shell scripts are in the source tree and parse", (t) => {
  for (const name of ['guest-init.sh', 'guest-main.sh']) {
    const file = join('tools', 'vm', name);
    t.true(statSync(file).isFile());
    t.notThrows(() => execFileSync('sh', ['-n'], { input: readFileSync(file) }));
  }
});
