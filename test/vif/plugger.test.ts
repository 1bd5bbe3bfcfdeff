import { execFileSync } from 'node:child_process';
import test from 'ava';
import { createTap, deleteTap, getLink, isTap, linkExists } from '../../src/netdev/index.js';
import { abort, update } from '../../src/ovsdb/index.js';
import { explain, StepFailedError } from '../../src/plan/index.js';
import { Plugger } from '../../src/vif/index.js';
import type { Ovs } from '../../src/vswitch/index.js';
import { needsRoot } from '../support/root.js';
import { ovs, plugger, sandbox, useSwitch, vsctl } from '../support/switch.js';
import { request } from './request.js';

/** One after the other: some of them stop ovs-vswitchd, or wait for it with the whole process. */
const rootTest = needsRoot(test).serial;

useSwitch(rootTest, 'br-int', 'br-ex');

const ofport = (name: string) => Number(vsctl('get', 'Interface', name, 'ofport'));

rootTest('plugs a tap and a port, tells the ofport, and unplugs both', async (t) => {
  const plugged = await plugger.plug(request(1, { mtu: 1400 }));
  t.deepEqual(plugged, {
    name: 'tap1',
    bridge: 'br-int',
    ofport: ofport('tap1'),
    changed: true,
    warnings: [],
  });
  t.true(isTap('tap1'));
  const link = getLink('tap1');
  t.true(link.up);
  t.is(link.mtu, 1400);
  t.is(vsctl('port-to-br', 'tap1'), 'br-int');
  t.is(
    vsctl('get', 'Interface', 'tap1', 'external_ids'),
    '{attached-mac="fa:16:3e:00:00:01", iface-id="00000000-0000-4000-8000-000000000001", iface-status=active, vm-uuid="10000000-0000-4000-8000-000000000000"}',
  );
  t.deepEqual(await plugger.unplug(request(1)), {
    name: 'tap1',
    bridge: 'br-int',
    changed: true,
    warnings: [],
  });
  t.false(linkExists('tap1'));
  t.notRegex(vsctl('list-ports', 'br-int'), /^tap1$/m);
});

rootTest('plugging and unplugging twice changes nothing the second time', async (t) => {
  const first = await plugger.plug(request(2));
  const revision = ovs.replica.revision;
  t.deepEqual(await plugger.plug(request(2)), { ...first, changed: false });
  t.is(ovs.replica.revision, revision, 'no transaction was sent');
  t.true((await plugger.unplug(request(2))).changed);
  t.false((await plugger.unplug(request(2))).changed);
});

rootTest('calls for one device wait for each other', async (t) => {
  const results = await Promise.all([plugger.plug(request(3)), plugger.plug(request(3)), plugger.unplug(request(3))]);
  t.deepEqual(
    results.map((result) => result.changed),
    [true, false, true],
  );
  t.false(linkExists('tap3'));
});

rootTest('a tap whose port was deleted behind our back is plugged again', async (t) => {
  await plugger.plug(request(4));
  vsctl('del-port', 'tap4');
  t.true(linkExists('tap4'));
  const again = await plugger.plug(request(4));
  t.true(again.changed);
  t.is(again.ofport, ofport('tap4'));
});

rootTest('a port whose tap was deleted behind our back is plugged again', async (t) => {
  await plugger.plug(request(5));
  await deleteTap('tap5');
  const again = await plugger.plug(request(5));
  t.true(again.changed);
  t.true(isTap('tap5'));
  t.is(again.ofport, ofport('tap5'));
  t.true((again.ofport ?? 0) > 0);
});

rootTest('external ids that somebody changed are set right, others are kept', async (t) => {
  await plugger.plug(request(6));
  vsctl('set', 'Interface', 'tap6', 'external_ids:iface-status=inactive', 'external_ids:note=mine');
  t.true((await plugger.plug(request(6))).changed);
  t.is(vsctl('get', 'Interface', 'tap6', 'external_ids:iface-status'), 'active');
  t.is(vsctl('get', 'Interface', 'tap6', 'external_ids:note'), 'mine');
});

