import test from 'ava';
import { temporaryDirectory, withServer } from '../support/ovsdb-server.js';
import { until } from '../support/processes.js';
import { Pair } from './client/pair.js';

/** The messages of a client, without their times and numbers. */
const messages = ({ record }: Pair['ours']) =>
  record.stderr.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/^.*?\|reconnect\|/, '')]));

function settle(pair: Pair, pattern: RegExp): Promise<void> {
  return until(`${pattern} of both`, () => pattern.test(pair.stock.stderr) && pattern.test(pair.ours.stderr));
}

test('who waits for a server that is not there yet tries again, ever more seldom, until it is', async (t) => {
  const directory = await temporaryDirectory(t);
  const pair = new Pair(['wait', `unix:${directory}/server.sock`, 'Test', 'connected'], process.env);
  t.teardown(() => pair.stop());
  await settle(pair, /waiting 2 seconds before reconnect/);
  await withServer(t, { directory });
  await pair.exited();
  t.is(pair.ours.record.status, 0);
  t.is(pair.stock.record.status, 0);
  const [ours, stock] = [messages(pair.ours), messages(pair.stock)];
  t.deepEqual(ours.slice(0, 5), stock.slice(0, 5));
  t.is(ours.at(-1), stock.at(-1));
  t.regex(ours.at(-1) ?? '', /: connected$/);
});

test('who waits on a server that goes waits on the one that comes after it', async (t) => {
  const server = await withServer(t);
  const pair = new Pair(['wait', server.remote, 'Test', 'removed'], process.env);
  t.teardown(() => pair.stop());
  await settle(pair, /: connected/);
  await server.kill();
  await settle(pair, /connection closed by peer/);
  await server.start();
  await settle(pair, /closed by peer(?:.*\n)+.*: connected/);
  t.is(pair.ours.child.exitCode, null, 'the database is still there');
  await server.appctl('ovsdb-server/remove-db', 'Test');
  await pair.exited();
  for (const each of [pair.ours, pair.stock]) t.is(each.record.status, 0);
});
