import { existsSync, readdirSync } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CpioEntry, cpio } from './cpio.js';
import type { Apt } from './debian.js';
import { exec, fillAtomically } from './exec.js';
import { ModuleTree } from './modules.js';
import { cacheDir, initScript } from './paths.js';
import type { Toolbox } from './qemu.js';

/** A Debian kernel, ready to boot. */
export interface Kernel {
  /** As `uname -r` says it: `6.1.0-53-amd64`. */
  release: string;
  dir: string;
  /** `vmlinux`, or the bzImage where it can't be unpacked. */
  image: string;
  busybox: string;
  modules: ModuleTree;
}

/** What the guest needs to reach its root: its disk is the host's `/` over 9p below an overlay. */
export const BOOT_MODULES = ['virtio_pci', 'virtio_console', '9pnet_virtio', '9p', 'overlay'];

function preparedReleases(): string[] {
  const dir = join(cacheDir(), 'kernel');
  if (!existsSync(dir)) return [];
  return readdirSync(dir).filter((release) => existsSync(join(dir, release, '.stamp')));
}

export function kernelReady(): boolean {
  return preparedReleases().length > 0;
}

/** The kernel in the cache, else Debian's newest `-amd64` one (the `-cloud-` ones lack 9p and the NIC drivers). */
export async function prepareKernel(apt: () => Promise<Apt>, tools: Toolbox): Promise<Kernel> {
  let release = preparedReleases()
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  if (!release) {
    const mirror = await apt();
    const image = await mirror.resolve('linux-image-amd64');
    release = image.replace(/^linux-image-/, '');
    const target = join(cacheDir(), 'kernel', release);
    await fillAtomically(target, async (dir) => {
      await mirror.unpack([image, 'busybox-static'], dir);
      // insmod of busybox wants them plain.
      await exec('find', [join(dir, 'lib'), '-name', '*.ko.xz', '-exec', tools.program('xz'), '-d', '{}', '+'], {
        env: tools.env,
      });
      await exec(tools.program('depmod'), ['-b', dir, release as string], { env: tools.env });
      await makeImage(dir, release as string, tools);
      await writeFile(join(dir, '.stamp'), '');
    });
  }
  const dir = join(cacheDir(), 'kernel', release);
  const modules = new ModuleTree(join(dir, 'lib', 'modules', release));
  return { release, dir, image: join(dir, 'image'), busybox: join(dir, 'bin', 'busybox'), modules };
}

const DECOMPRESSORS = [
  { magic: 'fd377a585a00', program: 'xz', args: ['-dc'] },
  { magic: '28b52ffd', program: 'zstd', args: ['-dcq'] },
];

/**
 * Where the compressed kernel lies in a bzImage: `setup_sects`, `payload_offset` and `payload_length` of the boot protocol
 * (Documentation/x86/boot.rst). Its last four bytes are the unpacked size, not part of the stream.
 */
export function bzImagePayload(image: Buffer): Buffer {
  const start = (image[0x1f1]! + 1) * 512 + image.readUInt32LE(0x248);
  return image.subarray(start, start + image.readUInt32LE(0x24c) - 4);
}

/** A plain ELF kernel starts by PVH: no BIOS, nothing to unpack in the guest. 2.1 s against 6.7 s under emulation. */
async function makeImage(dir: string, release: string, tools: Toolbox): Promise<void> {
  const bzImage = join(dir, 'boot', `vmlinuz-${release}`);
  const payload = bzImagePayload(await readFile(bzImage));
  const how = DECOMPRESSORS.find(({ magic }) => payload.subarray(0, magic.length / 2).toString('hex') === magic);
  const image = join(dir, 'image');
  if (!how) return symlink(join('boot', `vmlinuz-${release}`), image);
  await writeFile(`${image}.z`, payload);
  await writeFile(image, await exec(tools.program(how.program), [...how.args, `${image}.z`], { env: tools.env }));
  await exec('rm', [`${image}.z`]);
}

/** The initramfs: busybox, the boot modules and our init. Not compressed, as unpacking is what the guest is slow at. */
export async function writeInitramfs(kernel: Kernel, file: string): Promise<void> {
  const order = kernel.modules.loadOrder(BOOT_MODULES);
  const folder = (path: string): CpioEntry => ({ path, mode: 0o040755 });
  const entries: CpioEntry[] = ['dev', 'proc', 'sys', 'host', 'overlay', 'root', 'modules'].map(folder);
  entries.push({ path: 'busybox', mode: 0o100755, data: await readFile(kernel.busybox) });
  entries.push({ path: 'init', mode: 0o100755, data: await readFile(initScript) });
  for (const [i, path] of order.entries()) {
    const data = await readFile(join(kernel.modules.dir, path));
    entries.push({ path: `modules/${String(i).padStart(2, '0')}.ko`, mode: 0o100644, data });
  }
  await writeFile(file, cpio(entries));
}
