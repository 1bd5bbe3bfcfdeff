import test from 'ava';
import type { Client, Lock, Replica } from '../../src/ovsdb/index.js';
import { withDatabase } from '../support/database.js';

const DATABASE = 'Open_vSwitch';
const typo = { timout: 5 } as never;

const calls: Record<string, (client: Client, replica: Replica, lock: Lock) => Promise<unknown>> = {
  listDatabases: (client) => client.listDatabases(typo),
  getServerId: (client) => client.getServerId(typo),
  echo: (client) => client.echo(typo),
  getSchema: (client) => client.getSchema(DATABASE, typo),
  convert: (client) => client.convert(DATABASE, {}, typo),
  transact: (client) => client.transact(DATABASE, [], typo),
  readModifyWrite: (client) => client.readModifyWrite(DATABASE, [], () => [], typo),
  monitor: (client) => client.monitor(DATABASE, { Bridge: {} }, typo),
  lock: (client) => client.lock('other', typo),
  waitUntil: (_client, replica) => replica.waitUntil('nothing', () => true, typo),
  waitForRow: (_client, replica) => replica.waitForRow(['Bridge', 'name', 'br0'], () => true, typo),
  changeConditions: (_client, replica) => replica.changeConditions({}, typo),
  acquired: (_client, _replica, lock) => lock.acquired(typo),
  release: (_client, _replica, lock) => lock.release(typo),
};

test('an option that a call does not have is refused by its name, and the call does nothing', async (t) => {
  const { client } = await withDatabase(t);
  const replica = await client.monitor(DATABASE, { Bridge: { columns: ['name'], index: ['name'] } });
  const lock = await client.lock('ours');
  await lock.acquired();
  for (const [name, call] of Object.entries(calls)) {
    await t.throwsAsync(
      call(client, replica, lock),
      { code: 'ERR_INVALID_ARGUMENT', message: `${name}: timout is unknown: did you mean timeout?` },
      name,
    );
  }
  t.true(lock.held);
  await using other = await client.lock('other');
  await other.acquired();
});

test('so is a value that an option can not have', async (t) => {
  const { client } = await withDatabase(t);
  const refused = (message: string) => ({ code: 'ERR_INVALID_ARGUMENT', message });
  await t.throwsAsync(
    client.transact(DATABASE, [], { lock: 'ours' as never }),
    refused('transact: lock must be a Lock, as lock() returns, not "ours"'),
  );
  await t.throwsAsync(
    client.transact(DATABASE, [], { idempotent: 1 as never }),
    refused('transact: idempotent must be true or false, not 1'),
  );
  await t.throwsAsync(
    client.monitor(DATABASE, { Bridge: {} }, { method: 'monitor_all' as never }),
    refused("monitor: method must be 'monitor_cond_since' or 'monitor_cond' or 'monitor', not \"monitor_all\""),
  );
  await t.throwsAsync(
    client.lock('l', { steal: 'yes' as never }),
    refused('lock: steal must be true or false, not "yes"'),
  );
});
