#!/usr/bin/env node
/**
 * `npm run test:vm`: the tests that need a stock kernel or real cards, in one guest a processor of this machine. Prints
 * their TAP, what was left out and why, and `N passed, N failed, N skipped`. Arguments name test files; all if none.
 */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { messageOf } from '../../src/base/errors.js';
import { VmUnavailableError } from './errors.js';
import { type GuestOptions, runInGuest } from './guest.js';
import { packageRoot } from './paths.js';
import { prepare } from './prepare.js';
import { statusOf, stopSignal } from './run.js';
import { TapMerger } from './tap.js';

/** One card of each kind that the suites need, each on its own segment, so that none hears another. */
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
/** Milliseconds for a guest's share of the suite, where it is emulated on a busy machine. A test that hangs is AVA's to end. */
const TIMEOUT = 1_800_000;
const FOLDER = 'dist/test/vm/guest';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Deals the files out, so that each guest gets about as many. */
export function deal<T>(items: readonly T[], hands: number): T[][] {
  const dealt = Array.from({ length: Math.min(hands, items.length) }, (): T[] => []);
  for (const [i, item] of items.entries()) dealt[i % dealt.length]!.push(item);
  return dealt;
}

/** Fetches what is missing. Names what can't be had; throws `VmUnavailableError` when no guest can run without it. */
async function prepareSuite(): Promise<{ modules: string[]; without: string }> {
  try {
    await prepare({ netdevsim: true });
    return { modules: [...MODULES, 'netdevsim'], without: '' };
  } catch (error) {
    if (!(error instanceof VmUnavailableError)) throw error;
    await prepare(); // throws when it isn't netdevsim alone that is missing
    say(`# skipped: SR-IOV on netdevsim: ${messageOf(error)}`);
    return { modules: MODULES, without: 'netdevsim' };
  }
}

/** Runs these files by one AVA in one guest; AVA's exit status, or the one for what became of the guest. */
async function runFiles(files: readonly string[], tap: TapMerger, options: Partial<GuestOptions>): Promise<number> {
  const source = tap.source();
  const stdout = new PassThrough();
  const allLines = once(createInterface({ input: stdout }).on('line', source.line), 'close');
  const ava = join(packageRoot, 'node_modules/ava/entrypoints/cli.mjs');
  const config = join(packageRoot, 'dist/tools/vm/ava.config.js');
  const passOn = async () => {
    stdout.end();
    await allLines;
    source.end();
  };
  try {
    const failedBefore = tap.counts.failed;
    const { status, accel, bootTime } = await runInGuest({
      command: [process.execPath, ava, '--config', config, '--tap', ...files],
      cwd: packageRoot,
      nics: NICS,
      timeout: TIMEOUT,
      stdout,
      stderr: process.stderr,
      ...options,
    });
    await passOn();
    say(
      `# a guest (${accel}, booted in ${(bootTime / 1000).toFixed(1)} s) ran ${files.map((f) => basename(f)).join(' ')}`,
    );
    if (status !== 0 && tap.counts.failed === failedBefore) tap.fail(`AVA ended with status ${status}`);
    return status;
  } catch (error) {
    await passOn();
    tap.fail(`${files.map((file) => basename(file)).join(' ')}: ${messageOf(error)}`);
    return statusOf(error);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const stop = stopSignal();
  const tap = new TapMerger(say);
  let status: number;
  try {
    const { modules, without } = await prepareSuite();
    const all = readdirSync(join(packageRoot, FOLDER)).filter((file) => file.endsWith('.test.js'));
    const files = args.length > 0 ? args : all.sort().map((file) => join(FOLDER, file));
    const options = { modules, env: { OVSKIT_VM_WITHOUT: without, CI: '1' }, signal: stop.signal };
    const hands = deal(files, availableParallelism());
    const statuses = await Promise.all(hands.map((hand) => runFiles(hand, tap, options)));
    status = stop.status() ?? Math.max(...statuses);
  } catch (error) {
    status = stop.status() ?? statusOf(error);
    if (error instanceof VmUnavailableError) say(`# skipped: all that needs a guest: ${messageOf(error)}`);
    else tap.fail(messageOf(error));
  }
  tap.end();
  say(`# ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const { passed, failed, skipped } = tap.counts;
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return status;
}

if (import.meta.filename === process.argv[1]) process.exitCode = await main(process.argv.slice(2));
