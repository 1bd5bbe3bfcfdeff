import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { linkExists, setLinkDown, setLinkUp } from '../../src/netdev/index.js';
import { until } from '../support/processes.js';
import { needsRoot } from '../support/root.js';
import { sandbox, useSwitch, vsctl } from '../support/switch.js';
import { request } from '../vif/request.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const rootTest = needsRoot(test).serial;
let directory: string;

useSwitch(rootTest, 'br-int');

rootTest.before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ovskit-vif-'));
});

rootTest.after.always(() => {
  if (directory) rmSync(directory, { recursive: true });
});

const environment = () => ({ ...process.env, ...sandbox.env });

function ovskit(...args: string[]) {
  return spawnSync(process.execPath, [main, 'vif', ...args], { encoding: 'utf8', env: environment() });
}

function file(...requests: unknown[]): string {
  const path = join(directory, 'desired.json');
  writeFileSync(path, JSON.stringify(requests));
  return path;
}

rootTest('reconciles, lists, and drops what is stale at two looks', async (t) => {
  const both = file(request(1), request(2));
  t.is(ovskit('reconcile', both).stdout, 'tap1: plugged on br-int\ntap2: plugged on br-int\n');
  vsctl('add-port', 'br-int', 'theirs', '--', 'set', 'Interface', 'theirs', 'type=internal');

  const listed = ovskit('list');
  t.regex(
    listed.stdout,
    /^NAME +BRIDGE +OFPORT +IFACE-ID +STATE\ntap1 +br-int +\d+ +00000000-0000-4000-8000-000000000001 +up\n/,
  );
  t.notRegex(listed.stdout, /theirs/);

  t.like(ovskit('list', '--bridge', 'br-nope'), { status: 1, stdout: '', stderr: 'ovskit: no bridge named br-nope\n' });
  await setLinkDown('tap1');
  t.regex(ovskit('list').stdout, /^tap1 .* down$/m);
  await setLinkUp('tap1');

  const one = file(request(1), request(3));
  const dry = ovskit('reconcile', one, '--dry-run');
  t.regex(dry.stdout, /^tap3: create tap tap3\n/);
  t.regex(dry.stdout, /tap2: on br-int, desired by no request, drop it if that stays so\n$/);
  t.false(linkExists('tap3'));
  t.regex(ovskit('list', one).stdout, /tap2 .* stale\n/);

  const done = ovskit('reconcile', one, '--interval', '1', '--json');
  const { plugged, dropped, stale, unchanged, errors } = JSON.parse(done.stdout);
  t.deepEqual([plugged[0].name, dropped[0].name, stale, unchanged, errors], ['tap3', 'tap2', [], 2, []]);
  t.is(vsctl('list-ports', 'br-int'), 'tap1\ntap3\ntheirs');
  t.false(linkExists('tap2'));

  t.is(ovskit('reconcile', file(), '--bridge', 'br-int', '--interval', '1').status, 0);
  t.is(vsctl('list-ports', 'br-int'), 'theirs');
  t.is(ovskit('list', '--json').stdout, '[]\n');
});

rootTest('the file is read anew for the second look', async (t) => {
  t.is(ovskit('reconcile', file(request(1), request(2))).status, 0);
  const child = spawn(
    process.execPath,
    [main, 'vif', 'reconcile', file(request(1), request(3)), '--interval', '1500'],
    {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await until('the first look', () => vsctl('list-ports', 'br-int').includes('tap3'));
  file(request(1), request(2), request(3));
  const [status] = await once(child, 'close');
  t.is(status, 0);
  t.is(output, 'tap3: plugged on br-int\n');
  t.is(ovskit('reconcile', file(), '--bridge', 'br-int', '--interval', '0').status, 0);
});

rootTest('a VIF that fails is named, and the others are done', (t) => {
  const bad = { ...request(2), vif: { ...request(2).vif, type: 'odd' } };
  const run = ovskit('reconcile', file(request(1), bad));
  t.is(run.status, 1);
  t.is(run.stdout, 'tap1: plugged on br-int\n');
  t.regex(run.stderr, /^ovskit: tap2: vif.type odd is unknown/);
  t.is(ovskit('reconcile', file(), '--bridge', 'br-int', '--interval', '0').status, 0);
});

test('what is not understood', (t) => {
  const run = (...args: string[]) => spawnSync(process.execPath, [main, 'vif', ...args], { encoding: 'utf8' });
  t.like(run('reconcile'), { status: 2, stderr: 'ovskit: say "ovskit vif reconcile FILE"\n' });
  const none = spawnSync(process.execPath, [main, 'vif', 'reconcile', '-'], { encoding: 'utf8', input: '[]' });
  t.is(none.status, 1);
  t.regex(none.stderr, /no request in the list to say which bridges are meant: --bridge NAME does\n$/);
  t.is(run('reconcile', 'a', 'b').status, 2);
  t.is(run('reconcile', 'a', '--interval', 'soon').status, 2);
  t.is(run('list', '--owner', '').status, 2);
  t.is(run('reconcile', '/does/not/exist').status, 1);
});
