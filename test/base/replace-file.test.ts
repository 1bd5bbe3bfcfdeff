import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { replaceFile } from '../../src/base/replace-file.js';

test('a link at the name of the temporary file is not followed', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-replace-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const [file, precious] = [join(directory, 'file'), join(directory, 'precious')];
  writeFileSync(precious, 'precious');
  symlinkSync(precious, join(directory, `.file.${process.pid}.tmp`));
  await replaceFile(file, 'text', 0o640);
  t.is(readFileSync(precious, 'utf8'), 'precious');
  t.is(readFileSync(file, 'utf8'), 'text');
  t.is(statSync(file).mode & 0o7777, 0o640);
  t.deepEqual(readdirSync(directory).sort(), ['file', 'precious']);
});
