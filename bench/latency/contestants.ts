/** Those who transact: each sends ready-made transactions, some of them unanswered at a time. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Client, DatabaseSchema, Operation } from '../../src/ovsdb/index.js';
import { encodeOperation } from '../../src/ovsdb/operations.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import { floorTransact } from '../ovsdb/floor.js';

export type Transactions = readonly Operation[][];

export interface Took {
  seconds: number;
  /** Microseconds from sending each to its reply. */
  latencies: number[];
}

/** `client.transact`, checks and codec included. */
export async function ovskit(client: Client, transactions: Transactions, inFlight: number): Promise<Took> {
  const latencies: number[] = [];
  let next = 0;
  const caller = async () => {
    while (next < transactions.length) {
      const operations = transactions[next++]!;
      const start = performance.now();
      await client.transact('Open_vSwitch', operations);
      latencies.push((performance.now() - start) * 1000);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, caller));
  return { seconds: (performance.now() - start) / 1000, latencies };
}

function requestsOf(schema: DatabaseSchema, transactions: Transactions): unknown[] {
  return transactions.map((operations, id) => ({
    id,
    method: 'transact',
    params: ['Open_vSwitch', ...operations.map((operation) => encodeOperation(schema, operation))],
  }));
}

/** floor.c: the same bytes ready-made, and no parsing. */
export function floor(sandbox: Sandbox, schema: DatabaseSchema, transactions: Transactions, inFlight: number): Took {
  const file = join(sandbox.runDirectory, 'requests');
  return floorTransact(sandbox.remote, requestsOf(schema, transactions), inFlight, file);
}

/** The same through a bare socket of Node, one at a time: what no client in Node can do without. */
export async function bareSocket(sandbox: Sandbox, schema: DatabaseSchema, transactions: Transactions): Promise<Took> {
  const socket = connect(sandbox.remote.slice('unix:'.length));
  await once(socket, 'connect');
  const texts = requestsOf(schema, transactions).map((request) => JSON.stringify(request));
  const latencies: number[] = [];
  const begin = performance.now();
  for (const text of texts) {
    const start = performance.now();
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(text);
    await answered;
    latencies.push((performance.now() - start) * 1000);
  }
  socket.destroy();
  return { seconds: (performance.now() - begin) / 1000, latencies };
}

/** A process of ovs-vsctl for each, which is how it is used. */
export function ovsVsctl(sandbox: Sandbox, names: readonly string[]): Took {
  const env = { ...process.env, ...sandbox.env };
  const begin = performance.now();
  const latencies = names.map((name, number) => {
    const start = performance.now();
    const ids = ['external_ids:iface-status=active', `external_ids:n=v${number}`];
    execFileSync('ovs-vsctl', ['--no-wait', 'set', 'Interface', name, ...ids], { env });
    return (performance.now() - start) * 1000;
  });
  return { seconds: (performance.now() - begin) / 1000, latencies };
}
