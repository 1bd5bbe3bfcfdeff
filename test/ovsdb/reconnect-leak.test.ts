import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { Client, insert } from '../../src/ovsdb/index.js';
import { NO_COMPILERS } from '../soak/flags.js';
import { fitLine } from '../soak/slope.js';
import { withServer } from '../support/ovsdb-server.js';
import { reconnected } from '../support/reconnected.js';

/** So that the replica is worth some 100 kB: were one of them kept for each reconnect, it would show. */
const ROWS = 500;
const [WARM_UP, RECONNECTS] = [10, 100];
/** Bytes a reconnect, far below what a session with its buffers takes. */
const HEAP_LIMIT = 1024;

test('a hundred reconnects leave neither descriptors nor memory behind', async (t) => {
  setFlagsFromString('--expose-gc');
  for (const flag of NO_COMPILERS) setFlagsFromString(flag);
  const collect = runInNewContext('gc') as () => void;
  const server = await withServer(t);
  const client = await Client.connect(server.remote, { minBackoff: 5, maxBackoff: 20 });
  t.teardown(() => client.close());
  const rows = Array.from({ length: ROWS }, (_, value) => insert('Item', { name: `item ${value}`, value }));
  await client.transact('Test', rows);
  const replica = await client.monitor('Test', { Item: { index: ['name'] } });
  const lock = await client.lock('leader');
  const heap: [number, number][] = [];
  let before = 0;
  for (let count = 0; count < WARM_UP + RECONNECTS; count++) {
    await reconnected(client, () => void server.appctl('ovsdb-server/reconnect'));
    // On the new connection: a transaction, the replica and the lock.
    await client.transact('Test', [insert('Counter', { name: `reconnect ${count}` })]);
    await client.echo();
    t.is(replica.table('Item').size, ROWS);
    if (count < WARM_UP || count % 5 !== 0) continue;
    collect();
    collect();
    heap.push([count, process.memoryUsage().heapUsed]);
    before ||= readdirSync('/proc/self/fd').length;
  }
  await lock.acquired({ timeout: 10_000 });
  const { slope, error } = fitLine(heap);
  t.log(`heap: ${slope.toFixed(0)} ± ${error.toFixed(0)} bytes a reconnect`);
  t.true(slope - 2 * error < HEAP_LIMIT, `${slope} ± ${error} bytes a reconnect`);
  t.is(readdirSync('/proc/self/fd').length, before);
});
