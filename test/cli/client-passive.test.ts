import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../support/processes.js';
import { run } from '../support/run.js';
import { entry } from './client/compare.js';
import { startFixture } from './client/fixture.js';

test('a passive remote waits for the server to connect', async (t) => {
  const fixture = await startFixture(t);
  t.teardown(() => fixture.sandbox.stop());
  const outcomes = [];
  for (const command of [['ovsdb-client'], [process.execPath, entry]]) {
    const socket = join(fixture.directory, 'passive.sock');
    const remote = `punix:${socket}`;
    const outcome = run(command[0]!, [...command.slice(1), 'list-dbs', remote], { env: fixture.env });
    await until('the socket', () => existsSync(socket));
    await fixture.appctl('ovsdb-server/add-remote', `unix:${socket}`);
    const { status, stdout, stderr } = await outcome;
    await fixture.appctl('ovsdb-server/remove-remote', `unix:${socket}`);
    outcomes.push({ status, stdout, stderr: stderr.replace(/^[^|]*/, '<time>') });
  }
  t.deepEqual(outcomes[1], outcomes[0]);
  t.is(outcomes[0]?.status, 0);
});
