import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Client, type ConnectionEvent } from '../../../src/ovsdb/index.js';
import { createDatabase, freePort, Server, temporaryDirectory, withServer } from '../../support/ovsdb-server.js';
import { until } from '../../support/processes.js';
import { withProxy } from '../../support/proxy.js';
import { reconnected } from '../../support/reconnected.js';
import { openSockets } from '../../support/sockets.js';

async function connected(t: ExecutionContext, ...args: Parameters<typeof Client.connect>): Promise<Client> {
  const client = await Client.connect(...args);
  t.teardown(() => client.close());
  return client;
}

const databases = ['Test', '_Server'];

test.serial('connects by unix:, tcp: and tcp: over IPv6', async (t) => {
  const [v4, v6] = [await freePort(), await freePort()];
  const server = await withServer(t, { args: [`--remote=ptcp:${v4}:127.0.0.1`, `--remote=ptcp:${v6}:[::1]`] });
  for (const remote of [server.remote, `tcp:127.0.0.1:${v4}`, `tcp:localhost:${v4}`, `tcp:[::1]:${v6}`]) {
    const client = await connected(t, remote);
    t.is(client.remote, remote);
    t.is(client.state, 'ready');
    t.deepEqual((await client.listDatabases()).sort(), databases);
  }
});

test.serial('takes the first of several remotes that works, in the order given', async (t) => {
  const server = await withServer(t);
  const missing = 'unix:/nonexistent/one.sock';
  const closed = `tcp:127.0.0.1:${await freePort()}`;
  const client = await connected(t, `${missing},${closed},${server.remote}`);
  t.is(client.remote, server.remote);
});

test.serial('shuffled, clients spread over the remotes', async (t) => {
  const server = await withServer(t);
  const remotes = await Promise.all([1, 2].map(async () => (await withProxy(t, server.remote)).remote));
  const clients = await Promise.all(Array.from({ length: 24 }, () => connected(t, remotes, { shuffle: true })));
  t.deepEqual([...new Set(clients.map(({ remote }) => remote))].sort(), remotes.sort());
  const ordered = await Promise.all(Array.from({ length: 6 }, () => connected(t, remotes)));
  t.deepEqual([...new Set(ordered.map(({ remote }) => remote))], [remotes[0]]);
});

test.serial('connect fails after one round, naming what is wrong with each remote, and leaks no socket', async (t) => {
  const port = await freePort();
  const directory = await temporaryDirectory(t);
  const before = openSockets();
  const remotes = ['unix:/nonexistent/db.sock', `tcp:127.0.0.1:${port}`, `unix:${directory}`];
  for (let run = 0; run < 20; run++) {
    const error = await t.throwsAsync(Client.connect(remotes), { code: 'ERR_OVSDB_CONNECT' });
    t.regex(error.message, /no remote of .* can be used/);
    t.regex(error.message, /unix:\/nonexistent\/db\.sock: there is no such socket; is ovsdb-server running/);
    t.regex(error.message, new RegExp(`tcp:127.0.0.1:${port}: nobody listens there`));
    t.regex(error.message, new RegExp(`connect to unix:${directory}: `));
  }
  await until('no socket is left', () => openSockets() <= before);
  t.pass();
});

test.serial('one remote fails with its own error', async (t) => {
  await t.throwsAsync(Client.connect('unix:/nonexistent/db.sock'), {
    code: 'ERR_OVSDB_CONNECT',
    message: 'cannot connect to unix:/nonexistent/db.sock: there is no such socket; is ovsdb-server running?',
  });
});

test.serial('with retry, connect waits for the server up to its deadline', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = new Server(directory, 'late', [await createDatabase(directory)]);
  t.teardown(() => server.daemon.stop());
  const options = { retry: true, minBackoff: 20, maxBackoff: 50 };
  await t.throwsAsync(Client.connect(server.remote, { ...options, timeout: 150 }), {
    code: 'ERR_TIMEOUT',
    message: /waiting for a connection to unix:.*late\.sock/,
  });
  const controller = new AbortController();
  const aborted = Client.connect(server.remote, { ...options, signal: controller.signal });
  controller.abort();
  await t.throwsAsync(aborted, { code: 'ERR_ABORTED' });
  const connecting = connected(t, server.remote, options);
  await delay(100);
  await server.start();
  t.is((await connecting).state, 'ready');
});

