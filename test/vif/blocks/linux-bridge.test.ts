import test from 'ava';
import type { Step } from '../../../src/plan/index.js';
import type { LinkFacts } from '../../../src/vif/facts.js';
import { parsePlugRequest, planVif } from '../../../src/vif/index.js';
import { nothing, withLinks } from '../facts.js';
import { request } from '../request.js';

/** A VIF on the bridge br100 of a network, which has VLAN 100 of the card eth0. */
function plug(links: Record<string, LinkFacts>, carried = nothing.carried): Step[] {
  const meta = { should_create_bridge: true, should_create_vlan: true, vlan: 100, bridge_interface: 'eth0' };
  const input = request(1, { release: 'newton', vif: { type: 'bridge', network: { bridge: 'br100', meta } } });
  return planVif('plug', parsePlugRequest(input), { ...withLinks(links), carried }).steps as Step[];
}

const vlan: LinkFacts = { kind: 'vlan', up: true, mtu: 1500, master: 'br100', vlan: { id: 100, link: 'eth0' } };
const bridge: LinkFacts = { kind: 'bridge', up: true, mtu: 1500 };

test('what is as wanted is left alone; what is not is mended, step for step', (t) => {
  t.deepEqual(plug({ vlan100: vlan, br100: bridge }), []);
  const mended = (links: Record<string, LinkFacts>) => plug({ vlan100: vlan, br100: bridge, ...links });
  const ups = mended({ vlan100: { ...vlan, up: false } });
  t.true(ups.length > 0);
  for (const step of ups) t.deepEqual(step as unknown, { kind: 'set-link-up', device: 'vlan100' });
  t.deepEqual(mended({ vlan100: { ...vlan, mtu: 1400 } }) as unknown, [
    { kind: 'set-mtu', device: 'vlan100', mtu: 1500 },
  ]);
  t.deepEqual(mended({ vlan100: { ...vlan, master: null } }) as unknown, [
    { kind: 'set-master', device: 'vlan100', master: 'br100' },
  ]);
  t.deepEqual(mended({ br100: { ...bridge, up: false } }) as unknown, [{ kind: 'set-link-up', device: 'br100' }]);
});

test('a device that has the name by chance is not taken over, and is named', (t) => {
  const wrong: [Record<string, LinkFacts>, string, RegExp][] = [
    [{ vlan100: { kind: 'tap' } }, 'ERR_NETDEV_WRONG_KIND', /vlan100.*a VLAN device/],
    [{ vlan100: { kind: null } }, 'ERR_NETDEV_WRONG_KIND', /vlan100.*a VLAN device/],
    [
      { vlan100: { ...vlan, vlan: { id: 7, link: 'eth0' } } },
      'ERR_VIF_PORT_TAKEN',
      /vlan100.*it is VLAN 7 on eth0, not 100 on eth0/,
    ],
    [
      { vlan100: { ...vlan, vlan: { id: 100, link: 'eth1' } } },
      'ERR_VIF_PORT_TAKEN',
      /it is VLAN 100 on eth1, not 100 on eth0/,
    ],
    [{ vlan100: vlan, br100: { kind: 'tap' } }, 'ERR_NETDEV_WRONG_KIND', /br100.*a bridge/],
    [{ vlan100: vlan, br100: { kind: null } }, 'ERR_NETDEV_WRONG_KIND', /br100.*a bridge/],
    [
      { vlan100: { ...vlan, master: 'other' }, br100: bridge },
      'ERR_VIF_PORT_TAKEN',
      /vlan100.*it is in other, and can't be in br100 too/,
    ],
  ];
  for (const [links, code, message] of wrong) t.throws(() => plug(links), { code, message });
});
