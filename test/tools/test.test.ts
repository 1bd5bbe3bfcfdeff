import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import test from 'ava';
import { processesWith, until } from '../support/processes.js';
import { lastLine, Project } from './project.js';

const header = "import test from 'ava';\n\n";
const passing = `${header}test('one', (t) => t.pass());\n\ntest('two', (t) => t.pass());\n`;

test.serial('counts are those of the runner', async (t) => {
  const project = new Project(t, {
    'test/a.test.ts': passing,
    'test/b.test.ts':
      `${header}test('good', (t) => t.pass());\n\ntest('bad # SKIP me', (t) => t.is(1 + 1, 3));\n\n` +
      "test.skip('later', (t) => t.fail());\n",
  });
  const outcome = await project.tool('test.mjs');
  t.is(outcome.status, 1);
  t.is(lastLine(outcome), '3 passed, 1 failed, 1 skipped');
  t.regex(outcome.stdout, /^not ok: b › bad # SKIP me$/m);
  t.regex(outcome.stderr, /stack of dist\/test\/b\.test\.js › bad # SKIP me:\n.*test\/b\.test\.ts:5:/);
  t.regex(outcome.stdout, /^skipped: b › later$/m);
});

test.serial('all passed is exit status 0, also without a terminal or standard input', async (t) => {
  const project = new Project(t, { 'test/a.test.ts': passing });
  const outcome = await project.tool('test.mjs', [], { env: { CI: 'true' } });
  t.is(outcome.status, 0, outcome.stdout);
  t.is(lastLine(outcome), '2 passed, 0 failed');
  t.regex(outcome.stdout, /^in \d+\.\d s$/m);
});

test.serial('files, by source or output, and --match are passed on', async (t) => {
  const project = new Project(t, { 'test/a.test.ts': passing, 'test/b.test.ts': passing });
  t.is(lastLine(await project.tool('test.mjs', ['test/a.test.ts'])), '2 passed, 0 failed');
  t.is(lastLine(await project.tool('test.mjs', ['dist/test/a.test.js', '--match', 'one'])), '1 passed, 0 failed');
});

test.serial('no test run is a failure', async (t) => {
  const project = new Project(t, { 'test/a.test.ts': passing });
  const outcome = await project.tool('test.mjs', ['--match', 'three']);
  t.is(outcome.status, 1);
  t.regex(lastLine(outcome) ?? '', /^0 passed, [1-9]\d* failed$/);
});

const failures: Record<string, string> = {
  'an uncaught exception':
    "setTimeout(() => {\n  throw new Error('late');\n}, 0);\n\ntest('slow', async (t) => {\n  await new Promise((resolve) => setTimeout(resolve, 200));\n  t.pass();\n});\n",
  'a file that throws': "test('never run', (t) => t.pass());\n\nthrow new Error('at load');\n",
  'a killed process': "test('killed', () => {\n  process.kill(process.pid, 'SIGKILL');\n});\n",
  'an early exit': "test('exits', () => process.exit(0));\n",
  'a test that never settles': "test('hangs', () => new Promise(() => {}));\n",
  'a failing hook': "test.after(() => {\n  throw new Error('hook');\n});\n\ntest('good', (t) => t.pass());\n",
  'a file without tests': 'export const unused = test;\n',
};

for (const [what, text] of Object.entries(failures)) {
  test.serial(`${what} is a failure`, async (t) => {
    const project = new Project(t, { 'test/a.test.ts': passing, 'test/b.test.ts': header + text });
    const outcome = await project.tool('test.mjs');
    t.is(outcome.status, 1);
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lastLine(outcome) ?? '') ?? [];
    // AVA itself may break off when a process exits early, with the other files' tests unheard.
    if (what !== 'an early exit') t.true(Number(passed) >= 2, outcome.stdout);
    t.true(Number(failed) >= 1, outcome.stdout);
    t.regex(outcome.stdout, /^not ok: /m);
  });
}

test.serial('a finding of the linter is a failure, and the tests run all the same', async (t) => {
  const project = new Project(t, { 'test/a.test.ts': passing, 'src/x.ts': 'export let  x = 1\n' });
  const outcome = await project.tool('test.mjs');
  t.is(outcome.status, 1);
  t.is(lastLine(outcome), '2 passed, 1 failed');
  t.regex(outcome.stdout, /src\/x\.ts/);
});

test.serial('a set-up that fails is a failure', async (t) => {
  const project = new Project(t, { 'test/a.test.ts': `${passing}nonsense;\n` });
  const outcome = await project.tool('test.mjs');
  t.is(outcome.status, 1);
  t.is(lastLine(outcome), '0 passed, 1 failed');
  t.regex(outcome.stderr, /TS2304/);
});

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test.serial(`${signal} stops the runner and its workers, and leaves no temporary files`, async (t) => {
    const hanging =
      "import { mkdtempSync, writeFileSync } from 'node:fs';\nimport { tmpdir } from 'node:os';\n" +
      "import { join } from 'node:path';\nimport test from 'ava';\n\n" +
      "test('hangs', async (t) => {\n  mkdtempSync(join(tmpdir(), 'left-'));\n  writeFileSync('started', '');\n" +
      '  await new Promise((resolve) => setTimeout(resolve, 60_000));\n  t.pass();\n});\n';
    const project = new Project(t, { 'test/a.test.ts': hanging });
    const temporary = project.path('temporary');
    mkdirSync(temporary);
    const mark = `OVSKIT_TEST_MARK=${project.directory}`;
    const child = spawn(process.execPath, [project.path('tools/test.mjs')], {
      env: { ...process.env, OVSKIT_TEST_MARK: project.directory, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    t.teardown(() => child.kill()); // In case the test fails first.
    const exit = once(child, 'close');
    await until('the test', () => existsSync(project.path('started')));
    child.kill(signal);
    t.deepEqual(await exit, [expected, null]);
    t.regex(lastLine({ stdout, stderr: '', status: 0 }) ?? '', /^0 passed, [1-9]\d* failed$/);
    await until('the end of every process of the run', () => processesWith(mark).length === 0);
    t.deepEqual(readdirSync(temporary), []);
  });
}
