#!/usr/bin/env node
// Open vSwitch with DPDK, unpacked (nothing is installed) from Debian's packages into .setup/dpdk: `npm run test:dpdk` fetches it, for
// the test of vhost-user (test/vif/vhostuser.test.ts), which is skipped without.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setupDirectory } from './lib/paths.mjs';

const run = promisify(execFile);
const PACKAGE = 'openvswitch-switch-dpdk';
/** What nothing depends on, but vhost-user and its guest's end need: each name ends in DPDK's number. */
const PLUGINS = ['librte-bus-pci', 'librte-bus-vdev', 'librte-mempool-ring', 'librte-net-virtio'];
const directory = join(setupDirectory, 'dpdk');
/** Milliseconds for all of it. */
const TIMEOUT = 120_000;

/**
 * @typedef {{ program: string, libraries: string, plugins: string }} Dpdk
 * @returns {Dpdk | undefined} what has been fetched: ovs-vswitchd, and two directories that it needs
 */
export function dpdk() {
  const program = join(directory, 'usr/lib', PACKAGE, 'ovs-vswitchd-dpdk');
  if (!existsSync(program)) return undefined;
  const [arch = ''] = readdirSync(join(directory, 'usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  const libraries = join(directory, 'usr/lib', arch);
  const [pmds = ''] = readdirSync(join(libraries, 'dpdk'));
  return { program, libraries, plugins: join(libraries, 'dpdk', pmds) };
}

/** Fetches it, with all that it depends on and this machine lacks: 3 MB. */
async function fetchDpdk() {
  mkdirSync(setupDirectory, { recursive: true });
  const work = mkdtempSync(join(setupDirectory, 'dpdk-'));
  const options = { cwd: work, signal: AbortSignal.timeout(TIMEOUT) };
  try {
    const { stdout } = await run('apt-cache', ['depends', PACKAGE], options);
    const number = /librte-eal(\d+)/.exec(stdout)?.[1];
    if (number === undefined) throw new Error(`no package ${PACKAGE} for this Debian: is apt-get update needed?`);
    mkdirSync(join(work, 'archives/partial'), { recursive: true });
    // dpkg's own lock is another's: its status is but read.
    const own = ['Debug::NoLocking=1', `Dir::Cache::Archives=${join(work, 'archives')}`, 'APT::Sandbox::User=root'];
    const how = ['-qq', '--yes', '--no-install-recommends', '--download-only', 'install'];
    const names = [PACKAGE, ...PLUGINS.map((name) => name + number)];
    await run('apt-get', [...own.flatMap((option) => ['-o', option]), ...how, ...names], options);
    const debs = readdirSync(join(work, 'archives')).filter((name) => name.endsWith('.deb'));
    for (const deb of debs) await run('dpkg', ['-x', join('archives', deb), 'root'], options);
    rmSync(directory, { recursive: true, force: true });
    renameSync(join(work, 'root'), directory);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    if (!dpdk()) await fetchDpdk();
    process.stdout.write(`${dpdk()?.program}\n`);
  } catch (error) {
    process.stderr.write(
      `Open vSwitch with DPDK can't be fetched: ${error instanceof Error ? error.message : error}\n`,
    );
    process.exitCode = 1;
  }
}
