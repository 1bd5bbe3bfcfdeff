import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Client, TlsError, type TlsOptions } from '../../../src/ovsdb/index.js';
import { Authority } from '../../support/certificates.js';
import { createDatabase, freePort, Server, temporaryDirectory, withServer } from '../../support/ovsdb-server.js';
import { until } from '../../support/processes.js';
import { openSockets } from '../../support/sockets.js';

/** A real server behind TLS, which wants certificates of its own authority, and what a client of it needs. */
async function withTlsServer(t: ExecutionContext, { days = 2, clientCertificates = true } = {}) {
  const directory = await temporaryDirectory(t);
  const authority = await Authority.create(directory, 'authority');
  const served = await authority.issue('db.example', { days });
  const port = await freePort();
  const args = [
    `--remote=pssl:${port}:127.0.0.1`,
    `--private-key=${served.privateKey}`,
    `--certificate=${served.certificate}`,
    `--ca-cert=${clientCertificates ? authority.caCert : 'none'}`,
    // Lets clients that bootstrap see the authority's certificate.
    `--peer-ca-cert=${authority.caCert}`,
  ];
  const server = await withServer(t, { directory, args });
  const own = await authority.issue('client');
  const tls: TlsOptions = { ...own, caCert: authority.caCert };
  return { server, directory, authority, tls, remote: `ssl:127.0.0.1:${port}` };
}

async function refused(t: ExecutionContext, remote: string, tls: TlsOptions, code: string): Promise<string> {
  const before = openSockets();
  const error = await t.throwsAsync(Client.connect(remote, { tls }), { instanceOf: TlsError, code });
  await until('no socket is left', () => openSockets() <= before);
  return error.message;
}

async function works(t: ExecutionContext, remote: string, tls: TlsOptions): Promise<void> {
  const client = await Client.connect(remote, { tls });
  t.true((await client.listDatabases()).includes('Test'));
  await client.close();
}

test.serial(
  'works, with certificates checked on both sides, and with the name checked where it is given',
  async (t) => {
    const { remote, tls, server } = await withTlsServer(t);
    await works(t, remote, tls);
    await works(t, remote, { ...tls, serverName: 'db.example' });
    const client = await Client.connect(remote, { tls });
    t.teardown(() => client.close());
    await server.kill();
    await server.start();
    t.true((await client.listDatabases()).includes('Test'), 'and reconnects');
  },
);

test.serial('a peer signed by another CA is refused', async (t) => {
  const { remote, tls, directory } = await withTlsServer(t);
  const other = await Authority.create(directory, 'other');
  const message = await refused(t, remote, { ...tls, caCert: other.caCert }, 'ERR_OVSDB_TLS_UNTRUSTED');
  t.true(message.startsWith(`${remote}: the peer's certificate is not signed by our CA`));
});

test.serial('a certificate that has expired is refused', async (t) => {
  const { remote, tls } = await withTlsServer(t, { days: -1 });
  t.regex(await refused(t, remote, tls, 'ERR_OVSDB_TLS_EXPIRED'), /has expired/);
});

test.serial('a certificate for another name is refused', async (t) => {
  const { remote, tls } = await withTlsServer(t);
  t.regex(await refused(t, remote, { ...tls, serverName: 'other.example' }, 'ERR_OVSDB_TLS_NAME'), /another name/);
});

test.serial('a server that wants a certificate and gets none, or not one of its CA, says so', async (t) => {
  const { remote, tls, directory } = await withTlsServer(t);
  const { caCert } = tls;
  const message = await refused(t, remote, { caCert }, 'ERR_OVSDB_TLS_CLIENT_CERTIFICATE');
  t.regex(message, /does not accept our certificate, or wants one and got none/);
  const stranger = await (await Authority.create(directory, 'other')).issue('client');
  await refused(t, remote, { ...stranger, caCert }, 'ERR_OVSDB_TLS_CLIENT_CERTIFICATE');
});

test.serial('a server that asks for no certificate is spoken to without', async (t) => {
  const { remote, tls } = await withTlsServer(t, { clientCertificates: false });
  await works(t, remote, { caCert: tls.caCert });
});

test.serial('files that are missing or are none are named, before anything is sent', async (t) => {
  const { remote, tls, directory } = await withTlsServer(t);
  await refused(t, remote, { ...tls, caCert: undefined }, 'ERR_OVSDB_TLS_NO_CA');
  for (const option of ['caCert', 'privateKey', 'certificate'] as const) {
    const message = await refused(t, remote, { ...tls, [option]: '/nonexistent.pem' }, 'ERR_OVSDB_TLS_FILE');
    t.regex(message, /\/nonexistent\.pem cannot be read/);
  }
  const junk = join(directory, 'junk.pem');
  writeFileSync(junk, 'not a certificate');
  const message = await refused(t, remote, { ...tls, certificate: junk }, 'ERR_OVSDB_TLS_FILE');
  t.regex(message, /certificate .*junk\.pem cannot be used/);
  // A folder is there, and can't be read: that is no reason to bootstrap.
  const folder = await refused(
    t,
    remote,
    { ...tls, caCert: undefined, bootstrapCaCert: directory },
    'ERR_OVSDB_TLS_FILE',
  );
  t.true(folder.includes(`CA certificate ${directory} cannot be read`), folder);
});

