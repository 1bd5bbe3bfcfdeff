import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import test from 'ava';
import { guestNic, netdevOf } from '../../../tools/vm/inside.js';
import { eventually, ip, run, sysfs } from './support.js';

test.serial('igb has virtual functions, linked both ways, each with a network device', async (t) => {
  const pf = netdevOf(guestNic('igb'));
  const device = `/sys/class/net/${pf}/device`;
  t.is(sysfs(`class/net/${pf}/device/sriov_totalvfs`), '7');
  writeFileSync(`${device}/sriov_numvfs`, '2');
  for (const n of [0, 1]) {
    const vf = `${device}/virtfn${n}`;
    t.is(basename(readlinkSync(`${vf}/physfn`)), basename(readlinkSync(device)));
    t.is(await eventually(1, () => readdirSync(`${vf}/net`).length), 1);
    t.is(basename(readlinkSync(`${vf}/driver`)), 'igbvf');
  }
});

test.serial('igb keeps the MAC address, VLAN and checks set for a virtual function', async (t) => {
  const pf = netdevOf(guestNic('igb'));
  await run('ip', 'link', 'set', pf, 'up');
  await run('ip', 'link', 'set', pf, 'vf', '1', 'mac', '52:54:00:00:00:99', 'vlan', '42', 'qos', '3');
  await run('ip', 'link', 'set', pf, 'vf', '1', 'spoofchk', 'off');
  const [{ vfinfo_list: vfs }] = await ip('link', 'show', pf);
  t.is(vfs.length, 2);
  t.is(vfs[1].address, '52:54:00:00:00:99');
  t.deepEqual(vfs[1].vlan_list, [{ vlan: 42, qos: 3 }]);
  t.is(vfs[1].spoofchk, false);
  writeFileSync(`/sys/class/net/${pf}/device/sriov_numvfs`, '0');
  t.is(await eventually(false, () => readdirSync(`/sys/class/net/${pf}/device`).includes('virtfn0')), false);
});
