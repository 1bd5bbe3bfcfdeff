import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Client } from '../../src/ovsdb/index.js';
import { output } from './run.js';
import { inSandbox, withSandbox } from './sandbox.js';

/** A real ovsdb-server that also serves a database of this schema, and a client of it, for one test. */
export async function withCustomDatabase(
  t: ExecutionContext<unknown>,
  schema: { readonly name: string; readonly version: string; readonly tables: object },
): Promise<Client> {
  const sandbox = await withSandbox(t, { vswitchd: false, network: 'current', datapath: 'dummy' });
  const [schemaFile, file] = ['ovsschema', 'db'].map((suffix) =>
    join(sandbox.runDirectory, `${schema.name}.${suffix}`),
  );
  writeFileSync(schemaFile as string, JSON.stringify(schema));
  await output('ovsdb-tool', ['create', file as string, schemaFile as string]);
  await output('ovs-appctl', ['-t', 'ovsdb-server', 'ovsdb-server/add-db', file as string], inSandbox(sandbox));
  const client = await Client.connect(sandbox.remote);
  t.teardown(() => client.close());
  return client;
}
