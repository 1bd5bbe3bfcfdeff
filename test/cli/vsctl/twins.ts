import { execFile } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import { vsctlCommand } from '../../../src/cli/commands/vsctl.js';
import { Client, type SelectedRow, select } from '../../../src/ovsdb/index.js';
import { startSandbox } from '../../../src/sandbox/index.js';

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

/** Columns that ovsdb-server fills in by itself, or that say when something was. */
const VOLATILE = new Set(['_version', 'Manager.status', 'Manager.is_connected']);

/**
 * A whole database with uuids replaced by what they stand for: the content of the row, so that rows which hang on each
 * other alike are alike.
 */
export async function canonicalDatabase({ client }: Twin): Promise<string> {
  const { tables } = await client.getSchema('Open_vSwitch');
  const names = [...tables.keys()].sort();
  const results = await client.transact(
    'Open_vSwitch',
    names.map((table) => select(table, [])),
  );
  const rows = names.flatMap((table, index) =>
    (results[index] as { rows: SelectedRow[] }).rows.map((row) => ({ table, row })),
  );
  let labels = new Map(rows.map(({ table, row }) => [row._uuid as string, table]));
  // Each round tells rows apart by those that they refer to, one step further.
  for (let round = 0; round < 4; round++) {
    const next = new Map<string, string>();
    for (const { table, row } of rows) next.set(row._uuid as string, digest(table, row, labels));
    labels = next;
  }
  return rows
    .map(({ table, row }) => `${table} ${digest(table, row, labels)}`)
    .sort()
    .join('\n');
}

function digest(table: string, row: SelectedRow, labels: ReadonlyMap<string, string>): string {
  const show = (value: unknown): unknown => {
    if (typeof value === 'string') return labels.get(value) ?? value;
    if (value instanceof Map) return [...value].map(([key, each]) => [show(key), show(each)].join('=')).sort();
    if (Array.isArray(value)) return value.map(show).sort();
    return typeof value === 'bigint' ? `${value}n` : value;
  };
  const columns = Object.entries(row)
    .filter(([name]) => name !== '_uuid' && !VOLATILE.has(name) && !VOLATILE.has(`${table}.${name}`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${JSON.stringify(show(value))}`);
  const text = `${table}{${columns.join(',')}}`;
  return text.length < 400 ? text : `${text.slice(0, 300)}#${hash(text)}`;
}

function hash(text: string): string {
  let value = 0n;
  for (const char of text) value = (value * 31n + BigInt(char.codePointAt(0) as number)) & 0xffffffffffffffffn;
  return value.toString(16);
}

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;

/** An output with what is random replaced; `unordered` where the order of rows follows their uuids. */
export function canonicalText(text: string, twin: Twin, unordered: boolean): string {
  const plain = text
    .replaceAll(UUID, 'UUID')
    .replaceAll(twin.remote.slice('unix:'.length, -'/db.sock'.length), 'RUNDIR')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME');
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
