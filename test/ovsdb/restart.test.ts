import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { Client } from '../../src/ovsdb/index.js';
import { withServer } from '../support/ovsdb-server.js';
import { checkBooks, keepBooks } from './books.js';

const total = process.env.OVSKIT_LONG === '1' ? 2000 : 600;

test(`${total} transactions while a single server is killed and restarted ten times`, async (t) => {
  t.timeout(600_000);
  const server = await withServer(t);
  const client = await Client.connect(server.remote, { minBackoff: 20, maxBackoff: 100 });
  t.teardown(() => client.close());
  const restart = async () => {
    await server.kill();
    await server.start();
  };
  const books = await keepBooks(t, client, {
    total,
    disturbances: Array.from({ length: 10 }, () => restart),
    pace: () => delay(2),
  });
  await checkBooks(t, books, client, await Client.connect(server.remote));
});
