import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { OvskitError } from '../../../src/index.js';
import { explain } from '../../../src/plan/index.js';
import {
  loadRecords,
  parseFacts,
  parseRecords,
  parseXmlRecords,
  planReconfigure,
  type Records,
} from '../../../src/reconfigure/index.js';
import { hostDocument } from '../host.js';

type Document = ReturnType<typeof hostDocument>;
type Loose = { [K in keyof Document]: Record<string, Record<string, unknown>> };

const directory = mkdtempSync(join(tmpdir(), 'ovskit-records-'));
test.after.always(() => rmSync(directory, { recursive: true }));

/** What is wrong, how it comes to be, and what the error has to say. */
const bad: readonly [string, (host: Loose) => void, RegExp][] = [
  [
    'a PIF of no network',
    ({ pifs }) => set(pifs.eth0, 'network', 'gone'),
    /^PIF eth0: network: there is no network gone$/,
  ],
  [
    'a slave of no bond',
    ({ pifs }) => set(pifs.eth0, 'bond_slave_of', 'gone'),
    /^PIF eth0: bond_slave_of: there is no bond gone$/,
  ],
  [
    'a master of no bond',
    ({ pifs }) => set(pifs.eth0, 'bond_master_of', ['gone']),
    /^PIF eth0: bond_master_of: there is no bond gone$/,
  ],
  [
    'a PIF of no VLAN',
    ({ pifs }) => set(pifs.eth0, 'VLAN_slave_of', ['gone']),
    /^PIF eth0: VLAN_slave_of: there is no VLAN gone$/,
  ],
  [
    'a VLAN PIF of no VLAN',
    ({ pifs }) => set(pifs['eth0.5'], 'VLAN_master_of', 'gone'),
    /^PIF eth0\.5: VLAN_master_of: there is no VLAN gone$/,
  ],
  [
    'a tunnel that is not there',
    ({ pifs }) => set(pifs.tunnel0, 'tunnel_access_PIF_of', ['gone']),
    /^PIF tunnel0: tunnel_access_PIF_of: there is no tunnel gone$/,
  ],
  [
    'a network of no PIF',
    ({ networks }) => set(networks['net-eth0'], 'PIFs', ['gone']),
    /^network net-eth0: PIFs: there is no PIF gone$/,
  ],
  [
    'a bond without a master',
    ({ bonds }) => set(bonds.b0, 'master', 'gone'),
    /^bond b0: master: there is no PIF gone$/,
  ],
  [
    'a bond of a slave that is not there',
    ({ bonds }) => set(bonds.b0, 'slaves', ['eth1', 'gone']),
    /^bond b0: slaves: there is no PIF gone$/,
  ],
  [
    'a VLAN on nothing',
    ({ vlans }) => set(vlans.v0, 'tagged_PIF', 'gone'),
    /^VLAN v0: tagged_PIF: there is no PIF gone$/,
  ],
  [
    'a tunnel over nothing',
    ({ tunnels }) => set(tunnels.t0, 'transport_PIF', 'gone'),
    /^tunnel t0: transport_PIF: there is no PIF gone$/,
  ],
  [
    'a VLAN on a VLAN',
    ({ vlans }) => set(vlans.v1, 'tagged_PIF', 'eth0.5'),
    /^VLAN v1 stands on PIF eth0\.5, which is a VLAN itself$/,
  ],
  [
    'a VLAN on itself',
    ({ vlans }) => set(vlans.v1, 'tagged_PIF', 'bond0.5'),
    /^VLAN v1 stands on PIF bond0\.5, which is a VLAN itself$/,
  ],
  [
    'a VLAN that the PIF below does not tell of',
    ({ pifs }) => set(pifs.eth0, 'VLAN_slave_of', []),
    /^VLAN v0: its tagged_PIF eth0 does not have it in VLAN_slave_of$/,
  ],
  [
    'two bonds with one slave',
    ({ bonds, pifs }) => {
      bonds.b1 = { uuid: 'b1', master: 'eth3', slaves: ['eth1'] };
      set(pifs.eth3, 'bond_master_of', ['b1']);
    },
    /^PIF eth1 is a slave of two bonds: b0 and b1$/,
  ],
  ['a bond of none', ({ bonds }) => set(bonds.b0, 'slaves', []), /^bond b0 has no slaves$/],
  [
    'a bond with a slave twice',
    ({ bonds }) => set(bonds.b0, 'slaves', ['eth1', 'eth1']),
    /^bond b0 has slave eth1 twice$/,
  ],
  [
    'a bond that is its own slave',
    ({ bonds }) => set(bonds.b0, 'slaves', ['bond0']),
    /^bond b0: its master bond0 is a slave of it$/,
  ],
  [
    'a slave that denies its bond',
    ({ pifs }) => set(pifs.eth1, 'bond_slave_of', ''),
    /^bond b0 has slave eth1, which says that it is of none$/,
  ],
  [
    'a slave that its bond denies',
    ({ bonds }) => set(bonds.b0, 'slaves', ['eth1']),
    /^PIF eth2 says that it is a slave of bond b0, which does not have it$/,
  ],
  [
    'VLAN 4096',
    ({ pifs }) => set(pifs['eth0.5'], 'VLAN', '4096'),
    /^PIF eth0\.5: VLAN must be 0 to 4095, or -1 for none, not "4096"$/,
  ],
  ['a VLAN that is no number', ({ pifs }) => set(pifs['eth0.5'], 'VLAN', '5x'), /^PIF eth0\.5: VLAN must be 0 to 4095/],
  [
    'a VLAN number without a VLAN',
    ({ pifs }) => set(pifs.eth3, 'VLAN', '7'),
    /^PIF eth3 has VLAN 7, and no VLAN_master_of$/,
  ],
  [
    'a MAC that is none',
    ({ pifs }) => set(pifs.eth0, 'MAC', '52:54:00:77:0g:01'),
    /^PIF eth0: MAC must be a MAC address.*, not "52:54:00:77:0g:01"$/,
  ],
  [
    'a device that is no name',
    ({ pifs }) => set(pifs.eth0, 'device', '../../etc'),
    /^PIF eth0: device: device name "\.\.\/\.\.\/etc" has a '\/'/,
  ],
  [
    'a bridge that is no name',
    ({ networks }) => set(networks['net-eth0'], 'bridge', 'a name that is far too long'),
    /^network net-eth0: bridge: device name .* 15 are allowed$/,
  ],
  [
    'two networks of one bridge',
    ({ networks }) => set(networks['net-eth1'], 'bridge', 'xenbr0'),
    /^networks net-eth0 and net-eth1 have the same bridge xenbr0$/,
  ],
  [
    'two PIFs of one device',
    ({ pifs }) => set(pifs.eth3, 'device', 'eth0'),
    /^PIFs eth0 and eth3 have the same device eth0$/,
  ],
  [
    'a mode that is none',
    ({ pifs }) => set(pifs.eth0, 'ip_configuration_mode', 'BOOTP'),
    /^PIF eth0: ip_configuration_mode must be DHCP, Static, None, not "BOOTP"$/,
  ],
  ['a uuid that is missing', ({ pifs }) => set(pifs.eth0, 'uuid', undefined), /^PIF eth0: uuid is missing$/],
  ['a list that is none', ({ bonds }) => set(bonds.b0, 'slaves', 'eth1'), /^bond b0: slaves must be a list/],
  [
    'a VLAN that stands on itself by the back door',
    ({ pifs }) => set(pifs['eth0.5'], 'VLAN_slave_of', ['v0']),
    /^PIF eth0\.5: VLAN_slave_of: VLAN v0 is of PIF eth0$/,
  ],
  [
    'the master of somebody else',
    ({ pifs }) => set(pifs.eth3, 'bond_master_of', ['b0']),
    /^PIF eth3: bond_master_of: bond b0 is of PIF bond0$/,
  ],
];

