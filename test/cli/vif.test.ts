import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { linkExists, listLinks } from '../../src/netdev/index.js';
import { until } from '../support/processes.js';
import { needsRoot } from '../support/root.js';
import { sandbox, useSwitch, vsctl } from '../support/switch.js';
import { request } from '../vif/request.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
/** One after the other: each looks at the whole switch before and after. */
const rootTest = needsRoot(test).serial;
let directory: string;

useSwitch(rootTest, 'br-int', 'br-ex');

rootTest.before(() => {
  directory = mkdtempSync(join(tmpdir(), 'ovskit-vif-'));
});

rootTest.after.always(() => {
  if (directory) rmSync(directory, { recursive: true });
});

const LIBVIRTS = 'libvirt makes and deletes this port, with the guest; port.create_port has ovskit do it';

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  wrapper?: string[];
  env?: Record<string, string>;
  input?: string;
}

function ovskit(args: string[], options: RunOptions = {}): Run {
  const [command, ...rest] = [...(options.wrapper ?? []), process.execPath, main, ...args] as [string, ...string[]];
  const env = { ...process.env, ...sandbox.env, ...options.env };
  return spawnSync(command, rest, { encoding: 'utf8', env, input: options.input });
}

function requestFile(content: unknown): string {
  const file = join(directory, `${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

rootTest('plugs a file of requests, shows them, and unplugs them', (t) => {
  const file = requestFile({ requests: [request(1), request(2)] });
  const plugged = ovskit(['vif', 'plug', '--request', file]);
  t.is(plugged.stderr, '');
  t.is(plugged.status, 0);
  t.regex(plugged.stdout, /^NAME +BRIDGE +OFPORT +CHANGED\ntap1 +br-int +\d+ +yes\ntap2 +br-int +\d+ +yes\n$/);
  t.is(vsctl('list-ports', 'br-int'), 'tap1\ntap2');

  const again = ovskit(['vif', 'plug', '--request', file, '--json']);
  const { done, errors } = JSON.parse(again.stdout);
  t.deepEqual(errors, []);
  t.deepEqual(
    done.map(({ name, changed }: { name: string; changed: boolean }) => [name, changed]),
    [
      ['tap1', false],
      ['tap2', false],
    ],
  );
  const unplugged = ovskit(['vif', 'unplug', '--request', '-'], { input: JSON.stringify([request(1), request(2)]) });
  t.is(unplugged.status, 0);
  t.is(vsctl('list-ports', 'br-int'), '');
  t.false(linkExists('tap1'));
});

rootTest('a port that is left to libvirt is told of, and not taken for one that is there', (t) => {
  const file = requestFile(request(6));
  const newton = (...options: string[]) =>
    ovskit(['vif', 'plug', '--request', file, '--release', 'newton', ...options]);
  const plugged = newton();
  t.regex(plugged.stdout, /^tap6 +br-int +- +no$/m);
  t.is(plugged.stderr, `ovskit: tap6: ${LIBVIRTS}\n`);
  t.deepEqual(JSON.parse(newton('--json').stdout).done[0].warnings, [LIBVIRTS]);
  t.is(newton('--explain').stdout, `# tap6: ${LIBVIRTS}\n`);
  t.deepEqual(JSON.parse(newton('--explain', '--json').stdout).warnings, [LIBVIRTS]);
  t.deepEqual(JSON.parse(newton('--dry-run', '--json').stdout)[0].warnings, [LIBVIRTS]);
  const made = ovskit(['vif', 'plug', '--request', file, '--dry-run', '--json']);
  t.deepEqual(JSON.parse(made.stdout)[0].warnings, []);
});

