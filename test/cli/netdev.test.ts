import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { createTap, deleteTap, enterPrivateNetwork, getFeatures, getLink, setMtu } from '../../src/netdev/index.js';
import { until } from '../support/processes.js';
import { asNobody, needsRoot } from '../support/root.js';
import { type Outcome, run } from '../support/run.js';

const rootTest = needsRoot(test);
const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const cli = (args: string, options = {}): Promise<Outcome> =>
  run(process.execPath, [main, 'netdev', ...args.split(' ')], options);

rootTest.before(async () => {
  enterPrivateNetwork();
  execFileSync('ip', ['link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb']);
  execFileSync('ip', ['link', 'add', 'br0', 'type', 'bridge']);
  execFileSync('ip', ['link', 'set', 'va', 'master', 'br0']);
  await createTap('tap0');
});

rootTest.serial('list: a line for each device, or JSON', async (t) => {
  const { status, stdout } = await cli('list');
  t.is(status, 0);
  const lines = stdout.trimEnd().split('\n');
  t.regex(lines[0] ?? '', /^index +device +up +carrier +MTU +MAC +driver +master$/);
  t.is(lines.length, 6);
  t.regex(stdout, /^\d+ +va +no +no +1500 +[0-9a-f:]{17} +veth +br0$/m);
  const rows = JSON.parse((await cli('list --json')).stdout);
  t.deepEqual(rows.map(({ name }: { name: string }) => name).sort(), ['br0', 'lo', 'tap0', 'va', 'vb']);
  t.like(
    rows.find(({ name }: { name: string }) => name === 'tap0'),
    { kind: 'tun', ethtoolDriver: 'tun', busInfo: 'tap', masterName: null },
  );
});

rootTest.serial('show: driver, link and features', async (t) => {
  t.regex((await cli('show va')).stdout, /^driver +veth$/m);
  const shown = JSON.parse((await cli('show va --json')).stdout);
  t.like(shown, { name: 'va', ethtoolDriver: 'veth', link: { mtu: 1500 }, vlanTx: true });
});

rootTest.serial('features: shown, and switched', async (t) => {
  t.regex((await cli('features va')).stdout, /^rx-fcs +off \[fixed\]$/m);
  const off = await cli('features va set tso off');
  t.is(off.status, 0, off.stderr);
  t.regex(off.stdout, /^tx-tcp-segmentation: off$/m);
  t.false(getFeatures('va').features['tx-tcp-segmentation']?.active);
  const partly = await cli('features va set tso on lro on --json');
  t.is(partly.status, 1);
  t.is(partly.stderr, "ovskit: va can't change lro\n");
  t.like(JSON.parse(partly.stdout), { changed: { 'tx-tcp-segmentation': true }, refused: ['lro'] });
  t.true('rx-gro' in JSON.parse((await cli('features va --json')).stdout));
});

rootTest.serial('link: shown, and set, in an order that works', async (t) => {
  const set = await cli('link tap0 set up mtu 1400 mac 02:00:00:00:00:07 speed 100 duplex half autoneg off');
  t.is(set.status, 0, set.stderr);
  t.like(getLink('tap0'), { up: true, mtu: 1400, mac: '02:00:00:00:00:07' });
  t.regex(set.stdout, /^speed +100 Mb\/s\nduplex +half\nautoneg +off$/m);
  const down = JSON.parse((await cli('link tap0 set down --json')).stdout);
  t.like(down, { name: 'tap0', up: false, settings: { speed: 100 }, sysfs: { pciAddress: null } });
  t.regex((await cli('link lo')).stdout, /^MTU +65536$/m);
});

