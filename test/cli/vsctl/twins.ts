import { execFile } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import { vsctlCommand } from '../../../src/cli/commands/vsctl.js';
import { Client } from '../../../src/ovsdb/index.js';
import { startSandbox } from '../../../src/sandbox/index.js';
import { canonicalDatabase as canonicalOf } from '../../support/canonical.js';

/** What a command printed and how it ended. */
export interface Ending {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A database server of its own, and a way to empty its database. */
export interface Twin {
  readonly remote: string;
  readonly env: NodeJS.ProcessEnv;
  readonly client: Client;
}

/** Starts a database server for one test. */
export async function startTwin(t: ExecutionContext): Promise<Twin> {
  const sandbox = await startSandbox({ vswitchd: false, network: 'current', datapath: 'dummy' });
  t.teardown(() => sandbox.stop());
  const client = await Client.connect(sandbox.remote);
  t.teardown(() => client.close());
  return { remote: sandbox.remote, env: { ...process.env, ...sandbox.env }, client };
}

/** Leaves nothing in the database but the switch's own row. */
export async function empty({ client }: Twin): Promise<void> {
  const { tables } = await client.getSchema('Open_vSwitch');
  await client.transact('Open_vSwitch', [
    ...[...tables.keys()].map((table) => ({ op: 'delete' as const, table, where: [] })),
    { op: 'insert', table: 'Open_vSwitch', row: {} },
  ]);
}

/** The stock ovs-vsctl. */
export function runStock(twin: Twin, words: readonly string[]): Promise<Ending> {
  return runProgram('ovs-vsctl', words, twin.env);
}

export function runProgram(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ending> {
  return new Promise((resolve) => {
    const child = execFile(program, words, { env, encoding: 'utf8', maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const status = error ? (error.signal ?? (error.code as unknown as number)) : 0;
      resolve({ status, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** Ours, as a call in this process. */
export async function runOurs(twin: Twin, words: readonly string[]): Promise<Ending> {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    ({
      write(chunk: string) {
        text[name] += chunk;
        return true;
      },
    }) as NodeJS.WritableStream;
  const before = process.env;
  process.env = { ...twin.env };
  try {
    const status = await vsctlCommand(words, { stdout: stream('stdout'), stderr: stream('stderr') }, 'ovs-vsctl');
    return { status, ...text };
  } finally {
    process.env = before;
  }
}

/** A twin's whole database, the same for databases that are the same but for their uuids. */
export function canonicalDatabase({ client }: Twin): Promise<string> {
  return canonicalOf(client);
}

const UUID = /[\da-f]{8}([-_])[\da-f]{4}\1[\da-f]{4}\1[\da-f]{4}\1[\da-f]{12}/gi;

/** An output with what is random replaced; `unordered` where the order of rows follows their uuids. */
export function canonicalText(text: string, twin: Twin, unordered: boolean): string {
  const plain = text
    .replaceAll(UUID, 'UUID')
    .replaceAll(twin.remote.slice('unix:'.length, -'/db.sock'.length), 'RUNDIR')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    // The server tries its managers' addresses by itself, and writes down how that goes.
    .replaceAll(/^(is_connected|status)( +): .*$/gm, '$1$2: OF THE SERVER');
  const indexed = plain.replaceAll(
    /First row, with UUID UUID, (.*?)\. {2}Second row, with UUID UUID, (.*?)\."/g,
    (_, ...rows) => {
      return `Rows ${rows.slice(0, 2).sort().join(' and ')}"`;
    },
  );
  return unordered
    ? indexed
        .split(/\n|\\n/)
        .sort()
        .join('\n')
    : indexed;
}
