import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { freePort, SCHEMA, Server, temporaryDirectory } from './ovsdb-server.js';
import { output } from './run.js';

/** A real cluster on loopback, of members that can be killed and started again. */
export class Cluster {
  readonly #database: string;

  constructor(
    readonly members: readonly Server[],
    database: string,
  ) {
    this.#database = database;
  }

  /** The remotes of all members. */
  get remotes(): string[] {
    return this.members.map(({ remote }) => remote);
  }

  status(member: Server): Promise<string> {
    return member.appctl('cluster/status', this.#database);
  }

  /** Waits until one member leads, as itself and a majority see it. */
  async leader(): Promise<Server> {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      for (const member of this.members) {
        if (member.daemon.pid === undefined) continue;
        if (/^Role: leader$/m.test(await this.status(member).catch(() => ''))) return member;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('no member of the cluster leads');
  }

  /** Asks the leader to hand over, as `cluster/failure-test` has it for tests. */
  async moveLeadership(): Promise<void> {
    const leader = await this.leader();
    await leader.appctl('cluster/failure-test', 'transfer-leadership');
  }
}

/** Starts a cluster that ends with the test; by default with an empty database of {@link SCHEMA}. */
export async function withCluster(
  t: ExecutionContext<unknown>,
  size = 3,
  schema: { readonly name: string } = SCHEMA,
): Promise<Cluster> {
  const directory = await temporaryDirectory(t);
  const schemaFile = join(directory, 'schema');
  await writeFile(schemaFile, JSON.stringify(schema));
  const addresses = await Promise.all(Array.from({ length: size }, async () => `tcp:127.0.0.1:${await freePort()}`));
  const files = addresses.map((_, index) => join(directory, `member${index}.db`)) as [string, ...string[]];
  const [first, ...others] = addresses as [string, ...string[]];
  await output('ovsdb-tool', ['create-cluster', files[0], schemaFile, first]);
  for (const [index, address] of others.entries()) {
    await output('ovsdb-tool', ['join-cluster', files[index + 1] as string, schema.name, address, first]);
  }
  const members = files.map((file, index) => new Server(directory, `member${index}`, [file]));
  for (const member of members) t.teardown(() => member.daemon.stop());
  await Promise.all(members.map((member) => member.start()));
  for (const member of members) await output('ovsdb-client', ['wait', member.remote, schema.name, 'connected']);
  return new Cluster(members, schema.name);
}

/** A relay of a database of that cluster or server (ovsdb(7)). */
export async function withRelay(t: ExecutionContext<unknown>, remotes: readonly string[]): Promise<Server> {
  const relay = new Server(await temporaryDirectory(t), 'relay', [`relay:${SCHEMA.name}:${remotes.join(',')}`]);
  t.teardown(() => relay.daemon.stop());
  await relay.start();
  return relay;
}
