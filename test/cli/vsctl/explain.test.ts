import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { commands } from '../../../src/cli/vsctl/registry.js';
import { splitWords } from '../../../src/cli/vsctl/text/words.js';
import { temporaryDirectory } from '../../support/ovsdb-server.js';
import { canonicalDatabase, canonicalText, empty, runOurs, runProgram, runStock, startTwin } from './twins.js';

/** Each command at least once, in an order in which all of them work. */
const lines = `
  init
  add-br a
  add-br f a 7
  add-port a p tag=3
  add-bond a b x y lacp=active
  add-bond-iface b z
  del-bond-iface b z
  --may-exist add-port a p
  br-set-external-id a k v
  br-get-external-id a k
  list-br
  br-exists a
  br-to-vlan f
  br-to-parent f
  list-ports a
  port-to-br p
  list-ifaces a
  iface-to-br x
  set-controller a tcp:127.0.0.1:6653
  get-controller a
  set-fail-mode a secure
  get-fail-mode a
  del-fail-mode a
  del-controller a
  set-manager ptcp:6640
  get-manager
  del-manager
  set-ssl key cert ca
  get-ssl
  del-ssl
  add-aa-mapping a 100 10
  get-aa-mapping a
  del-aa-mapping a 100 10
  --id=@d create datapath datapath_version=1 -- set open . datapaths:system=@d
  add-zone-tp system zone=1 icmp_first=3
  list-zone-tp system
  del-zone-tp system zone=1
  list-dp-cap system
  comment a note
  list bridge a
  find port tag=3
  get port p tag
  set port p tag=4 other_config:a=b
  add bridge a flood_vlans 5
  remove bridge a flood_vlans 5
  clear port p tag
  --id=@q create qos type=linux-htb -- set port p qos=@q
  wait-until bridge a name=a
  clear port p qos -- --all destroy qos
  show
  del-port p
  emer-reset
  del-br f
`
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');

const nameOf = (words: readonly string[]) => words.find((word) => !word.startsWith('-'))!;

test('the lines have every command', (t) => {
  const used = new Set(lines.map((line) => nameOf(splitWords(line))));
  used.add('destroy');
  t.deepEqual([...commands.keys()].filter((name) => !used.has(name)).sort(), []);
});

test.serial('what --explain shows of each command, sent as it stands, does what the stock tool does', async (t) => {
  t.timeout(120_000);
  const [stock, ours] = await Promise.all([startTwin(t), startTwin(t)]);
  await Promise.all([empty(stock), empty(ours)]);
  for (const line of lines) {
    const words = splitWords(line);
    const before = await canonicalDatabase(ours);
    const { status, stdout, stderr } = await runOurs(ours, ['--explain', '--no-wait', ...words]);
    t.deepEqual({ status, stderr }, { status: 0, stderr: '' }, line);
    t.is(await canonicalDatabase(ours), before, `nothing has changed: ${line}`);
    const [reads = '', writes] = stdout.split('# write\n');
    const asked = reads
      .trimEnd()
      .split('\n')
      .filter((each) => each !== '# read');
    t.true(asked.length > 0 && asked.every((each) => JSON.parse(each).op === 'select'), line);
    if (writes !== undefined) {
      const operations = writes.trimEnd().split('\n');
      const request = `["Open_vSwitch",${operations.join(',')}]`;
      const sent = await runProgram('ovsdb-client', ['transact', ours.remote, request], ours.env);
      t.notRegex(sent.stdout, /"error"/, `${line}: ${request}`);
    }
    const expected = await runStock(stock, ['--no-wait', ...words]);
    t.is(expected.status, 0, `${line}: ${expected.stderr}`);
    t.is(await canonicalDatabase(ours), await canonicalDatabase(stock), line);
  }
});

test.serial('all of them as one --atomic batch make what the stock tool makes of them joined by --', async (t) => {
  const [stock, ours] = await Promise.all([startTwin(t), startTwin(t)]);
  await Promise.all([empty(stock), empty(ours)]);
  // The stock tool does not see a zone of its own transaction; and what is waited for, another must bring about.
  const joinable = lines.filter(
    (line) => !['wait-until', 'list-zone-tp', 'del-zone-tp'].includes(nameOf(splitWords(line))),
  );
  const file = join(await temporaryDirectory(t), 'lines');
  writeFileSync(file, `${joinable.join('\n')}\n`);
  const actual = await runOurs(ours, ['--no-wait', '--atomic', `--batch=${file}`]);
  const words = joinable.flatMap((line) => ['--', ...splitWords(line)]);
  const expected = await runStock(stock, ['--no-wait', ...words]);
  t.is(expected.status, 0, expected.stderr);
  const sorted = (text: string) => canonicalText(text, ours, true);
  t.deepEqual(
    { ...actual, stdout: sorted(actual.stdout) },
    { ...expected, stdout: sorted(canonicalText(expected.stdout, stock, true)) },
  );
  t.is(await canonicalDatabase(ours), await canonicalDatabase(stock));
});
