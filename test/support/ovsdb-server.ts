import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Daemon } from '../../src/sandbox/daemon.js';
import { call } from '../../src/sandbox/rpc.js';
import { output } from './run.js';

type T = ExecutionContext<unknown>;

/** A schema to practise on: rows that stand alone, with an index and without. */
export const SCHEMA = {
  name: 'Test',
  version: '1.0.0',
  tables: {
    Item: {
      isRoot: true,
      columns: {
        name: { type: 'string' },
        value: { type: 'integer' },
        tags: { type: { key: 'string', value: 'string', min: 0, max: 'unlimited' } },
      },
    },
    Counter: {
      isRoot: true,
      columns: { name: { type: 'string' }, value: { type: 'integer' } },
      indexes: [['name']],
    },
  },
};

/** A directory that goes with the test. */
export async function temporaryDirectory(t: T): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ovskit-test-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Makes a database file of a schema. */
export async function createDatabase(directory: string, schema: { readonly name: string } = SCHEMA): Promise<string> {
  const [schemaFile, file] = [join(directory, `${schema.name}.ovsschema`), join(directory, `${schema.name}.db`)];
  await writeFile(schemaFile, JSON.stringify(schema));
  await output('ovsdb-tool', ['create', file, schemaFile]);
  return file;
}

/** A real ovsdb-server of the test's own, which can be killed and started again. */
export class Server {
  readonly daemon: Daemon;
  /** Where it serves besides the remotes of its arguments. */
  readonly remote: string;
  readonly #control: string;

  constructor(
    readonly directory: string,
    readonly name: string,
    args: readonly string[],
  ) {
    const socket = join(directory, `${name}.sock`);
    this.remote = `unix:${socket}`;
    this.#control = join(directory, `${name}.ctl`);
    const log = join(directory, `${name}.log`);
    this.daemon = new Daemon({
      program: 'ovsdb-server',
      args: [
        `--remote=punix:${socket}`,
        `--unixctl=${this.#control}`,
        `--log-file=${log}`,
        '--verbose=console:off',
        '--verbose=syslog:off',
        '--no-chdir',
        ...args,
      ],
      env: { ...process.env, OVS_RUNDIR: directory, OVS_DBDIR: directory },
      logFile: log,
      ready: async (signal) => {
        for (;;) {
          try {
            await call(socket, 'list_dbs', [], signal);
            return;
          } catch {
            await delay(5, undefined, { signal });
          }
        }
      },
    });
  }

  async start(): Promise<void> {
    await this.daemon.start(AbortSignal.timeout(20_000));
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.daemon.kill();
  }

  appctl(...args: string[]): Promise<string> {
    return output('ovs-appctl', ['-t', this.#control, ...args]);
  }
}

/** Starts a server that ends with the test; by default with an empty database of {@link SCHEMA}. */
export async function withServer(
  t: T,
  options: { args?: string[]; databases?: string[]; name?: string; directory?: string } = {},
): Promise<Server> {
  const directory = options.directory ?? (await temporaryDirectory(t));
  const databases = options.databases ?? [await createDatabase(directory)];
  const server = new Server(directory, options.name ?? 'server', [...(options.args ?? []), ...databases]);
  t.teardown(() => server.daemon.stop());
  await server.start();
  return server;
}

/** A TCP port that nobody uses, below those that the kernel gives to outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
