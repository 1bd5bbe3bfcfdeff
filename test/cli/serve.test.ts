import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Sandbox } from '../../src/sandbox/index.js';
import { HttpClient } from '../serve/support.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { needsRoot } from '../support/root.js';
import { output, run } from '../support/run.js';
import { inSandbox, withSandbox } from '../support/sandbox.js';
import { request } from '../vif/request.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const rootTest = needsRoot(test).serial;
/** Without systemd's tools their tests are skipped. */
const hasTool = (name: string) => (process.env.PATH ?? '').split(':').some((at) => existsSync(join(at, name)));
const activatedTest = hasTool('systemd-socket-activate') ? rootTest : rootTest.skip;
const verifiedTest = hasTool('systemd-analyze') ? test : test.skip;
const SECRET = 'a-secret-of-many-characters';

/** Starts a service, and waits until it says that it listens. */
async function serve(t: ExecutionContext, sandbox: Sandbox, command: string[], env: NodeJS.ProcessEnv = {}) {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...sandbox.childEnv, ...env }, stdio: ['ignore', 'inherit', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr?.setEncoding('utf8');
  while (!stderr.includes('istening on')) stderr += (await once(child.stderr!, 'data'))[0];
  child.stderr?.on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = once(child, 'exit').then(([status, signal]) => signal ?? status);
  return { child, said: () => stderr, ended };
}

const clientOf = (t: ExecutionContext, target: string | number) => {
  const client = new HttpClient(target);
  t.teardown(() => client.close());
  return client;
};

const end = async ({ child, ended }: { child: ChildProcess; ended: Promise<unknown> }) => {
  child.kill('SIGTERM');
  return ended;
};

rootTest('serves on a socket of its own and over TCP, and ends by SIGTERM with status 0', async (t) => {
  const sandbox = await withSandbox(t);
  await sandbox.addBridge('br-int');
  const socket = join(sandbox.runDirectory, 'ovskit.sock');
  const command = [process.execPath, main, 'serve', '--socket', socket, '--tcp', '0', '--owner', 'nova'];
  const served = await serve(t, sandbox, command, { OVSKIT_SERVE_TOKEN: SECRET });
  t.is(statSync(socket).mode & 0o777, 0o600);
  const client = clientOf(t, socket);
  t.is((await client.post('/plug', request(1))).json.name, 'tap1');
  t.is(await output('ovs-vsctl', ['get', 'Port', 'tap1', 'external_ids:ovskit-owner'], inSandbox(sandbox)), 'nova');
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(served.said())?.[1]);
  const tcp = clientOf(t, port);
  t.is((await tcp.get('/vifs')).status, 401);
  const found = await tcp.ask('GET', '/vifs', undefined, { authorization: `Bearer ${SECRET}` });
  t.is(found.json.vifs.length, 1);
  const { text } = await client.get('/metrics');
  t.regex(text, /^ovskit_plug_duration_seconds_count\{.*direction="plug".*\} 1$/m);
  t.regex(text, /^ovskit_serve_requests_in_flight 0$/m);
  // The token is in neither its words nor its environment, as its children would have it.
  t.false(served.said().includes(SECRET));
  t.is(await end(served), 0);
  t.false(existsSync(socket));
});

activatedTest('takes the socket that systemd-socket-activate listens on', async (t) => {
  const sandbox = await withSandbox(t);
  await sandbox.addBridge('br-int');
  const socket = join(sandbox.runDirectory, 'activated.sock');
  const env = Object.entries(sandbox.env).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
  const command = ['systemd-socket-activate', '-l', socket, ...env, process.execPath, main, 'serve'];
  const served = await serve(t, sandbox, command);
  t.regex(served.said(), /^Listening on /);
  // The first client wakes it, and is served.
  const client = clientOf(t, socket);
  t.is((await client.post('/plug', request(2))).status, 200);
  t.is((await client.post('/unplug', request(2))).status, 200);
  t.regex(served.said(), /listening on an inherited socket/);
  t.is(await end(served), 0);
  t.true(existsSync(socket), "the socket is systemd's");
});

