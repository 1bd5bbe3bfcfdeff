import { statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { linkExists } from '../../src/netdev/index.js';
import { Service } from '../../src/serve/index.js';
import { needsRoot } from '../support/root.js';
import { request } from '../vif/request.js';
import { HttpClient, withService } from './support.js';

const rootTest = needsRoot(test).serial;

rootTest('stop lets what is in flight end, takes nothing new, and removes its socket', async (t) => {
  const { client, socket, sandbox, service } = await withService(t);
  const other = new HttpClient(socket);
  t.teardown(() => other.close());
  await other.get('/health');
  process.kill(sandbox.vswitchd!.pid!, 'SIGSTOP');
  const plug = client.post('/plug', request(1));
  // Another request comes behind it, on a connection that has one in flight.
  const pipelined = connect(socket).setEncoding('utf8');
  const body = JSON.stringify(request(1));
  const head = 'host: x\r\ncontent-type: application/json\r\n';
  pipelined.write(`POST /plug HTTP/1.1\r\n${head}content-length: ${body.length}\r\n\r\n${body}`);
  while (service.inFlight < 2) await other.get('/health');
  const stopped = service.stop();
  t.is(service.stop(), stopped);
  await t.throwsAsync(new HttpClient(socket).get('/health'), { code: 'ENOENT' });
  pipelined.write('GET /vifs HTTP/1.1\r\nhost: x\r\n\r\n');
  const answers = text(pipelined);
  process.kill(sandbox.vswitchd!.pid!, 'SIGCONT');
  t.regex(
    await answers,
    /^HTTP\/1\.1 200 OK.*HTTP\/1\.1 503 Service Unavailable.*connection: close.*ERR_SERVE_STOPPING/is,
  );
  t.is((await plug).status, 200);
  t.true(linkExists('tap1'));
  await stopped;
  t.is(statSync(socket, { throwIfNoEntry: false }), undefined);
});

rootTest('what outlasts the deadline is undone and told so', async (t) => {
  const { client, sandbox, service, ovs } = await withService(t, { limits: { stopTimeout: 50 } });
  process.kill(sandbox.vswitchd!.pid!, 'SIGSTOP');
  try {
    const plug = client.post('/plug', request(2));
    await ovs.replica.waitForRow(['Interface', 'name', 'tap2'], (row) => row !== undefined);
    await service.stop();
    const reply = await plug;
    t.is(reply.status, 503);
    t.is(reply.json.error.code, 'ERR_ABORTED');
    t.false(linkExists('tap2'));
  } finally {
    process.kill(sandbox.vswitchd!.pid!, 'SIGCONT');
  }
});

rootTest("the socket is its owner's alone, or has the mode that was asked for", async (t) => {
  const { socket, ovs, plugger } = await withService(t);
  t.is(statSync(socket).mode & 0o777, 0o600);
  const options = { metrics: () => Promise.reject(new Error()), onError: () => {} };
  const start = (path: string, mode: number) =>
    Service.start(ovs, plugger, { ...options, endpoints: [{ kind: 'unix', path, mode }] });
  const group = `${socket}.group`;
  await using _ = await start(group, 0o660);
  t.is(statSync(group).mode & 0o777, 0o660);
  await t.throwsAsync(start(group, 0o600), { code: 'ERR_SERVE_LISTEN', message: /EADDRINUSE/ });
  const file = `${socket}.file`;
  writeFileSync(file, 'precious');
  await t.throwsAsync(start(file, 0o600), { code: 'ERR_SERVE_LISTEN' });
  t.is(statSync(file).size, 8, 'a file is left alone');
  for (const directory of [socket, `${socket}.none`]) {
    const path = join(directory, 'x');
    await t.throwsAsync(start(path, 0o600), {
      code: 'ERR_SERVE_LISTEN',
      message: `cannot listen on ${path}: there is no directory ${directory}`,
    });
  }
});
