import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { without } from '../../../tools/vm/inside.js';
import { eventually, ip, run, sysfs } from './support.js';

const netdevsimTest = without('netdevsim') ? test.serial.skip : test.serial;
const BUS = '/sys/bus/netdevsim';
const DEVICE = `${BUS}/devices/netdevsim7`;

let pf = '';

netdevsimTest('a simulated card with one port and three virtual functions', async (t) => {
  writeFileSync(`${BUS}/new_device`, '7 1');
  t.is(await eventually(1, () => readdirSync(`${DEVICE}/net`).length), 1);
  pf = readdirSync(`${DEVICE}/net`)[0]!;
  t.is(sysfs(`class/net/${pf}/phys_port_name`), 'p1');
  writeFileSync(`${DEVICE}/sriov_numvfs`, '3');
  const [{ vfinfo_list: vfs }] = await ip('link', 'show', pf);
  t.is(vfs.length, 3);
});

netdevsimTest('every setting of a virtual function is kept', async (t) => {
  const set = (...args: string[]) => run('ip', 'link', 'set', pf, 'vf', '2', ...args);
  await set('mac', '52:54:00:00:00:77');
  await set('vlan', '99', 'qos', '5');
  await set('spoofchk', 'on');
  await set('trust', 'on');
  await set('state', 'disable');
  await set('min_tx_rate', '10', 'max_tx_rate', '100');
  const [{ vfinfo_list: vfs }] = await ip('link', 'show', pf);
  const { address, vlan_list, spoofchk, trust, link_state, rate } = vfs[2];
  t.deepEqual(
    { address, vlan_list, spoofchk, trust, link_state, rate },
    {
      address: '52:54:00:00:00:77',
      vlan_list: [{ vlan: 99, qos: 5 }],
      spoofchk: true,
      trust: true,
      link_state: 'disable',
      rate: { max_tx: 100, min_tx: 10 },
    },
  );
});

netdevsimTest('in switchdev mode each virtual function has a representor', async (t) => {
  await run('devlink', 'dev', 'eswitch', 'set', 'netdevsim/netdevsim7', 'mode', 'switchdev');
  const names = () =>
    readdirSync(`${DEVICE}/net`)
      .map((name) => sysfs(`class/net/${name}/phys_port_name`))
      .sort()
      .join();
  t.is(await eventually('p1,pf0vf0,pf0vf1,pf0vf2', names), 'p1,pf0vf0,pf0vf1,pf0vf2');
  t.is(new Set(readdirSync(`${DEVICE}/net`).map((name) => sysfs(`class/net/${name}/phys_switch_id`))).size, 1);
  writeFileSync(`${BUS}/del_device`, '7');
  t.is(await eventually(false, () => existsSync(DEVICE)), false);
});
