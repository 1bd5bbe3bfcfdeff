import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/base/errors.js';
import type { Apt } from './debian.js';
import { VmUnavailableError } from './errors.js';
import { exec } from './exec.js';
import type { Kernel } from './kernel.js';
import type { Toolbox } from './qemu.js';

/**
 * Builds netdevsim.ko, the kernel's simulated card with SR-IOV and devlink, for the guest's kernel: Debian ships none.
 * Needs gcc and make; fetches 153 MB (linux-source is 139 MB of it) and takes about 20 s, once.
 */
export async function prepareNetdevsim(apt: () => Promise<Apt>, tools: Toolbox, kernel: Kernel): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'ovskit-netdevsim.'));
  try {
    await build(await apt(), tools, kernel, work);
  } catch (error) {
    throw new VmUnavailableError(`netdevsim.ko can't be built: ${messageOf(error)}`, { cause: error });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function build(apt: Apt, tools: Toolbox, kernel: Kernel, work: string): Promise<void> {
  const { release } = kernel;
  const series = /^\d+\.\d+/.exec(release)![0];
  const source = `linux-source-${series}`;
  const common = `linux-headers-${release.replace('-amd64', '-common')}`;
  const root = join(work, 'root');
  await mkdir(root);
  await apt.unpack([`linux-headers-${release}`, common, `linux-kbuild-${series}`, source], root);

  const driver = join(work, 'netdevsim');
  await mkdir(driver);
  const archive = readdirSync(join(root, 'usr/src')).find((file) => file.startsWith(`${source}.tar`))!;
  // One folder of the tree; --occurrence is no help with a pattern, so tar reads on to the end.
  const take = ['--strip-components=4', '--wildcards', `${source}/drivers/net/netdevsim/*`];
  const unxz = `--use-compress-program=${tools.program('xz')}`;
  await exec('tar', ['-x', unxz, '-f', join(root, 'usr/src', archive), '-C', driver, ...take], { env: tools.env });

  // Debian's headers include their common half by its absolute path.
  const headers = join(root, 'usr/src', `linux-headers-${release}`);
  const makefile = join(headers, 'Makefile');
  await writeFile(makefile, (await readFile(makefile, 'utf8')).replaceAll('/usr/src/', `${root}/usr/src/`));
  await exec('make', ['-s', '-j2', '-C', headers, `M=${driver}`, 'CONFIG_NETDEVSIM=m', 'modules']);
  await exec('strip', ['-g', join(driver, 'netdevsim.ko')]);

  const target = join(kernel.modules.dir, 'extra');
  await mkdir(target, { recursive: true });
  await exec('cp', [join(driver, 'netdevsim.ko'), join(target, 'netdevsim.ko.new')]);
  await rename(join(target, 'netdevsim.ko.new'), join(target, 'netdevsim.ko'));
  await exec(tools.program('depmod'), ['-b', kernel.dir, release], { env: tools.env });
}
