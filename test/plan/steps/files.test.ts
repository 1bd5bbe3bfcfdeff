import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execute, type Step, StepFailedError } from '../../../src/plan/index.js';
import type { Ovs } from '../../../src/vswitch/index.js';
import { temporaryDirectory } from '../../support/ovsdb-server.js';

/** Steps about files ask nothing of a switch. */
const noSwitch = undefined as unknown as Ovs;

const end: Step = { kind: 'wait-for-vswitchd' };

async function fails(t: ExecutionContext, ...steps: Step[]): Promise<StepFailedError> {
  const beforeStep = (_: number, step: Step) => {
    if (step === end) throw new Error('injected');
  };
  const error = await t.throwsAsync(execute({ steps: [...steps, end] }, noSwitch, { beforeStep }), {
    instanceOf: StepFailedError,
    message: /injected$/,
  });
  t.deepEqual(error.undoErrors, []);
  return error;
}

test('a file keeps its mode, and has what it had, byte by byte, when a later step fails', async (t) => {
  const path = join(await temporaryDirectory(t), 'ifcfg-xenbr0');
  const before = Buffer.from([0x23, 0xe9, 0x0a]);
  await writeFile(path, before);
  await chmod(path, 0o666);
  await execute({ steps: [{ kind: 'apply-file', path, text: '# new\n' }] }, noSwitch);
  t.is((await stat(path)).mode & 0o777, 0o666);
  await writeFile(path, before);
  await fails(t, { kind: 'apply-file', path, text: '# new\n' });
  t.deepEqual(await readFile(path), before);
  t.is((await stat(path)).mode & 0o777, 0o666);
});

test('what was committed comes back too when a later step fails', async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'network');
  const made = join(directory, 'made');
  await writeFile(path, 'old\n');
  const apply = [path, made].map((each): Step => ({ kind: 'apply-file', path: each, text: 'new\n' }));
  await fails(t, ...apply, { kind: 'commit-files', paths: [path, made] });
  t.is(await readFile(path, 'utf8'), 'old\n');
  t.deepEqual(await readdir(directory), ['network']);
});

test('a symbolic link stays one: the file that it leads to is changed, and keeps its own mode', async (t) => {
  const directory = await temporaryDirectory(t);
  const target = join(directory, 'managed', 'network');
  const path = join(directory, 'network');
  await mkdir(join(directory, 'managed'));
  await writeFile(target, 'old\n');
  await chmod(target, 0o600);
  await symlink(target, path);
  const apply: Step = { kind: 'apply-file', path, text: 'new\n' };
  await fails(t, apply);
  t.is(await readFile(target, 'utf8'), 'old\n');
  const { changed } = await execute({ steps: [apply, { kind: 'commit-files', paths: [path] }] }, noSwitch);
  t.true(changed);
  t.true((await lstat(path)).isSymbolicLink());
  t.is(await readlink(path), target);
  t.is(await readFile(target, 'utf8'), 'new\n');
  t.is((await stat(target)).mode & 0o777, 0o600);
  t.deepEqual(await readdir(join(directory, 'managed')), ['network']);
  t.false((await execute({ steps: [apply] }, noSwitch)).changed);
});
