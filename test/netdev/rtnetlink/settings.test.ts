import { readFileSync } from 'node:fs';
import test from 'ava';
import {
  addAddress,
  createBridge,
  createTap,
  createVethPair,
  enterPrivateNetwork,
  getLinkDetails,
  isIpv6Disabled,
  listLinkDetails,
  releaseMaster,
  renameLink,
  setAlias,
  setArp,
  setBridge,
  setGroup,
  setIpv6Disabled,
  setMac,
  setMaster,
  setMtu,
  setPromiscuous,
  setTxQueueLength,
  setVf,
} from '../../../src/netdev/index.js';
import { needsRoot } from '../../support/root.js';
import { bridge, ip, ipLink, type Json, run } from './support.js';

const rootTest = needsRoot(test);

rootTest.before(async () => {
  enterPrivateNetwork();
  await createVethPair('a0', 'a1');
  await createBridge('br0');
});

rootTest.serial('a link joins a bridge, and leaves it', async (t) => {
  await setMaster('a0', 'br0');
  t.is(ipLink('a0').master, 'br0');
  t.true(bridge('link').some(({ ifname, master }: Json) => ifname === 'a0' && master === 'br0'));
  t.like(await getLinkDetails('a0'), { master: 'br0', portKind: 'bridge', promiscuity: 1, link: 'a1' });
  await setMaster('a0', 'br0');
  await releaseMaster('a0');
  t.is(ipLink('a0').master, undefined);
  t.deepEqual(bridge('link'), []);
  t.like(await getLinkDetails('a0'), { master: null, masterIndex: null, portKind: null });
  await releaseMaster('a0');
});

rootTest.serial('the settings of a bridge that is there', async (t) => {
  await setBridge('br0', { forwardDelay: 4, stp: true, ageingTime: 0, multicastSnooping: false });
  const { info_data } = ipLink('br0').linkinfo;
  t.like(info_data, { forward_delay: 400, stp_state: 1, ageing_time: 0, mcast_snooping: 0, hello_time: 200 });
  await setBridge('br0', { stp: false });
  t.like(ipLink('br0').linkinfo.info_data, { stp_state: 0, forward_delay: 400 });
});

rootTest.serial('promiscuous, ARP, group, queue, alias, MTU and MAC address', async (t) => {
  for (const on of [true, false]) {
    await setPromiscuous('a0', on);
    await setArp('a0', !on);
    t.is(ipLink('a0').flags.includes('PROMISC'), on);
    t.is(ipLink('a0').flags.includes('NOARP'), on);
    t.like(await getLinkDetails('a0'), { promiscuous: on, arp: !on, promiscuity: on ? 1 : 0 });
  }
  await setGroup('a0', 4711);
  await setTxQueueLength('a0', 55);
  await setAlias('a0', 'the port of Müller & Co');
  await setMtu('a0', 1334);
  await setMac('a0', '02:00:00:00:12:34');
  t.like(ipLink('a0'), {
    group: '4711',
    txqlen: 55,
    ifalias: 'the port of Müller & Co',
    mtu: 1334,
    address: '02:00:00:00:12:34',
  });
  t.like(await getLinkDetails('a0'), { group: 4711, txQueueLength: 55, alias: 'the port of Müller & Co' });
  await setAlias('a0', '');
  t.is(ipLink('a0').ifalias, undefined);
  await t.throwsAsync(setAlias('a0', 'é'.repeat(128)), { code: 'ERR_INVALID_ARGUMENT' });
});

rootTest.serial('a link gets another name, and answers to alternative ones', async (t) => {
  const { ifindex } = ipLink('a1');
  await renameLink('a1', 'b1');
  t.is(ipLink('b1').ifindex, ifindex);
  run('ip', 'link', 'property', 'add', 'dev', 'b1', 'altname', 'other1');
  t.like(await getLinkDetails('other1'), { name: 'b1', index: ifindex, alternativeNames: ['other1'] });
  await renameLink('b1', 'a1');
  t.is((await getLinkDetails('a1')).index, ifindex);
});

rootTest.serial('IPv6 goes off, with its addresses, and on', async (t) => {
  const add = () => addAddress('a0', '2001:db8::1/64', { flags: ['nodad'] });
  await add();
  const file = () => readFileSync('/proc/sys/net/ipv6/conf/a0/disable_ipv6', 'utf8').trim();
  const addresses = () => ip('-6', 'address', 'show', 'dev', 'a0').length;
  t.is(addresses(), 1);
  setIpv6Disabled('a0', true);
  t.is(file(), '1');
  t.is(addresses(), 0);
  t.true(isIpv6Disabled('a0'));
  t.false(isIpv6Disabled('a1'));
  await t.throwsAsync(add(), { code: 'ERR_NETDEV', message: /IPv6 is disabled on this device \(EACCES\)/ });
  setIpv6Disabled('a0', false);
  t.is(file(), '0');
  await add();
  t.is(addresses(), 1);
  // Files in that directory which are no devices.
  for (const name of ['all', 'default', 'nope0']) {
    t.throws(() => setIpv6Disabled(name, true), { code: 'ERR_NETDEV_NO_DEVICE' });
  }
  t.is(readFileSync('/proc/sys/net/ipv6/conf/all/disable_ipv6', 'utf8').trim(), '0');
  // Too small for IPv6.
  await setMtu('a0', 1279);
  t.throws(() => isIpv6Disabled('a0'), { code: 'ERR_NETDEV_UNSUPPORTED', message: /no IPv6 on this device/ });
  await setMtu('a0', 1500);
});

rootTest.serial('all links in full are as ip(8) lists them', async (t) => {
  await createTap('tap0', { owner: 12345, multiQueue: true });
  const ours = new Map((await listLinkDetails()).map((link) => [link.name, link]));
  const theirs = ip('link', 'show');
  t.deepEqual([...ours.keys()].sort(), theirs.map(({ ifname }) => ifname).sort());
  for (const link of theirs) {
    const details = ours.get(link.ifname)!;
    t.deepEqual(await getLinkDetails(link.ifname), details);
    t.is(details.index, link.ifindex);
    t.is(details.mtu, link.mtu);
    t.is(details.kind, link.linkinfo?.info_kind ?? null);
    t.is(details.link, link.link ?? null);
    t.is(details.master, link.master ?? null);
    t.is(String(details.group), link.group === 'default' ? '0' : link.group);
    t.is(details.operationalState.toUpperCase(), link.operstate);
    t.is(details.up, link.flags.includes('UP'));
  }
  t.like(ours.get('tap0')?.data, { type: 'tap', owner: 12345, multiQueue: true, persistent: true, vnetHeader: false });
});

rootTest.serial('a text is no boolean: `off` does not switch on', async (t) => {
  const off = 'off' as unknown as boolean;
  const before = ipLink('a0').flags;
  for (const set of [setPromiscuous, setArp]) {
    await t.throwsAsync(set('a0', off), { code: 'ERR_INVALID_ARGUMENT', message: /true or false, not "off"/ });
  }
  t.throws(() => setIpv6Disabled('a0', off), { code: 'ERR_INVALID_ARGUMENT' });
  await t.throwsAsync(setVf('a0', 0, { trust: off }), { code: 'ERR_INVALID_ARGUMENT' });
  t.deepEqual(ipLink('a0').flags, before);
});
