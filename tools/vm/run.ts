#!/usr/bin/env node
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { InvalidArgumentError, messageOf, OvskitError } from '../../src/base/errors.js';
import { type GuestOptions, runInGuest } from './guest.js';

const USAGE = `Usage: node dist/tools/vm/run.js [OPTION]... [--] COMMAND [ARGUMENT]...

Runs COMMAND as root in a throw-away QEMU guest on Debian's stock kernel. It sees this machine's files and can change
none. Its standard output, standard error and exit status are passed through.

  -n, --nic MODEL[,OPT=VALUE]...  a network card: e1000, e1000e, igb, virtio-net-pci, vmxnet3 (repeatable); hub=N puts
                                  it on Ethernet segment N
  -m, --module 'NAME [OPT=VALUE]...'  load a kernel module first (repeatable); netdevsim is built when it is asked for
  -e, --env NAME[=VALUE]          pass an environment variable (repeatable)
  -w, --writable DIR              the guest's writes below DIR reach this machine (repeatable)
  -C, --cwd DIR                   where COMMAND runs (here)
  -t, --timeout SECONDS           give up after this (600)
      --memory MIB                (1024)
      --cpus N                    (1)
      --accel kvm|tcg             (kvm where it works, else tcg)
  -h, --help

Exit status: COMMAND's own; 77 skipped, as no guest can run here; 124 timeout; 125 wrong usage, or the guest failed;
130 or 143 when SIGINT or SIGTERM ended it.
`;

/** As automake's tests say it: not run, for a reason outside. */
const SKIPPED = 77;

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`--${name} must be a number above 0, not "${text}"`);
  return value;
}

export function parseCommandLine(argv: readonly string[]): GuestOptions | 'help' {
  const text = { type: 'string' } as const;
  const list = { type: 'string', multiple: true } as const;
  // COMMAND's own options are not ours: what follows the first word that is no option or option's value is left alone.
  const { tokens } = parseArgs({ args: [...argv], options: optionTable(text, list), strict: false, tokens: true });
  const first = tokens.find((token) => token.kind === 'positional' || token.kind === 'option-terminator');
  const end = first ? first.index : argv.length;
  const command = argv.slice(first?.kind === 'option-terminator' ? end + 1 : end);
  const { values } = parseArgs({ args: argv.slice(0, end), options: optionTable(text, list) });
  if (values.help) return 'help';
  if (command.length === 0) throw new InvalidArgumentError('no COMMAND given');
  if (values.accel !== undefined && values.accel !== 'kvm' && values.accel !== 'tcg') {
    throw new InvalidArgumentError(`--accel must be kvm or tcg, not "${values.accel}"`);
  }
  const env: Record<string, string> = {};
  for (const entry of values.env ?? []) {
    const [name = '', ...value] = entry.split('=');
    const given = value.length > 0 ? value.join('=') : process.env[name];
    if (given !== undefined) env[name] = given;
  }
  const options: GuestOptions = { command, env };
  const memory = positive('memory', values.memory);
  const cpus = positive('cpus', values.cpus);
  const timeout = positive('timeout', values.timeout);
  if (values.nic) options.nics = values.nic;
  if (values.module) options.modules = values.module;
  if (values.writable) options.writable = values.writable;
  if (values.cwd !== undefined) options.cwd = values.cwd;
  if (values.accel !== undefined) options.accel = values.accel;
  if (memory !== undefined) options.memory = memory;
  if (cpus !== undefined) options.cpus = cpus;
  if (timeout !== undefined) options.timeout = timeout * 1000;
  return options;
}

function optionTable<T, L>(text: T, list: L) {
  return {
    nic: { ...list, short: 'n' },
    module: { ...list, short: 'm' },
    env: { ...list, short: 'e' },
    writable: { ...list, short: 'w' },
    cwd: { ...text, short: 'C' },
    timeout: { ...text, short: 't' },
    memory: text,
    cpus: text,
    accel: text,
    help: { type: 'boolean', short: 'h' },
  } as const;
}

/** The exit status for what `runInGuest` threw. */
export function statusOf(error: unknown): number {
  const code = error instanceof OvskitError ? error.code : '';
  if (code === 'ERR_VM_UNAVAILABLE') return SKIPPED;
  if (code === 'ERR_TIMEOUT') return 124;
  return 125;
}

/** An `AbortSignal` for SIGINT and SIGTERM, and the exit status to end with after one. */
export function stopSignal(): { signal: AbortSignal; status(): number | undefined } {
  const controller = new AbortController();
  let received: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      received ??= 128 + constants.signals[name];
      controller.abort(name);
    });
  }
  return { signal: controller.signal, status: () => received };
}

async function main(): Promise<number> {
  const stop = stopSignal();
  try {
    const options = parseCommandLine(process.argv.slice(2));
    if (options === 'help') {
      process.stdout.write(USAGE);
      return 0;
    }
    const { stdout, stderr } = process;
    const result = await runInGuest({ ...options, signal: stop.signal, stdout, stderr });
    return result.status;
  } catch (error) {
    const aborted = stop.status();
    if (aborted !== undefined) return aborted;
    const status = statusOf(error);
    process.stderr.write(`ovskit-vm: ${status === SKIPPED ? 'skipped: ' : ''}${messageOf(error)}\n`);
    return status;
  }
}

if (import.meta.filename === process.argv[1]) process.exitCode = await main();
