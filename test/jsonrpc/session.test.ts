import { once } from 'node:events';
import net from 'node:net';
import test from 'ava';
import { AbortedError, InvalidArgumentError, TimeoutError } from '../../src/base/errors.js';
import { ConnectionLostError, RemoteError, Session } from '../../src/jsonrpc/index.js';
import { HostilePeer } from './hostile-peer.js';
import { OvsdbServer } from './ovsdb-server.js';

/** All tests here talk to one real ovsdb-server, but for those that kill it. */
let server: OvsdbServer;
test.before(async () => {
  server = await OvsdbServer.start();
});
test.after.always(() => server[Symbol.asyncDispose]());

const DB = 'Open_vSwitch';
const open = async (options = {}) => new Session(await server.connect(), { name: 'unix:db.sock', ...options });
const increment = { op: 'mutate', table: 'Open_vSwitch', where: [], mutations: [['next_cfg', '+=', 1]] };
/** A transaction that the server keeps until somebody else makes the row. */
const waitFor = (name: string) => [
  DB,
  { op: 'wait', table: 'Open_vSwitch', columns: ['db_version'], where: [], until: '==', rows: [{ db_version: name }] },
];

test('echo, list_dbs and a transaction', async (t) => {
  await using session = await open();
  t.deepEqual(await session.request('echo', ['größe', 1.5, null]), ['größe', 1.5, null]);
  await session.echo();
  t.true(((await session.request('list_dbs', [])) as string[]).includes(DB));
  const schema = (await session.request('get_schema', [DB])) as { name: string };
  t.is(schema.name, DB);
  t.deepEqual(await session.request('transact', [DB, { op: 'comment', comment: 'x' }]), [{}]);
});

test('integers of 64 bits survive the server', async (t) => {
  await using session = await open();
  const integers = [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), 2 ** 53 - 1];
  t.deepEqual(await session.request('echo', integers), integers);
});

test('an error of the server keeps its members', async (t) => {
  await using session = await open();
  const unknown = await t.throwsAsync(session.request('no_such_method', []), {
    instanceOf: RemoteError,
    code: 'ERR_JSONRPC_REMOTE',
  });
  t.is(unknown?.error, 'unknown method');
  t.is(unknown?.message, 'no_such_method request to unix:db.sock: unknown method');
  const syntax = await t.throwsAsync(session.request('get_schema', ['nope']), { instanceOf: RemoteError });
  t.is(syntax?.error, 'unknown database');
  t.is(typeof syntax?.details, 'string');
  t.truthy(syntax?.syntax);
});

test('a rejection carries the stack of whoever awaits it', async (t) => {
  await using session = await open();
  async function theCaller() {
    await session.request('no_such_method', []);
  }
  const error = await t.throwsAsync(theCaller());
  t.regex(error?.stack ?? '', /RemoteError: no_such_method.*\n[\s\S]*theCaller/);
});

/** Counts the writes to a socket from here on. */
function countWrites(socket: net.Socket): () => number {
  let writes = 0;
  const write = socket.write.bind(socket) as (text: string) => boolean;
  socket.write = ((text: string) => {
    writes++;
    return write(text);
  }) as typeof socket.write;
  return () => writes;
}

test('200 requests in flight come back each to its own, written by few system calls', async (t) => {
  const socket = await server.connect();
  const writes = countWrites(socket);
  await using session = new Session(socket);
  const replies = await Promise.all(Array.from({ length: 200 }, (_, i) => session.request('echo', [i])));
  t.deepEqual(
    replies,
    Array.from({ length: 200 }, (_, i) => [i]),
  );
  t.true(writes() <= 2, `${writes()} writes`);
});

test('what is long enough leaves before the turn ends, behind what came before it', async (t) => {
  const socket = await server.connect();
  await using session = new Session(socket);
  await session.echo();
  const writes = countWrites(socket);
  const sent = [['alone'], ['short'], ['x'.repeat(10_000)], ['last']];
  const replies = sent.slice(0, 3).map((params) => session.request('echo', params));
  t.is(writes(), 2, 'the first by itself, the others together');
  replies.push(session.request('echo', ['last']));
  t.is(writes(), 2);
  t.deepEqual(await Promise.all(replies), sent);
  t.is(writes(), 3);
});

