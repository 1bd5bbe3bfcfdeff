import test from 'ava';
import { until } from '../support/processes.js';
import { type Fixture, startFixture } from './client/fixture.js';
import { Pair } from './client/pair.js';

/** Locks as the stock tool prints them: one of each pair holds the lock that its number names. */
let fixture: Fixture;

test.before(async (t) => {
  fixture = await startFixture(t);
});
test.after.always(() => fixture?.sandbox.stop());

const pair = (command: string, lock: string) =>
  new Pair([command, `${lock}_stock`], fixture.env, [command, `${lock}_ours`]);
const unnamed = (record: { stdout: string }) => ({ ...record, stdout: record.stdout.replaceAll(/_(stock|ours)/g, '') });

function settle(pair: Pair, pattern: RegExp): Promise<void> {
  return until(`${pattern} of both`, () => pattern.test(pair.stock.stdout) && pattern.test(pair.ours.stdout));
}

test('a lock that is waited for is granted when its owner goes', async (t) => {
  const owner = pair('lock', 'a');
  await settle(owner, /true/);
  const next = pair('lock', 'a');
  await settle(next, /false/);
  await owner.stop();
  await settle(next, /locked\n.*\n/);
  await next.stop('SIGHUP');
  t.deepEqual(unnamed(owner.ours.record), unnamed(owner.stock.record));
  t.deepEqual(unnamed(next.ours.record), unnamed(next.stock.record));
  t.regex(next.ours.stdout, /^\{"locked":false\}\nlocked\n\["a_ours"\]\n$/);
});

test('a lock that is stolen', async (t) => {
  const owner = pair('lock', 'b');
  await settle(owner, /true/);
  const thief = pair('steal', 'b');
  await settle(thief, /true/);
  await settle(owner, /stolen\n.*\n/);
  await thief.stop('SIGINT');
  // It waits for it ever since.
  await settle(owner, /stolen\n.*\nlocked\n.*\n/);
  await owner.stop();
  t.deepEqual(unnamed(owner.ours.record), unnamed(owner.stock.record));
  t.deepEqual(unnamed(thief.ours.record), unnamed(thief.stock.record));
  t.regex(owner.ours.stdout, /^\{"locked":true\}\nstolen\n\["b_ours"\]\n/);
});
