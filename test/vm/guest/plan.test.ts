/** The kinds of steps that take a stock kernel, or a card: each does what its explanation does, and its undoing leaves no trace. */
import { readdirSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { getLinkSettings } from '../../../src/netdev/index.js';
import { execute, explain, type Step, StepFailedError } from '../../../src/plan/index.js';
import type { Ovs } from '../../../src/vswitch/index.js';
import { guestNic, netdevOf } from '../../../tools/vm/inside.js';
import { eventually, ip, run } from './support.js';

/** These steps need no switch. */
const noSwitch = {} as Ovs;

/** Does the steps and takes them back, then has the stock tools do them: the same is to be seen after both. */
async function agrees(t: ExecutionContext, steps: readonly Step[], look: () => unknown): Promise<void> {
  const before = await look();
  let done: unknown;
  const beforeStep = async (index: number) => {
    if (index < steps.length) return;
    done = await look();
    throw new Error('injected');
  };
  const plan = { steps: [...steps, { kind: 'wait-for-vswitchd' } as const] };
  const error = await t.throwsAsync(execute(plan, noSwitch, { beforeStep }), { instanceOf: StepFailedError });
  t.is((error.cause as Error).message, 'injected');
  t.deepEqual(error.undoErrors, []);
  t.deepEqual(await look(), before, 'taken back');
  t.notDeepEqual(done, before);
  for (const [tool = '', ...args] of explain({ steps })) await run(tool, ...args);
  t.deepEqual(await look(), done, 'by stock tools');
}

/** A link without what each new one has for itself; nothing when it is not there. */
async function link(name: string): Promise<unknown> {
  const found = (await ip('link', 'show')).find(({ ifname }: { ifname: string }) => ifname === name);
  if (!found) return undefined;
  const { ifindex: _, address, operstate: __, linkinfo, flags, master, mtu, link: parent } = found;
  const { info_kind, info_data = {}, info_slave_kind } = linkinfo ?? {};
  const { ad_actor_sys_prio: ___, ...data } = info_data;
  return { address, master, mtu, parent, info_kind, info_slave_kind, data, up: flags.includes('UP') };
}

test.serial('a VLAN device', async (t) => {
  await run('ip', 'link', 'add', 'plan0', 'type', 'veth', 'peer', 'name', 'plan1');
  await run('ip', 'link', 'set', 'plan0', 'up');
  const step: Step = { kind: 'create-vlan', device: 'plan0.7', link: 'plan0', id: 7, mtu: 1400, up: true };
  await agrees(t, [step], () => link('plan0.7'));
});

test.serial('a VLAN device and a bond that are deleted', async (t) => {
  await run('ip', 'link', 'add', 'planbond', 'type', 'bond', 'mode', 'active-backup', 'miimon', '70');
  await run('ip', 'link', 'add', 'plandummy', 'type', 'dummy');
  await run('ip', 'link', 'set', 'plandummy', 'master', 'planbond');
  const steps: Step[] = [
    { kind: 'delete-link', device: 'plan0.7' },
    { kind: 'delete-link', device: 'planbond' },
  ];
  await agrees(t, steps, async () => [await link('plan0.7'), await link('planbond'), await link('plandummy')]);
});

test.serial('a virtual function', async (t) => {
  const device = netdevOf(guestNic('igb'));
  const count = `/sys/class/net/${device}/device/sriov_numvfs`;
  writeFileSync(count, '2');
  await eventually(true, () => readdirSync(`/sys/class/net/${device}/device`).includes('virtfn1'));
  await run('ip', 'link', 'set', device, 'up');
  await run('ip', 'link', 'set', device, 'vf', '1', 'mac', '52:54:00:00:00:98', 'vlan', '41', 'qos', '3');
  const step: Step = { kind: 'set-vf', device, vf: 1, mac: '52:54:00:00:00:99', vlan: 42, spoofCheck: false };
  await agrees(t, [step], async () => (await ip('link', 'show', device))[0].vfinfo_list);
  writeFileSync(count, '0');
});

test.serial('speed, duplex and offloads of a card', async (t) => {
  const device = netdevOf(guestNic('e1000'));
  await run('ip', 'link', 'set', device, 'up');
  const offloads = async () => (await run('ethtool', '-k', device)).replaceAll(/ \[.*\]/g, '');
  await agrees(t, [{ kind: 'set-features', device, features: { gro: false, tso: false, sg: false } }], offloads);
  const look = () => {
    const { autoneg, advertised } = getLinkSettings(device)!;
    return { autoneg, advertised };
  };
  await agrees(t, [{ kind: 'set-link-settings', device, speed: 100, duplex: 'full', autoneg: true }], look);
});

test.serial('the VLAN workaround, which only the kernel of XenServer has, is no failure', async (t) => {
  const device = netdevOf(guestNic('e1000'));
  const { warnings } = await execute({ steps: [{ kind: 'set-vlan-workaround', device, on: true }] }, noSwitch);
  t.is(warnings.length, 1);
  t.regex(warnings[0]!, new RegExp(`no VLAN workaround to turn on for ${device}`));
});
