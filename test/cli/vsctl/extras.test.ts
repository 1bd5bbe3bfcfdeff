import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { inSandbox, withSandbox } from '../../support/sandbox.js';
import { type Ending, empty, runOurs, runProgram, runStock, startTwin } from './twins.js';

const ours = fileURLToPath(new URL('./ours.js', import.meta.url));
const main = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));

function directory(t: { teardown(fn: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'ovskit-vsctl-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

/** Of two rows that are told of, either may come first: their order is that of the tool's hash table. */
const inOrder = (ending: Ending): Ending => ({
  ...ending,
  stderr: ending.stderr.replace(/([0-9a-f-]{36}) and ([0-9a-f-]{36})/, (_, ...ids) =>
    ids.slice(0, 2).sort().join(' and '),
  ),
});

test('a timeout ends the process by SIGALRM, as it ends the stock tool', async (t) => {
  const twin = await startTwin(t);
  const words = ['-t', '1', 'wait-until', 'bridge', 'nosuch'];
  const [expected, actual] = await Promise.all([
    runStock(twin, words),
    runProgram(process.execPath, [ours, ...words], twin.env),
  ]);
  t.is(expected.status, 'SIGALRM');
  t.is(actual.status, 'SIGALRM');
  t.is(actual.stderr.replace(/^[^|]*/, ''), expected.stderr.replace(/^[^|]*/, ''));
});

test('wait-until goes on when another client makes the condition true', async (t) => {
  const twin = await startTwin(t);
  await empty(twin);
  const words = [
    '-t',
    '10',
    '--no-wait',
    'wait-until',
    'bridge',
    'a',
    'stp_enable=true',
    '--',
    'get',
    'bridge',
    'a',
    'name',
  ];
  const waiting = runProgram(process.execPath, [ours, ...words], twin.env);
  await runStock(twin, ['--no-wait', 'add-br', 'a']);
  await runStock(twin, ['--no-wait', 'set', 'bridge', 'a', 'stp_enable=true']);
  t.deepEqual(await waiting, { status: 0, stdout: 'a\n', stderr: '' });
});

test('a batch runs its lines in order, names the line of an error, and goes on', async (t) => {
  const twin = await startTwin(t);
  await empty(twin);
  const file = join(directory(t), 'lines');
  writeFileSync(
    file,
    `# two bridges\nadd-br a -- add-br b\n\nadd-port a p\nadd-port b p\nlist-ports a\nbr-set-external-id a k 'v w'\nbr-get-external-id a k\nnosuch\nlist-br\n`,
  );
  const done = await runProgram(process.execPath, [ours, '--no-wait', `--batch=${file}`], twin.env);
  t.is(done.stdout, 'p\nv w\na\nb\n');
  t.deepEqual(done.stderr.trimEnd().split('\n'), [
    `ovs-vsctl: ${file}:5: cannot create a port named p because a port named p already exists on bridge a`,
    `ovs-vsctl: ${file}:9: unknown command 'nosuch'; use --help for help`,
  ]);
  t.is(done.status, 1);
});

test('a batch as one transaction takes effect as a whole, or not at all', async (t) => {
  const twin = await startTwin(t);
  await empty(twin);
  const file = join(directory(t), 'lines');
  writeFileSync(file, 'add-br a\nadd-port a p\nadd-port nosuch q\n');
  const failed = await runProgram(process.execPath, [ours, '--no-wait', '--atomic', `--batch=${file}`], twin.env);
  t.is(failed.status, 1);
  t.regex(failed.stderr, /no bridge named nosuch/);
  t.is((await runStock(twin, ['list-br'])).stdout, '');
  writeFileSync(file, 'add-br a\nadd-port a p\nadd-port a q\n');
  const done = await runProgram(process.execPath, [ours, '--no-wait', '--atomic', `--batch=${file}`], twin.env);
  t.deepEqual(done, { status: 0, stdout: '', stderr: '' });
  t.is((await runStock(twin, ['list-ports', 'a'])).stdout, 'p\nq\n');
});

test('of a batch as one transaction that can not be read, every wrong line is named, and nothing is done', async (t) => {
  const twin = await startTwin(t);
  await empty(twin);
  const file = join(directory(t), 'lines');
  const run = (...words: string[]) => runProgram(process.execPath, [ours, '--no-wait', '--atomic', ...words], twin.env);
  writeFileSync(file, 'add-br a\nnosuch\n# no line\nadd-port a\n');
  t.deepEqual(await run(`--batch=${file}`), {
    status: 1,
    stdout: '',
    stderr: [
      `ovs-vsctl: ${file}:2: unknown command 'nosuch'; use --help for help`,
      `ovs-vsctl: ${file}:4: 'add-port' command requires at least 2 arguments`,
      '',
    ].join('\n'),
  });
  t.is((await runStock(twin, ['list-br'])).stdout, '');
  t.deepEqual(await run(`--batch=${file}.not`), {
    status: 1,
    stdout: '',
    stderr: `ovs-vsctl: ${file}.not: open failed (No such file or directory)\n`,
  });
  t.like(await run('--batch', file, file), {
    status: 1,
    stderr: 'ovs-vsctl: --batch takes one file; the commands stand in it\n',
  });
});

test.serial('records that a word does not tell apart are told as the stock tool does', async (t) => {
  const [ours, stock] = await Promise.all([startTwin(t), startTwin(t)]);
  const twins = [ours, stock];
  const rows = ['aaaa1111', 'aaaa1122', 'bbbb0000'].map((start) => ({
    op: 'insert' as const,
    table: 'QoS',
    uuid: `${start}-0000-4000-8000-000000000000`,
    row: { type: start },
  }));
  for (const { client } of twins) await client.transact('Open_vSwitch', rows);
  for (const words of [
    ['get', 'QoS', 'aaaa', 'type'],
    ['get', 'QoS', 'aaaa112', 'type'],
    ['get', 'QoS', 'bbbb', 'type'],
    ['get', 'QoS', 'bbb', 'type'],
    ['get', 'QoS', 'cccc', 'type'],
  ]) {
    t.deepEqual(inOrder(await runOurs(ours, words)), inOrder(await runStock(stock, words)), words.join(' '));
  }
  const mirrors =
    '-- add-br a -- --id=@m create Mirror name=m -- --id=@n create Mirror name=m -- add Bridge a mirrors @m @n';
  for (const twin of twins) t.is((await runStock(twin, ['--no-wait', ...mirrors.split(' ')])).status, 0);
  const words = ['get', 'Mirror', 'm', 'name'];
  t.deepEqual(await runOurs(ours, words), await runStock(stock, words));
});

test.serial('--explain shows reads and writes, and changes nothing', async (t) => {
  const twin = await startTwin(t);
  await empty(twin);
  await runStock(twin, ['--no-wait', 'add-br', 'a']);
  const { status, stdout } = await runOurs(twin, ['--explain', '--no-wait', 'add-port', 'a', 'p']);
  t.is(status, 0);
  const operations = stdout.split('\n').filter((line) => line.startsWith('{'));
  const names = operations.map((line) => (JSON.parse(line) as { op: string }).op);
  t.deepEqual(names.slice(-5), ['wait', 'insert', 'insert', 'mutate', 'comment']);
  t.is((await runStock(twin, ['list-ports', 'a'])).stdout, '');
});

test.serial('--dry-run changes nothing, and does not wait for ovs-vswitchd to take it in', async (t) => {
  const twin = await startTwin(t);
  await empty(twin);
  const done = await runOurs(twin, ['-t', '20', '--dry-run', 'add-br', 'a', '--', 'list-br']);
  t.deepEqual(done, { status: 0, stdout: 'a\n', stderr: '' });
  t.is((await runStock(twin, ['list-br'])).stdout, '');
});

test.serial('what is sent to add a port does not grow with the ports', async (t) => {
  const twin = await startTwin(t);
  await empty(twin);
  const size = async () => (await runOurs(twin, ['--explain', '--no-wait', 'add-port', 'a', 'new'])).stdout.length;
  await runStock(twin, ['--no-wait', 'add-br', 'a']);
  const before = await size();
  const many = Array.from({ length: 300 }, (_, i) => ['--', 'add-port', 'a', `p${i}`]).flat();
  t.is((await runOurs(twin, ['--no-wait', ...many])).status, 0);
  t.is(await size(), before);
});

test('a link named ovs-vsctl answers under that name', async (t) => {
  const twin = await startTwin(t);
  const link = join(directory(t), 'ovs-vsctl');
  symlinkSync(main, link);
  const words = ['nosuch'];
  t.deepEqual(await runProgram(process.execPath, [link, ...words], twin.env), await runStock(twin, words));
});

test('passive remotes are waited for', async (t) => {
  const twin = await startTwin(t);
  await empty(twin);
  await runStock(twin, ['--no-wait', 'add-br', 'a']);
  const path = join(directory(t), 'sock');
  const waiting = runProgram(process.execPath, [ours, '-t', '20', `--db=punix:${path}`, 'list-br'], twin.env);
  const added = await runProgram(
    'ovs-appctl',
    ['-t', 'ovsdb-server', 'ovsdb-server/add-remote', `unix:${path}`],
    twin.env,
  );
  t.is(added.status, 0, added.stderr);
  t.deepEqual(await waiting, { status: 0, stdout: 'a\n', stderr: '' });
});

test('waits for ovs-vswitchd, and says which interfaces it could not open', async (t) => {
  const sandbox = await withSandbox(t, { network: 'current', datapath: 'dummy' });
  const { env } = inSandbox(sandbox);
  const ovskit = (...words: string[]) => runProgram(process.execPath, [ours, '-t', '20', ...words], env);
  t.deepEqual(await ovskit('add-br', 'a'), { status: 0, stdout: '', stderr: '' });
  const words = (name: string) => ['add-port', 'a', name, '--', 'set', 'interface', name, 'type=nosuchtype'];
  const actual = await ovskit(...words('dev0'));
  const expected = await runProgram('ovs-vsctl', ['-t', '20', ...words('dev1')], env);
  t.regex(actual.stderr, /Error detected while setting up 'dev0'/);
  t.deepEqual({ ...actual, stderr: actual.stderr.replaceAll('dev0', 'dev1') }, expected);
});