rootTest.serial('watch: an event a line, and a clean end by SIGINT', async (t) => {
  for (const json of [[], ['--json']]) {
    const child = spawn(process.execPath, [main, 'netdev', 'watch', ...json], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close');
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const seen = (wanted: RegExp) => until(String(wanted), () => lines.some((line) => wanted.test(line)));
    await seen(/ready/);
    await createTap('live0');
    await seen(/link-added.*live0/);
    await setMtu('live0', 1300);
    await seen(json.length > 0 ? /"link-changed".*"mtu":1300.*"mtu":1500/ : /^link-changed live0: mtu 1500 -> 1300$/);
    await deleteTap('live0');
    await seen(/link-removed.*live0/);
    if (json.length > 0) for (const line of lines) t.true('event' in JSON.parse(line));
    child.kill('SIGINT');
    t.deepEqual(await ended, [0, null]);
    t.is(child.stderr.read(), null);
  }
});

rootTest.serial('what is wrong: one line, 1 for the device, 2 for the words', async (t) => {
  const wrong: [string, number, RegExp][] = [
    ['frobnicate', 2, /^ovskit: no "ovskit netdev frobnicate": there is .*list\|show\|features\|link\|watch/],
    ['shwo', 2, /did you mean show\?/],
    ['--json', 2, /list\|show/],
    ['list va', 2, /netdev list/],
    ['watch va', 2, /netdev watch/],
    ['show', 2, /netdev show DEV/],
    ['show va set up', 2, /netdev show DEV/],
    ['show va --nosuch', 2, /nosuch/],
    ['features va get', 2, /netdev features DEV/],
    ['features va set', 2, /netdev features DEV/],
    ['features va set tso', 2, /tso takes on or off/],
    ['features va set tso maybe', 2, /tso takes on or off, not maybe/],
    ['features va set tso on tso off', 2, /given twice/],
    ['features va set nosuch on', 1, /"nosuch"/],
    ['link va set mtu', 2, /mtu takes a whole number/],
    ['link va set mac', 2, /mac takes an address/],
    ['link va set up mtu 1300 down', 2, /up or down is given twice/],
    ['link va set mtu 1300 mtu 1400', 2, /mtu is given twice/],
    ['link va set mtu big', 2, /mtu takes a whole number, not big/],
    ['link va set duplex both', 2, /duplex takes half or full/],
    ['link va set sideways', 2, /"sideways"/],
    ['link va set mac 1:2:3', 1, /MAC address "1:2:3"/],
    ['link va set mtu 100000', 1, /can't set the MTU of va/],
    ['link lo set speed 100', 1, /link settings of lo/],
    ['show nope0', 1, /nope0.*no such device/],
    ['link a/b', 1, /"a\/b"/],
  ];
  for (const [args, expected, message] of wrong) {
    const { status, stdout, stderr } = await cli(args);
    t.is(status, expected, `${args}: ${stderr}`);
    t.regex(stderr, message);
    t.is(stderr.split('\n').length, 2, stderr);
    t.is(stdout, '', args);
  }
  t.like(getLink('va'), { mtu: 1500 });
});

rootTest.serial('without the capability: what it takes is named', async (t) => {
  const { status, stderr } = await cli('link va set up', asNobody);
  t.is(status, 1);
  t.regex(stderr, /CAP_NET_ADMIN/);
  t.is((await cli('list', asNobody)).status, 0);
});

rootTest.serial('list and watch: a name that the kernel takes does nothing to the terminal', async (t) => {
  const name = 'e\u001b[31m';
  execFileSync('ip', ['link', 'add', name, 'type', 'bridge']);
  try {
    const listed = await cli('list');
    t.is(listed.status, 0, listed.stderr);
    t.regex(listed.stdout, /^\d+ +e\\u\{1b\}\[31m +no/m);
    t.false(listed.stdout.includes('\u001b'));
    const child = spawn(process.execPath, [main, 'netdev', 'watch'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    await until('ready', () => text.includes('ready'));
    child.kill('SIGINT');
    await ended;
    t.true(text.includes('e\\u{1b}[31m'));
    t.false(text.includes('\u001b'));
  } finally {
    execFileSync('ip', ['link', 'delete', name]);
  }
});
