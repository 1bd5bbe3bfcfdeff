import { execFileSync } from 'node:child_process';
import { closeSync, constants as fs, openSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readTextFile } from '../../src/base/read-text.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { until } from '../support/processes.js';

const LIMIT = 1000;

async function pipeOf(t: ExecutionContext): Promise<string> {
  const path = join(await temporaryDirectory(t), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

/** To open a pipe for writing only is refused while nobody reads it. */
function isRead(path: string): boolean {
  try {
    closeSync(openSync(path, fs.O_WRONLY | fs.O_NONBLOCK));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    return false;
  }
}

test('a file is read whole, up to the limit', async (t) => {
  const path = join(await temporaryDirectory(t), 'file');
  const text = `${'x'.repeat(LIMIT - 3)}\u20ac`;
  writeFileSync(path, text);
  t.is(await readTextFile(path, LIMIT), text);
  writeFileSync(path, `${text}!`);
  await t.throwsAsync(readTextFile(path, LIMIT), { message: 'it has more than 1000 bytes' });
  await t.throwsAsync(readTextFile('/dev/zero', LIMIT), { message: 'it has more than 1000 bytes' });
  await t.throwsAsync(readTextFile(`${path}.none`, LIMIT), { code: 'ENOENT' });
  await t.throwsAsync(readTextFile(tmpdir(), LIMIT), { code: 'EISDIR' });
});

test('what a pipe brings is read until its writer ends', async (t) => {
  const path = await pipeOf(t);
  const reading = readTextFile(path, LIMIT);
  const writer = await open(path, 'w');
  await writer.write('a character in two writes: \u20ac'.slice(0, -1));
  const [first, ...rest] = Buffer.from('\u20ac');
  await writer.write(Buffer.from([first as number]));
  await writer.write(Buffer.from(rest));
  await writer.close();
  t.is(await reading, 'a character in two writes: \u20ac');
});

test('a pipe that nobody writes into ends by the deadline or the signal, and holds no descriptor', async (t) => {
  const path = await pipeOf(t);
  await t.throwsAsync(readTextFile(path, LIMIT, { timeout: 20 }), {
    code: 'ERR_TIMEOUT',
    message: `read ${path}: no answer within 20 ms; it is a pipe whose writer has not ended`,
  });
  const controller = new AbortController();
  const reading = readTextFile(path, LIMIT, { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(reading, { code: 'ERR_ABORTED' });
  await until('the end of its readers', () => !isRead(path));
  t.pass();
});
