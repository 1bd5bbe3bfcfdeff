import type net from 'node:net';
import test from 'ava';
import {
  ConnectionLostError,
  Framer,
  LimitError,
  ProtocolError,
  Session,
  type SessionOptions,
} from '../../src/jsonrpc/index.js';
import { HostilePeer } from './hostile-peer.js';

const unhandled: unknown[] = [];
process.on('unhandledRejection', (error) => unhandled.push(error));
test.after.always((t) => t.deepEqual(unhandled, []));

/** A session with a hostile peer that says `answer` to the first request, and what came of both. */
async function meet(answer: (socket: net.Socket) => void, options: SessionOptions = {}) {
  await using peer = await HostilePeer.start((socket) => socket.once('data', () => answer(socket)));
  const session = new Session(await peer.connect(), { name: 'unix:hostile', ...options });
  const request = session.request('echo', []).then(
    (value) => value,
    (error: Error) => error,
  );
  return { reason: await session.closed, request: await request };
}

const caught = (error: unknown) => error as ConnectionLostError;
const say = (text: string | Buffer) => (socket: net.Socket) => void socket.write(text);

const violations: [name: string, bytes: string | Buffer, message: RegExp][] = [
  ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n\r\n', /unix:hostile does not speak JSON-RPC: .*"HTTP\/1.1 400/],
  ['binary garbage', Buffer.from([0, 255, 1, 2]), /should begin at byte 0/],
  ['broken JSON', '{"id":0,"result":[}}', /not JSON: \{"id":0,"result":\[\}\}/],
  ['mismatched brackets', '{"id":0]', /not JSON/],
  ['invalid UTF-8', Buffer.from('{"id":0,"result":"\xff"}', 'latin1'), /not UTF-8/],
  ['an array', '[1,2]', /not a JSON object: \[1,2\]/],
  ['an unknown id', '{"id":99,"result":[],"error":null}', /replied to a request that does not wait/],
  ['an id of another type', '{"id":"0","result":[],"error":null}', /replied to a request that does not wait/],
  ['an id that is an object', '{"id":{},"result":[],"error":null}', /replied to a request that does not wait/],
  ['the same reply twice', '{"id":0,"result":[],"error":null}'.repeat(2), /replied to a request that does not wait/],
  ['a reply to nothing', '{"id":null,"result":[],"error":null}', /neither a method nor the id/],
  ['neither result nor error', '{"id":0}', /neither a method, a result nor an error/],
  ['a method that is a number', '{"id":null,"method":3,"params":[]}', /a method that is not a string/],
  ['params that are an object', '{"id":null,"method":"update","params":{}}', /params of update that are not an array/],
];

for (const [name, bytes, message] of violations) {
  test(`a hostile peer that sends ${name}`, async (t) => {
    const { reason, request } = await meet(say(bytes));
    t.true(reason instanceof ProtocolError, String(reason));
    t.regex(reason?.message ?? '', message);
    if (name === 'the same reply twice') t.deepEqual(request, []);
    else {
      t.true(request instanceof ConnectionLostError);
      t.true((request as ConnectionLostError).sent);
      t.is((request as ConnectionLostError).cause, reason);
    }
  });
}

test('a hostile peer that stops in the middle of a message', async (t) => {
  const { reason, request } = await meet((socket) => socket.end('{"id":0,"result":["abc'));
  t.is(reason?.code, 'ERR_JSONRPC_CONNECTION_LOST');
  t.is(reason?.message, 'unix:hostile closed the connection in the middle of a message (22 bytes of it came)');
  t.true(request instanceof ConnectionLostError);
});

test('a hostile peer that sends a message without end', async (t) => {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const block = Buffer.alloc(65_536, 'x');
  const { reason } = await meet(
    (socket) => {
      socket.write('{"id":0,"result":"');
      const more = () => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        while (!socket.destroyed && socket.write(block));
      };
      socket.on('drain', more);
      more();
    },
    { limits: { messageBytes: 8 * 2 ** 20 } },
  );
  t.true(reason instanceof LimitError);
  t.is(reason?.message, 'unix:hostile sent a message longer than 8388608 bytes (it begins at byte 0)');
  t.true(most < 64 * 2 ** 20, `${most} bytes held`);
});

test('a hostile peer that nests without end', async (t) => {
  const { reason } = await meet(say('['.repeat(100_000)));
  t.true(reason instanceof LimitError);
  t.regex(reason?.message ?? '', /more than 64 deep/);
});

test('a hostile peer that asks and never reads can not fill our memory', async (t) => {
  const echo = JSON.stringify({ id: 1, method: 'echo', params: ['x'.repeat(10_000)] });
  const { reason } = await meet(
    (socket) => {
      socket.pause();
      const more = () => {
        while (!socket.destroyed && socket.write(echo));
      };
      socket.on('drain', more);
      more();
    },
    { limits: { unsent: 2 ** 20 } },
  );
  t.true(reason instanceof LimitError);
  t.regex(reason?.message ?? '', /reply to unix:hostile: not sent, .* limit of 1048576/);
});

