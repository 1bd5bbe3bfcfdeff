import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Apt, debianCodename } from './debian.js';
import { type Kernel, prepareKernel } from './kernel.js';
import { prepareNetdevsim } from './netdevsim.js';
import { prepareToolbox, type Toolbox } from './qemu.js';

export interface Prepared {
  tools: Toolbox;
  kernel: Kernel;
}

/**
 * QEMU and the kernel, and netdevsim.ko where `netdevsim` asks for it; from the cache, or else from Debian's mirror. Throws
 * `VmUnavailableError` when neither has them.
 */
export async function prepare({ netdevsim = false } = {}): Promise<Prepared> {
  await debianCodename();
  let dir: string | undefined;
  let mirror: Promise<Apt> | undefined;
  // The package lists are fetched at most once a run, and only when something is missing.
  const apt = () => {
    mirror ??= mkdtemp(join(tmpdir(), 'ovskit-apt.')).then((made) => {
      dir = made;
      return Apt.open(made);
    });
    return mirror;
  };
  try {
    const tools = await prepareToolbox(apt);
    const kernel = await prepareKernel(apt, tools);
    if (!netdevsim || kernel.modules.has('netdevsim')) return { tools, kernel };
    await prepareNetdevsim(apt, tools, kernel);
    return { tools, kernel: await prepareKernel(apt, tools) };
  } finally {
    if (dir) await rm(dir, { recursive: true, force: true });
  }
}