rootTest('a VIF is plugged again where the database counts from the beginning', async (t) => {
  const { pid } = sandbox.vswitchd as { pid: number };
  await plugger.plug(request(30));
  process.kill(pid, 'SIGSTOP');
  try {
    await plugger.unplug(request(30));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const root = ovs.tables.root as { _uuid: string; next_cfg: number };
  await ovs.waitForVswitchd(root.next_cfg);
  const where = [['_uuid', '==', root._uuid]] as const;
  await ovs.client.transact('Open_vSwitch', [update('Open_vSwitch', where, { next_cfg: 0, cur_cfg: 0 })]);
  t.true((await plugger.plug(request(30))).changed);
  await plugger.unplug(request(30));
});

/** The switch, with something that happens just before each transaction. */
function interrupted(before: () => unknown): Ovs {
  return Object.create(ovs, {
    tables: { value: ovs.tables },
    sync: { value: () => ovs.sync() },
    waitForInterface: { value: ovs.waitForInterface.bind(ovs) },
    transact: {
      value: async (...args: Parameters<Ovs['transact']>) => {
        await before();
        return ovs.transact(...args);
      },
    },
  });
}

rootTest('a plug whose transaction fails leaves no tap', async (t) => {
  const failing = new Plugger(interrupted(() => ovs.client.transact('Open_vSwitch', [abort()])));
  const error = await t.throwsAsync(failing.plug(request(7)), { instanceOf: StepFailedError });
  t.is(error.code, 'ERR_OVSDB_ABORTED');
  t.regex(error.message, /^step 2, add port tap7 to br-int: operation 0 \(abort\): aborted/);
  t.false(linkExists('tap7'));
});

rootTest('a plug whose bridge goes under its hands leaves no tap', async (t) => {
  await ovs.transact((tx) => tx.addBridge('br-gone', { datapathType: 'netdev' }));
  const racing = new Plugger(interrupted(() => vsctl('--no-wait', '--if-exists', 'del-br', 'br-gone')));
  await t.throwsAsync(racing.plug(request(7, { bridge: 'br-gone' })), { code: 'ERR_VSWITCH_NO_BRIDGE' });
  t.false(linkExists('tap7'));
});

rootTest('a port that somebody else adds under its hands is taken as it is, and set right', async (t) => {
  let first = true;
  const racing = new Plugger(
    interrupted(() => {
      if (first) vsctl('--no-wait', 'add-port', 'br-int', 'tap12');
      first = false;
    }),
  );
  const { changed, ofport: port } = await racing.plug(request(12));
  t.true(changed);
  t.is(port, ofport('tap12'));
  t.is(vsctl('get', 'Interface', 'tap12', 'external_ids:iface-status'), 'active');
});

rootTest('a tap that was there before a failed plug stays as it was', async (t) => {
  await createTap('tap8', { up: false });
  await ovs.transact((tx) => tx.addPort('br-ex', 'tap8'));
  await t.throwsAsync(plugger.plug(request(8)), { code: 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE' });
  await t.throwsAsync(plugger.unplug(request(8)), { code: 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE' });
  t.true(linkExists('tap8'));
  t.is(vsctl('port-to-br', 'tap8'), 'br-ex');
});

rootTest('bonds and their members are not taken for a VIF', async (t) => {
  vsctl('--no-wait', 'add-bond', 'br-int', 'tap13', 'tap14', 'tap15');
  await createTap('tap14');
  for (const n of [13, 14]) {
    await t.throwsAsync(plugger.plug(request(n)), { code: 'ERR_VIF_PORT_TAKEN' });
    await t.throwsAsync(plugger.unplug(request(n)), { code: 'ERR_VIF_PORT_TAKEN' });
  }
  t.true(linkExists('tap14'));
  t.is(vsctl('--no-wait', 'port-to-br', 'tap13'), 'br-int');
  vsctl('--no-wait', 'del-port', 'tap13');
  await deleteTap('tap14');
});

rootTest('a device of another kind is refused and left alone', async (t) => {
  execFileSync('ip', ['link', 'add', 'tap9', 'type', 'veth', 'peer', 'name', 'tap9p']);
  await t.throwsAsync(plugger.plug(request(9)), { code: 'ERR_NETDEV_WRONG_KIND', message: /tap9/ });
  await t.throwsAsync(plugger.unplug(request(9)), { code: 'ERR_NETDEV_WRONG_KIND' });
  t.true(linkExists('tap9'));
  t.notRegex(vsctl('list-ports', 'br-int'), /^tap9$/m);
});

rootTest('a signal that fires while ovs-vswitchd is stopped undoes the plug', async (t) => {
  const controller = new AbortController();
  process.kill(sandbox.vswitchd?.pid as number, 'SIGSTOP');
  try {
    const plug = plugger.plug(request(10), { signal: controller.signal });
    await ovs.replica.waitForRow(['Interface', 'name', 'tap10'], (row) => row !== undefined);
    // The update comes before the reply, and this answer after it.
    await ovs.sync();
    controller.abort();
    await t.throwsAsync(plug, { code: 'ERR_ABORTED', message: /^step 3, wait for interface tap10/ });
  } finally {
    process.kill(sandbox.vswitchd?.pid as number, 'SIGCONT');
  }
  t.false(linkExists('tap10'));
  t.is(ovs.tables.port('tap10'), undefined);
});

rootTest('a signal ends the wait for the call before, which goes on', async (t) => {
  const controller = new AbortController();
  process.kill(sandbox.vswitchd?.pid as number, 'SIGSTOP');
  const first = plugger.plug(request(16));
  const second = plugger.unplug(request(16), { signal: controller.signal });
  const third = plugger.plug(request(16));
  controller.abort();
  await t.throwsAsync(second, { code: 'ERR_ABORTED', message: /^waiting for the call before on tap16/ });
  process.kill(sandbox.vswitchd?.pid as number, 'SIGCONT');
  t.true((await first).changed);
  t.false((await third).changed);
  await plugger.unplug(request(16));
});

rootTest('many plugs at once all get their own ofport', async (t) => {
  const numbers = Array.from({ length: 30 }, (_, index) => 50 + index);
  const plugged = await Promise.all(numbers.map((n) => plugger.plug(request(n))));
  t.is(new Set(plugged.map((vif) => vif.ofport)).size, 30);
  await Promise.all(numbers.map((n) => plugger.unplug(request(n))));
  t.deepEqual(
    numbers.filter((n) => linkExists(`tap${n}`)),
    [],
  );
});

rootTest('the stock tools that a plan names do the same as the plan', async (t) => {
  const strip = (name: string) =>
    vsctl('--columns=name,type,external_ids,mtu_request', '--format=json', 'list', 'Interface', name).replaceAll(
      name,
      'NAME',
    );
  const plan = await plugger.plan('plug', request(11, { mtu: 1420 }));
  for (const [command, ...args] of explain(plan)) {
    execFileSync(command as string, args, { env: { ...process.env, ...sandbox.env } });
  }
  const byTools = [strip('tap11'), getLink('tap11').mtu, getLink('tap11').up, isTap('tap11')];
  await ovs.sync();
  for (const [command, ...args] of explain(await plugger.plan('unplug', request(11)))) {
    execFileSync(command as string, args, { env: { ...process.env, ...sandbox.env } });
  }
  await ovs.replica.waitUntil('tap11 gone', () => !ovs.tables.port('tap11'));
  t.false(linkExists('tap11'));
  await plugger.plug(request(11, { mtu: 1420 }));
  t.deepEqual([strip('tap11'), getLink('tap11').mtu, getLink('tap11').up, isTap('tap11')], byTools);
});