test('a peer that never reads: requests beyond the cap fail alone, those within keep their place', async (t) => {
  await using peer = await HostilePeer.start((socket) => socket.pause());
  const session = new Session(await peer.connect(), { name: 'unix:slow', limits: { unsent: 2 ** 20 } });
  const settled: unknown[] = [];
  const requests = Array.from({ length: 400 }, () =>
    session.request('echo', ['x'.repeat(10_000)]).catch((error) => settled.push(error)),
  );
  await new Promise((resolve) => setImmediate(resolve));
  t.true(settled.length > 200 && settled.length < 300, `${settled.length} refused`);
  for (const error of settled) t.true(error instanceof LimitError);
  t.false(session.ended);
  await session.close();
  await Promise.all(requests);
});

test('a request given up before it left is taken back, and told as not sent', async (t) => {
  await using peer = await HostilePeer.start((socket) => socket.pause());
  const session = new Session(await peer.connect(), { name: 'unix:slow' });
  // Fills the socket's buffers; what follows waits in the session.
  const first = session.request('echo', ['x'.repeat(4e6)]).catch(caught);
  await new Promise((resolve) => setImmediate(resolve));
  const abandoned: number[] = [];
  const given = session.request('echo', ['given up'], { timeout: 1, onAbandoned: (id) => abandoned.push(id) });
  const waiting = session.request('echo', ['waits']).catch(caught);
  await t.throwsAsync(given, { code: 'ERR_TIMEOUT' });
  t.deepEqual(abandoned, []);
  let text = '';
  const messages: unknown[] = [];
  const framer = new Framer((message) => messages.push(JSON.parse(message).params[0].slice(0, 5)));
  const [socket] = peer.sockets;
  await new Promise<void>((resolve) => {
    socket!.on('data', (chunk) => {
      framer.push(chunk);
      text = String(messages.at(-1));
      if (text === 'waits') resolve();
    });
    socket!.resume();
  });
  t.deepEqual(messages, ['xxxxx', 'waits']);
  await session.close();
  t.true(((await first) as ConnectionLostError).sent);
  t.true(((await waiting) as ConnectionLostError).sent);
});

test('what still waits here when the connection dies was not sent', async (t) => {
  await using peer = await HostilePeer.start((socket) => socket.pause());
  const session = new Session(await peer.connect(), { name: 'unix:slow' });
  const first = session.request('echo', ['x'.repeat(4e6)]).catch(caught);
  await new Promise((resolve) => setImmediate(resolve));
  const second = session.request('echo', []).catch(caught);
  for (const socket of peer.sockets) socket.destroy();
  t.true(((await first) as ConnectionLostError).sent);
  t.false(((await second) as ConnectionLostError).sent);
});

test('a half-open peer does not keep close waiting', async (t) => {
  await using peer = await HostilePeer.start((socket) => socket.pause());
  const session = new Session(await peer.connect(), { name: 'unix:slow' });
  const request = session.request('echo', ['x'.repeat(4e6)]).catch(caught);
  await session.close();
  t.true((await request) instanceof ConnectionLostError);
  t.is(await session.closed, undefined);
});

test('a peer that owes too many replies is given up', async (t) => {
  await using peer = await HostilePeer.start((socket) => socket.resume());
  const session = new Session(await peer.connect(), { name: 'unix:mute', limits: { owedReplies: 10 } });
  const requests = Array.from({ length: 12 }, () => session.request('echo', [], { timeout: 1 }).catch(caught));
  const reason = await session.closed;
  t.is(reason?.message, 'unix:mute owes more than 10 replies to requests given up');
  await Promise.all(requests);
});

test("the peer's echo is answered, other requests go to the handler or are refused", async (t) => {
  const answers: unknown[] = [];
  const ask = '{"id":"a","method":"echo","params":[12345678901234567]}{"id":7,"method":"nope","params":[]}';
  await using peer = await HostilePeer.start((socket) => socket.write(ask));
  for (const onRequest of [undefined, (method: string) => Promise.resolve(`${method}!`)]) {
    const session = new Session(await peer.connect(), { onRequest });
    const socket = [...peer.sockets].at(-1)!;
    await new Promise<void>((resolve) => {
      let count = 0;
      const framer = new Framer((text) => {
        answers.push(text);
        if (++count === 2) resolve();
      });
      socket.on('data', (chunk) => framer.push(chunk));
    });
    await session.close();
  }
  t.deepEqual(answers, [
    '{"id":"a","result":[12345678901234567],"error":null}',
    '{"id":7,"result":null,"error":"unknown method"}',
    '{"id":"a","result":[12345678901234567],"error":null}',
    '{"id":7,"result":"nope!","error":null}',
  ]);
});

test('an error thrown by a handler ends the session and is its reason', async (t) => {
  const bytes = '{"id":null,"method":"update","params":[]}{"id":0,"result":[],"error":null}';
  const plain = await meet(say(bytes), {
    onNotification: () => {
      throw new TypeError('oops');
    },
  });
  t.is(plain.reason?.code, 'ERR_JSONRPC_HANDLER');
  t.is(plain.reason?.message, 'the handler of a notification update from unix:hostile failed: oops');
  const own = new ProtocolError('an update of a table that is not monitored');
  const typed = await meet(say(bytes), {
    onNotification: () => {
      throw own;
    },
  });
  t.is(typed.reason, own);
  t.true(typed.request instanceof ConnectionLostError);
});
