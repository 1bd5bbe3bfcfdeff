import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { until } from '../support/processes.js';
import { Project } from './project.js';

/** A quickstart that takes its time to clean up after a signal. */
const cleaning = `let ended = false;
const ending = (signal: string) => {
  // The same Ctrl-C may come from the terminal, from npm and from the launcher.
  if (ended) return;
  ended = true;
  setTimeout(() => {
    console.log('cleaned up after', signal);
    process.exit(7);
  }, 300);
};
process.on('SIGINT', ending);
process.on('SIGTERM', ending);
setTimeout(() => {}, 60_000);
console.log('ready');
`;

test.serial('arguments and the exit status are passed on', async (t) => {
  const project = new Project(t, { 'tools/quickstart.ts': 'process.exitCode = process.argv.length;\n' });
  const { status, stderr } = await project.tool('quickstart.mjs', ['one', 'two']);
  t.is(status, 4, stderr);
});

test.serial('a signal that ends the quickstart is 128 + its number', async (t) => {
  const project = new Project(t, { 'tools/quickstart.ts': "process.kill(process.pid, 'SIGKILL');\n" });
  t.is((await project.tool('quickstart.mjs')).status, 137);
});

test.serial('a set-up that fails is exit status 1, and nothing runs', async (t) => {
  const project = new Project(t, { 'tools/quickstart.ts': "nonsense;\nconsole.log('ran');\n" });
  const { status, stdout } = await project.tool('quickstart.mjs');
  t.is(status, 1);
  t.notRegex(stdout, /ran/);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test.serial(`${signal} goes on to the quickstart, whose clean-up is awaited`, async (t) => {
    const project = new Project(t, { 'tools/quickstart.ts': cleaning });
    const child = spawn(process.execPath, [project.path('tools/quickstart.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => child.kill()); // In case the test fails first.
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    const exit = once(child, 'exit');
    await until('the quickstart', () => stdout.includes('ready'));
    child.kill(signal);
    child.kill(signal);
    t.deepEqual(await exit, [7, null]);
    t.true(stdout.endsWith(`cleaned up after ${signal}\n`), stdout);
  });
}
