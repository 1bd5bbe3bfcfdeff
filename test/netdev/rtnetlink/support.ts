import { execFileSync, spawnSync } from 'node:child_process';
import type { NetdevError } from '../../../src/netdev/index.js';

/** Not the sanitizers that this process may run under: ip(8) itself does not pass them. */
const options = { encoding: 'utf8', env: { ...process.env, LD_PRELOAD: undefined } } as const;

/** A real tool; its standard output. */
export const run = (command: string, ...args: string[]): string => execFileSync(command, args, options);

// biome-ignore lint/suspicious/noExplicitAny: whatever ip(8) prints
export type Json = any;

/** `ip -json -details ...`, parsed. */
export function ip(...args: string[]): Json[] {
  // ip(8) prints {} for a link that the filter left out.
  return JSON.parse(run('ip', '-json', '-details', ...args) || '[]').filter(
    (entry: Json) => Object.keys(entry).length > 0,
  );
}

/** One link, as ip(8) sees it. */
export const ipLink = (name: string): Json => ip('link', 'show', 'dev', name)[0];

/** `bridge -json ...`, parsed. */
export const bridge = (...args: string[]): Json[] => JSON.parse(run('bridge', '-json', '-details', ...args) || '[]');

/** The names of the addresses of a link, in order, as ip(8) lists them: `192.0.2.1/24`. Those of IPv6 link scope are left out. */
export function ipAddresses(name: string): Json[] {
  return ip('address', 'show', 'dev', name)[0].addr_info.filter(
    ({ family, scope }: Json) => !(family === 'inet6' && scope === 'link'),
  );
}

/** What ip(8) says when it fails: `RTNETLINK answers: File exists` or `Error: mtu greater than device maximum.` */
export function ipRefusal(...args: string[]): string {
  const { status, stderr } = spawnSync('ip', args, options);
  if (status === 0) throw new Error(`ip ${args.join(' ')} did not fail`);
  return stderr;
}

/** The reason that ip(8) gives, without what it puts around it. */
export function reasonOf(refusal: string): string | undefined {
  return /(?:RTNETLINK answers|Error): (.*?)\.?$/m.exec(refusal)?.[1];
}

/** A call that must fail; its error. */
export async function errorOf(call: () => Promise<unknown>): Promise<NetdevError> {
  const result = await call().then(
    (value) => new Error(`did not fail, but gave ${JSON.stringify(value)}`),
    (error) => error,
  );
  return result as NetdevError;
}