activatedTest('an inherited TCP socket needs a token as well', async (t) => {
  const sandbox = await withSandbox(t);
  const env = Object.entries(sandbox.env).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
  const served = await serve(t, sandbox, [
    'systemd-socket-activate',
    '-l',
    '127.0.0.1:18642',
    ...env,
    process.execPath,
    main,
    'serve',
  ]);
  await t.throwsAsync(clientOf(t, 18642).get('/health'));
  t.is(await served.ended, 1);
  t.regex(served.said(), /descriptor 3: over TCP the service needs a token/);
});

activatedTest(
  'takes several inherited sockets: over TCP the token is asked for, over the unix socket not',
  async (t) => {
    const sandbox = await withSandbox(t);
    await sandbox.addBridge('br-int');
    const socket = join(sandbox.runDirectory, 'activated.sock');
    const variables = { ...sandbox.env, OVSKIT_SERVE_TOKEN: SECRET };
    const env = Object.entries(variables).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
    const listens = ['-l', socket, '-l', '127.0.0.1:18643'];
    const served = await serve(t, sandbox, [
      'systemd-socket-activate',
      ...listens,
      ...env,
      process.execPath,
      main,
      'serve',
    ]);
    const client = clientOf(t, socket);
    t.is((await client.post('/reconcile', [request(3)])).json.plugged[0].name, 'tap3');
    const tcp = clientOf(t, 18643);
    t.is((await tcp.get('/vifs')).status, 401);
    const { json } = await tcp.ask('GET', '/vifs', undefined, { authorization: `Bearer ${SECRET}` });
    t.is(json.vifs[0].name, 'tap3');
    t.is((await client.post('/unplug', request(3))).status, 200);
    t.is(await end(served), 0);
  },
);

test('usage errors end with status 2, and say what would be right', async (t) => {
  const serveWith = (...args: string[]) => run(process.execPath, [main, 'serve', ...args]);
  t.like(await serveWith('--socket-mode', '999'), {
    status: 2,
    stderr: 'ovskit: --socket-mode takes an octal mode such as 0660, not 999\n',
  });
  t.like(await serveWith('--token', 'x'), { status: 2 });
  t.like(await serveWith('now'), { status: 2 });
  t.like(await serveWith('--owner', ''), { status: 2, stderr: 'ovskit: --owner must not be empty\n' });
  t.like(await serveWith('--tcp', '0.0.0.0:80'), { status: 1 });
  t.like(await serveWith('--remote', 'unix:/nonexistent'), { status: 1 });
  t.regex((await serveWith('--help')).stdout, /POST \/plug, \/unplug/);
});

verifiedTest('the systemd units are sound, alone and with the drop-in of docs/operations.md', async (t) => {
  const root = new URL('../../../', import.meta.url);
  const directory = await temporaryDirectory(t);
  const units = ['ovskit.service', 'ovskit.socket'].map((name) => {
    cpSync(new URL(`share/systemd/${name}`, root), join(directory, name));
    return join(directory, name);
  });
  const verify = async () => {
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...units]);
    return stdout + stderr;
  };
  t.is(await verify(), '');
  const page = readFileSync(new URL('docs/operations.md', root), 'utf8');
  const dropIn = /^```text\n(\[Service\]\nUser=ovskit\n[^`]*)^```$/m.exec(page)?.[1] as string;
  mkdirSync(join(directory, 'ovskit.service.d'));
  const override = join(directory, 'ovskit.service.d/override.conf');
  writeFileSync(override, dropIn);
  t.is(await verify(), '');
  // It is read, and what is wrong in it would be said.
  writeFileSync(override, `${dropIn}NoSuchSetting=yes\n`);
  t.regex(await verify(), /override\.conf.*NoSuchSetting/);
});
