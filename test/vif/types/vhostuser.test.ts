import test from 'ava';
import { explainVif, parsePlugRequest, planOnHost } from '../../../src/vif/index.js';
import { request } from '../request.js';

test('a plug without the socket is refused, as libvirt could have no XML of it', (t) => {
  const without = parsePlugRequest(request(1, { vif: { type: 'vhostuser' } }));
  t.throws(() => planOnHost('plug', without, {}), {
    code: 'ERR_VIF_DETAILS_MISSING',
    message: /^vif\.details\.vhostuser_socket is missing/,
  });
});

test("a device of the fast path has the configuration's MTU before it is up", (t) => {
  const vif = { type: 'vhostuser', details: { vhostuser_socket: '/run/vhost/usv', vhostuser_fp_plug: true } };
  const input = parsePlugRequest(request(1, { release: 'newton', conf: { network_device_mtu: 1400 }, vif }));
  t.deepEqual(
    explainVif(planOnHost('plug', input, {})).commands.map((argv) => argv.join(' ')),
    [
      'fp-vdev add tap1 --sockpath /run/vhost/usv --sockmode client',
      'ip link set dev tap1 mtu 1400',
      'ip link set dev tap1 up',
    ],
  );
});

test('an unplug where no plug could have been asks for the port to go all the same', (t) => {
  const details = { vhostuser_fp_plug: true, vhostuser_ovs_plug: true };
  const input = parsePlugRequest(request(1, { vif: { type: 'vhostuser', details } }));
  t.throws(() => planOnHost('plug', input, {}), { code: 'ERR_VIF_DETAILS_MISSING' });
  t.deepEqual(explainVif(planOnHost('unplug', input, {})).commands, [
    ['ovs-vsctl', '--if-exists', 'del-port', 'br-int', 'tap1'],
  ]);
});
