import test from 'ava';
import { connect } from '../../src/index.js';
import { withSwitchDatabase } from '../support/database.js';

test('takes several remotes, and the options of a connection', async (t) => {
  const { ovs, vsctl, remote } = await withSwitchDatabase(t);
  await using other = await connect(['unix:/nonexistent/db.sock', remote], { reconnect: false });
  t.is(other.client.remote, remote);
  await ovs.transact((tx) => tx.addBridge('br0'));
  t.is(vsctl('list-br'), 'br0');
  await other.sync();
  t.is(other.tables.bridge('br0')?.name, 'br0');
});

test('one that goes on trying says at its deadline why it got nowhere', async (t) => {
  const late = await t.throwsAsync(connect('unix:/nonexistent/db.sock', { retry: true, timeout: 700 }), {
    code: 'ERR_TIMEOUT',
    message: /there is no such socket/,
  });
  t.is((late.cause as { code?: string }).code, 'ERR_OVSDB_CONNECT');
});
