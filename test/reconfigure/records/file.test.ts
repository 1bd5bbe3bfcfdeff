import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import {
  formatXmlRecords,
  loadRecords,
  parseRecords,
  parseXmlRecords,
  type Records,
  saveRecords,
} from '../../../src/reconfigure/index.js';
import { type Case, loadCases } from '../case.js';
import { host, hostDocument } from '../host.js';

const directory = mkdtempSync(join(tmpdir(), 'ovskit-dbcache-'));
test.after.always(() => rmSync(directory, { recursive: true }));

const DBCACHE = '/var/xapi/network.dbcache';
const originals = (): [Case, string][] =>
  loadCases().flatMap((one) => {
    const text = one.expected[0]?.files?.[DBCACHE];
    return text === undefined ? [] : [[one, text]];
  });

/** A cache doesn't know what is attached. */
const detached = (text: string) => text.replaceAll('<currently_attached>True<', '<currently_attached>False<');

test('what the original wrote is read, with what it lost itself, and written the same', (t) => {
  t.true(originals().length >= 3);
  for (const [one, text] of originals()) {
    const records = parseXmlRecords(text);
    t.is(formatXmlRecords(records), detached(text), one.name);
    const input = parseRecords(one.input.db);
    t.deepEqual([...records.tunnels], [...input.tunnels]);
    t.deepEqual([...records.vlans], [...input.vlans]);
    for (const [ref, pif] of records.pifs) {
      const { other_config: _, currently_attached, ...fields } = pif;
      const { other_config: __, currently_attached: ___, ...wanted } = input.pifs.get(ref) as typeof pif;
      t.deepEqual(fields, wanted);
      t.false(currently_attached);
    }
  }
});

test('records survive being written and read, whatever their texts', (t) => {
  const text = fc.string({ unit: fc.constantFrom(...'aZ0 <>&"\'\t\n]!-é\u{1f600}'.split(/(?:)/u)) });
  fc.assert(
    fc.property(text, text, (mtu, gateway) => {
      const document = hostDocument();
      Object.assign(document.pifs.eth0, { other_config: { mtu, key: `]]>${mtu}` }, gateway });
      const read = parseXmlRecords(formatXmlRecords(parseRecords(document)));
      const { other_config, gateway: found } = read.pifs.get('eth0') as NonNullable<ReturnType<Records['pifs']['get']>>;
      t.is(other_config.get('mtu'), mtu.trim());
      t.is(other_config.get('key'), `]]>${mtu}`.trim());
      t.is(found, gateway.trim());
    }),
  );
});

test('what XML can not hold is refused before anything is written', async (t) => {
  const path = join(directory, 'kept');
  writeFileSync(path, 'kept');
  for (const other_config of [{ 'a b': '' }, { '': '' }, { '1': '' }, { key: 'bell\u0007' }, { key: '\ud800' }]) {
    const document = hostDocument();
    Object.assign(document.pifs.eth0, { other_config });
    await t.throwsAsync(saveRecords(path, parseRecords(document)), { code: 'ERR_INVALID_ARGUMENT' });
  }
  t.is(readFileSync(path, 'utf8'), 'kept');
});

test('a save that fails leaves the old file and nothing beside it', async (t) => {
  const here = mkdtempSync(join(directory, 'failing-'));
  await t.throwsAsync(saveRecords(join(here, 'no', 'such', 'directory'), host()), {
    code: 'ERR_RECONFIGURE_RECORDS',
    message: /^can't write .*\/no\/such\/directory: ENOENT/,
  });
  await t.throwsAsync(saveRecords(here, host()), undefined, 'a directory is in its place');
  t.deepEqual(readdirSync(here), []);
  t.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith('failing-')),
    [basename(here)],
  );
});

test('whoever is killed while saving leaves a whole file', async (t) => {
  const path = join(directory, 'network.dbcache');
  await saveRecords(path, host());
  const program = `
    import { parseRecords, saveRecords } from ${JSON.stringify(new URL('../../../src/reconfigure/index.js', import.meta.url).href)};
    import { hostDocument } from ${JSON.stringify(new URL('../host.js', import.meta.url).href)};
    const records = parseRecords(hostDocument());
    console.log('ready');
    for (;;) await saveRecords(${JSON.stringify(path)}, records);
  `;
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await delay(Math.random() * 50);
    child.kill('SIGKILL');
    await once(child, 'exit');
    t.is((await loadRecords(path)).pifs.size, 8);
  }
});
