import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { type Client, CommitOutcomeUnknownError, insert, type Replica, select } from '../../src/ovsdb/index.js';
import { until } from '../support/processes.js';
import { openSockets } from '../support/sockets.js';

/** What became of each transaction, by the name of the row that it inserts. */
export interface Books {
  readonly committed: Set<string>;
  readonly unknown: Set<string>;
  readonly failed: Map<string, Error>;
  readonly replica: Replica;
  readonly socketsBefore: number;
}

interface Load {
  readonly total: number;
  /** Spread evenly over the transactions, one at a time. */
  readonly disturbances: readonly (() => Promise<unknown>)[];
  /** Between the starts of two transactions. */
  readonly pace: () => Promise<unknown>;
}

/** Runs transactions, many in flight at once, while the server is disturbed. */
export async function keepBooks(t: ExecutionContext, client: Client, load: Load): Promise<Books> {
  const books: Books = {
    committed: new Set(),
    unknown: new Set(),
    failed: new Map(),
    replica: await client.monitor('Test', { Item: {} }),
    socketsBefore: openSockets(),
  };
  const running = new Set<Promise<void>>();
  let started = 0;
  const run = async () => {
    const name = randomUUID();
    try {
      await client.transact('Test', [insert('Item', { name, value: started })], { timeout: 60_000 });
      books.committed.add(name);
    } catch (error) {
      if (error instanceof CommitOutcomeUnknownError) books.unknown.add(name);
      else books.failed.set(name, error as Error);
    }
  };
  const disturb = async () => {
    for (const [index, disturbance] of load.disturbances.entries()) {
      const due = (load.total * (index + 0.5)) / load.disturbances.length;
      while (started < due) await load.pace();
      await disturbance();
    }
  };
  const disturbed = disturb();
  let settled = false;
  void disturbed.finally(() => {
    settled = true;
  });
  while (started < load.total) {
    // Some are in flight at every disturbance, and they do not pile up behind it.
    if (running.size < 16) {
      started++;
      const transaction = run().finally(() => running.delete(transaction));
      running.add(transaction);
    }
    await load.pace();
  }
  await Promise.all(running);
  await disturbed;
  t.true(settled);
  t.log(`${books.committed.size} committed, ${books.unknown.size} unknown, ${books.failed.size} failed`);
  return books;
}

/** Compares the books with the database, read by another client, and with the replica. */
export async function checkBooks(t: ExecutionContext, books: Books, client: Client, fresh: Client): Promise<void> {
  const [{ rows }] = await fresh.transact('Test', [select('Item', [], ['_uuid', 'name', 'value'])]);
  const count = new Map<string, number>();
  for (const { name } of rows) count.set(name as string, (count.get(name as string) ?? 0) + 1);
  const wrong = [...books.committed].filter((name) => count.get(name) !== 1);
  t.deepEqual(wrong, [], 'every transaction reported committed is there exactly once');
  for (const name of books.failed.keys()) t.is(count.get(name), undefined, 'what failed is not there');
  for (const [name, times] of count) t.is(times, 1, `${name} is there ${times} times`);
  const known = new Set([...books.committed, ...books.unknown]);
  t.true([...count.keys()].every((name) => known.has(name)));
  t.deepEqual([...books.failed.values()].map(String), []);
  t.true(books.unknown.size > 0, 'some were in flight when it mattered');

  // The client may be on another member, which is as far as the leader in a moment.
  const { replica } = books;
  await replica.waitUntil('as many rows', () => replica.table('Item').size === rows.length);
  const plain = (list: Iterable<{ _uuid?: unknown; name?: unknown; value?: unknown }>) =>
    [...list].map(({ _uuid, name, value }) => `${_uuid} ${name} ${value}`).sort();
  t.deepEqual(plain(replica.table('Item').rows()), plain(rows), 'the replica equals a fresh dump');
  await fresh.close();
  await client.echo();
  await until('no socket is left over', () => openSockets() <= books.socketsBefore);
}
