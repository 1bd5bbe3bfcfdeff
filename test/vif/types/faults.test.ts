import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execute, type Plan, StepFailedError } from '../../../src/plan/index.js';
import type { Direction, PlanOptions, PlugRequest } from '../../../src/vif/index.js';

import { needsRoot } from '../../support/root.js';
import { ovs, plugger, sandbox, useSwitch } from '../../support/switch.js';
import { request } from '../request.js';
import { startStandIns } from '../stand-ins.js';
import { state } from '../state.js';
import { bridgeRequest, every, qbr } from './requests.js';

/**
 * Each step of each type's plans is made to fail, on a machine where nothing of the VIF is, and on one where some is already: what
 * the plan made is gone, and what was there is as it was. Only vendors' tools are stand-ins.
 */
const rootTest = needsRoot(test).serial;
let standIns: ReturnType<typeof startStandIns>;

const all = (lines: readonly string[]) => {
  for (const line of lines) {
    const [tool = '', ...words] = line.split(' ');
    execFileSync(tool, words, { env: { ...process.env, ...sandbox.env } });
  }
};

useSwitch(rootTest);

rootTest.before(async () => {
  standIns = startStandIns();
  all([
    'ovs-vsctl add-br br-int -- set Bridge br-int datapath_type=netdev other_config:hwaddr=fa:16:3e:ff:00:01',
    'ovs-vsctl add-br br-ex -- set Bridge br-ex datapath_type=netdev other_config:hwaddr=fa:16:3e:ff:00:02',
    'ip link add card0 type veth peer name wire0',
    'ip link set card0 up',
    'ip link set wire0 up',
    'ip address add 192.0.2.9/24 broadcast 192.0.2.255 dev card0',
    'ip address add 192.0.2.10/24 dev card0',
    'ip address add 2001:db8::9/64 dev card0 nodad',
    'ip route add default via 192.0.2.1 metric 1',
    'ip -6 route add 2001:db8:9::/64 via 2001:db8::1 dev card0',
    // Somebody else's.
    'ip tuntap add dev other mode tap',
    'ovs-vsctl add-port br-int other tag=9 -- set Interface other external_ids:iface-id=other',
  ]);
  await ovs.sync();
});

rootTest.after.always(() => {
  standIns?.[Symbol.dispose]();
});

const look = () => state(ovs, { exact: true });

/** Fails each step in turn, and at last what follows them all; a tool that ends an unplug has none to undo it. */
async function leavesNoTrace(t: ExecutionContext, { steps }: Plan): Promise<void> {
  const final = steps.at(-1);
  const undone = final?.kind !== 'run-tool' || final.undo !== undefined;
  const plan: Plan = { steps: [...steps, ...(undone ? [{ kind: 'wait-for-vswitchd' } as const] : [])] };
  const before = await look();
  for (const index of plan.steps.keys()) {
    const beforeStep = (at: number) => {
      if (at === index) throw new Error('injected');
    };
    const error = await t.throwsAsync(execute(plan, ovs, { beforeStep }), { instanceOf: StepFailedError });
    t.is(error.index, index);
    t.regex(error.message, new RegExp(`^step ${index + 1}, .*: injected$`));
    t.deepEqual(error.undoErrors, []);
    t.deepEqual(await look(), before, error.message);
  }
}

const allOfIt: PlugRequest['port'] = {
  tag: 7,
  trunks: [1, '3-4'],
  vlan_mode: 'native-tagged',
  qos: { type: 'linux-htb', max_rate: 1_000_000 },
  ingress_policing_rate: 1000,
};

/** What a bridge leaves behind: others may use it, and no unplug takes it. */
const bridgeGone = [
  'ip link set card0 nomaster',
  'ip link delete br100',
  'ip address add 192.0.2.9/24 broadcast 192.0.2.255 dev card0',
  'ip address add 192.0.2.10/24 dev card0',
  'ip address add 2001:db8::9/64 dev card0 nodad',
  'ip route add default via 192.0.2.1 metric 1',
  'ip -6 route add 2001:db8:9::/64 via 2001:db8::1 dev card0',
];

