import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Apt } from './debian.js';
import { fillAtomically } from './exec.js';
import { cacheDir } from './paths.js';

export type Accel = 'kvm' | 'tcg';

/** Programs unpacked from Debian packages: QEMU and whatever else of `PACKAGES` this machine lacks. */
export interface Toolbox {
  /** Path of a program: the unpacked one, else the machine's own by its bare name. */
  program(name: string): string;
  /** What the programs need to find their libraries and modules. */
  env: NodeJS.ProcessEnv;
  /** Folders of QEMU's firmware. */
  firmware: readonly string[];
}

const PACKAGES = ['qemu-system-x86', 'kmod', 'xz-utils', 'zstd'];
const BIN = ['usr/bin', 'usr/sbin', 'bin', 'sbin'];

function dir(): string {
  return join(cacheDir(), 'tools');
}

export function toolboxReady(): boolean {
  return existsSync(join(dir(), '.stamp'));
}

export async function prepareToolbox(apt: () => Promise<Apt>): Promise<Toolbox> {
  if (!toolboxReady()) {
    await fillAtomically(dir(), async (target) => {
      await (await apt()).unpackWithDependencies(PACKAGES, target);
      await writeFile(join(target, '.stamp'), '');
    });
  }
  const lib = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((path) => join(dir(), path));
  return {
    program: (name) => BIN.map((bin) => join(dir(), bin, name)).find((path) => existsSync(path)) ?? name,
    env: {
      ...process.env,
      PATH: [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter),
      LD_LIBRARY_PATH: lib.join(delimiter),
      // Without a machine-wide install, QEMU looks for its accelerators (accel-tcg-x86_64.so) only where it is told.
      QEMU_MODULE_DIR: join(dir(), 'usr/lib/x86_64-linux-gnu/qemu'),
    },
    firmware: ['usr/share/qemu', 'usr/share/seabios'].map((path) => join(dir(), path)),
  };
}

/**
 * KVM where it works, else emulation. A `/dev/kvm` alone proves nothing: without vmx or svm in cpuinfo a stock kernel
 * aborts or crawls in it.
 */
export function chooseAccel(cpuinfo = readFileSync('/proc/cpuinfo', 'utf8'), kvm = '/dev/kvm'): Accel {
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(cpuinfo)) return 'tcg';
  try {
    accessSync(kvm, constants.R_OK | constants.W_OK);
    return 'kvm';
  } catch {
    return 'tcg';
  }
}

/** How many times slower than the host code runs in the guest: emulation is 10 to 17 times slower. */
export function timeScale(accel: Accel): number {
  return accel === 'kvm' ? 1 : 15;
}
