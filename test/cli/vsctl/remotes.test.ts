import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { schemaDocument } from '../../../src/vswitch/schema-document.js';
import { Authority } from '../../support/certificates.js';
import { withCluster } from '../../support/cluster.js';
import { createDatabase, freePort, Server, temporaryDirectory, withServer } from '../../support/ovsdb-server.js';
import { type Ending, runProgram } from './twins.js';

const program = fileURLToPath(new URL('./ours.js', import.meta.url));
const schema = JSON.parse(schemaDocument);

/** Takes out when, how often and where: times, numbers of messages, ports that the kernel chose. */
function plain({ status, stdout, stderr }: Ending): Ending {
  return { status, stdout, stderr: stderr.replaceAll(/^\d{4}-[^|]*\|\d+\|/gm, '') };
}

const stock = async (words: readonly string[], env = process.env) => plain(await runProgram('ovs-vsctl', words, env));
const ours = async (words: readonly string[], env = process.env) =>
  plain(await runProgram(process.execPath, [program, ...words], env));

/** Both tools say the same. */
async function same(t: ExecutionContext, words: readonly string[]): Promise<Ending> {
  const [expected, actual] = await Promise.all([stock(words), ours(words)]);
  t.deepEqual(actual, expected, words.join(' '));
  return actual;
}

async function startServer(t: ExecutionContext, ...args: string[]): Promise<Server> {
  const directory = await temporaryDirectory(t);
  return withServer(t, { directory, databases: [await createDatabase(directory, schema)], args });
}

test('a cluster: the leader is found, a follower refused or read', async (t) => {
  t.timeout(120_000);
  const cluster = await withCluster(t, 3, schema);
  const leader = await cluster.leader();
  const [follower] = cluster.members.filter((member) => member !== leader) as [Server];
  const all = cluster.remotes.join(',');
  t.is((await ours([`--db=${all}`, '--no-wait', 'init', '--', 'add-br', 'a'])).status, 0);
  t.is((await same(t, [`--db=${all}`, 'list-br'])).stdout, 'a\n');
  t.is((await same(t, [`--db=${leader.remote}`, 'list-br'])).stdout, 'a\n');
  t.is((await same(t, [`--db=${follower.remote}`, 'list-br'])).status, 1);
  t.is((await same(t, ['--no-leader-only', `--db=${follower.remote}`, 'list-br'])).stdout, 'a\n');
  await same(t, ['--no-leader-only', `--db=${follower.remote}`, '--no-wait', '--may-exist', 'add-br', 'a']);
  // The one that leads is tried last.
  const others = cluster.remotes.filter((remote) => remote !== leader.remote);
  t.is((await same(t, ['--no-shuffle-remotes', `--db=${others.join(',')}`, 'list-br'])).status, 1);
  await same(t, ['--no-shuffle-remotes', `--db=${[...others, leader.remote].join(',')}`, 'list-br']);
  const cid = /^Cluster ID: \w+ \((.*)\)$/m.exec(await cluster.status(leader))?.[1];
  t.is((await same(t, [`--db=cid:${cid},${leader.remote}`, 'list-br'])).stdout, 'a\n');
  t.is((await same(t, [`--db=cid:11111111-1111-1111-1111-111111111111,${leader.remote}`, 'list-br'])).status, 1);
  t.is((await same(t, [`--db=cid:00000000-0000-0000-0000-000000000000,${leader.remote}`, 'list-br'])).status, 0);
});

test('SSL: keys and authorities as the stock tool takes them', async (t) => {
  const directory = await temporaryDirectory(t);
  const [authority, stranger] = await Promise.all([
    Authority.create(directory, 'ca'),
    Authority.create(directory, 'stranger'),
  ]);
  const [server, client, unknown] = await Promise.all([
    authority.issue('server'),
    authority.issue('client'),
    stranger.issue('client'),
  ]);
  const port = await freePort();
  await startServer(
    t,
    `--remote=pssl:${port}:127.0.0.1`,
    `--private-key=${server.privateKey}`,
    `--certificate=${server.certificate}`,
    `--ca-cert=${authority.caCert}`,
  );
  const db = `--db=ssl:127.0.0.1:${port}`;
  const keys = ({ privateKey, certificate }: typeof client) => ['-p', privateKey, '-c', certificate];
  const good = [...keys(client), '-C', authority.caCert];
  t.is((await same(t, [...good, db, '--no-wait', 'init'])).status, 0);
  t.is((await same(t, [...good, db, '--no-wait', '--may-exist', 'add-br', 'a'])).status, 0);
  t.is((await same(t, [...good, db, 'list-br'])).stdout, 'a\n');
  t.is((await same(t, [...good, '--ssl-protocols=TLSv1.2', db, 'list-br'])).stdout, 'a\n');
  for (const words of [[...keys(client), '-C', stranger.caCert], ['-C', authority.caCert], []]) {
    const last = ({ stderr }: Ending) => stderr.trimEnd().split('\n').at(-1);
    const [expected, actual] = await Promise.all([stock([...words, db, 'list-br']), ours([...words, db, 'list-br'])]);
    t.is(last(actual), last(expected), words.join(' '));
    t.is(actual.status, 1);
  }
  // The refusal of our certificate meets the stock tool as it reads, or as it writes: its errno differs from run to run.
  const refused = [...keys(unknown), '-C', authority.caCert, db, 'list-br'];
  for (const { status, stderr } of [await stock(refused), await ours(refused)]) {
    t.is(status, 1);
    t.regex(stderr, /ovs-vsctl: ssl:127\.0\.0\.1:\d+: database connection failed \(.+\)\n$/);
  }
});