test('callers that the same bytes wake send by one system call', async (t) => {
  let text = '';
  // No real server can be made to put two replies into the same bytes.
  await using peer = await HostilePeer.start((socket) =>
    socket.on('data', (bytes) => {
      text += bytes;
      const ids = [...text.matchAll(/"id":(\d+)/g)].map(([, id]) => id);
      if (ids.length % 2 === 0)
        socket.write(
          ids
            .slice(-2)
            .map((id) => `{"id":${id},"result":[],"error":null}`)
            .join(''),
        );
    }),
  );
  const socket = await peer.connect();
  await using session = new Session(socket);
  const first = [session.request('echo', []), session.request('echo', [])];
  let writes = () => 0;
  void first[0]!.then(() => {
    writes = countWrites(socket);
  });
  await Promise.all(first.map((reply) => reply.then(() => session.request('echo', []))));
  t.is(writes(), 1);
});

test("a transaction's own update is delivered before its reply", async (t) => {
  const seen: string[] = [];
  await using session = await open({ onNotification: (method: string) => seen.push(method) });
  await session.request('transact', [DB, { op: 'insert', table: 'Open_vSwitch', row: {} }]);
  await session.request('monitor_cond', [DB, 'mon', { Open_vSwitch: [{ columns: ['next_cfg'] }] }]);
  for (let i = 0; i < 50; i++) {
    const { length } = seen;
    await session.request('transact', [DB, increment]);
    t.deepEqual(seen.slice(length), ['update2']);
  }
});

test('the deadline abandons a request; cancelled, its late reply is swallowed', async (t) => {
  await using session = await open();
  const abandoned: number[] = [];
  const wait = session.request('transact', waitFor('never'), {
    timeout: 30,
    onAbandoned: (id) => {
      abandoned.push(id);
      session.notify('cancel', [id]);
    },
  });
  const error = await t.throwsAsync(wait, { instanceOf: TimeoutError, code: 'ERR_TIMEOUT' });
  t.is(error?.message, 'transact request to unix:db.sock: no reply within 30 ms');
  t.deepEqual(abandoned, [0]);
  // The answer "canceled" comes before this one.
  await session.echo();
  t.false(session.ended);
});

test('the signal abandons a request', async (t) => {
  await using session = await open();
  const controller = new AbortController();
  const abandoned: number[] = [];
  const onAbandoned = (id: number) => {
    abandoned.push(id);
    session.notify('cancel', [id]);
  };
  const wait = session.request('transact', waitFor('never'), { signal: controller.signal, onAbandoned });
  const reason = new Error('enough');
  await session.echo();
  controller.abort(reason);
  const error = await t.throwsAsync(wait, { instanceOf: AbortedError, code: 'ERR_ABORTED' });
  t.is(error?.cause, reason);
  t.deepEqual(abandoned, [0]);
  // One aborted before it began is never sent, nor given up.
  await t.throwsAsync(session.request('echo', [], { signal: controller.signal, onAbandoned }), {
    instanceOf: AbortedError,
  });
  t.is(abandoned.length, 1);
  await session.echo();
});

test('deadlines of different length each end in their time', async (t) => {
  await using session = await open();
  const order: number[] = [];
  const one = (timeout: number) =>
    t
      .throwsAsync(
        session.request('transact', waitFor('never'), { timeout, onAbandoned: (id) => session.notify('cancel', [id]) }),
        {
          instanceOf: TimeoutError,
        },
      )
      .then(() => order.push(timeout));
  await Promise.all([one(120), one(40), one(0), one(80), session.echo()]);
  t.deepEqual(order, [0, 40, 80, 120]);
});

test('bad arguments are named and leave the session alone', async (t) => {
  await using session = await open();
  const bad = (method: unknown, params: unknown, options = {}) =>
    t.throwsAsync(session.request(method as string, params as unknown[], options), {
      instanceOf: InvalidArgumentError,
    });
  t.regex((await bad('', []))?.message ?? '', /method of a request must be a string/);
  t.regex((await bad(7, []))?.message ?? '', /not a number/);
  t.regex((await bad('echo', {}))?.message ?? '', /params must be an array/);
  t.regex((await bad('echo', [], { timeout: -1 }))?.message ?? '', /timeout must be a number/);
  t.regex((await bad('echo', [], { timeout: Number.NaN }))?.message ?? '', /timeout must be a number/);
  t.throws(() => session.notify('', []), { instanceOf: InvalidArgumentError });
  await session.echo();
});

