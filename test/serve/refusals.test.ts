import { chmod, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { NoPromClientError } from '../../src/metrics/errors.js';
import { loadToken, parseTcp, Service, TOKEN_VARIABLE, Token } from '../../src/serve/index.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { needsRoot } from '../support/root.js';
import { request } from '../vif/request.js';
import { conformingAsk } from './document.js';
import { HttpClient, withService } from './support.js';

const rootTest = needsRoot(test).serial;
const SECRET = 'a-secret-of-many-characters';

/** All that the service says until it ends the connection. */
async function said(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

rootTest('over TCP a request needs the token, and over the unix socket none', async (t) => {
  const token = new Token(SECRET, 'the test');
  const { service, client } = await withService(t, { token }, [parseTcp('0')]);
  const port = Number(service.addresses[1]?.split(':')[1]);
  const tcp = new HttpClient(port);
  t.teardown(() => tcp.close());
  const status = async (authorization?: string, path = '/vifs') =>
    (await tcp.ask('GET', path, undefined, authorization === undefined ? {} : { authorization })).status;
  t.is(await status(`Bearer ${SECRET}`), 200);
  t.is(await status(`bearer ${SECRET}`), 200);
  for (const wrong of [
    undefined,
    '',
    'Bearer',
    `Bearer ${SECRET}x`,
    `Bearer ${SECRET.slice(1)}`,
    SECRET,
    `Basic ${SECRET}`,
  ]) {
    t.is(await status(wrong), 401, wrong);
  }
  t.is(await status(undefined, '/health'), 401);
  t.is(await status(undefined, '/nonesuch'), 401, 'who has no token is told of no path');
  const plug = await tcp.post('/plug', request(1));
  t.is(plug.status, 401);
  t.is(plug.headers['www-authenticate'], 'Bearer');
  t.is(plug.json.error.code, 'ERR_SERVE_UNAUTHORIZED');
  t.regex(plug.json.error.message, /needs "Authorization: Bearer TOKEN"/);
  const guess = await tcp.ask('GET', '/vifs', undefined, { authorization: 'Bearer a-guess' });
  t.is(guess.json.error.message, "the token of the header Authorization is not this service's");
  t.false(plug.text.includes(SECRET));
  t.deepEqual((await client.get('/vifs')).json, { vifs: [] });
});

rootTest('metrics without prom-client are answered 501, and no retry is advised', async (t) => {
  const { client } = await withService(t, { metrics: () => Promise.reject(new NoPromClientError(undefined)) });
  const { status, headers, json } = await (await conformingAsk(t, client))('GET', '/metrics');
  t.is(status, 501);
  t.is(json.error.code, 'ERR_METRICS_NO_PROM_CLIENT');
  t.is(headers['retry-after'], undefined);
});

rootTest('TCP without a token, or on an address that others reach, is refused', async (t) => {
  const { ovs, plugger } = await withService(t);
  const options = { metrics: () => Promise.reject(new Error()), onError: () => {} };
  const start = (...endpoints: ReturnType<typeof parseTcp>[]) => Service.start(ovs, plugger, { ...options, endpoints });
  await t.throwsAsync(start(parseTcp('0')), {
    code: 'ERR_SERVE_LISTEN',
    message: /needs a token: --token-file FILE, or \$OVSKIT_SERVE_TOKEN$/,
  });
  await t.throwsAsync(start({ kind: 'tcp', host: '0.0.0.0', port: 0 }), { message: /listens on loopback only/ });
  for (const far of ['0.0.0.0:80', '192.0.2.1:80', '[::]:80', 'example.org:80', '[::ffff:192.0.2.1]:80']) {
    t.throws(() => parseTcp(far), { code: 'ERR_INVALID_ARGUMENT', message: /loopback/ }, far);
  }
  for (const odd of ['', 'x', '127.0.0.1', '127.0.0.1:70000', '127.0.0.1:'])
    t.throws(() => parseTcp(odd), undefined, odd);
  t.deepEqual(parseTcp('[::1]:8642'), { kind: 'tcp', host: '::1', port: 8642 });
  t.deepEqual(parseTcp('localhost:1'), { kind: 'tcp', host: '127.0.0.1', port: 1 });
});

test('a token comes from a file that only its owner reads, or from the environment, and out of it', async (t) => {
  const file = join(await temporaryDirectory(t), 'token');
  await writeFile(file, `${SECRET}\n`, { mode: 0o600 });
  t.true(loadToken(file, {})?.admits(`Bearer ${SECRET}`));
  await chmod(file, 0o640);
  t.throws(() => loadToken(file, {}), { message: /has mode 0640: chmod 600/ });
  t.throws(() => loadToken(`${file}x`, {}), {
    message: `cannot read the token of ${file}x: ENOENT: no such file or directory`,
  });
  const env = { [TOKEN_VARIABLE]: SECRET };
  t.true(loadToken(undefined, env)?.admits(`Bearer ${SECRET}`));
  t.deepEqual(env, {});
  t.is(loadToken(undefined, env), undefined);
  for (const bad of ['', 'short', `${SECRET} ${SECRET}`]) {
    const error = t.throws(() => loadToken(undefined, { [TOKEN_VARIABLE]: bad }), { code: 'ERR_INVALID_ARGUMENT' });
    if (bad !== '') t.false(error?.message.includes(bad));
  }
});

rootTest('slow and odd clients are cut off, and the others served meanwhile', async (t) => {
  const limits = { headersTimeout: 200, requestTimeout: 400, headerBytes: 2000, bodyBytes: 10_000 };
  const { client, socket, errors, service } = await withService(t, { limits });
  const slow = (text: string) => {
    const connection = connect(socket);
    connection.write(text);
    return said(connection);
  };
  const head = 'POST /plug HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  const slowHeaders = slow('POST /plug HTTP/1.1\r\nhost: x\r\n');
  const slowBody = slow(`${head}content-length: 100\r\n\r\n{"vif"`);
  const others = Array.from({ length: 50 }, () => slow('GET /vifs HTTP/1.1\r\nx'));
  const odd = slow('\x16\x03\x01\x02\x00\x01\r\n\r\n');
  const long = slow(`GET /vifs HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(3000)}\r\n\r\n`);
  const endless = connect(socket);
  const endlessSaid = said(endless);
  endless.write(`${head}transfer-encoding: chunked\r\n\r\n`);
  const chunk = `1000\r\n${'z'.repeat(0x1000)}\r\n`;
  const feed = () => {
    while (endless.writable && endless.write(chunk));
    endless.once('drain', feed);
  };
  feed();
  t.is((await client.post('/plug', request(1))).status, 200);
  t.regex(await endlessSaid, /^(HTTP\/1\.1 413 |$)/);
  t.regex(await odd, /^HTTP\/1\.1 400 .*"ERR_SERVE_BAD_REQUEST"/s);
  t.regex(await long, /^HTTP\/1\.1 431 .*"ERR_SERVE_HEADERS"/s);
  t.regex(await slowHeaders, /^HTTP\/1\.1 408 .*"ERR_SERVE_TIMEOUT"/s);
  t.regex(await slowBody, /^HTTP\/1\.1 408 /);
  for (const text of await Promise.all(others)) t.regex(text, /^HTTP\/1\.1 408 /);
  // One that hangs up in the middle of what it says.
  const rude = connect(socket);
  rude.end(`${head}content-length: 100\r\n\r\n{"vif"`);
  await said(rude);
  t.is((await client.post('/unplug', request(1))).json.changed, true);
  t.is(service.inFlight, 0);
  t.deepEqual(errors, []);
});

rootTest('beyond the most at once a client is told to come again, and reads are answered', async (t) => {
  const { client, socket, sandbox, service } = await withService(t, { limits: { inFlight: 2 } });
  process.kill(sandbox.vswitchd!.pid!, 'SIGSTOP');
  const first = new HttpClient(socket);
  t.teardown(() => first.close());
  let replies: Promise<{ status: number }[]>;
  try {
    replies = Promise.all([first.post('/plug', request(1)), first.post('/plug', request(2))]);
    while (service.inFlight < 2) await client.get('/health');
    const busy = await client.post('/plug', request(3));
    t.is(busy.status, 503);
    t.is(busy.headers['retry-after'], '1');
    t.is(busy.json.error.code, 'ERR_SERVE_BUSY');
    t.is((await client.get('/vifs')).status, 200);
  } finally {
    process.kill(sandbox.vswitchd!.pid!, 'SIGCONT');
  }
  t.deepEqual(
    (await replies).map(({ status }) => status),
    [200, 200],
  );
  t.is((await client.post('/plug', request(3))).status, 200);
});

rootTest('connections beyond the most are closed, and those before them served', async (t) => {
  const { client, socket } = await withService(t, { limits: { connections: 2 } });
  t.is((await client.get('/vifs')).status, 200);
  const second = connect(socket);
  second.write('GET /vifs HTTP/1.1\r\n');
  t.is(await said(connect(socket)), '');
  t.is((await client.get('/vifs')).status, 200);
  second.destroy();
});