const types: Record<string, { input: PlugRequest; after?: readonly string[] }> = {
  ...Object.fromEntries(Object.entries(every).map(([name, { request: input }]) => [name, { input }])),
  'ovs, with all that a port may have': { input: request(1, { port: allOfIt }) },
  'ovs, on a bridge of its own': {
    input: request(1, { port: { per_port_bridge: true, isolate_vif: true, datapath_type: 'netdev' } }),
  },
  'bridge, icehouse': { input: bridgeRequest('icehouse'), after: bridgeGone },
  'bridge, newton': { input: bridgeRequest('newton'), after: bridgeGone },
  ib_hostdev: {
    input: request(1, {
      vif: {
        type: 'ib_hostdev',
        profile: { pci_slot: '0000:0a:00.1' },
        network: { bridge: 'br-int', meta: { physical_network: 'fab1' } },
      },
    }),
  },
  mlnx_direct: {
    input: request(1, {
      release: 'icehouse',
      vif: { type: 'mlnx_direct', network: { bridge: 'br-int', meta: { physical_network: 'fab1' } } },
    }),
  },
};

for (const [name, { input, after = [] }] of Object.entries(types)) {
  rootTest(`${name}: a plug and an unplug that fail at any step leave no trace`, async (t) => {
    for (const direction of ['plug', 'unplug'] as const) {
      const plan = await plugger.plan(direction, input);
      if (plan.steps.length > 0) await leavesNoTrace(t, plan);
      await plugger[direction](input);
    }
    all(after);
    await ovs.sync();
  });
}

interface There {
  direction: Direction;
  input: PlugRequest;
  /** What is there already, when the VIF is plugged first for an unplug. */
  lines: readonly string[];
  options?: PlanOptions;
  after: readonly string[];
}

const tapThere = [
  'ip tuntap add dev tap1 mode tap',
  'ip link set tap1 mtu 1300 promisc on',
  'ip address add 192.0.2.77/32 dev tap1',
];
const tapGone = ['ovs-vsctl --if-exists del-port tap1', 'ip link delete tap1'];
const hybrid = every['ovs, hybrid']?.request as PlugRequest;
const hybridGone = [`ovs-vsctl --if-exists del-port ${qbr.outer}`, `ip link delete ${qbr.bridge}`];

