import test from 'ava';
import { Plugger } from '../../src/vif/index.js';
import { needsRoot } from '../support/root.js';
import { ovs, sandbox, useSwitch, vsctl } from '../support/switch.js';

const rootTest = needsRoot(test).serial;

useSwitch(rootTest, 'br-int');

const late = (end: string) => ({ code: 'ERR_TIMEOUT', message: new RegExp(`no answer within \\d+ ms; ${end}$`) });
const request = (id: number, bridge: string) => ({
  vif: {
    id: `00000000-0000-4000-8000-00000000000${id}`,
    type: 'ovs',
    address: `fa:16:3e:00:00:0${id}`,
    network: { bridge },
  },
  instance: { uuid: '10000000-0000-4000-8000-000000000000' },
});

rootTest(
  'a wait for an interface ends with the bridge whose datapath is missing, its type and the remedy',
  async (t) => {
    // The database takes any name, and ovs-vswitchd opens no such bridge.
    await ovs.transact((tx) => tx.addBridge('br-none', { datapathType: 'nonesuch' }), { waitForVswitchd: true });
    const why =
      'bridge br-none has no datapath: ovs-vswitchd could make none of type nonesuch ' +
      '\\(system is the kernel module; netdev does without\\), and its log says why';
    await ovs.transact((tx) => tx.addPort('br-none', 'none0', { interface: { type: 'internal' } }), {
      waitForVswitchd: true,
    });
    await t.throwsAsync(ovs.waitForInterface('none0', { timeout: 50 }), late(why));
    await using plugger = new Plugger(ovs);
    const error = await t.throwsAsync(plugger.plug(request(1, 'br-none'), { timeout: 3000 }), late(why));
    t.regex(error?.message ?? '', /^step \d+, wait for interface /);
    t.is(vsctl('list-ports', 'br-none'), 'none0');
  },
);

rootTest('it ends with how far ovs-vswitchd has got, when it is behind, as does a wait for ovs-vswitchd', async (t) => {
  process.kill(sandbox.vswitchd?.pid as number, 'SIGSTOP');
  try {
    const { nextCfg } = await ovs.transact((tx) => tx.addPort('br-int', 'late0', { interface: { type: 'internal' } }));
    const why = `it has not taken in what the database holds \\(cur_cfg ${Number(nextCfg) - 1}, next_cfg ${nextCfg}\\): does ovs-vswitchd run\\?`;
    await t.throwsAsync(ovs.waitForInterface('late0', { timeout: 50 }), late(why));
    await t.throwsAsync(ovs.waitForVswitchd(Number(nextCfg), { timeout: 50 }), late(why));
  } finally {
    process.kill(sandbox.vswitchd?.pid as number, 'SIGCONT');
  }
  t.true((await ovs.waitForInterface('late0')).ofport! > 0);
});

rootTest('one for an interface that is not there says so', async (t) => {
  await t.throwsAsync(
    ovs.waitForInterface('nowhere', { timeout: 50 }),
    late('there is no interface nowhere on a bridge'),
  );
});

rootTest(
  'a name too long for a device is taken without a type: it may be a tunnel, and if not, ovs-vswitchd says so',
  async (t) => {
    const name = 'tunnel-to-the-far-end';
    await ovs.transact((tx) => tx.addPort('br-int', name), { waitForVswitchd: true });
    await t.throwsAsync(ovs.waitForInterface(name), {
      code: 'ERR_VSWITCH_INTERFACE_FAILED',
      message: /^ovs-vswitchd could not open interface tunnel-to-the-far-end: could not open .*\(No such device\)$/,
    });
    await ovs.transact(
      (tx) => {
        tx.addPort('br-int', `${name}-2`);
        tx.setInterface(`${name}-2`, { type: 'vxlan', options: { remote_ip: '192.0.2.1' } });
      },
      { waitForVswitchd: true },
    );
    t.true((await ovs.waitForInterface(`${name}-2`)).ofport! > 0);
  },
);
