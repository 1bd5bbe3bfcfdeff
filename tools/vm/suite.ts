#!/usr/bin/env node
/**
 * `npm run test:vm`: the tests that need a stock kernel or real cards, all in one boot of one guest. Prints their TAP, what
 * was left out and why, and `N passed, N failed, N skipped`.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { messageOf } from '../../src/base/errors.js';
import { VmUnavailableError } from './errors.js';
import { runInGuest } from './guest.js';
import { packageRoot } from './paths.js';
import { prepare } from './prepare.js';
import { statusOf, stopSignal } from './run.js';

/** One card of each kind that the suites need; each on its own segment, so that none hears another. */
const NICS = ['e1000,hub=0', 'virtio-net-pci,speed=10000,duplex=full,hub=1', 'vmxnet3,hub=2', 'igb,hub=3'];
const MODULES = [
  'openvswitch',
  'bonding max_bonds=0',
  '8021q',
  'dummy numdummies=0',
  'macvtap',
  'macvlan',
  'vxlan',
  'tun',
  'veth',
  'bridge',
];

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts the tests of a TAP stream line by line; the lines that AVA writes for a file that died count as failed. */
export function tapCounter(): { line(line: string): void; counts: Counts } {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  return {
    counts,
    line(line) {
      const [, not, , directive] = /^(not )?ok \d+( .*?)?(?: # (SKIP|TODO).*)?$/i.exec(line) ?? [];
      if (!/^(not )?ok \d/.test(line)) return;
      if (directive) counts.skipped++;
      else if (not) counts.failed++;
      else counts.passed++;
    },
  };
}

async function main(files: readonly string[]): Promise<number> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const stop = stopSignal();
  const tap = tapCounter();
  let status: number;
  try {
    const modules = [...MODULES];
    const without: string[] = [];
    try {
      await prepare({ netdevsim: true });
      modules.push('netdevsim');
    } catch (error) {
      if (!(error instanceof VmUnavailableError)) throw error;
      await prepare(); // throws when it isn't netdevsim alone that is missing
      without.push('netdevsim');
      say(`# skipped: SR-IOV on netdevsim: ${messageOf(error)}`);
    }
    const ava = join(packageRoot, 'node_modules/ava/entrypoints/cli.mjs');
    const config = join(packageRoot, 'dist/tools/vm/ava.config.js');
    const output = new PassThrough();
    createInterface({ input: output }).on('line', (line) => {
      tap.line(line);
      say(line);
    });
    const started = performance.now();
    const result = await runInGuest({
      command: [process.execPath, ava, '--config', config, '--tap', ...files],
      cwd: packageRoot,
      env: { OVSKIT_VM_WITHOUT: without.join(), CI: '1' },
      nics: NICS,
      modules,

      timeout: 290_000,
      signal: stop.signal,
      stdout: output,
      stderr: process.stderr,
    });
    status = result.status;
    const total = ((performance.now() - started) / 1000).toFixed(1);
    say(`# ${result.accel}, booted in ${(result.bootTime / 1000).toFixed(1)} s, ${total} s in all`);
    if (status !== 0 && tap.counts.failed === 0) say(`# AVA ended with status ${status}`);
  } catch (error) {
    status = stop.status() ?? statusOf(error);
    if (error instanceof VmUnavailableError) say(`# skipped: all that needs a guest: ${messageOf(error)}`);
    else say(`# ${messageOf(error)}`);
  }
  const { passed, failed, skipped } = tap.counts;
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return status;
}

if (import.meta.filename === process.argv[1]) process.exitCode = await main(process.argv.slice(2));
