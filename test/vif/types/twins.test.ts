import test from 'ava';
import type { Plan } from '../../../src/plan/index.js';
import { type Direction, Plugger, type PlugRequest } from '../../../src/vif/index.js';
import { needsRoot } from '../../support/root.js';
import { startTwins, type Twins } from '../../support/twins.js';
import { request } from '../request.js';
import { startStandIns } from '../stand-ins.js';
import { bridgeRequest, every } from './requests.js';

/**
 * Each type's plans are held to their explanations: executed on one switch, while on another real tools run the commands.
 * Only vendors' tools are stand-ins.
 */
const rootTest = needsRoot(test).serial;
let twins: Twins;
let plugger: Plugger;
let standIns: ReturnType<typeof startStandIns>;

rootTest.before(async () => {
  standIns = startStandIns();
  twins = await startTwins({ vswitchd: true });
  plugger = new Plugger(twins.ovs);
  await twins.prepare(
    'ovs-vsctl add-br br-int -- set Bridge br-int datapath_type=netdev other_config:hwaddr=fa:16:3e:ff:00:01',
    'ip link add card0 type veth peer name wire0',
    'ip link set card0 up',
    'ip link set wire0 up',
    'ip address add 192.0.2.9/24 broadcast 192.0.2.255 dev card0',
    'ip address add 192.0.2.10/24 dev card0',
    'ip route add default via 192.0.2.1 metric 1',
  );
});

rootTest.after.always(async () => {
  await twins?.[Symbol.asyncDispose]();
  standIns?.[Symbol.dispose]();
});

const types: Record<string, PlugRequest> = {
  ...Object.fromEntries(Object.entries(every).map(([name, { request: input }]) => [name, input])),
  'ovs, with all that a port may have': request(1, {
    port: {
      tag: 7,
      trunks: [1, '3-4'],
      vlan_mode: 'native-tagged',
      qos: { type: 'linux-htb', max_rate: 1_000_000 },
      ingress_policing_rate: 1000,
    },
  }),
  'ovs, on a bridge of its own': request(1, {
    port: { per_port_bridge: true, isolate_vif: true },
  }),
  'bridge, icehouse': bridgeRequest('icehouse'),
  'bridge, newton': bridgeRequest('newton'),
};

/** What a bridge leaves behind: others may use it, and no unplug takes it. */
const cleanUp = [
  'ip link set card0 nomaster',
  'ip link delete br100',
  'ip address add 192.0.2.9/24 broadcast 192.0.2.255 dev card0',
  'ip address add 192.0.2.10/24 dev card0',
  'ip route add default via 192.0.2.1 metric 1',
];

async function planOf(direction: Direction, input: PlugRequest): Promise<Plan> {
  await twins.ovs.sync();
  return plugger.plan(direction, input);
}

/** ovs-vswitchd sets the MTU of a bridge by those of its ports, some time after them. */
async function settled(): Promise<void> {
  await twins.ovs.sync();
  await twins.ovs.waitForVswitchd(twins.ovs.tables.root?.next_cfg ?? 0);
}

for (const [name, input] of Object.entries(types)) {
  rootTest(`${name}: plans agree with their explanations`, async (t) => {
    for (const direction of ['plug', 'unplug'] as const) {
      const plan = await planOf(direction, input);
      await twins.run(plan);
      // ovs-vswitchd makes up the address of a bridge's device.
      if (direction === 'plug' && input.port?.per_port_bridge) {
        await twins.prepare('ovs-vsctl set Bridge pb00000000-000 other_config:hwaddr=fa:16:3e:ff:00:02');
      }
      if (direction === 'unplug') await twins.other.run('ovs-vsctl', '--all', 'destroy', 'QoS');
      await settled();
      await twins.same(t, direction);
    }
    // The row that the explanation destroys is named by its uuid, which it has on one switch only.
    if (input.port?.qos) t.is(await twins.ours.run('ovs-vsctl', 'list', 'QoS'), '');
    if (input.vif.type === 'bridge') await twins.prepare(...cleanUp);
  });
}
