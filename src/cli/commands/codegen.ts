import { stat, writeFile } from 'node:fs/promises';
import { InvalidArgumentError, messageOf, reasonOf } from '../../base/errors.js';
import { readTextFile } from '../../base/read-text.js';
import { replaceFile, unlessMissing } from '../../base/replace-file.js';
import { quoteCommand } from '../../base/shell.js';
import { generate } from '../../codegen/index.js';
import { parse } from '../../jsonrpc/index.js';
import { Client, type DatabaseSchema, parseSchema, SchemaError, type TlsOptions } from '../../ovsdb/index.js';
import type { Io } from '../io.js';
import { tlsArguments, tlsHelp, tlsOptions } from '../options/tls.js';
import { parseArguments, parseTimeout, UsageError } from '../usage.js';

export const codegenHelp = `ovskit codegen SCHEMA|REMOTE [--database NAME] [--output FILE]

Writes TypeScript for a database: the rows of its tables, what inserts and updates take, and a
constant that types operations, transactions and monitors.

  SCHEMA             a schema file (.ovsschema)
  REMOTE             a server to ask instead, such as unix:/var/run/openvswitch/db.sock
  --database NAME    the database; needed when the server has several
  --output FILE      the file to write (default: standard output)
  --import MODULE    what the file imports from (default: ovskit/ovsdb)
  --timeout MS       deadline for the server, in milliseconds (default 10000)
  ${tlsHelp}
                     for an ssl: remote, as for ovs-vsctl
`;

/** How ovsdb(7) begins a remote; anything else is a file. */
const REMOTE = /^(?:unix|tcp|ssl|punix|ptcp|pssl):/;

const SERVER_TIMEOUT = 10_000;

/** Bytes; Open vSwitch's schema has 30 KiB. */
const MAX_SCHEMA = 16 * 1024 * 1024;

/** `ovskit codegen`. @returns the exit status. */
export async function codegenCommand(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments({
    args: argv,
    allowPositionals: true,
    options: {
      database: { type: 'string' },
      output: { type: 'string' },
      import: { type: 'string' },
      timeout: { type: 'string' },
      ...tlsArguments,
    },
  });
  const [source, ...rest] = positionals;
  if (source === undefined || rest.length > 0) throw new UsageError('say "ovskit codegen SCHEMA|REMOTE"');
  const timeout = parseTimeout(values.timeout) ?? SERVER_TIMEOUT;
  const schema = REMOTE.test(source)
    ? await askServer(source, values.database, { timeout, tls: tlsOptions(values) })
    : await readSchema(source, values.database);
  const options = [
    ...(values.database === undefined ? [] : ['--database', values.database]),
    ...(values.import === undefined ? [] : ['--import', values.import]),
  ];
  const text = generate(schema, {
    importFrom: values.import,
    command: quoteCommand(['ovskit', 'codegen', source, ...options]),
  });
  if (values.output === undefined) io.stdout.write(text);
  else await writeOutput(values.output, text);
  return 0;
}

async function readSchema(file: string, database: string | undefined): Promise<DatabaseSchema> {
  let json: unknown;
  try {
    json = parse(await readTextFile(file, MAX_SCHEMA));
  } catch (cause) {
    throw new SchemaError(`schema file ${file}: ${reasonOf(cause)}`, { cause });
  }
  const schema = parseSchema(json);
  if (database === undefined || database === schema.name) return schema;
  throw new SchemaError(`schema file ${file} is of database ${schema.name}, not of ${database}`);
}

async function askServer(
  remote: string,
  database: string | undefined,
  { timeout, tls }: { timeout: number; tls: TlsOptions },
): Promise<DatabaseSchema> {
  await using client = await Client.connect(remote, { timeout, tls });
  return await client.getSchema(database ?? (await onlyDatabase(client, remote, timeout)), { timeout });
}

/** The server's database, the one that every server has about itself aside. */
async function onlyDatabase(client: Client, remote: string, timeout: number): Promise<string> {
  const names = (await client.listDatabases({ timeout })).filter((name) => name !== '_Server');
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  const choice = names.length === 0 ? 'only _Server' : names.sort().join(', ');
  throw new UsageError(`${remote} has ${choice}: choose with --database NAME`);
}

/** A reader sees the old file or the new one, never half of it. Only a file is replaced; a device or a pipe is written to. */
async function writeOutput(file: string, text: string): Promise<void> {
  try {
    const old = await stat(file).catch(unlessMissing);
    if (old && !old.isFile()) await writeFile(file, text);
    else await replaceFile(file, text);
  } catch (cause) {
    throw new InvalidArgumentError(`--output ${file}: ${messageOf(cause)}`);
  }
}