test.serial('remotes change while it runs', async (t) => {
  const server = await withServer(t);
  const [one, two] = [await withProxy(t, server.remote), await withProxy(t, server.remote)];
  const client = await connected(t, one.remote);
  client.setRemotes([two.remote, one.remote]);
  await client.echo();
  t.is(client.remote, one.remote, 'a connection to a remote that is still named stays');
  client.setRemotes(two.remote);
  await client.echo();
  t.is(client.remote, two.remote);
  t.is(one.open, 0);
  t.throws(() => client.setRemotes('tcp:'), { code: 'ERR_INVALID_ARGUMENT' });
  await client.echo();
  t.is(client.remote, two.remote);
});

test.serial('remotes that change in a pause are tried at once', async (t) => {
  const server = await withServer(t);
  const proxy = await withProxy(t, server.remote);
  const client = await connected(t, proxy.remote, { minBackoff: 60_000, maxBackoff: 60_000 });
  proxy.cut();
  await until('a pause', () => client.state === 'backoff');
  client.setRemotes(server.remote);
  await client.echo({ timeout: 5000 });
  t.is(client.remote, server.remote);
});

test.serial('reconnect: false ends the client with the connection', async (t) => {
  const server = await withServer(t);
  const client = await connected(t, server.remote, { reconnect: false });
  await server.kill();
  const error = await client.closed;
  t.is(error?.code, 'ERR_JSONRPC_CONNECTION_LOST');
  await t.throwsAsync(client.echo(), { is: error as Error });
  t.is(client.state, 'closed');
});

test.serial('each change of state is told, in order; a listener may close the client', async (t) => {
  const server = await withServer(t);
  const proxy = await withProxy(t, server.remote);
  const client = await connected(t, proxy.remote, { minBackoff: 10 });
  const events: ConnectionEvent[] = [];
  const stop = client.onState((event) => events.push(event));
  await reconnected(client, () => proxy.drop());
  t.deepEqual(
    events.map(({ state, remote }) => [state, remote]),
    [
      ['backoff', undefined],
      ['connecting', proxy.remote],
      ['checking', proxy.remote],
      ['ready', proxy.remote],
    ],
  );
  t.regex(events[0]?.error?.message ?? '', /closed the connection/);
  stop();
  client.onState(({ state }) => {
    if (state === 'connecting') void client.close();
  });
  proxy.drop();
  t.is(await client.closed, undefined);
  await client.close();
  t.is(client.state, 'closed');
  await until('no connection is left', () => proxy.open === 0);
});

test.serial('passive remotes: a real server connects to us, and comes back', async (t) => {
  const directory = await temporaryDirectory(t);
  const file = await createDatabase(directory);
  const port = await freePort();
  const socket = join(directory, 'us.sock');
  for (const [ours, theirs] of [
    [`ptcp:${port}:127.0.0.1`, `tcp:127.0.0.1:${port}`],
    [`punix:${socket}`, `unix:${socket}`],
  ] as const) {
    const server = new Server(directory, ours.slice(0, 4), [`--remote=${theirs}`, file]);
    t.teardown(() => server.daemon.stop());
    const connecting = connected(t, ours);
    await server.start();
    const client = await connecting;
    t.deepEqual((await client.listDatabases()).sort(), databases);
    await server.kill();
    await server.start();
    t.deepEqual((await client.listDatabases({ timeout: 15_000 })).sort(), databases);
    await client.close();
    await server.daemon.stop();
  }
});

test.serial('a passive remote that is taken is named; closing ends the wait for a peer', async (t) => {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  t.teardown(() => listener.close());
  const { port } = listener.address() as { port: number };
  await t.throwsAsync(Client.connect(`ptcp:${port}:127.0.0.1`), {
    code: 'ERR_OVSDB_CONNECT',
    message: /cannot listen on ptcp:.*: that address is in use/,
  });
  const before = openSockets();
  await t.throwsAsync(Client.connect('ptcp:0:127.0.0.1', { timeout: 50 }), { code: 'ERR_TIMEOUT' });
  await until('nobody listens', () => openSockets() <= before);
});

test.serial('a hundred connections that come and go leave no socket', async (t) => {
  const server = await withServer(t);
  await (await Client.connect(server.remote)).close();
  const before = openSockets();
  for (let run = 0; run < 10; run++) {
    const clients = await Promise.all(Array.from({ length: 10 }, () => Client.connect(server.remote)));
    await Promise.all(clients.map((client) => client.close()));
  }
  await until('no socket is left', () => openSockets() <= before);
  t.pass();
});
