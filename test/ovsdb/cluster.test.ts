import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Client, type ClientOptions, insert, select } from '../../src/ovsdb/index.js';
import { withCluster, withRelay } from '../support/cluster.js';
import { until } from '../support/processes.js';
import { checkBooks, keepBooks } from './books.js';

const FAST: ClientOptions = { retry: true, minBackoff: 50, maxBackoff: 500, probeInterval: 1000 };
const add = (name: string) => [insert('Item', { name, value: 1 })];

async function connected(t: ExecutionContext, remotes: string | string[], options: ClientOptions = {}) {
  const client = await Client.connect(remotes, { databases: ['Test'], ...FAST, ...options });
  t.teardown(() => client.close());
  return client;
}

test.serial('finds the leader among the members, and follows it when leadership moves', async (t) => {
  const cluster = await withCluster(t);
  const client = await connected(t, cluster.remotes);
  const first = await cluster.leader();
  t.is(client.remote, first.remote);
  const replica = await client.monitor('Test', { Item: {} });
  await client.transact('Test', add('before'));
  await cluster.moveLeadership();
  await until('another leader', () => client.state === 'ready' && client.remote !== first.remote);
  t.is(client.remote, (await cluster.leader()).remote);
  await client.transact('Test', add('after'));
  t.deepEqual([...replica.table('Item').rows()].map(({ name }) => name).sort(), ['after', 'before']);
});

test.serial('members that do not lead are refused, each with the reason', async (t) => {
  const cluster = await withCluster(t);
  const leader = await cluster.leader();
  const others = cluster.remotes.filter((remote) => remote !== leader.remote);
  const error = await t.throwsAsync(connected(t, others, { retry: false }), { code: 'ERR_OVSDB_CONNECT' });
  for (const remote of others) {
    t.true(
      error.message.includes(`${remote} will not do for Test: it is not the leader of its cluster`),
      error.message,
    );
  }
  const [follower] = others as [string];
  const client = await connected(t, follower, { leaderOnly: false, retry: false });
  t.is(client.remote, follower);
  // A follower takes writes too: it hands them to the leader.
  await client.transact('Test', add('by follower'));
  const [{ rows }] = await client.transact('Test', [select('Item', [], ['name'])]);
  t.deepEqual(rows, [{ name: 'by follower' }]);
});

test.serial('without databases named, the first use of one moves the client to its leader', async (t) => {
  const cluster = await withCluster(t);
  const leader = await cluster.leader();
  const remotes = cluster.remotes.toSorted((a) => (a === leader.remote ? 1 : -1));
  const client = await connected(t, remotes, { databases: undefined });
  t.not(client.remote, leader.remote);
  await client.transact('Test', add('a'));
  t.is(client.remote, leader.remote);
});

test.serial('a member that is cut off from its cluster is left', async (t) => {
  const cluster = await withCluster(t);
  const client = await connected(t, cluster.remotes);
  const leader = await cluster.leader();
  for (const member of cluster.members) if (member !== leader) await member.kill();
  const events: string[] = [];
  client.onState(({ error }) => events.push(error?.message ?? ''));
  await until('the leader to be left', () => events.some((text) => /cut off|not the leader/.test(text)), 20_000);
  t.regex(events.find((text) => text !== '') ?? '', /will not do for Test: it is (cut off|not the leader)/);
});

test.serial('works through a relay, also when that has lost its source and found it again', async (t) => {
  const cluster = await withCluster(t);
  const relay = await withRelay(t, cluster.remotes);
  const client = await connected(t, relay.remote);
  const replica = await client.monitor('Test', { Item: {} });
  await client.transact('Test', add('through'));
  await replica.waitUntil('the row', () => replica.table('Item').size === 1);
  const direct = await connected(t, cluster.remotes);
  await direct.transact('Test', add('beside'));
  await replica.waitUntil('both rows', () => replica.table('Item').size === 2);
  await Promise.all(cluster.members.map((member) => member.kill()));
  await Promise.all(cluster.members.map((member) => member.start()));
  await direct.transact('Test', add('again'));
  await replica.waitUntil('all rows', () => replica.table('Item').size === 3);
  await client.transact('Test', add('through again'));
  t.is(replica.table('Item').size, 4);
});

const long = process.env.OVSKIT_LONG === '1';
const [total, kills, moves] = long ? [2000, 5, 5] : [600, 2, 2];

test.serial(`${total} transactions while the leader is killed ${kills} times and moved ${moves} times`, async (t) => {
  t.timeout(600_000);
  const cluster = await withCluster(t);
  const client = await connected(t, cluster.remotes);
  const disturbances = Array.from({ length: kills + moves }, (_, index) => async () => {
    if (index % 2 === 1) {
      await cluster.moveLeadership();
      return;
    }
    const leader = await cluster.leader();
    await leader.kill();
    // Two of three must choose another before the next can go.
    await cluster.leader();
    await leader.start();
  });
  const books = await keepBooks(t, client, { total, disturbances, pace: () => delay(long ? 8 : 1) });
  const fresh = await connected(t, cluster.remotes);
  await checkBooks(t, books, client, fresh);
});
