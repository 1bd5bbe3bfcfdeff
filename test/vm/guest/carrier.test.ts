import test from 'ava';
import { guestNic, netdevOf, qmp, setLink } from '../../../tools/vm/inside.js';
import { eventually, run, sysfs } from './support.js';

for (const model of ['e1000', 'virtio-net-pci', 'vmxnet3']) {
  test(`the carrier of ${model} follows its cable`, async (t) => {
    const nic = guestNic(model);
    const device = netdevOf(nic);
    const carrier = () => sysfs(`class/net/${device}/carrier`);
    await run('ip', 'link', 'set', device, 'up');
    t.is(await eventually('1', carrier), '1');
    setLink(nic, false);
    t.is(await eventually('0', carrier), '0');
    setLink(nic, true);
    t.is(await eventually('1', carrier), '1');
    await run('ip', 'link', 'set', device, 'down');
  });
}

test('QEMU refuses what it does not know', (t) => {
  t.throws(() => qmp('set_link', { name: 'nic99', up: true }), { code: 'ERR_VM_GUEST', message: /nic99/ });
});
