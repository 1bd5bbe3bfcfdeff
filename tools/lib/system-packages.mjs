// The Debian packages that the project needs on the machine.
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runStep } from './child.mjs';
import { SetupError } from './errors.mjs';

/** Each package with programs that it brings: their presence is what counts, and looking takes no process. */
const PACKAGES = {
  'openvswitch-switch': ['ovsdb-server', 'ovs-vswitchd', 'ovs-vsctl', 'ovs-appctl', 'ovs-ofctl', 'ovsdb-tool'],
  'g++': ['g++'],
  make: ['make'],
  python3: ['python3'],
  iproute2: ['ip'],
  ethtool: ['ethtool'],
  'util-linux': ['setpriv', 'nsenter'],
  strace: ['strace'],
};

/** What compiling the addon alone takes. */
const COMPILER = new Set(['g++', 'make', 'python3']);

// Not on the PATH of ordinary users.
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

// invoke-rc.d(8) asks this program before it starts a service; 101 forbids it. The variable is for our tests.
const POLICY = process.env.OVSKIT_SETUP_POLICY ?? '/usr/sbin/policy-rc.d';
const POLICY_SCRIPT = `#!/bin/sh
# Put here by ovskit's set-up while it installs packages, so that none starts a service.
exit 101
`;

/** @param {string} program */
function isInstalled(program) {
  return [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_DIRECTORIES].some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return directory !== '';
    } catch {
      return false;
    }
  });
}

/** @param {boolean} compilerOnly */
function missingPackages(compilerOnly) {
  return Object.entries(PACKAGES)
    .filter(([name]) => !compilerOnly || COMPILER.has(name))
    .filter(([, programs]) => !programs.every(isInstalled))
    .map(([name]) => name);
}

/**
 * Installs what is missing.
 * @param {(line: string) => void} say
 * @param {boolean} compilerOnly
 * @throws {SetupError} when it may not or can't, naming what is missing
 */
export async function installSystemPackages(say, compilerOnly) {
  removeLeftPolicy();
  const missing = missingPackages(compilerOnly);
  if (missing.length === 0) return;
  if (!isInstalled('apt-get')) {
    const programs = Object.entries(PACKAGES)
      .filter(([name]) => missing.includes(name))
      .map(([name, names]) => `  ${name}: ${names.join(', ')}`);
    throw new SetupError(
      `missing, and this is no Debian or Ubuntu (no apt-get); install by its own means:\n${programs.join('\n')}`,
    );
  }
  await aptInstall(say, missing);
  const still = missingPackages(compilerOnly);
  if (still.length > 0) throw new SetupError(`installed, but its programs are not on the PATH: ${still.join(' ')}`);
}

/**
 * Installs packages and starts none of their services.
 * @param {(line: string) => void} say
 * @param {string[]} packages
 * @throws {SetupError} when it may not or can't, with the command that would
 */
export async function aptInstall(say, packages) {
  removeLeftPolicy();
  const list = packages.join(' ');
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  if (!isInstalled('apt-get')) throw new SetupError(`missing Debian packages: ${list}, and there is no apt-get`);
  if (process.geteuid?.() !== 0) {
    throw new SetupError(
      `missing Debian packages: ${list}\nAs root, run:  apt-get update && apt-get ${install.join(' ')}`,
    );
  }
  say(`installing Debian packages: ${list}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  await withoutServices(async () => {
    await runStep('apt-update', 'apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'update'], env);
    await runStep('apt-install', 'apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...install], env);
  });
}

/** @param {() => Promise<void>} work */
async function withoutServices(work) {
  // An administrator's own policy is left as it is.
  if (existsSync(POLICY)) return work();
  writeFileSync(POLICY, POLICY_SCRIPT, { mode: 0o755, flag: 'wx' });
  try {
    await work();
  } finally {
    rmSync(POLICY, { force: true });
  }
}

/** A set-up that was killed by SIGKILL could not take its policy away. */
function removeLeftPolicy() {
  try {
    if (process.geteuid?.() === 0 && readFileSync(POLICY, 'utf8') === POLICY_SCRIPT) rmSync(POLICY);
  } catch {
    // None there.
  }
}
