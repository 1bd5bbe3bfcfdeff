import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const source = join(root, 'bench', 'floor.c');
const program = join(root, 'build', 'floor');

/** A file of the bench's sources, such as `ovsdb/idl.py`. */
export function sourceFile(name: string): string {
  return join(root, 'bench', name);
}

/** Compiles floor.c into build/ unless that is newer. */
export function buildFloor(): void {
  const built = statSync(program, { throwIfNoEntry: false });
  if (built && built.mtimeMs > statSync(source).mtimeMs) return;
  mkdirSync(join(root, 'build'), { recursive: true });
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source], { stdio: 'inherit' });
}

/** What floor.c measured. */
export interface FloorRun {
  seconds: number;
  /** Bytes received. */
  bytes: number;
  /** Seconds of its processor, told of VIFs. */
  cpu: number;
  /** Microseconds from sending a request to the last byte of its reply, or those of a VIF; empty for a monitor. */
  latencies: number[];
}

/** The path of a `unix:PATH` remote. */
const socketOf = (remote: string): string => remote.slice('unix:'.length);

const options = { encoding: 'utf8', maxBuffer: 256 * 2 ** 20 } as const;

const runFloor = (args: readonly string[]): FloorRun => parseRun(execFileSync(program, args, options));

function parseRun(text: string): FloorRun {
  const run: FloorRun = { seconds: 0, bytes: 0, cpu: 0, latencies: [] };
  for (const line of text.trimEnd().split('\n')) {
    const [name, value] = line.split(' ');
    if (name === 'latency') run.latencies.push(Number(value));
    else if (name === 'seconds' || name === 'bytes' || name === 'cpu') run[name] = Number(value);
  }
  return run;
}

/** Sends a request and reads its reply to the last byte. `file` is where the request is put. */
export function floorMonitor(remote: string, request: unknown, file: string): FloorRun {
  writeFileSync(file, JSON.stringify(request));
  return runFloor([socketOf(remote), 'monitor', file]);
}

/** Sends requests, `inFlight` of them unanswered at most. `file` is where the requests are put. */
export function floorTransact(remote: string, requests: readonly unknown[], inFlight: number, file: string): FloorRun {
  writeRequests(file, requests);
  return runFloor([socketOf(remote), 'transact', file, String(inFlight)]);
}

/** Sends requests one at a time on a connection that `monitor` was sent on before, each answered by an update and a reply. */
export function floorMonitored(remote: string, requests: readonly unknown[], monitor: unknown, file: string): FloorRun {
  writeRequests(file, requests);
  writeRequests(`${file}.monitor`, [monitor]);
  return runFloor([socketOf(remote), 'transact', file, '1', `${file}.monitor`]);
}

/** The taps of one transaction, and its request. */
export interface FloorVifs {
  readonly taps: readonly string[];
  readonly request: unknown;
}

/**
 * Plugs with real taps, a transaction after the other; unplugs where there is no request for a monitor of ofports. In the
 * meantime our own connections live on.
 */
export async function floorVifs(
  remote: string,
  vifs: readonly FloorVifs[],
  monitor: unknown,
  file: string,
): Promise<FloorRun> {
  writeFileSync(file, vifs.map(({ taps, request }) => `${taps.join(' ')}\n${JSON.stringify(request)}\n`).join(''));
  if (monitor !== undefined) writeRequests(`${file}.monitor`, [monitor]);
  const what = monitor === undefined ? ['unplug', file] : ['plug', file, `${file}.monitor`];
  const { stdout } = await promisify(execFile)(program, [socketOf(remote), ...what], options);
  return parseRun(stdout);
}

function writeRequests(file: string, requests: readonly unknown[]): void {
  writeFileSync(file, requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
}
