import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { processesWith, until } from '../support/processes.js';
import { asNobody, needsRoot } from '../support/root.js';
import { Project } from './project.js';

const rootTest = needsRoot(test);
const source = { 'src/one.ts': 'export const one = 1;\n' };

test.serial('the first run compiles, the second has nothing to do', async (t) => {
  const project = new Project(t, source);
  const first = await project.tool('setup.mjs');
  t.is(first.status, 0, first.stderr);
  t.is(first.stdout, 'setup: compiling TypeScript\n');
  t.true(existsSync(project.path('dist/src/one.js')));
  const second = await project.tool('setup.mjs');
  t.deepEqual(second, { status: 0, stdout: '', stderr: '' });
});

test.serial('a changed source and a lost output compile again, and an output without a source goes', async (t) => {
  const project = new Project(t, { ...source, 'src/two.ts': 'export const two = 2;\n' });
  await project.tool('setup.mjs');
  project.write('src/one.ts', 'export const one = 11;\n');
  rmSync(project.path('src/two.ts'));
  await project.tool('setup.mjs');
  t.regex(readFileSync(project.path('dist/src/one.js'), 'utf8'), /one = 11/);
  t.false(readdirSync(project.path('dist/src')).some((name) => name.startsWith('two')));
  rmSync(project.path('dist/src/one.js'));
  t.is((await project.tool('setup.mjs')).status, 0);
  t.true(existsSync(project.path('dist/src/one.js')));
});

test.serial('a failing step shows its output and where all of it is', async (t) => {
  const project = new Project(t, { 'src/one.ts': "export const one: number = 'one';\n" });
  const { status, stderr } = await project.tool('setup.mjs');
  t.is(status, 1);
  t.regex(stderr, /tsc failed with exit status \d/);
  t.regex(stderr, /src\/one\.ts\(1,14\): error TS2322/);
  t.true(stderr.includes(project.path('.setup/tsc.log')));
  t.true(existsSync(project.path('.setup/tsc.log')));
  t.is((await project.tool('setup.mjs')).status, 1, 'a failure is not remembered as done');
});

test.serial('two runs at once: one works, the other waits and finds all done', async (t) => {
  const project = new Project(t, source);
  const both = await Promise.all([project.tool('setup.mjs'), project.tool('setup.mjs')]);
  t.deepEqual(
    both.map(({ status }) => status),
    [0, 0],
  );
  const printed = both.map(({ stdout }) => stdout).join('');
  t.is(printed.match(/compiling TypeScript/g)?.length, 1);
  t.regex(printed, /waiting for another set-up, process \d+/);
});

test.serial('the lock of a process that is gone, or whose id was reused, is taken over', async (t) => {
  const project = new Project(t, source);
  for (const holder of ['4194305 1', `${process.pid} 1`]) {
    project.write('.setup/lock', holder);
    const { status, stdout } = await project.tool('setup.mjs');
    t.is(status, 0);
    t.notRegex(stdout, /waiting/);
    t.false(existsSync(project.path('.setup/lock')));
  }
});

test.serial('an older Node.js is told apart by package.json', async (t) => {
  const project = new Project(t, source);
  const json = JSON.parse(readFileSync(project.path('package.json'), 'utf8'));
  project.write('package.json', JSON.stringify({ ...json, engines: { node: '>=99.1' } }));
  const { status, stderr } = await project.tool('setup.mjs');
  t.is(status, 1);
  t.is(stderr, `setup: ovskit needs Node.js 99.1 or later, this is ${process.versions.node}\n`);
});

test.serial('a lock that was not made from package.json is refused before anything is removed', async (t) => {
  const project = new Project(t, source);
  const lock = JSON.parse(readFileSync(project.path('package-lock.json'), 'utf8'));
  lock.packages['node_modules/ava'].version = '0.0.1';
  lock.packages[''].devDependencies.ava = '^0.0.1';
  project.write('package-lock.json', JSON.stringify(lock));
  const { status, stderr } = await project.tool('setup.mjs');
  t.is(status, 1);
  t.regex(stderr, /devDependencies of package.json and of package-lock.json differ: run "npm install"/);
  t.true(existsSync(project.path('node_modules/ava')));
});

test.serial('an unknown argument is refused', async (t) => {
  const { status, stderr } = await new Project(t).tool('setup.mjs', ['--nativ']);
  t.is(status, 2);
  t.regex(stderr, /unknown argument --nativ/);
});

rootTest.serial('without root, what is missing is named with the command that installs it', async (t) => {
  const project = new Project(t, source);
  project.giveToNobody();
  project.write('bin/apt-get', '#!/bin/sh\nexit 99\n', 0o755);
  const { status, stderr } = await project.tool('setup.mjs', [], { env: { PATH: project.path('bin') }, ...asNobody });
  t.is(status, 1);
  t.regex(stderr, /missing Debian packages: .*\bg\+\+ make python3\b/);
  t.regex(stderr, /apt-get update && apt-get install --yes --no-install-recommends .*openvswitch-switch .*g\+\+ make/);
});

test.serial('without apt-get, what is missing is listed with its programs', async (t) => {
  const project = new Project(t, source);
  project.write('bin/make', '#!/bin/sh\n', 0o755);
  const { status, stderr } = await project.tool('setup.mjs', ['--native'], { env: { PATH: project.path('bin') } });
  t.is(status, 1);
  t.regex(stderr, /no apt-get/);
  t.regex(stderr, /g\+\+: g\+\+\n {2}python3: python3/);
  t.notRegex(stderr, /make|openvswitch/);
});

