/**
 * VIFs that take a stock kernel or a card: each is plugged and unplugged, and its plans are held to the commands that explain
 * them. Those that no container can have leave no trace when any of their steps fails.
 */
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createTap, setMaster } from '../../../src/netdev/index.js';
import { execute, explain, type Plan, StepFailedError } from '../../../src/plan/index.js';
import { Plugger, type PlugRequest } from '../../../src/vif/index.js';
import { Ovs } from '../../../src/vswitch/index.js';
import { BUSYBOX, guestNic, netdevOf, scaled } from '../../../tools/vm/inside.js';
import { TapGuest } from '../../support/tap-guest.js';
import { request } from '../../vif/request.js';
import { state } from '../../vif/state.js';
import { eventually, ip, run } from './support.js';
import { type Switch, startSwitch } from './switch.js';

let sw: Switch;
let ovs: Ovs;
let plugger: Plugger;
/** The physical function, and the first of its functions: its PCI address, and its device. */
let card: { pf: string; slot: string; vf: string };

/** A card whose wire ends in another namespace, in VLANs 101 and 102. */
async function startLan(): Promise<void> {
  const lan = (...words: string[]) => run('ip', '-n', 'lan', ...words);
  await run('ip', 'netns', 'add', 'lan');
  await run('ip', 'link', 'add', 'card0', 'type', 'veth', 'peer', 'name', 'wire', 'netns', 'lan');
  await run('ip', 'link', 'set', 'card0', 'up');
  await lan('link', 'set', 'wire', 'up');
  for (const vlan of ['101', '102']) {
    await lan('link', 'add', 'link', 'wire', 'name', `wire.${vlan}`, 'type', 'vlan', 'id', vlan);
    await lan('address', 'add', `10.77.${vlan}.254/24`, 'dev', `wire.${vlan}`);
    await lan('link', 'set', `wire.${vlan}`, 'up');
  }
}

async function startCard(): Promise<typeof card> {
  const pf = netdevOf(guestNic('igb'));
  const device = `/sys/class/net/${pf}/device`;
  writeFileSync(`${device}/sriov_numvfs`, '2');
  await run('ip', 'link', 'set', pf, 'up');
  await eventually(1, () => readdirSync(`${device}/virtfn1/net`).length);
  const vf = readdirSync(`${device}/virtfn1/net`)[0] as string;
  return { pf, vf, slot: basename(readlinkSync(`${device}/virtfn1`)) };
}

test.before(async () => {
  sw = await startSwitch();
  // Where ovs-vsctl finds the database, when it does what explains a plan.
  process.env.OVS_RUNDIR = dirname(sw.remote.slice('unix:'.length));
  ovs = await Ovs.connect(sw.remote);
  await sw.vsctl('add-br', 'br-int');
  plugger = new Plugger(ovs);
  await startLan();
  card = await startCard();
});

test.after.always(async () => {
  await ovs?.close();
  await sw?.stop();
});

const look = () => state(ovs, { timeout: scaled(10_000) });

/** Fails each step in turn; then all is as it was. */
async function leavesNoTrace(t: ExecutionContext, plan: Plan): Promise<void> {
  const before = await look();
  for (const index of plan.steps.keys()) {
    const beforeStep = (at: number) => {
      if (at === index) throw new Error('injected');
    };
    const error = await t.throwsAsync(execute(plan, ovs, { beforeStep }), { instanceOf: StepFailedError });
    t.true(error.message.startsWith(`step ${index + 1}, `), error.message);
    t.deepEqual(error.undoErrors, []);
    t.deepEqual(await look(), before, error.message);
  }
}

const bothWays = ['plug', 'unplug'] as const;

/**
 * @param options `leaves`: commands that remove what is shared, which no unplug takes; `kept`: that the unplug does not take all of
 *   the rest back either; `faults`: whether each step is made to fail.
 */
