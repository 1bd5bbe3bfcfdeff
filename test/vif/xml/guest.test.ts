import test from 'ava';
import { parsePlugRequest } from '../../../src/vif/index.js';
import { frontend } from '../../../src/vif/xml/guest.js';
import { request } from '../request.js';

/** The card of a guest. What the originals' cases tell of (models by virtualization) is tested with them. */
function cardOf(guest: object, kernel = '6.1.0-18-amd64') {
  return frontend(parsePlugRequest({ ...request(1, { release: 'newton' }), ...guest }), kernel);
}

const multiqueue = (vcpus: number) => ({
  image: { properties: { hw_vif_multiqueue_enabled: 'yes' } },
  flavor: { vcpus },
});

test('an unknown virtualization is an error with a model, and none without', (t) => {
  t.deepEqual(cardOf({ virt_type: 'bhyve' }), { model: undefined, driver: undefined });
  t.throws(() => cardOf({ virt_type: 'bhyve', image: { properties: { hw_vif_model: 'virtio' } } }), {
    code: 'ERR_VIF_UNSUPPORTED_VIRT_TYPE',
    message: 'virt_type bhyve is unknown; known ones: qemu, kvm, xen, lxc, uml',
  });
  t.throws(() => cardOf({ virt_type: 'lxc', image: { properties: { hw_vif_model: 'virtio' } } }), {
    code: 'ERR_VIF_UNSUPPORTED_MODEL',
    message: 'lxc has no card of model virtio (hw_vif_model): it has none',
  });
});

test('a newer kernel sets no bound on the queues of a tap, an older one does', (t) => {
  t.deepEqual(cardOf(multiqueue(500)), { model: 'virtio', driver: { name: 'vhost', queues: 500 } });
  t.is(cardOf(multiqueue(500), '4.19.0').driver?.queues, 256);
  t.is(cardOf(multiqueue(4), '3.10.0').driver?.queues, 4);
  t.is(cardOf(multiqueue(10), '3.10.0').driver?.queues, 8);
  t.is(cardOf({ ...multiqueue(10), release: 'icehouse' }).driver, undefined);
});

test('virt_type is that of the request, else of the configuration', (t) => {
  t.is(cardOf({ virt_type: 'qemu', conf: { 'libvirt.virt_type': 'xen' } }).driver?.name, 'qemu');
  t.is(cardOf({ conf: { 'libvirt.virt_type': 'xen' } }).model, undefined);
});
