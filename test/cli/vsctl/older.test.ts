import test, { type ExecutionContext } from 'ava';
import { Client } from '../../../src/ovsdb/index.js';
import { schemaDocument } from '../../../src/vswitch/schema-document.js';
import { createDatabase, temporaryDirectory, withServer } from '../../support/ovsdb-server.js';
import { compareLines } from './differential.js';
import { olderGroup } from './lines/older.js';
import { runOurs, type Twin } from './twins.js';

const MISSING_TABLES = ['CT_Zone', 'CT_Timeout_Policy', 'Datapath', 'AutoAttach'];
const MISSING_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  Open_vSwitch: ['datapaths', 'dpdk_initialized', 'dpdk_version'],
  Bridge: ['auto_attach', 'rstp_enable', 'rstp_status', 'status'],
  Port: ['protected', 'cvlans'],
  Interface: ['ifindex', 'mtu_request'],
  Controller: ['type'],
};

/** The schema as it was before some tables and columns were invented. */
function olderSchema() {
  const schema = JSON.parse(schemaDocument);
  for (const table of MISSING_TABLES) delete schema.tables[table];
  for (const [table, columns] of Object.entries(MISSING_COLUMNS)) {
    for (const column of columns) delete schema.tables[table].columns[column];
  }
  return { ...schema, version: '7.0.0' };
}

async function startOlderTwin(t: ExecutionContext): Promise<Twin> {
  const directory = await temporaryDirectory(t);
  const { remote } = await withServer(t, {
    directory,
    name: 'db',
    databases: [await createDatabase(directory, olderSchema())],
  });
  const client = await Client.connect(remote);
  t.teardown(() => client.close());
  return { remote, client, env: { ...process.env, OVS_RUNDIR: directory } };
}

test.serial('a database of an older schema is served as the stock tool serves it', async (t) => {
  await compareLines(t, olderGroup, [await startOlderTwin(t), await startOlderTwin(t)]);
});

test.serial('a wait ends when what the older database has changes, and --explain shows what can be read', async (t) => {
  const twin = await startOlderTwin(t);
  await runOurs(twin, ['--no-wait', 'init', '--', 'add-br', 'a']);
  const waiting = runOurs(twin, ['-t', '20', 'wait-until', 'bridge', 'a', 'stp_enable=true', 'rstp_enable=false']);
  await runOurs(twin, ['--no-wait', 'set', 'bridge', 'a', 'stp_enable=true']);
  t.is((await waiting).status, 0);
  const { status, stdout } = await runOurs(twin, ['--explain', 'list', 'bridge']);
  t.is(status, 0);
  t.regex(stdout, /"table":"Bridge"/);
});