async function holds(
  t: ExecutionContext,
  input: PlugRequest,
  { leaves = [], kept = false, faults = true }: { leaves?: readonly string[]; kept?: boolean; faults?: boolean } = {},
): Promise<void> {
  const before = await look();
  const byPlans: unknown[] = [];
  const plans: Plan[] = [];
  for (const direction of bothWays) {
    const plan = await plugger.plan(direction, input);
    plans.push(plan);
    if (faults) await leavesNoTrace(t, plan);
    const { changed } = await plugger[direction](input, { timeout: scaled(10_000) });
    t.is(changed, plan.steps.length > 0);
    byPlans.push(await look());
    const again = await plugger[direction](input, { timeout: scaled(10_000) });
    // What a function is set to is not asked before: each step finds out that it has nothing to do.
    t.is(again.changed, kept, `${direction} again`);
    t.deepEqual(await look(), byPlans.at(-1));
  }
  t.notDeepEqual(byPlans[0], before);
  for (const command of leaves) await run('ip', ...command.split(' '));
  if (!kept) t.deepEqual(await look(), before);
  for (const [at, plan] of plans.entries()) {
    for (const [tool = '', ...words] of explain(plan)) await run(tool, ...(words as string[]));
    t.deepEqual(await look(), byPlans[at], `${bothWays[at]} by stock tools`);
  }
  for (const command of leaves) await run('ip', ...command.split(' '));
}

/** A bridge of a network that is VLAN 101 of the card. */
function vlanBridge(n: number): PlugRequest {
  const meta = {
    should_create_bridge: true,
    should_create_vlan: true,
    vlan: 101,
    bridge_interface: 'card0',
    mtu: 1450,
  };
  return request(n, { release: 'newton', vif: { type: 'bridge', network: { bridge: 'br101', meta } } });
}

const vlanBridgeGone = ['link delete br101', 'link delete vlan101'];
const reaches = async (address: string) =>
  (await run(BUSYBOX, 'ping', '-c', '2', '-W', '20', address)).includes(' 0% packet loss');

test.serial('a bridge on a VLAN device', (t) => holds(t, vlanBridge(1), { leaves: vlanBridgeGone }));

test.serial('a bridge on a VLAN device takes its addresses and routes, and reaches the VLAN', async (t) => {
  for (const command of [
    'link add link card0 name vlan101 type vlan id 101',
    'link set vlan101 up',
    'address add 10.77.101.1/24 broadcast 10.77.101.255 dev vlan101',
    'route add 198.51.100.0/24 via 10.77.101.254 metric 5',
  ]) {
    await run('ip', ...command.split(' '));
  }
  await leavesNoTrace(t, await plugger.plan('plug', vlanBridge(1)));
  await plugger.plug(vlanBridge(1));
  t.false((await plugger.plug(vlanBridge(2))).changed, 'another VIF of the network');
  const [{ dev, metric }] = await ip('route', 'show', '198.51.100.0/24');
  t.deepEqual([dev, metric], ['br101', 5]);
  t.true(await reaches('10.77.101.254'));
  for (const command of vlanBridgeGone) await run('ip', ...command.split(' '));
});

test.serial('a macvtap with a VLAN', async (t) => {
  const details = { macvtap_source: 'card0.102', macvtap_mode: 'bridge', physical_interface: 'card0', vlan: '102' };
  const input = request(1, { release: 'newton', vif: { type: 'macvtap', vnic_type: 'macvtap', details } });
  await holds(t, input, { leaves: ['link delete card0.102'] });
  await plugger.plug(input);
  t.regex(await plugger.config(input), /<source dev="card0\.102" mode="bridge"\/>/);
  // What libvirt makes of that.
  for (const command of [
    'link add link card0.102 name macvtap0 address fa:16:3e:00:00:01 type macvtap mode bridge',
    'link set macvtap0 up',
    'address add 10.77.102.1/24 dev macvtap0',
  ]) {
    await run('ip', ...command.split(' '));
  }
  t.true(await reaches('10.77.102.254'));
  await run('ip', 'link', 'delete', 'card0.102');
});

