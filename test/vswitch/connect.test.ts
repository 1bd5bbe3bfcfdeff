import { dirname } from 'node:path';
import test from 'ava';
import { connect } from '../../src/index.js';
import { Client, defaultRemote } from '../../src/ovsdb/index.js';
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

test.serial('goes where the environment says, as the commands do, unless a remote is named', async (t) => {
  const { remote } = await withSwitchDatabase(t);
  const { OVSKIT_REMOTE, OVS_RUNDIR } = process.env;
  t.teardown(() => {
    for (const [name, value] of Object.entries({ OVSKIT_REMOTE, OVS_RUNDIR })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  const fails = (path: string) => t.throwsAsync(connect(), { code: 'ERR_OVSDB_CONNECT', message: new RegExp(path) });
  process.env.OVS_RUNDIR = '/nonexistent';
  process.env.OVSKIT_REMOTE = remote;
  await using byRemote = await connect();
  await using client = await Client.connect();
  t.deepEqual([byRemote.client.remote, client.remote], [remote, remote]);
  process.env.OVSKIT_REMOTE = ''; // As good as none.
  await fails('unix:/nonexistent/db.sock');
  process.env.OVS_RUNDIR = dirname(remote.slice('unix:'.length));
  await using byDirectory = await connect();
  t.is(byDirectory.client.remote, `unix:${process.env.OVS_RUNDIR}/db.sock`);
  delete process.env.OVS_RUNDIR;
  t.is(defaultRemote(), 'unix:/var/run/openvswitch/db.sock');
});

test('one that goes on trying says at its deadline why it got nowhere', async (t) => {
  const late = await t.throwsAsync(connect('unix:/nonexistent/db.sock', { retry: true, timeout: 700 }), {
    code: 'ERR_TIMEOUT',
    message: /there is no such socket/,
  });
  t.is((late.cause as { code?: string }).code, 'ERR_OVSDB_CONNECT');
});