rootTest("an unplug leaves a port that is another instance's by now, says so, and takes it by force", (t) => {
  const heir = { ...request(5), instance: { uuid: '20000000-0000-4000-8000-000000000000' } };
  t.is(ovskit(['vif', 'plug', '--request', requestFile(heir)]).status, 0);
  const unplug = (...options: string[]) => ovskit(['vif', 'unplug', '--request', requestFile(request(5)), ...options]);
  const warning = /^ovskit: tap5: port tap5 is left alone: it is instance 20000000-/;
  const dry = unplug('--dry-run');
  t.like(dry, { status: 0, stdout: '' });
  t.regex(dry.stderr, warning);
  const explained = unplug('--explain');
  t.like(explained, { status: 0, stderr: '' });
  t.regex(explained.stdout, /^# tap5: port tap5 is left alone: .*\n$/);
  t.regex(JSON.parse(unplug('--explain', '--json').stdout).warnings[0], /^port tap5 is left alone/);
  const late = unplug('--json');
  t.deepEqual([late.status, JSON.parse(late.stdout).done[0].changed], [0, false]);
  t.regex(late.stderr, warning);
  t.true(linkExists('tap5'));
  t.regex(unplug('--dry-run', '--force').stdout, /^tap5: delete port tap5/);
  t.like(unplug('--force'), { status: 0, stderr: '' });
  t.false(linkExists('tap5'));
});

rootTest('--dry-run and --explain change nothing', (t) => {
  const file = requestFile(request(3));
  const steps = ovskit(['vif', 'plug', '--request', file, '--dry-run']);
  t.is(steps.stdout, 'tap3: create tap tap3\ntap3: add port tap3 to br-int\ntap3: wait for interface tap3\n');
  const commands = ovskit(['vif', 'plug', '--request', file, '--explain']);
  t.regex(
    commands.stdout,
    /^ip tuntap add dev tap3 mode tap\nip link set dev tap3 alias .*\nip link set dev tap3 up\novs-vsctl add-port br-int tap3 -- set Port tap3 external_ids:ovskit-owner=ovskit -- set/,
  );
  const json = ovskit(['vif', 'plug', '--request', file, '--explain', '--json']);
  t.deepEqual(JSON.parse(json.stdout).commands[0], ['ip', 'tuntap', 'add', 'dev', 'tap3', 'mode', 'tap']);
  t.false(linkExists('tap3'));
  t.notRegex(vsctl('list-ports', 'br-int'), /tap3/);
});

/** One line on stderr, nothing on stdout, and neither links nor ports changed. */
const refused = test.macro<[status: number, message: RegExp, args: () => string[], options?: RunOptions]>(
  (t, status, message, args, options) => {
    const before = [listLinks(), vsctl('show')];
    const run = ovskit(args(), options);
    t.regex(run.stderr, message);
    t.is(run.stderr.trimEnd().split('\n').length, 1, run.stderr);
    t.is(run.status, status);
    t.is(run.stdout, '');
    t.deepEqual([listLinks(), vsctl('show')], before);
  },
);

const plug = (content: unknown) => () => ['vif', 'plug', '--request', requestFile(content)];
const named = (devname: string) => ({ ...request(5), vif: { ...request(5).vif, devname } });

rootTest(
  'no request file',
  refused,
  1,
  /^ovskit: cannot read request file \/none\.json: ENOENT: no such file or directory\n$/,
  () => ['vif', 'plug', '--request', '/none.json'],
);
rootTest('not JSON', refused, 1, /request file .*\.json is not JSON/, plug('{"vif":'));
rootTest(
  'a wrong type',
  refused,
  1,
  /^ovskit: request file \/[^:]*\.json: vif\.address must be a string, not 5\n$/,
  plug({ ...request(5), vif: { ...request(5).vif, address: 5 } }),
);
rootTest(
  'a device name of 16 bytes',
  refused,
  1,
  /vif\.devname: .*16 bytes: at most 15/,
  plug(named('sixteen-letters-')),
);
rootTest('a device name with a slash', refused, 1, /vif\.devname: .*has a '\/'/, plug(named('a/b')));
rootTest('a device name of two dots', refused, 1, /vif\.devname: .*"\.\." is reserved/, plug(named('..')));
rootTest('a device name with a blank', refused, 1, /vif\.devname: .*whitespace/, plug(named('a b')));
rootTest('no such bridge', refused, 1, /tap5: no bridge named br-none/, plug(request(5, { bridge: 'br-none' })));
rootTest(
  'an unknown type',
  refused,
  1,
  /tap5: vif\.type odd is unknown to newton; known types: .*ovs/,
  plug({ ...request(5), vif: { ...request(5).vif, type: 'odd' } }),
);
rootTest(
  'two requests for one device',
  refused,
  1,
  /requests 1 and 2 both name device tap5/,
  plug([request(5), request(5)]),
);
rootTest('no socket', refused, 1, /cannot connect to unix:\/none\.sock: there is no such socket/, () => [
  ...plug(request(5))(),
  '--remote',
  'unix:/none.sock',
]);
rootTest(
  'a list under a name that is misspelt',
  refused,
  1,
  /^ovskit: request file [^:]*\.json: reqests is unknown: did you mean requests\?\n$/,
  plug({ reqests: [request(5)] }),
);
rootTest('no request at all', refused, 1, /there is no request in the list/, plug([]));
rootTest('two request files', refused, 2, /one request file is enough: x\.json, y\.json/, () => [
  'vif',
  'plug',
  'x.json',
  'y.json',
]);
rootTest(
  'a name that would play with the terminal',
  refused,
  1,
  /vif\.network\.bridge must have no control characters.*, not "a\\nb\\u001b\[31mred"$/m,
  plug(request(5, { bridge: 'a\nb\u001b[31mred' })),
);
rootTest(
  'the local port of a bridge',
  refused,
  1,
  /port br-int is not this VIF's: it is the local port/,
  plug(named('br-int')),
);
rootTest('a verb that is misspelt', refused, 2, /^ovskit: no "ovskit vif plgu": did you mean plug\?\n$/, () => [
  'vif',
  'plgu',
]);
rootTest('no request file named', refused, 2, /the request file is missing: say "ovskit vif plug FILE"/, () => [
  'vif',
  'plug',
]);
rootTest('an unknown option', refused, 2, /--bogus/, () => ['vif', 'plug', '--bogus']);
rootTest('neither plug nor unplug', refused, 2, /ovskit vif plug/, () => ['vif', 'plugin', '--request', 'x']);
rootTest('an unknown command', refused, 2, /no command "vfi"/, () => ['vfi']);
rootTest('no CAP_NET_ADMIN', refused, 1, /tap5: step 1, create tap tap5: .*CAP_NET_ADMIN/, plug(request(5)), {
  wrapper: ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin'],
});

rootTest('a port of another bridge', (t) => {
  vsctl('add-port', 'br-ex', 'tap6', '--', 'set', 'Interface', 'tap6', 'type=internal');
  const run = ovskit(plug(request(6))());
  const what = 'port tap6 belongs to bridge br-ex, not to br-int';
  t.is(run.stderr, `ovskit: tap6: ${what}; delete it there first, or take it over by force (--force)\n`);
  t.is(run.status, 1);
  t.is(vsctl('port-to-br', 'tap6'), 'br-ex');
});

rootTest('--force takes it over, --replace removes another of the iface-id, --best-effort lets a tool fail', (t) => {
  const run = (content: unknown, ...options: string[]) =>
    ovskit(['vif', 'plug', '--request', requestFile(content), '--json', ...options]);
  t.is(run(request(8, { bridge: 'br-ex' })).status, 0);
  t.regex(run(request(8)).stderr, /tap8 belongs to bridge br-ex/);
  t.is(run(request(8), '--force').status, 0);
  t.is(vsctl('port-to-br', 'tap8'), 'br-int');
  const renamed = { ...request(8), vif: { ...request(8).vif, devname: 'tap8b' } };
  t.regex(run(renamed).stderr, /iface-id .* is on tap8 already; unplug that, or replace it \(--replace\)/);
  t.is(run(renamed, '--replace').status, 0);
  t.regex(vsctl('list-ports', 'br-int'), /^tap8b$/m);
  const tool = { ...request(9), vif: { ...request(9).vif, type: 'midonet' } };
  const failed = run(tool);
  t.deepEqual(JSON.parse(failed.stdout).errors[0].code, 'ERR_TOOL_NOT_FOUND');
  t.false(linkExists('tap9'));
  const spared = run(tool, '--best-effort');
  t.is(spared.status, 0);
  t.regex(spared.stderr, /^ovskit: tap9: .*can't run mm-ctl: it is not on PATH\n$/);
  t.true(linkExists('tap9'));
  for (const device of ['tap8b', 'tap9']) execFileSync('ip', ['link', 'delete', device]);
  vsctl('del-port', 'tap8b');
});

rootTest('a device of another kind', (t) => {
  execFileSync('ip', ['link', 'add', 'tap7', 'type', 'veth', 'peer', 'name', 'tap7p']);
  const run = ovskit(plug(request(7))());
  t.regex(run.stderr, /^ovskit: tap7: .*tap7 .*not a tap.*\n$/);
  t.is(run.status, 1);
  t.true(linkExists('tap7'));
  t.notRegex(vsctl('list-ports', 'br-int'), /tap7/);
});

rootTest('one bad request of three fails alone', (t) => {
  const file = requestFile([request(10), request(11, { bridge: 'br-none' }), request(12)]);
  const run = ovskit(['vif', 'plug', '--request', file, '--json']);
  t.is(run.status, 1);
  const { done, errors } = JSON.parse(run.stdout);
  t.deepEqual(
    done.map(({ name }: { name: string }) => name),
    ['tap10', 'tap12'],
  );
  t.deepEqual(errors, [{ name: 'tap11', code: 'ERR_VSWITCH_NO_BRIDGE', message: 'no bridge named br-none' }]);
  t.is(run.stderr, 'ovskit: tap11: no bridge named br-none\n');
  t.false(linkExists('tap11'));
});

for (const [what, bytes] of [
  ['text', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ['JSON that is no JSON-RPC', '{"hello":"world"}'],
] as const) {
  rootTest(`a socket that speaks garbage: ${what}`, async (t) => {
    const path = join(directory, `${what.replaceAll(' ', '-')}.sock`);
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(bytes);
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    t.teardown(() => server.close());
    const run = await new Promise<Run>((resolve) => {
      const args = [main, ...plug(request(5))(), '--remote', `unix:${path}`];
      execFile(process.execPath, args, { encoding: 'utf8' }, (error, stdout, stderr) => {
        resolve({ status: error ? (error.code as unknown as number) : 0, stdout, stderr });
      });
    });
    t.is(run.status, 1);
    t.is(run.stdout, '');
    t.regex(run.stderr, /^ovskit: .+\n$/);
    t.regex(run.stderr, new RegExp(path));
    t.false(linkExists('tap5'));
  });
}

rootTest('a signal while ovs-vswitchd is stopped undoes the plug', async (t) => {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.kill(sandbox.vswitchd?.pid as number, 'SIGSTOP');
    const child = spawn(process.execPath, [main, ...plug(request(20))()], {
      env: { ...process.env, ...sandbox.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exit = once(child, 'exit');
    await until('the tap', () => linkExists('tap20'));
    child.kill(signal);
    const [code] = await exit;
    process.kill(sandbox.vswitchd?.pid as number, 'SIGCONT');
    t.is(code, status);
    t.false(linkExists('tap20'));
    t.notRegex(vsctl('list-ports', 'br-int'), /tap20/);
  }
});

rootTest('a signal while the server keeps silent ends it, as a shell has it', async (t) => {
  const path = join(directory, 'silent.sock');
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => server.close());
  const child = spawn(process.execPath, [main, ...plug(request(21))(), '--remote', `unix:${path}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [exit, words] = [once(child, 'exit'), text(child.stderr)];
  await once(server, 'connection');
  child.kill('SIGTERM');
  t.deepEqual(await exit, [143, null]);
  t.regex(await words, /^ovskit: .*aborted.*\n$/);
});

rootTest('a reader that has had enough ends it quietly', async (t) => {
  const file = requestFile(Array.from({ length: 40 }, (_, n) => request(n + 30)));
  const args = ['-c', `"$0" "$1" vif plug --request "$2" --explain | true; exit "\${PIPESTATUS[0]}"`];
  const { stderr } = spawnSync('bash', [...args, process.execPath, main, file], {
    encoding: 'utf8',
    env: { ...process.env, ...sandbox.env },
  });
  t.is(stderr, '');
});