test.serial('hw_veb: MAC address and VLAN of a virtual function', async (t) => {
  const input = request(1, {
    release: 'newton',
    vif: { type: 'hw_veb', vnic_type: 'macvtap', details: { vlan: '42' }, profile: { pci_slot: card.slot } },
  });
  const functionOne = async () => {
    const [{ vfinfo_list: functions }] = await ip('link', 'show', card.pf);
    const { address, vlan_list: vlans = [] } = functions[1];
    return { address, vlans: vlans.flatMap(({ vlan }: { vlan?: number }) => vlan || []) };
  };
  t.true((await plugger.plug(input)).changed);
  t.deepEqual(await functionOne(), { address: 'fa:16:3e:00:00:01', vlans: [42] });
  t.regex((await ip('link', 'show', card.vf))[0].flags.join(), /\bUP\b/);
  t.regex(await plugger.config(input), new RegExp(`<source dev="${card.vf}" mode="passthrough"/>`));
  await plugger.unplug(input);
  t.deepEqual(await functionOne(), { address: 'fa:16:3e:00:00:01', vlans: [] });
  t.notRegex((await ip('link', 'show', card.vf))[0].flags.join(), /\bUP\b/);
  await holds(t, input, { kept: true });
});

test.serial('hostdev: libvirt is told the function, and nothing is done to it', async (t) => {
  const [, domain, bus, slot, at] = /^(....):(..):(..)\.(.)$/.exec(card.slot) as RegExpExecArray;
  const address = `domain="0x${domain}" bus="0x${bus}" slot="0x${slot}" function="0x${at}"`;
  const before = await look();
  for (const vif of [
    { type: 'hostdev_physical' },
    { type: 'hw_veb', vnic_type: 'direct', details: { vlan: '42' } },
    { type: '802.1qbh', vnic_type: 'direct', details: { profileid: 'p' } },
  ]) {
    const input = request(1, { release: 'newton', vif: { ...vif, profile: { pci_slot: card.slot } } });
    t.true((await plugger.config(input)).includes(address), vif.type);
    for (const direction of bothWays) t.false((await plugger[direction](input)).changed);
  }
  t.deepEqual(await look(), before);
});

const hybrid = { details: { ovs_hybrid_plug: true } };

test.serial('ovs, on the datapath of the kernel', (t) =>
  holds(t, request(1, { mtu: 1400, port: { tag: 10 } }), { faults: false }),
);

test.serial('ovs, hybrid, on the datapath of the kernel', (t) =>
  holds(t, request(1, { mtu: 1400, release: 'newton', vif: hybrid }), { faults: false }),
);

test.serial('ovs, on a bridge of its own, on the datapath of the kernel', (t) =>
  holds(t, request(1, { port: { per_port_bridge: true, tag: 10 } }), { faults: false }),
);

test.serial('VIFs on the datapath of the kernel hear each other, and not those of another tag', async (t) => {
  const requests = [
    request(1, { port: { tag: 10 } }),
    request(2, { port: { tag: 10 }, release: 'newton', vif: hybrid }),
    request(3, { port: { tag: 20 } }),
    request(4, { port: { tag: 20, per_port_bridge: true } }),
  ];
  const guests: TapGuest[] = [];
  for (const input of requests) {
    const { name } = await plugger.plug(input, { timeout: scaled(10_000) });
    if (input.vif.details) {
      // libvirt's part.
      await createTap(name, { up: true });
      await setMaster(name, 'qbr00000000-00');
    }
    guests.push(await TapGuest.open(name, input.vif.address as string));
  }
  const [red1, red2, blue1, blue2] = guests as [TapGuest, TapGuest, TapGuest, TapGuest];
  red1.send('red');
  await red2.hears('red', scaled(3_000));
  red2.send('red too');
  await red1.hears('red too', scaled(3_000));
  blue1.send('blue');
  await blue2.hears('blue', scaled(3_000));
  blue2.send('blue too');
  await blue1.hears('blue too', scaled(3_000));
  red2.send('end');
  await red1.hears('end', scaled(3_000));
  t.deepEqual(
    guests.map(({ heard }) => heard),
    [['red too', 'end'], ['red'], ['blue too'], ['blue']],
  );
  t.regex(await sw.appctl('dpctl/dump-flows', 'system@ovs-system'), /eth_type\(0x88b5\).*actions:[^d]/);
  for (const guest of guests) await guest[Symbol.asyncDispose]();
  await plugger.unplugMany(requests);
  t.deepEqual((await sw.vsctl('list-ports', 'br-int')).trim(), '');
});