test.serial('who gives a key itself, and not its file, is told so, and the key is not', async (t) => {
  const { remote, tls } = await withTlsServer(t);
  const key = readFileSync(tls.privateKey as string, 'utf8');
  const message = await refused(t, remote, { ...tls, privateKey: key }, 'ERR_OVSDB_TLS_FILE');
  t.is(message, 'private key: give the path of a PEM file, not its content');
  const buffer = Buffer.from(key) as unknown as string;
  t.is(await refused(t, remote, { ...tls, privateKey: buffer }, 'ERR_OVSDB_TLS_FILE'), message);
});

test.serial('a peer that speaks no TLS, or does not answer the handshake, is told from one that does', async (t) => {
  const { tls } = await withTlsServer(t);
  const listener = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end('{}{}{}')));
  const silent = createServer((socket) => socket.on('error', () => {}).resume());
  const remotes = await Promise.all(
    [listener, silent].map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      t.teardown(() => server.close());
      return `ssl:127.0.0.1:${(server.address() as { port: number }).port}`;
    }),
  );
  await refused(t, remotes[0] as string, tls, 'ERR_OVSDB_TLS');
  const before = openSockets();
  await t.throwsAsync(Client.connect(remotes[1] as string, { tls, connectTimeout: 100 }), {
    code: 'ERR_TIMEOUT',
    message: /ssl:127\.0\.0\.1:\d+: no answer in time/,
  });
  await until('no socket is left', () => openSockets() <= before);
});

test.serial('bootstrap writes the CA once, also in a race, and never overwrites', async (t) => {
  const { remote, tls, directory, authority } = await withTlsServer(t);
  const file = join(directory, 'bootstrapped.pem');
  const bootstrapped = { ...tls, caCert: undefined, bootstrapCaCert: file };
  const { length } = readdirSync(directory);
  const clients = await Promise.all(Array.from({ length: 12 }, () => Client.connect(remote, { tls: bootstrapped })));
  await Promise.all(clients.map((client) => client.close()));
  t.is(readFileSync(file, 'utf8'), readFileSync(authority.caCert, 'utf8'));
  t.is(readdirSync(directory).length, length + 1, 'no draft is left');
  await works(t, remote, bootstrapped);
  const other = await Authority.create(directory, 'other');
  writeFileSync(file, readFileSync(other.caCert));
  await refused(t, remote, bootstrapped, 'ERR_OVSDB_TLS_UNTRUSTED');
  t.is(readFileSync(file, 'utf8'), readFileSync(other.caCert, 'utf8'), 'what is there stays');
  await refused(t, remote, { ...bootstrapped, bootstrapCaCert: '/nonexistent/ca.pem' }, 'ERR_OVSDB_TLS_FILE');
});

test.serial('bootstrap lets a file win that somebody else makes in the meantime', async (t) => {
  const { remote, tls, directory } = await withTlsServer(t);
  const file = join(directory, 'bootstrapped.pem');
  const other = await Authority.create(directory, 'other');
  const target = Number(remote.split(':').at(-1));
  const between = createServer((near) => {
    if (!existsSync(file)) writeFileSync(file, readFileSync(other.caCert));
    const far = connect(target, '127.0.0.1');
    near.on('error', () => {}).pipe(far);
    far.on('error', () => {}).pipe(near);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  t.teardown(() => between.close());
  const { port } = between.address() as { port: number };
  const error = await t.throwsAsync(
    Client.connect(`ssl:127.0.0.1:${port}`, { tls: { ...tls, caCert: undefined, bootstrapCaCert: file } }),
    { code: 'ERR_OVSDB_TLS_UNTRUSTED' },
  );
  t.truthy(error);
  t.is(readFileSync(file, 'utf8'), readFileSync(other.caCert, 'utf8'));
});

test.serial('bootstrap takes no certificate that is not a CA of its own', async (t) => {
  const directory = await temporaryDirectory(t);
  const authority = await Authority.create(directory, 'authority');
  const served = await authority.issue('db.example');
  const port = await freePort();
  const args = [
    `--remote=pssl:${port}:127.0.0.1`,
    `--private-key=${served.privateKey}`,
    `--certificate=${served.certificate}`,
    '--ca-cert=none',
  ];
  await withServer(t, { directory, args });
  const file = join(directory, 'bootstrapped.pem');
  await refused(t, `ssl:127.0.0.1:${port}`, { bootstrapCaCert: file }, 'ERR_OVSDB_TLS_BOOTSTRAP');
  t.false(existsSync(file));
});

test.serial('pssl: a real server connects to us; one of another CA is refused', async (t) => {
  const directory = await temporaryDirectory(t);
  const authority = await Authority.create(directory, 'authority');
  const other = await Authority.create(directory, 'other');
  const own = await authority.issue('us');
  const port = await freePort();
  const remote = `pssl:${port}:127.0.0.1`;
  const file = await createDatabase(directory);
  for (const [signer, code] of [
    [authority, undefined],
    [other, 'ERR_OVSDB_TLS_UNTRUSTED'],
  ] as const) {
    const { privateKey, certificate } = await signer.issue('server');
    const server = new Server(directory, signer.name, [
      `--remote=ssl:127.0.0.1:${port}`,
      `--private-key=${privateKey}`,
      `--certificate=${certificate}`,
      `--ca-cert=${authority.caCert}`,
      file,
    ]);
    t.teardown(() => server.daemon.stop());
    const connecting = Client.connect(remote, { tls: { ...own, caCert: authority.caCert } });
    connecting.catch(() => {});
    await server.start();
    if (code) {
      await t.throwsAsync(connecting, { code });
    } else {
      const client = await connecting;
      t.true((await client.listDatabases()).includes('Test'));
      await client.close();
    }
    await server.daemon.stop();
  }
});