test('a remote that nobody serves, and several of which one is served', async (t) => {
  const server = await startServer(t);
  await stock([`--db=${server.remote}`, '--no-wait', 'init', '--', 'add-br', 'a']);
  const port = await freePort();
  for (const db of ['unix:/nonexistent/db.sock', `tcp:127.0.0.1:${port}`, 'nosuch:1', '']) {
    t.is((await same(t, [`--db=${db}`, 'list-br'])).status, 1, db);
  }
  const dead = 'unix:/nonexistent/db.sock';
  // What the log says of connections.
  await same(t, ['-vconsole:info', `--db=${server.remote}`, '--no-wait', '--may-exist', 'add-br', 'a']);
  await same(t, ['-vconsole:info', `--db=${dead}`, 'list-br']);
  await same(t, ['--no-shuffle-remotes', `--db=${dead},${server.remote}`, 'list-br']);
  await same(t, ['--no-shuffle-remotes', `--db=${server.remote},${dead}`, 'list-br']);
  await same(t, ['--no-shuffle-remotes', '-t', '20', '--retry', `--db=${dead},${server.remote}`, 'list-br']);
});

test('--retry waits for a server that comes later', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = new Server(directory, 'late', [await createDatabase(directory, schema)]);
  t.teardown(() => server.daemon.stop());
  const words = ['-t', '30', '--retry', `--db=${server.remote}`, '--no-wait', 'list-br'];
  const both = Promise.all([stock(words), ours(words)]);
  await server.start();
  for (const { status, stdout } of await both) t.deepEqual({ status, stdout }, { status: 0, stdout: '' });
});

test('a connection that is lost ends the command, and with --retry there is another', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = await withServer(t, { directory, databases: [await createDatabase(directory, schema)] });
  const db = `--db=${server.remote}`;
  await stock([db, '--no-wait', 'init']);
  const words = ['-t', '30', db, 'wait-until', 'bridge', 'a'];
  const running = [stock, ours].flatMap((tool) => [tool(words), tool(['--retry', ...words])]);
  while (!(await server.appctl('memory/show')).includes('sessions:4'));
  await server.kill();
  await server.start();
  await stock([db, '--no-wait', 'add-br', 'a']);
  const [stockOnce, stockRetried, oursOnce, oursRetried] = (await Promise.all(running)) as [
    Ending,
    Ending,
    Ending,
    Ending,
  ];
  for (const { status, stderr } of [stockOnce, oursOnce]) {
    t.is(status, 1);
    // Reading, writing, or with something left unread: whatever each was at.
    t.regex(
      stderr,
      /^ovs-vsctl: unix:\S+: database connection failed \((End of file|Broken pipe|Connection reset by peer)\)\n$/,
    );
  }
  t.deepEqual([stockRetried.status, oursRetried.status], [0, 0]);
});

for (const kind of ['tcp', 'unix']) {
  test(`p${kind}: waits for the server to connect`, async (t) => {
    const server = await startServer(t);
    await stock([`--db=${server.remote}`, '--no-wait', 'init', '--', 'add-br', 'a']);
    const outcomes: Ending[] = [];
    for (const tool of [stock, ours]) {
      const place = kind === 'tcp' ? `${await freePort()}:127.0.0.1` : `${server.directory}/passive.sock`;
      const running = tool(['-t', '30', `--db=p${kind}:${place}`, 'list-br']);
      const remote = kind === 'tcp' ? `tcp:127.0.0.1:${place.split(':')[0]}` : `unix:${place}`;
      await server.appctl('ovsdb-server/add-remote', remote);
      outcomes.push(await running);
      await server.appctl('ovsdb-server/remove-remote', remote);
    }
    t.deepEqual(outcomes[1], outcomes[0]);
    t.is(outcomes[0]?.stdout, 'a\n');
  });
}
