/** What the kernel of a container may lack: VLANs, bonds, dummies, VLAN filtering, virtual functions. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import {
  createBond,
  createBridge,
  createDummy,
  createLinks,
  createVethPair,
  createVlan,
  deleteLink,
  deleteLinks,
  getLinkDetails,
  releaseMaster,
  setBond,
  setLinkDown,
  setLinkUp,
  setMaster,
  setVf,
} from '../../../src/netdev/index.js';
import { guestNic, netdevOf, without } from '../../../tools/vm/inside.js';
import { assertMade, KINDS } from '../../netdev/rtnetlink/kinds.js';
import { errorOf } from '../../netdev/rtnetlink/support.js';
import { eventually, ip, run, sysfs } from './support.js';

const netdevsimTest = without('netdevsim') ? test.serial.skip : test.serial;

test.before(async () => {
  await createVethPair('under0', { name: 'under1', up: true }, { up: true });
});
test.afterEach.always(async () => {
  await deleteLink('k0', { ifExists: true });
});

// Those that a container's kernel has too are shown there, in each mode.
for (const one of KINDS.filter(({ spec }) => !spec.kind.startsWith('macv'))) {
  test.serial(`a ${one.title} is as ip(8) tells`, (t) => assertMade(t, one));
}

test.serial('a bond takes links that are down, and says why it takes no other', async (t) => {
  await createBond('bond9', { mode: 'active-backup', miimon: 100, up: true });
  const made = await createLinks([
    { kind: 'dummy', name: 'dummy90' },
    { kind: 'dummy', name: 'dummy91', up: true },
  ]);
  t.true(made.every(({ error }) => error === undefined));
  await setMaster('dummy90', 'bond9');
  const error = await errorOf(() => setMaster('dummy91', 'bond9'));
  t.like(error, { code: 'ERR_NETDEV', device: 'dummy91', reason: 'Device can not be enslaved while up' });
  t.regex(error.message, /^can't add dummy91 to bond9: Device can not be enslaved while up/);
  await setLinkDown('dummy91');
  await setMaster('dummy91', 'bond9');
  t.is(sysfs('class/net/bond9/bonding/slaves'), 'dummy90 dummy91');
  t.like(await getLinkDetails('dummy91'), { master: 'bond9', portKind: 'bond' });
  const busy = await errorOf(() => setBond('bond9', { mode: 'balance-rr' }));
  t.is(busy.device, 'bond9');
  t.truthy(busy.reason);
  await setBond('bond9', { miimon: 50 });
  t.is(sysfs('class/net/bond9/bonding/miimon'), '50');
  await createVlan('bond9.7', 'bond9', { id: 7 });
  const [vlan] = await ip('link', 'show', 'bond9.7');
  t.is(vlan.linkinfo.info_data.id, 7);
  t.is(vlan.link, 'bond9');
  t.like(await errorOf(() => createVlan('again', 'bond9', { id: 7 })), { code: 'ERR_NETDEV_EXISTS', device: 'again' });
  await releaseMaster('dummy90');
  t.is(sysfs('class/net/bond9/bonding/slaves'), 'dummy91');
  await deleteLinks(['bond9.7', 'bond9', 'dummy90', 'dummy91']);
  t.false(existsSync('/sys/class/net/bond9'));
});

test.serial('a bridge filters VLANs by its default one', async (t) => {
  await createBridge('br9', { vlanFiltering: true, defaultPvid: 33 });
  await createDummy('dummy92', { master: 'br9', up: true });
  const vlans = JSON.parse(await run('bridge', '-json', 'vlan', 'show', 'dev', 'dummy92'));
  t.deepEqual(vlans[0].vlans, [{ vlan: 33, flags: ['PVID', 'Egress Untagged'] }]);
  await deleteLinks(['br9', 'dummy92']);
});

test.serial('a real card is told in full, and not deleted', async (t) => {
  const card = netdevOf(guestNic('e1000'));
  const [theirs] = await ip('link', 'show', card);
  const ours = await getLinkDetails(card);
  t.like(ours, {
    kind: null,
    mac: theirs.address,
    permanentMac: theirs.permaddr ?? theirs.address,
    parentDevice: theirs.parentdev,
  });
  t.like(await errorOf(() => deleteLink(card)), { code: 'ERR_NETDEV_UNSUPPORTED', device: card, errno: 'EOPNOTSUPP' });
  await setLinkUp(card);
  t.true((await ip('link', 'show', card))[0].flags.includes('UP'));
  await setLinkDown(card);
});

test.serial('virtual functions of igb', async (t) => {
  const pf = netdevOf(guestNic('igb'));
  const count = `/sys/class/net/${pf}/device/sriov_numvfs`;
  writeFileSync(count, '2');
  t.teardown(() => writeFileSync(count, '0'));
  await setLinkUp(pf);
  await setVf(pf, 1, { mac: '52:54:00:00:00:99', vlan: 42, qos: 3, spoofCheck: false, trust: true });
  const [{ vfinfo_list: vfs }] = await ip('link', 'show', pf);
  t.like(vfs[1], { address: '52:54:00:00:00:99', vlan_list: [{ vlan: 42, qos: 3 }], spoofchk: false, trust: true });
  const { vfs: ours } = await getLinkDetails(pf);
  t.is(ours.length, 2);
  t.like(ours[1], {
    index: 1,
    mac: '52:54:00:00:00:99',
    vlan: 42,
    qos: 3,
    vlanProtocol: '802.1Q',
    spoofCheck: false,
    trust: true,
  });
  await setVf(pf, 1, { vlan: 0 });
  t.is((await ip('link', 'show', pf))[0].vfinfo_list[1].vlan_list?.[0]?.vlan ?? 0, 0);
  const error = await errorOf(() => setVf(pf, 9, { mac: '52:54:00:00:00:98' }));
  t.like(error, { code: 'ERR_NETDEV', errno: 'EINVAL', device: pf });
  t.regex(error.message, /^can't set virtual function 9 of eth\d+: /);
});

netdevsimTest('every setting of a virtual function, on netdevsim', async (t) => {
  const bus = '/sys/bus/netdevsim';
  const device = `${bus}/devices/netdevsim8`;
  writeFileSync(`${bus}/new_device`, '8 1');
  t.teardown(() => writeFileSync(`${bus}/del_device`, '8'));
  t.is(await eventually(1, () => readdirSync(`${device}/net`).length), 1);
  const pf = readdirSync(`${device}/net`)[0]!;
  writeFileSync(`${device}/sriov_numvfs`, '3');
  const read = async () => (await ip('link', 'show', pf))[0].vfinfo_list[2];
  const settings = {
    mac: '52:54:00:00:00:77',
    vlan: 99,
    qos: 5,
    vlanProtocol: '802.1ad',
    spoofCheck: true,
    trust: true,
    minTxRate: 10,
    maxTxRate: 100,
    state: 'disable',
  } as const;
  await setVf(pf, 2, settings);
  const { address, vlan_list, spoofchk, trust, rate, link_state } = await read();
  t.deepEqual(
    { address, vlan_list, spoofchk, trust, rate, link_state },
    {
      address: '52:54:00:00:00:77',
      vlan_list: [{ vlan: 99, qos: 5, protocol: '802.1ad' }],
      spoofchk: true,
      trust: true,
      rate: { max_tx: 100, min_tx: 10 },
      link_state: 'disable',
    },
  );
  const details = await getLinkDetails(pf);
  t.like(details.vfs[2], settings);
  t.is(details.physPortName, 'p1');
  for (const state of ['enable', 'auto'] as const) {
    await setVf(pf, 2, { state, trust: false, spoofCheck: false, vlan: 0 });
    t.like(await read(), { link_state: state, trust: false, spoofchk: false });
  }
  await t.throwsAsync(setVf(pf, 2, { qos: 3 }), { code: 'ERR_INVALID_ARGUMENT', message: /vlan must be given/ });
  await t.throwsAsync(setVf(pf, 2, { state: 'on' as 'auto' }), { code: 'ERR_INVALID_ARGUMENT' });
});
