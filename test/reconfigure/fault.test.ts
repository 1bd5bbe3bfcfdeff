import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { getLinkDetails, linkExists } from '../../src/netdev/index.js';
import { type SelectedRow, select } from '../../src/ovsdb/index.js';
import { type Step, StepFailedError } from '../../src/plan/index.js';
import { type ReconfigureOptions, reconfigure } from '../../src/reconfigure/index.js';
import { until } from '../support/processes.js';
import { needsRoot } from '../support/root.js';
import { host } from './host.js';
import { Lab } from './lab.js';

const rootTest = needsRoot(test).serial;
let lab: Lab;
const prefix = mkdtempSync(join(tmpdir(), 'ovskit-prefix-'));
const scripts = join(prefix, '/etc/sysconfig/network-scripts');
const calls = join(prefix, 'calls');
const path = process.env.PATH;

/** Stand-ins for the network scripts of a distribution: they note how they were called, and fail where they are told to. */
function fakeTools(): void {
  const bin = join(prefix, 'fake-bin');
  mkdirSync(bin);
  for (const tool of ['ifup', 'ifdown', 'update-issue']) {
    writeFileSync(
      join(bin, tool),
      `#!/bin/sh\necho "${tool} $*" >> ${calls}\n[ ! -e ${prefix}/hang-${tool} ] || exec sleep 60\n[ ! -e ${prefix}/fail-${tool} ]\n`,
    );
    chmodSync(join(bin, tool), 0o755);
  }
  process.env.PATH = `${bin}:${path}`;
}

rootTest.before(async () => {
  mkdirSync(scripts, { recursive: true });
  fakeTools();
  lab = await Lab.start(4);
});

rootTest.after.always(async () => {
  process.env.PATH = path;
  await lab?.stop();
  rmSync(prefix, { recursive: true });
});

const options: ReconfigureOptions = { datapathType: 'netdev', ipBackend: 'ifcfg', rootPrefix: prefix };
const DEVICES = ['eth0', 'eth1', 'eth2', 'eth3', 'xenbr0', 'xenbr1', 'xapi0', 'xapi5'];

/** All that an action may touch, in a form that compares. Devices that ovs-vswitchd makes anew have another index. */
async function state() {
  await lab.ovs.sync();
  await lab.ovs.waitForVswitchd(lab.ovs.tables.root?.next_cfg ?? 0);
  const links = await Promise.all(
    DEVICES.filter((device) => linkExists(device)).map(async (device) => {
      const { up, mtu, mac } = await getLinkDetails(device);
      return { device, up, mtu, mac };
    }),
  );
  const files = ['network', ...readdirSync(scripts).map((name) => join('network-scripts', name))]
    .map((name) => join(prefix, '/etc/sysconfig', name))
    .filter((file) => existsSync(file))
    .map((file) => [file, readFileSync(file, 'utf8')]);
  const results = (await lab.ovs.client.transact('Open_vSwitch', [
    select('Bridge', [], ['name', 'fail_mode', 'other_config', 'external_ids', 'datapath_type']),
    select('Port', [], ['name', 'tag', 'fake_bridge', 'bond_mode', 'other_config', 'external_ids']),
  ])) as readonly { rows: readonly SelectedRow[] }[];
  const byName = ({ rows }: { rows: readonly SelectedRow[] }) =>
    [...rows].sort((x, y) => (String(x.name) < String(y.name) ? -1 : 1));
  return { links, files, tables: results.map(byName) };
}

/** Makes each step fail in turn, and then none. */
async function failEverywhere(t: ExecutionContext, action: { up: string } | { down: string }, secure = false) {
  const records = host({ secure });
  for (let failing = 0; ; failing++) {
    const before = await state();
    let steps = 0;
    const beforeStep = (index: number) => {
      steps = index + 1;
      if (index === failing) throw new Error('injected');
    };
    const { steps: planned, error } = await reconfigure(lab.ovs, records, action, { ...options, beforeStep }).then(
      ({ plan }) => ({ steps: plan.steps, error: undefined }),
      (error) => ({ steps: undefined, error }),
    );
    if (planned) {
      t.is(planned.length, failing, 'every step was made to fail');
      return;
    }
    t.true(error instanceof StepFailedError, String(error));
    const { message, undoErrors } = error as StepFailedError;
    t.regex(message, new RegExp(`^step ${steps}, .+: injected$`));
    t.deepEqual(undoErrors, []);
    t.deepEqual(await state(), before, message);
  }
}