function set(record: Record<string, unknown> | undefined, field: string, value: unknown): void {
  (record as Record<string, unknown>)[field] = value;
}

for (const [what, spoil, message] of bad) {
  test(`bad records: ${what}`, (t) => {
    const document = hostDocument() as unknown as Loose;
    parseRecords(document);
    spoil(document);
    t.throws(() => parseRecords(document), { code: 'ERR_RECONFIGURE_RECORDS', message });
  });
}

test('whatever is done to records, they are refused by name, or can be planned on', (t) => {
  const kinds = Object.keys(hostDocument()) as (keyof Document)[];
  const words = [
    '',
    'gone',
    'eth0',
    'eth0.5',
    'bond0',
    'b0',
    'v0',
    'v1',
    't0',
    'net-eth0',
    '-1',
    '5',
    '4096',
    'OpaqueRef:NULL',
  ];
  const atom = fc.oneof(fc.constantFrom(...words), fc.constantFrom(null, true, 7, {}, []));
  const value = fc.oneof(atom, fc.array(fc.constantFrom(...words), { maxLength: 3 }));
  const spoiling = fc.record({ kind: fc.constantFrom(...kinds), record: fc.nat(), field: fc.nat(), value });
  const netdevs = Object.fromEntries(['eth0', 'eth1', 'eth2', 'eth3'].map((name) => [name, {}]));
  const facts = parseFacts({ netdevs });
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(spoiling, { minLength: 1, maxLength: 3 }), (spoilings) => {
      const document = hostDocument() as unknown as Loose;
      for (const { kind, record, field, value } of spoilings) {
        const all = Object.values(document[kind]);
        const chosen = all[record % all.length] as Record<string, unknown>;
        const fields = Object.keys(chosen);
        chosen[fields[field % fields.length] as string] = value;
      }
      let records: Records;
      try {
        records = parseRecords(document);
      } catch (error) {
        t.is((error as OvskitError).code, 'ERR_RECONFIGURE_RECORDS');
        return;
      }
      accepted++;
      for (const ref of records.pifs.keys()) {
        for (const action of [{ up: ref }, { down: ref }]) {
          try {
            explain(planReconfigure(records, action, facts, { ipBackend: 'ifcfg' }).plan);
          } catch (error) {
            t.true(error instanceof OvskitError, String(error));
          }
        }
      }
    }),
    { numRuns: 1000 },
  );
  t.true(accepted > 10);
});