const there: Record<string, There> = {
  'a tap that is down, with another MTU and an address': {
    direction: 'plug',
    input: request(1, { mtu: 1400, port: allOfIt }),
    lines: tapThere,
    after: tapGone,
  },
  "a port with others' ids, VLANs and QoS": {
    direction: 'plug',
    input: request(1, { mtu: 1400, port: allOfIt }),
    lines: [
      ...tapThere,
      'ovs-vsctl add-port br-int tap1 tag=5 trunks=6,8 -- set Interface tap1 external_ids:note=mine ingress_policing_rate=7 -- --id=@q create QoS type=linux-noop -- set Port tap1 qos=@q external_ids:note=mine',
    ],
    after: [...tapGone, 'ovs-vsctl --all destroy QoS'],
  },
  'a port on another bridge, of another VIF, taken over by force': {
    direction: 'plug',
    input: request(1, { port: { tag: 7 } }),
    lines: [...tapThere, 'ovs-vsctl add-port br-ex tap1 tag=5 -- set Interface tap1 external_ids:iface-id=else'],
    options: { force: true },
    after: tapGone,
  },
  'a second port of the iface-id, replaced': {
    direction: 'plug',
    input: request(1),
    lines: [
      'ip tuntap add dev old1 mode tap',
      'ovs-vsctl add-port br-ex old1 -- set Interface old1 external_ids:iface-id=00000000-0000-4000-8000-000000000001',
    ],
    options: { replace: true },
    after: ['ovs-vsctl del-port old1', 'ip link delete old1'],
  },
  'a hybrid bridge of other settings, with a tap in it, and one end of a pair': {
    direction: 'plug',
    input: hybrid,
    lines: [
      `ip link add ${qbr.bridge} type bridge forward_delay 300 mcast_snooping 1`,
      ...tapThere,
      `ip link set tap1 master ${qbr.bridge}`,
      `ip link add ${qbr.outer} mtu 1420 type veth peer name left0 mtu 1420`,
      'ip link set left0 promisc on up',
      'ip address add 198.51.100.1/28 dev left0',
    ],
    after: [...hybridGone, 'ip link delete left0', 'ip link delete tap1'],
  },
  'a network bridge with an address and a port of its own': {
    direction: 'plug',
    input: bridgeRequest('newton'),
    lines: [
      'ip link add br100 address fa:16:3e:00:01:00 type bridge forward_delay 300',
      'ip address add 203.0.113.1/24 dev br100',
      ...tapThere,
      'ip link set tap1 master br100',
    ],
    after: ['ip link delete tap1', 'ip link delete br100'],
  },
  'a plugged tap with an address, whose port has ids of others': {
    direction: 'unplug',
    input: request(1, { mtu: 1400, port: allOfIt }),
    lines: [
      'ip address add 192.0.2.77/32 dev tap1',
      'ip link set tap1 alias mine',
      'ovs-vsctl set Interface tap1 external_ids:note=mine options:mine=1 -- set Port tap1 external_ids:note=mine',
    ],
    after: [...tapGone, 'ovs-vsctl --all destroy QoS'],
  },
  "a plugged hybrid VIF with the guest's tap": {
    direction: 'unplug',
    input: hybrid,
    lines: [
      ...tapThere,
      'ip link set tap1 up',
      `ip link set tap1 master ${qbr.bridge}`,
      `ip address add 198.51.100.2/28 dev ${qbr.bridge}`,
      `ip link set ${qbr.bridge} type bridge forward_delay 400`,
      `ip link set ${qbr.outer} mtu 1380`,
    ],
    after: [...hybridGone, `ip link delete ${qbr.outer}`, 'ip link delete tap1'],
  },
};

for (const [what, { direction, input, lines, options, after }] of Object.entries(there)) {
  rootTest(
    `${what}: as it was, after ${direction === 'plug' ? 'a plug' : 'an unplug'} that fails at any step`,
    async (t) => {
      if (direction === 'unplug') await plugger.plug(input);
      all(lines);
      await ovs.sync();
      const plan = await plugger.plan(direction, input, options);
      t.true(plan.steps.length > 1);
      await leavesNoTrace(t, plan);
      all(after);
    },
  );
}

rootTest("the vendors' tools are told to undo what they did, last first", async (t) => {
  const log = join(standIns.directory, 'log');
  for (const name of ['ivs', 'midonet', 'iovisor', 'vrouter', 'vhostuser, fp and ovs']) {
    const { request: input, tools = [] } = every[name] as (typeof every)[string];
    const { steps } = await plugger.plan('plug', input);
    rmSync(log, { force: true });
    await t.throwsAsync(
      execute({ steps: [...steps, { kind: 'wait-for-vswitchd' }] }, ovs, {
        beforeStep: (index) => {
          if (index === steps.length) throw new Error('injected');
        },
      }),
      { code: 'ERR_PLAN_STEP_FAILED' },
    );
    const calls = readFileSync(log, 'utf8').trim().split('\n');
    const undone = calls.slice(tools.length);
    const { unplugTools = [] } = every[name] as (typeof every)[string];
    t.deepEqual(
      unplugTools.map((pattern, at) => pattern.test(undone[at] ?? '')),
      undone.map(() => true),
      calls.join('\n'),
    );
  }
});
