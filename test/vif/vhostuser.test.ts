import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type Implementation } from 'ava';
import { execute, explain, StepFailedError } from '../../src/plan/index.js';
import { Plugger } from '../../src/vif/index.js';
import { type Dpdk, dpdk, useDpdk, withDpdk } from '../support/dpdk.js';
import { needsRoot } from '../support/root.js';
import { TapGuest } from '../support/tap-guest.js';
import { startTwins, type Twins } from '../support/twins.js';
import { request } from './request.js';
import { state } from './state.js';

/**
 * vhost-user against an ovs-vswitchd that has DPDK. The guest's end is DPDK's own virtio driver, in another ovs-vswitchd, in the
 * network namespace of the other twin.
 */
const rootTest = needsRoot(test).serial;
/** Where there is none, each test says how to get it. */
function dpdkTest(title: string, implementation: Implementation<[]>): void {
  if (dpdk) rootTest(title, implementation);
  else test.skip(`${title}: npm run test:dpdk fetches Open vSwitch with DPDK`, implementation);
}

let using: Disposable;
let twins: Twins;
let plugger: Plugger;
let directory: string;

if (dpdk) {
  rootTest.before(async () => {
    using = useDpdk(dpdk as Dpdk);
    twins = await startTwins({ vswitchd: true });
    directory = twins.ours.remote.slice('unix:'.length, -'/db.sock'.length);
    for (const each of [twins.ours, twins.other]) {
      await each.run('ovs-vsctl', ...withDpdk(dpdk as Dpdk));
      await each.run('ovs-vsctl', 'add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=netdev');
    }
    await twins.ovs.sync();
    plugger = new Plugger(twins.ovs);
  });

  rootTest.after.always(async () => {
    await twins?.[Symbol.asyncDispose]();
    using?.[Symbol.dispose]();
  });
}

const socket = () => join(directory, 'vhu1');
const vhostuser = () =>
  request(1, {
    port: { mtu_request: 1400 },
    vif: { type: 'vhostuser', details: { vhostuser_socket: socket(), vhostuser_ovs_plug: true } },
  });

/** ovs-vswitchd tells of an interface's status some time after it. */
const until = (...conditions: string[]) =>
  twins.ours.run('ovs-vsctl', '--timeout=30', 'wait-until', 'Interface', 'vhu1', ...conditions);

dpdkTest('a plug makes the socket, an unplug removes it, and each does nothing the second time', async (t) => {
  t.is(await twins.ours.run('ovs-vsctl', 'get', 'Open_vSwitch', '.', 'dpdk_initialized'), 'true');
  const before = await state(twins.ovs);
  const plan = await plugger.plan('plug', vhostuser());
  const { changed, ofport } = await plugger.plug(vhostuser());
  t.true(changed);
  t.true((ofport ?? 0) > 0);
  t.true(statSync(socket()).isSocket());
  await until('type=dpdkvhostuser', 'status:mode=server');
  t.false((await plugger.plug(vhostuser())).changed);
  const plugged = await state(twins.ovs);
  t.true((await plugger.unplug(vhostuser())).changed);
  t.false((await plugger.unplug(vhostuser())).changed);
  t.deepEqual(await state(twins.ovs), before);
  t.false(existsSync(socket()));
  // The stock tools do the same, and so does the undoing.
  for (const command of explain(plan)) await twins.ours.run(...(command as string[]));
  t.deepEqual(await state(twins.ovs), plugged);
  await plugger.unplug(vhostuser());
  const beforeStep = (index: number) => {
    if (index === plan.steps.length) throw new Error(existsSync(socket()) ? 'injected' : 'no socket');
  };
  const failing = { steps: [...plan.steps, { kind: 'wait-for-vswitchd' } as const] };
  await t.throwsAsync(execute(failing, twins.ovs, { beforeStep }), {
    instanceOf: StepFailedError,
    message: /injected/,
  });
  t.deepEqual(await state(twins.ovs), before);
  t.false(existsSync(socket()));
});

dpdkTest('a guest behind vhost-user and one on a tap hear each other', async (t) => {
  await plugger.plug(vhostuser());
  const { name } = await plugger.plug(request(2));
  const { other } = twins;
  await other.run('ip', 'tuntap', 'add', 'dev', 'guest', 'mode', 'tap');
  await other.run('ip', 'link', 'set', 'guest', 'up');
  const driver = ['type=dpdk', `options:dpdk-devargs=net_virtio_user0,path=${socket()}`];
  await other.run('ovs-vsctl', 'add-port', 'br-int', 'guest');
  await other.run('ovs-vsctl', 'add-port', 'br-int', 'virtio', '--', 'set', 'Interface', 'virtio', ...driver);
  await until('link_state=up', 'status:status=connected');
  await using tap = await TapGuest.open(name, 'fa:16:3e:00:00:02');
  await using guest = await TapGuest.open('guest', 'fa:16:3e:00:00:01', other.enter);
  guest.send('hello');
  await tap.hears('hello');
  tap.send('good day', { to: 'fa:16:3e:00:00:01' });
  await guest.hears('good day');
  t.deepEqual([tap.heard, guest.heard], [['hello'], ['good day']]);
});
