import { fileURLToPath } from 'node:url';
import test from 'ava';
import { type SelectedRow, select } from '../../../src/ovsdb/index.js';
import { empty, runProgram, startTwin, type Twin } from './twins.js';

const program = fileURLToPath(new URL('./ours.js', import.meta.url));
const NAMES = ['p0', 'p1', 'p2', 'p3', 'p4'];
const SECONDS = process.env.OVSKIT_LONG === undefined ? 6 : 60;

/** What ovs-vsctl says of a port that is there already, or is not: all that the other client can cause. */
const EXPECTED =
  /^ovs-vsctl: <stdin>:\d+: (cannot create a port named p\d because a port named p\d already exists on bridge br0|no port named p\d)$/;

/** A client that adds and deletes at random, as a batch of many lines. */
async function client(twin: Twin, lines: readonly string[]) {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [program, '--no-wait', '--batch'], { env: twin.env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdin.end(`${lines.join('\n')}\n`);
  await new Promise((resolve) => child.once('close', resolve));
  return stderr.split('\n').filter((line) => line !== '');
}

function randomLines(count: number): string[] {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;
  return Array.from({ length: count }, () => `${pick(['add-port br0', 'del-port br0'])} ${pick(NAMES)}`);
}

test('two clients that add and delete the same ports lose nothing and leave nothing', async (t) => {
  t.timeout(180_000);
  const twin = await startTwin(t);
  await empty(twin);
  await runProgram('ovs-vsctl', ['--no-wait', 'add-br', 'br0'], twin.env);
  let before = new Set<string>();
  const end = Date.now() + SECONDS * 1000;
  while (Date.now() < end) {
    const work = [randomLines(400), randomLines(400)];
    const complaints = (await Promise.all(work.map((lines) => client(twin, lines)))).flat();
    for (const complaint of complaints) t.regex(complaint, EXPECTED);
    // Additions and deletions that were said to succeed must add up to what is there.
    const failed = (kind: RegExp, name: string) =>
      complaints.filter((line) => kind.test(line) && line.includes(`named ${name}`)).length;
    const { ports, interfaces, onBridge } = await look(twin);
    for (const name of NAMES) {
      const asked = (verb: string) => work.flat().filter((line) => line === `${verb}-port br0 ${name}`).length;
      const added = asked('add') - failed(/cannot create/, name);
      const deleted = asked('del') - failed(/no port/, name);
      t.is(added - deleted, (ports.has(name) ? 1 : 0) - (before.has(name) ? 1 : 0), name);
    }
    t.deepEqual([...ports].sort(), [...interfaces].sort());
    t.is(onBridge, ports.size);
    before = ports;
  }
});

async function look({ client: reader }: Twin) {
  const [ports, interfaces, bridges] = await reader.transact('Open_vSwitch', [
    select('Port', [], ['name']),
    select('Interface', [], ['name']),
    select('Bridge', [], ['ports']),
  ]);
  const names = (rows: readonly SelectedRow[]) => new Set(rows.map(({ name }) => name as string));
  return {
    ports: names(ports.rows),
    interfaces: names(interfaces.rows),
    onBridge: (bridges.rows[0] as { ports: readonly string[] }).ports.length,
  };
}