rootTest('a single card, whatever step fails', async (t) => {
  writeFileSync(join(prefix, '/etc/sysconfig/network'), 'NETWORKING=yes\nDNSDEV=old\n');
  writeFileSync(join(scripts, 'ifcfg-xenbr0'), '# of old\n');
  await failEverywhere(t, { up: 'eth0' }, true);
  t.is(
    readFileSync(join(prefix, '/etc/sysconfig/network'), 'utf8'),
    'NETWORKING=yes\nDNSDEV=xenbr0\nGATEWAYDEV=xenbr0\n',
  );
  t.deepEqual(readdirSync(scripts).sort(), ['ifcfg-xenbr0', 'route-xenbr0']);
});

rootTest('again with files and addresses: nothing is run, nothing is written', async (t) => {
  lab.address('xenbr0', '10.77.0.1');
  rmSync(calls, { force: true });
  const before = await state();
  const { changed } = await reconfigure(lab.ovs, host({ secure: true }), { up: 'eth0' }, options);
  t.false(changed);
  t.false(existsSync(calls));
  t.deepEqual(await state(), before);
});

rootTest('addresses that were taken away come back when a later step fails', async (t) => {
  const before = await state();
  const beforeStep = (_: number, { kind }: Step) => {
    if (kind === 'transaction') throw new Error('injected');
  };
  await t.throwsAsync(reconfigure(lab.ovs, host(), { up: 'eth0' }, { ...options, beforeStep }), {
    message: /injected/,
  });
  t.is(readFileSync(calls, 'utf8'), 'ifdown xenbr0\nifup xenbr0\n');
  t.deepEqual(await state(), before);
});

rootTest('a VLAN, whatever step fails', async (t) => {
  await failEverywhere(t, { up: 'eth0.5' }, true);
  await failEverywhere(t, { down: 'eth0.5' }, true);
  await failEverywhere(t, { down: 'eth0' }, true);
});

rootTest('a bond that takes over from its slave, and the slave from the bond, whatever step fails', async (t) => {
  await reconfigure(lab.ovs, host(), { up: 'eth1' }, options);
  await failEverywhere(t, { up: 'bond0' });
  await failEverywhere(t, { up: 'eth1' });
  await reconfigure(lab.ovs, host(), { down: 'eth1' }, options);
});

rootTest('an ifup that fails: all is as before, and the error has its name', async (t) => {
  writeFileSync(join(prefix, 'fail-ifup'), '');
  const before = await state();
  const error = await t.throwsAsync(reconfigure(lab.ovs, host(), { up: 'eth1' }, options), {
    instanceOf: StepFailedError,
    code: 'ERR_TOOL_FAILED',
  });
  t.regex(error?.message ?? '', /run ifup xenbr1: ifup xenbr1 failed: exit status 1/);
  t.deepEqual(await state(), before);
  rmSync(join(prefix, 'fail-ifup'));
});

rootTest('an end that is asked for while ifup runs: all is as before', async (t) => {
  writeFileSync(join(prefix, 'hang-ifup'), '');
  const before = await state();
  rmSync(calls, { force: true });
  const controller = new AbortController();
  const failing = t.throwsAsync(
    reconfigure(lab.ovs, host(), { up: 'eth1' }, { ...options, signal: controller.signal }),
    { code: 'ERR_ABORTED', message: /run ifup xenbr1: / },
  );
  await until('ifup', () => existsSync(calls) && readFileSync(calls, 'utf8').includes('ifup xenbr1'));
  controller.abort();
  await failing;
  t.deepEqual(await state(), before);
  rmSync(join(prefix, 'hang-ifup'));
});

rootTest('a file that can not be written, a database that has gone: all is as before', async (t) => {
  const before = await state();
  const nowhere = { ...options, rootPrefix: join(prefix, 'nowhere') };
  await t.throwsAsync(reconfigure(lab.ovs, host(), { up: 'eth1' }, nowhere), { message: /apply changes to .*ENOENT/ });
  t.deepEqual(await state(), before);
});

rootTest('a card that is not there is an error before anything is touched', async (t) => {
  const before = await state();
  const records = host();
  const pifs = new Map(records.pifs);
  pifs.set('eth3', { ...(pifs.get('eth3') as never as object), device: 'eth9' } as never);
  await t.throwsAsync(reconfigure(lab.ovs, { ...records, pifs }, { up: 'eth9' }, options), {
    code: 'ERR_RECONFIGURE_NO_DEVICE',
    message: /device eth9 does not exist/,
  });
  t.deepEqual(await state(), before);
});

rootTest('an ifdown or an update-issue that fails is a warning', async (t) => {
  for (const tool of ['ifdown', 'update-issue']) writeFileSync(join(prefix, `fail-${tool}`), '');
  const { log } = await reconfigure(lab.ovs, host(), { up: 'bond0' }, options);
  const warnings = log.filter(({ level }) => level === 'warning').map(({ message }) => message);
  t.true(warnings.some((message) => /^run ifdown xenbr1: .*exit status 1/.test(message)));
  t.true(warnings.some((message) => /^run update-issue: /.test(message)));
});
