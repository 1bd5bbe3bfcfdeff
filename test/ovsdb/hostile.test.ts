import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Client, type ClientOptions, insert } from '../../src/ovsdb/index.js';
import { answer, withFakeServer } from '../support/fake-server.js';
import { SCHEMA, withServer } from '../support/ovsdb-server.js';
import { until } from '../support/processes.js';
import { openSockets } from '../support/sockets.js';

// None of these servers is real: no real one can be made to do this.

const FAST: ClientOptions = { minBackoff: 10, maxBackoff: 50 };
const WELL: Record<string, unknown> = { get_schema: SCHEMA, monitor_cond_since: [false, 'x', {}], echo: [] };

/** Connects to a server that does this to whoever connects, which must fail with this error, and leak nothing. */
async function fails(
  t: ExecutionContext,
  onConnection: (socket: Socket) => void,
  code: string,
  message: RegExp,
  options: ClientOptions = {},
) {
  const remote = await withFakeServer(t, onConnection);
  const before = openSockets();
  const error = await t.throwsAsync(Client.connect(remote, { ...FAST, ...options }));
  const causes: { code?: string; message: string }[] = [];
  for (let cause: unknown = error; cause instanceof Error; { cause } = cause) causes.push(cause);
  t.true(
    causes.some((cause) => cause.code === code),
    causes.map(String).join(' < '),
  );
  t.regex(error.message, message);
  t.true(error.message.includes(remote), error.message);
  t.true(error.message.length < 1000, 'an error is no place to keep what a hostile server says');
  await until('no socket is left', () => openSockets() <= before);
}

test.serial('half-open: one that takes the connection and says nothing is given up', async (t) => {
  await fails(t, (socket) => socket.resume(), 'ERR_TIMEOUT', /no byte from .* for 100 ms/, { probeInterval: 50 });
  await fails(t, (socket) => socket.resume(), 'ERR_TIMEOUT', /no answer in time/, { dumpTimeout: 50 });
});

const says = (text: string | Buffer) => (socket: Socket) => socket.once('data', () => socket.write(text));

const deep = '['.repeat(1000);
const cases: [what: string, text: string | Buffer, code: string, message: RegExp][] = [
  ['a reply to nothing', '{"id":99,"result":1,"error":null}', 'ERR_JSONRPC_PROTOCOL', /does not wait for a reply/],
  ['garbage', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'ERR_JSONRPC_PROTOCOL', /./],
  ['not UTF-8', Buffer.from('{"id":0,"result":"\xff\xfe","error":null}', 'latin1'), 'ERR_JSONRPC_PROTOCOL', /UTF-8/],
  ['depth', deep, 'ERR_JSONRPC_LIMIT', /64/],
  ['depth within a message', `{"id":0,"result":${deep}`, 'ERR_JSONRPC_LIMIT', /64/],
];

for (const [what, text, code, message] of cases) {
  test.serial(`${what} is a clear error`, async (t) => {
    await fails(t, says(text), code, message);
  });
}

test.serial('an endless message costs no more than the limit', async (t) => {
  let written = 0;
  const flood = (socket: Socket) => {
    socket.write('{"id":0,"result":"');
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const more = () => {
      while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
    };
    socket.on('drain', more);
    socket.once('data', more);
  };
  await fails(t, flood, 'ERR_JSONRPC_LIMIT', /1048576/, { limits: { messageBytes: 1 << 20 } });
  t.true(written < 16 << 20, `${written} bytes were taken`);
});

test.serial('a message cut short is a lost connection', async (t) => {
  const cut = (socket: Socket) => socket.once('data', () => socket.end('{"id":0,"resu'));
  await fails(t, cut, 'ERR_JSONRPC_CONNECTION_LOST', /in the middle of a message/);
});

const nonsense: [what: string, replies: Record<string, unknown>, message: RegExp][] = [
  ['a schema that is none', { get_schema: { name: 5 } }, /schema: name must be a string/],
  ['a dump that is no list', { monitor_cond_since: 7 }, /the reply to monitor_cond_since is not one/],
  ['a dump without tables', { monitor_cond_since: [true, 'x', null] }, /the reply to monitor_cond_since is not one/],
  [
    'a table that is not monitored',
    { monitor_cond_since: [false, 'x', { Itme: {} }] },
    /makes no sense|not monitored|Itme/,
  ],
  [
    'a row that is none',
    { monitor_cond_since: [true, 'x', { Item: { a: 7 } }] },
    /none of insert, modify, delete|no sense/,
  ],
];

for (const [what, replies, message] of nonsense) {
  test.serial(`${what} fails the call, and not the process`, async (t) => {
    const remote = await withFakeServer(t, (socket) => answer(socket, { ...WELL, ...replies }));
    const client = await Client.connect(remote, FAST);
    t.teardown(() => client.close());
    const result = await client.monitor('Test', { Item: {} }).catch((error) => error);
    if (what === 'a table that is not monitored') t.is(result.size ?? 0, 0);
    else t.regex(result.message, message);
    await client.echo();
  });
}

const senseless: [string, object, RegExp][] = [
  ['of a row that is not there', { modify: {} }, /modifies row a of table Item, which was never inserted/],
  ['of no known kind', { replace: {} }, /update of row a of table Item is none of insert, modify, delete/],
];

for (const [what, row, message] of senseless) {
  test.serial(`an update ${what} drops the connection, and the client comes back`, async (t) => {
    let connections = 0;
    const remote = await withFakeServer(t, (socket) => {
      connections++;
      const update = { id: null, method: 'update3', params: ['ovskit-0', 'x', { Item: { a: row } }] };
      const echo = () => {
        if (connections === 1) socket.write(JSON.stringify(update));
        return [];
      };
      answer(socket, { ...WELL, echo });
    });
    const client = await Client.connect(remote, FAST);
    t.teardown(() => client.close());
    const errors: (Error | undefined)[] = [];
    client.onState(({ error }) => error && errors.push(error));
    await client.monitor('Test', { Item: {} });
    await client.echo();
    await until('the second connection', () => connections === 2);
    await client.echo();
    t.regex(errors[0]?.message ?? '', message);
  });
}

test.serial('a reply that says nothing of a write leaves its outcome unknown', async (t) => {
  const remote = await withFakeServer(t, (socket) => answer(socket, { ...WELL, transact: [] }));
  const client = await Client.connect(remote, FAST);
  t.teardown(() => client.close());
  const write = client.transact('Test', [insert('Item', { name: 'a' })]);
  const error = await t.throwsAsync(write, { code: 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN' });
  t.regex((error.cause as Error).message, /fewer results than there were operations/);
});

test.serial('a good server after a bad one is found', async (t) => {
  const server = await withServer(t);
  const bad = await withFakeServer(t, says('nonsense'));
  const silent = await withFakeServer(t, (socket) => socket.resume());
  const client = await Client.connect([bad, silent, server.remote], { ...FAST, probeInterval: 300 });
  t.teardown(() => client.close());
  t.is(client.remote, server.remote);
  await delay(900);
  t.is(client.state, 'ready', 'a server that answers its probes stays');
});

test.serial('a server that connects and drops us is not asked again and again', async (t) => {
  let connections = 0;
  const remote = await withFakeServer(t, (socket) => {
    connections++;
    answer(socket, WELL);
    setTimeout(() => socket.destroy(), 5);
  });
  const client = await Client.connect(remote, { retry: true, minBackoff: 100, maxBackoff: 400 }).catch(() => undefined);
  t.teardown(() => client?.close());
  await delay(600);
  t.true(connections <= 8, `${connections} connections`);
});
