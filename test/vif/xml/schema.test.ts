import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type Implementation } from 'ava';
import { type PlugRequest, vifConfig } from '../../../src/vif/index.js';
import { typeNames } from '../../../src/vif/types/index.js';
import { request } from '../request.js';

const tool = await import(new URL('../../../../tools/libvirt-schema.mjs', import.meta.url).href);
const found: { schema: string; xmllint: string; env: Record<string, string> } | { missing: string } =
  await tool.libvirtSchema();
const directory = mkdtempSync(join(tmpdir(), 'ovskit-libvirt-'));
test.after.always(() => rmSync(directory, { recursive: true }));

function validate(xml: string, name: string): void {
  if ('missing' in found) throw new Error(found.missing);
  const domain = `<domain type="kvm"><name>guest</name><memory>1024</memory><os><type>hvm</type></os><devices>${xml}</devices></domain>`;
  const file = join(directory, `${name.replace(/\W+/g, '-')}.xml`);
  writeFileSync(file, domain);
  execFileSync(found.xmllint, ['--noout', '--relaxng', found.schema, file], {
    env: { ...process.env, ...found.env },
    stdio: 'pipe',
  });
}

const pci = { profile: { pci_slot: '0000:0a:00.1' } };
const host = {
  pci: {
    '0000:0a:00.1': { net: ['enp10s0f1'], pf_net: ['enp10s0'], vfs: { '1': '0000:0a:00.1' }, representor: 'pf0vf1' },
  },
};
const quotas = Object.fromEntries(
  ['inbound', 'outbound'].flatMap((way) =>
    ['average', 'peak', 'burst'].map((what) => [`quota:vif_${way}_${what}`, '100']),
  ),
);
const firewall = { firewall_driver: 'nova.virt.libvirt.firewall.IptablesFirewallDriver' };
const qbg = {
  qbg_params: {
    managerid: '11',
    typeid: '1193047',
    typeidversion: '2',
    instanceid: '09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f',
  },
};
const meta = (fields: object) => ({ network: { bridge: 'br-int', meta: fields } });

/** Each type, in each of its forms: the fields of `vif`, and the request's other fields. */
const types: Record<string, [vif: object, others?: Partial<PlugRequest>]> = {
  bridge: [{ type: 'bridge' }, { conf: firewall }],
  'ovs, plugged by libvirt': [{ type: 'ovs' }],
  'ovs, plugged by ovskit': [{ type: 'ovs' }, { port: { create_port: true } }],
  'ovs, on a bridge of its own': [{ type: 'ovs' }, { port: { per_port_bridge: true } }],
  'ovs, hybrid': [{ type: 'ovs' }, { conf: firewall }],
  'ovs, representor': [{ type: 'ovs', vnic_type: 'direct', ...pci }],
  'ovs, icehouse': [{ type: 'ovs' }, { release: 'icehouse' }],
  ivs: [{ type: 'ivs' }],
  'ivs, hybrid': [{ type: 'ivs', details: { ovs_hybrid_plug: true } }],
  '802.1qbg': [{ type: '802.1qbg', ...qbg, ...meta({ interface: 'eth0' }) }],
  '802.1qbh, direct': [{ type: '802.1qbh', vnic_type: 'direct', details: { profileid: 'MyProfile' }, ...pci }],
  '802.1qbh, macvtap': [{ type: '802.1qbh', vnic_type: 'macvtap', details: { profileid: 'MyProfile' }, ...pci }],
  '802.1qbh, icehouse': [
    { type: '802.1qbh', qbh_params: { profileid: 'MyProfile' }, ...meta({ interface: 'eth0' }) },
    { release: 'icehouse' },
  ],
  'hw_veb, direct': [{ type: 'hw_veb', vnic_type: 'direct', details: { vlan: '100' }, ...pci }],
  'hw_veb, macvtap': [{ type: 'hw_veb', vnic_type: 'macvtap', details: { vlan: '100' }, ...pci }],
  hostdev_physical: [{ type: 'hostdev_physical', ...pci }],
  ib_hostdev: [{ type: 'ib_hostdev', ...pci, ...meta({ physical_network: 'fab1' }) }],
  mlnx_direct: [{ type: 'mlnx_direct', ...meta({ physical_network: 'fab1' }) }, { release: 'icehouse' }],
  macvtap: [
    {
      type: 'macvtap',
      details: { macvtap_source: 'eth0.101', macvtap_mode: 'bridge', physical_interface: 'eth0', vlan: '101' },
    },
  ],
  midonet: [{ type: 'midonet' }],
  iovisor: [{ type: 'iovisor' }],
  vrouter: [{ type: 'vrouter' }],
  tap: [{ type: 'tap' }],
  vhostuser: [{ type: 'vhostuser', details: { vhostuser_socket: '/run/vhost/usv', vhostuser_mode: 'client' } }],
};

/** Where the schema can't be had, each test says why. */
function schemaTest(title: string, implementation: Implementation<[]>): void {
  if ('missing' in found) test.skip(`${title}: ${found.missing}`, implementation);
  else test(title, implementation);
}

for (const [name, [vif, others]] of Object.entries(types)) {
  schemaTest(`the XML of ${name} passes libvirt's own schema`, async (t) => {
    const input = {
      ...request(1, { release: 'newton', vif: { ...vif, address: '52:54:00:12:34:56' }, ...others }),
      image: { properties: { hw_vif_multiqueue_enabled: true } },
      flavor: { vcpus: 4, extra_specs: quotas },
      libvirt_version: '9.0.0',
      host,
    };
    const xml = await vifConfig(input);
    t.notThrows(() => validate(xml, name), xml);
  });
}

schemaTest('the schema refuses what is no interface of its', (t) => {
  t.throws(() => validate('<interface type="ethernet"><script path=""/></interface>', 'refused'), {
    message: /fails to validate/,
  });
});

schemaTest('every type of both releases is among them', (t) => {
  const tried = new Set(Object.values(types).map(([vif]) => (vif as { type: string }).type));
  for (const release of ['icehouse', 'newton'] as const) {
    t.deepEqual(
      typeNames(release).filter((type) => !tried.has(type)),
      [],
    );
  }
});