test.serial('a checkout that may not be written says so', async (t) => {
  const project = new Project(t, source);
  project.write('.setup', 'in the way\n');
  const { status, stderr } = await project.tool('setup.mjs');
  t.is(status, 1);
  t.regex(stderr, /^setup: the checkout is not yours to write: .*\.setup/);
});

/** A project where `make` is missing, and an apt-get that does `install` and sees no service started meanwhile. */
function withApt(project: Project, install: string): { env: NodeJS.ProcessEnv } {
  for (const name of ['g++', 'python3']) project.write(`bin/${name}`, '#!/bin/sh\n', 0o755);
  for (const name of ['cp', 'sleep']) symlinkSync(`/bin/${name}`, project.path('bin', name));
  const apt = `#!/bin/sh
echo "$@" >>"$HERE/apt.log"
case "$*" in *install*) cp "$POLICY" "$HERE/policy-seen"; ${install} ;; esac
`;
  project.write('bin/apt-get', apt, 0o755);
  const POLICY = project.path('policy-rc.d');
  return { env: { PATH: project.path('bin'), HERE: project.directory, POLICY, OVSKIT_SETUP_POLICY: POLICY } };
}

rootTest.serial('root installs what is missing, and no service is started meanwhile', async (t) => {
  const project = new Project(t, source);
  const options = withApt(project, 'cp "$HERE/bin/g++" "$HERE/bin/make"');
  const { status, stdout, stderr } = await project.tool('setup.mjs', ['--native'], options);
  t.is(status, 0, stderr);
  t.is(stdout, 'setup: installing Debian packages: make\n');
  t.is(
    readFileSync(project.path('apt.log'), 'utf8'),
    '-o DPkg::Lock::Timeout=300 update\n-o DPkg::Lock::Timeout=300 install --yes --no-install-recommends make\n',
  );
  t.regex(readFileSync(project.path('policy-seen'), 'utf8'), /^exit 101$/m);
  t.false(existsSync(project.path('policy-rc.d')));
});

rootTest.serial("an administrator's own policy stays as it is", async (t) => {
  const project = new Project(t, source);
  writeFileSync(project.path('policy-rc.d'), '#!/bin/sh\nexit 104\n');
  const options = withApt(project, 'cp "$HERE/bin/g++" "$HERE/bin/make"');
  t.is((await project.tool('setup.mjs', ['--native'], options)).status, 0);
  t.is(readFileSync(project.path('policy-rc.d'), 'utf8'), '#!/bin/sh\nexit 104\n');
});

rootTest.serial('the policy goes when the install fails, and when it brings nothing', async (t) => {
  const project = new Project(t, source);
  const failed = await project.tool('setup.mjs', ['--native'], withApt(project, 'echo E: no such package; exit 100'));
  t.is(failed.status, 1);
  t.regex(failed.stderr, /apt-install failed with exit status 100.*\n {2}E: no such package/);
  t.false(existsSync(project.path('policy-rc.d')));
  project.write('bin/apt-get', '#!/bin/sh\n', 0o755);
  const empty = await project.tool('setup.mjs', ['--native'], { env: { PATH: project.path('bin') } });
  t.is(empty.status, 1);
});

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  rootTest.serial(`${signal} during the install ends it and takes the policy and the lock away`, async (t) => {
    const project = new Project(t, source);
    const { env } = withApt(project, 'echo started >"$HERE/started"; sleep 60');
    const child = spawn(process.execPath, [project.path('tools/setup.mjs'), '--native'], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    t.teardown(() => child.kill()); // In case the test fails first.
    const exit = once(child, 'exit');
    await until('the install', () => existsSync(project.path('started')));
    t.true(existsSync(project.path('policy-rc.d')));
    child.kill(signal);
    t.deepEqual(await exit, [expected, null]);
    t.false(existsSync(project.path('policy-rc.d')));
    t.false(existsSync(project.path('.setup/lock')));
  });
}

const slowTool = `import { runChild } from './lib/child.mjs';
import { runWhenSetUp } from './lib/setup.mjs';

process.exitCode = await runWhenSetUp(console.log, async () => {
  const script = 'echo started >started; sleep 60';
  const { status } = await runChild('sh', ['-c', script], { group: true, stdio: 'ignore' });
  console.log('went on');
  return status;
});
`;

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test.serial(`${signal} ends a tool and what it runs, with the status that a shell has for it`, async (t) => {
    const project = new Project(t, { ...source, 'tools/slow.mjs': slowTool });
    const mark = `OVSKIT_SLOW_MARK=${project.directory}`;
    const child = spawn(process.execPath, [project.path('tools/slow.mjs')], {
      env: { ...process.env, OVSKIT_SLOW_MARK: project.directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => child.kill()); // In case the test fails first.
    const [exit, stdout] = [once(child, 'exit'), text(child.stdout)];
    await until('its work', () => existsSync(project.path('started')));
    child.kill(signal);
    t.deepEqual(await exit, [expected, null]);
    t.is(await stdout, `setup: compiling TypeScript\ninterrupted by ${signal}\n`);
    await until('the end of its processes', () => processesWith(mark).length === 0);
  });
}
