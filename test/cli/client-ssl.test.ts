import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { until } from '../support/processes.js';
import { output, run } from '../support/run.js';
import { entry, runBoth } from './client/compare.js';
import { startFixture } from './client/fixture.js';

/** An ovsdb-server on `ssl:`; its one certificate is its own, its clients' and its CA. */
async function startSsl(t: ExecutionContext) {
  const fixture = await startFixture(t);
  t.teardown(() => fixture.sandbox.stop());
  const path = (name: string) => join(fixture.directory, name);
  const make = (name: string) =>
    output('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)],
    ]);
  await Promise.all([make('a'), make('b')]);
  await output('ovsdb-tool', ['create', path('ssl.db'), path('Types.ovsschema')]);
  const options = [`--private-key=${path('a.key')}`, `--certificate=${path('a.pem')}`, `--ca-cert=${path('a.pem')}`];
  const log = path('ssl.log');
  const args = [path('ssl.db'), '--remote=pssl:0:127.0.0.1', `--unixctl=${path('ssl.ctl')}`, `--log-file=${log}`];
  const server = spawn('ovsdb-server', [...args, '-vconsole:off', ...options], { env: fixture.env, stdio: 'ignore' });
  t.teardown(() => server.kill('SIGKILL'));
  const port = () => (existsSync(log) ? /listening on port (\d+)/.exec(readFileSync(log, 'utf8'))?.[1] : undefined);
  await until('the port of the server', () => port() !== undefined);
  return { fixture, path, options, remote: `ssl:127.0.0.1:${port()}` };
}

test('-p, -c, -C, bootstrap, and a CA that did not sign', async (t) => {
  const { fixture, path, options, remote } = await startSsl(t);
  const ok = await runBoth({ args: [...options, 'list-dbs', remote] }, fixture.env);
  t.deepEqual(ok.ours, ok.stock);
  t.is(ok.ours.stdout, 'Types\n_Server\n');
  const short = ['-p', path('a.key'), '-c', path('a.pem'), '-C', path('a.pem')];
  t.is((await runBoth({ args: [...short, 'list-dbs', remote] }, fixture.env)).ours.stdout, ok.stock.stdout);

  const wrong = [...options.slice(0, 2), '--ca-cert', path('b.pem'), 'list-dbs', remote];
  const refused = await runBoth({ args: wrong }, fixture.env);
  t.is(refused.stock.status, 1);
  t.is(refused.ours.status, 1);
  const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);
  t.is(lastLine(refused.ours.stderr), lastLine(refused.stock.stderr));

  for (const command of [['ovsdb-client'], [process.execPath, entry]]) {
    const ca = path(`boot-${command.length}.pem`);
    const args = [...command.slice(1), ...options.slice(0, 2), `--bootstrap-ca-cert=${ca}`, 'list-dbs', remote];
    const { stdout } = await run(command[0]!, args, { env: fixture.env });
    // The stock tool drops its first connection when it has the CA, and has then lost the server.
    if (command.length > 1) t.is(stdout, ok.stock.stdout);
    t.true(existsSync(ca));
    t.deepEqual(new X509Certificate(readFileSync(ca)).raw, new X509Certificate(readFileSync(path('a.pem'))).raw);
  }
});