test('close rejects what waits, and is told from a loss', async (t) => {
  const session = await open();
  const wait = t.throwsAsync(session.request('transact', waitFor('never')), { instanceOf: ConnectionLostError });
  await session.close();
  await session.close();
  const error = await wait;
  t.is(error?.message, 'transact request to unix:db.sock: no reply, the session was closed by this side');
  t.true(error?.sent);
  t.is(await session.closed, undefined);
  const late = await t.throwsAsync(session.echo(), { instanceOf: ConnectionLostError });
  t.false(late?.sent);
  t.throws(() => session.notify('echo', []), { instanceOf: ConnectionLostError });
});

test('what was written just before close still goes out', async (t) => {
  const seen: unknown[] = [];
  let told = () => {};
  const stolen = new Promise<void>((resolve) => {
    told = resolve;
  });
  const onNotification = (method: string, params: unknown[]) => {
    seen.push([method, params]);
    told();
  };
  await using owner = await open({ onNotification });
  await owner.request('lock', ['last_word']);
  const thief = await open();
  const steal = t.throwsAsync(thief.request('steal', ['last_word']), { instanceOf: ConnectionLostError });
  await thief.close();
  await steal;
  await stolen;
  t.deepEqual(seen[0], ['stolen', ['last_word']]);
});

test('the death of the server rejects what waits, with sent, and the peer named', async (t) => {
  await using mortal = await OvsdbServer.start();
  const session = new Session(await mortal.connect(), { name: 'unix:mortal.sock' });
  const waits = Array.from({ length: 3 }, () =>
    session.request('transact', waitFor('never')).then(null, (error) => error),
  );
  await session.echo();
  mortal.process.kill('SIGKILL');
  await once(mortal.process, 'exit');
  for (const error of await Promise.all(waits)) {
    t.true(error instanceof ConnectionLostError);
    t.true(error.sent);
    t.regex(error.message, /transact request to unix:mortal.sock: no reply, unix:mortal.sock closed the connection/);
  }
  t.is((await session.closed)?.code, 'ERR_JSONRPC_CONNECTION_LOST');
  const late = await t.throwsAsync(session.request('echo', []), { instanceOf: ConnectionLostError });
  t.false(late?.sent);
});

test('a socket that is still connecting is waited for; when it fails, nothing was sent', async (t) => {
  await using session = new Session(net.connect(server.socketPath));
  t.deepEqual(await Promise.all([session.request('echo', [1]), session.request('echo', [2])]), [[1], [2]]);
  const absent = new Session(net.connect(`${server.dir}/absent.sock`), { name: 'unix:absent.sock' });
  const error = await t.throwsAsync(absent.echo(), { instanceOf: ConnectionLostError });
  t.false(error?.sent);
  t.regex(error?.message ?? '', /connection to unix:absent.sock lost: connect ENOENT/);
  t.is((await absent.closed)?.code, 'ERR_JSONRPC_CONNECTION_LOST');
});

test('a session on a stream that is closed already has ended', async (t) => {
  const socket = await server.connect();
  socket.destroy();
  await once(socket, 'close');
  const session = new Session(socket);
  t.is((await session.closed)?.code, 'ERR_JSONRPC_CONNECTION_LOST');
  t.false((await t.throwsAsync(session.echo(), { instanceOf: ConnectionLostError }))?.sent);
});

test('the silence of a stopped server ends the session; that of an idle one does not', async (t) => {
  await using stopped = await OvsdbServer.start();
  await using session = new Session(await stopped.connect(), { name: 'unix:stopped.sock', probeInterval: 250 });
  let echoes = 0;
  const socket = await stopped.connect();
  socket.on('data', () => {
    echoes++;
  });
  await using idle = new Session(socket, { probeInterval: 150 });
  while (echoes < 3) await once(socket, 'data');
  t.false(idle.ended);
  await idle.close();
  t.false(session.ended);
  stopped.process.kill('SIGSTOP');
  try {
    const error = await session.closed;
    t.is(error?.code, 'ERR_JSONRPC_CONNECTION_LOST');
    t.regex(error?.message ?? '', /no byte from unix:stopped.sock for 500 ms/);
    t.true(error?.cause instanceof TimeoutError);
  } finally {
    stopped.process.kill('SIGCONT');
  }
});
