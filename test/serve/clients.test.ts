/** Clients that are slow, silent, deaf or in a hurry: none keeps the others from being served. */
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { until } from '../support/processes.js';
import { needsRoot } from '../support/root.js';
import { request } from '../vif/request.js';
import { HttpClient, withService } from './support.js';

const rootTest = needsRoot(test).serial;
const HEAD = 'POST /plug HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

function open(t: ExecutionContext, path: string): Socket {
  const socket = connect(path);
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

/** What is answered until the connection ends. */
const answered = (socket: Socket): Promise<string> => text(socket.setEncoding('utf8')).catch(() => '');

const post = (path: string, body: unknown): string => {
  const bytes = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n${bytes}`;
};

rootTest('a client that sends a byte at a time is cut off, in its headers or in its body', async (t) => {
  const limits = { headersTimeout: 300, requestTimeout: 600 };
  const { client, socket, errors, service } = await withService(t, { limits });
  // A byte that is written to a connection which has just been closed is an error to Node, before it looks at the answer.
  const drip = async (first: string, rest: string, tries = 10): Promise<string> => {
    const connection = open(t, socket);
    connection.write(first);
    let at = 0;
    const timer = setInterval(() => connection.write(rest[at++ % rest.length] as string), 20);
    connection.once('close', () => clearInterval(timer));
    const said = await answered(connection);
    return said === '' && tries > 1 ? drip(first, rest, tries - 1) : said;
  };
  const inHeaders = drip('GET /vifs HTTP/1.1\r\nx: ', 'y');
  const inBody = drip(`${HEAD}content-length: 100000\r\n\r\n{`, ' ');
  const inChunks = drip(`${HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n');
  t.is((await client.post('/plug', request(1))).status, 200);
  for (const text of await Promise.all([inHeaders, inBody, inChunks])) {
    t.regex(text, /^HTTP\/1\.1 408 .*"ERR_SERVE_TIMEOUT"/s);
  }
  t.is((await client.post('/unplug', request(1))).status, 200);
  t.is(service.inFlight, 0);
  t.deepEqual(errors, []);
});

rootTest('200 silent connections are closed in time, and do not keep a client from being served', async (t) => {
  const limits = { headersTimeout: 1000, keepAliveTimeout: 1000 };
  const { client, socket } = await withService(t, { limits });
  const silent = Array.from({ length: 100 }, () => open(t, socket));
  const used = Array.from({ length: 100 }, () => open(t, socket));
  for (const each of used) each.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
  const replies = [...silent, ...used].map(answered);
  t.is((await client.post('/plug', request(1))).status, 200);
  const said = await Promise.all(replies);
  for (const text of said.slice(0, 100)) t.regex(text, /^HTTP\/1\.1 408 /);
  for (const text of said.slice(100)) t.regex(text, /^HTTP\/1\.1 200 (?:(?!HTTP\/1).)*"status":"ok".*$/s);
});

rootTest('a client that never takes its answer is closed, and one that is slow to be answered is not', async (t) => {
  const { client, socket, plugger, sandbox, service } = await withService(t, { limits: { answerTimeout: 100 } });
  // An answer that no buffer of the kernel holds.
  const list = Array.from({ length: 50 }, () => ({ name: 'x'.repeat(100_000) }));
  plugger.list = async () => list as never;
  const deaf = open(t, socket).pause();
  const ask = () => deaf.write('GET /vifs HTTP/1.1\r\nhost: x\r\n\r\n');
  ask();
  process.kill(sandbox.vswitchd!.pid!, 'SIGSTOP');
  const other = new HttpClient(socket);
  t.teardown(() => other.close());
  const patient = other.post('/plug', request(1));
  try {
    while (service.inFlight < 1) await client.get('/health');
    await until('the service closes the connection', () => {
      ask();
      return deaf.destroyed;
    });
  } finally {
    process.kill(sandbox.vswitchd!.pid!, 'SIGCONT');
  }
  t.is((await patient).status, 200);
  t.is((await client.post('/unplug', request(1))).status, 200);
});

rootTest('requests that come in one go are answered in their order', async (t) => {
  const { socket, service } = await withService(t);
  const connection = open(t, socket);
  const before = [post('/plug', request(1)), 'GET /vifs HTTP/1.1\r\nhost: x\r\n\r\n', post('/plug', { vif: 1 })];
  const after = [post('/unplug-many', [request(1)]), 'GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'];
  connection.write([...before, ...after].join(''));
  const replies = (await answered(connection)).split(/(?=^HTTP\/1\.1 )/m);
  t.deepEqual(
    replies.map((reply) => reply.slice(9, 12)),
    ['200', '200', '400', '200', '200'],
  );
  t.regex(replies[0] as string, /"name":"tap1".*"ofport"/);
  t.regex(replies[1] as string, /"vifs":/);
  t.regex(replies[2] as string, /ERR_INVALID_ARGUMENT/);
  t.regex(replies[3] as string, /"done":\[\{"name":"tap1"/);
  t.regex(replies[4] as string, /"status":"ok"/);
  t.is(service.inFlight, 0);
});

rootTest('a thousand requests of one connection at once do not pass the limit, and each is answered', async (t) => {
  const { client, socket, sandbox, service } = await withService(t, { limits: { inFlight: 10 } });
  process.kill(sandbox.vswitchd!.pid!, 'SIGSTOP');
  const connection = open(t, socket);
  const replies = answered(connection);
  try {
    connection.write(Array.from({ length: 1000 }, (_, n) => post('/plug', request(n % 20))).join(''));
    connection.write('GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await until('as many as may be are worked on', () => service.inFlight === 10);
    t.is((await client.post('/plug', request(30))).json.error.code, 'ERR_SERVE_BUSY');
    t.is((await client.get('/health')).status, 200);
  } finally {
    process.kill(sandbox.vswitchd!.pid!, 'SIGCONT');
  }
  const statuses = [...(await replies).matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
  t.is(statuses.length, 1001);
  t.is(statuses.slice(0, 10).join(), Array(10).fill('200').join());
  t.true(statuses.every((status) => status === '200' || status === '503'));
});