const root = (inner: string) =>
  `<?xml version="1.0" ?>\n<xenserver-network-configuration>\n${inner}\n</xenserver-network-configuration>\n`;
const pif = (inner: string) => root(`<pif ref="p1">${inner}</pif>`);

const badXml: readonly [string, string, RegExp][] = [
  ['nothing', '', /document must contain a root element/],
  ['cut off', root('').slice(0, -20), /unclosed tag|unexpected end/],
  ['cut off within a tag', '<xenserver-network-configuration><pif ref="p1"><uu', /unclosed tag|unexpected end/],
  ['another root', '<host/>', /it begins with <host>, not <xenserver-network-configuration>/],
  ['text behind the end', `${root('')}more`, /text data outside of root node/],
  [
    'a bomb of entities',
    `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${root('<pif ref="&b;"/>').slice(22)}`,
    /line 1: it has a document type/,
  ],
  [
    'an entity from outside',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd"><xenserver-network-configuration/>',
    /document type/,
  ],
  ['an entity that nobody defined', pif('<uuid>&lol;</uuid>'), /line 3: undefined entity/],
  ['a bomb of depth', root('<a>'.repeat(100_000)), /<a> is 5 elements deep, where 4 is all/],
  ['a record without a reference', root('<pif><uuid>u</uuid></pif>'), /a <pif> has no ref/],
  ['two records of one reference', root('<pif ref="a"/><pif ref="a"/>'), /line 3: there are two <pif> of ref a/],
  ['a field twice', pif('<uuid>a</uuid><uuid>b</uuid>'), /pif p1: it has two <uuid>/],
  [
    'a list of something else',
    pif('<VLAN_slave_of><slave>v</slave></VLAN_slave_of>'),
    /pif p1: <VLAN_slave_of> has a <slave>, where each is a <master>/,
  ],
  ['a text with elements', pif('<uuid><b/></uuid>'), /pif p1: <uuid> has elements/],
  ['a flag that is none', pif('<management>yes</management>'), /pif p1: <management> must be True or False, not "yes"/],
  [
    'a PIF of no network',
    pif('<uuid>u</uuid><device>eth0</device><network>n</network>'),
    /^PIF p1: network: there is no network n$/,
  ],
  ['names of the language', root('<pif ref="__proto__"><uuid>u</uuid></pif>'), /PIF __proto__: device is missing/],
];

for (const [what, xml, message] of badXml) {
  test(`bad XML: ${what}`, (t) => {
    t.throws(() => parseXmlRecords(xml), { code: 'ERR_RECONFIGURE_RECORDS', message });
  });
}

test('every beginning of an XML file is refused, not misread', (t) => {
  const whole = pif('<uuid>u</uuid><device>eth0</device><network>n</network>').replace(
    '</pif>',
    '</pif><network ref="n"><uuid>n</uuid><bridge>xenbr0</bridge></network>',
  );
  t.is(parseXmlRecords(whole).pifs.size, 1);
  for (let length = 0; length < whole.trimEnd().length; length++) {
    t.throws(() => parseXmlRecords(whole.slice(0, length)), { code: 'ERR_RECONFIGURE_RECORDS' }, String(length));
  }
});

test('a file that is missing, no document, or too large is named', async (t) => {
  const at = (name: string, content: string) => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };
  const code = 'ERR_RECONFIGURE_RECORDS';
  await t.throwsAsync(loadRecords(join(directory, 'gone')), {
    code,
    message: /^can't read \/.*gone: ENOENT: no such file or directory$/,
  });
  await t.throwsAsync(loadRecords(at('text', 'hello')), { code, message: /text: it is neither XML nor JSON/ });
  await t.throwsAsync(loadRecords(at('empty', '{}')), { code, message: /empty: the records have no "pifs"/ });
  await t.throwsAsync(loadRecords(at('list', '[]')), { code, message: /list: the records must be an object/ });
  await t.throwsAsync(loadRecords(at('large', ' '.repeat(9 << 20))), {
    code,
    message: /large: it has more than 8388608 bytes/,
  });
  await t.throwsAsync(loadRecords('/dev/zero'), { code, message: /more than 8388608 bytes/ });
  await t.throwsAsync(loadRecords(at('deep', '['.repeat(2 << 20))), { code });
});
