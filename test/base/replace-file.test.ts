import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { replaceFile } from '../../src/base/replace-file.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';

test('a link at the name of the temporary file is not followed', async (t) => {
  const directory = await temporaryDirectory(t);
  const [file, precious] = [join(directory, 'file'), join(directory, 'precious')];
  writeFileSync(precious, 'precious');
  symlinkSync(precious, join(directory, `.file.${process.pid}.tmp`));
  await replaceFile(file, 'text', 0o640);
  t.is(readFileSync(precious, 'utf8'), 'precious');
  t.is(readFileSync(file, 'utf8'), 'text');
  t.is(statSync(file).mode & 0o7777, 0o640);
  t.deepEqual(readdirSync(directory).sort(), ['file', 'precious']);
});

test('a link stays, and the file that it leads to is replaced and keeps its mode', async (t) => {
  const directory = await temporaryDirectory(t);
  const [link, file] = [join(directory, 'link'), join(directory, 'managed', 'file')];
  mkdirSync(join(directory, 'managed'));
  writeFileSync(file, 'old');
  chmodSync(file, 0o604);
  symlinkSync(file, link);
  await replaceFile(link, 'new');
  t.true(lstatSync(link).isSymbolicLink());
  t.is(readFileSync(file, 'utf8'), 'new');
  t.is(statSync(file).mode & 0o7777, 0o604);
  t.deepEqual(readdirSync(join(directory, 'managed')), ['file']);
});

test('a link that leads to nothing becomes the file', async (t) => {
  const directory = await temporaryDirectory(t);
  const link = join(directory, 'link');
  symlinkSync(join(directory, 'nothing'), link);
  await replaceFile(link, 'new');
  t.false(lstatSync(link).isSymbolicLink());
  t.deepEqual(readdirSync(directory), ['link']);
});
