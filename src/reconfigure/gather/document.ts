import * as v from 'valibot';
import { RecordsError } from '../errors.js';
import type { BridgeFacts, Facts, InterfaceFacts, NetdevFacts, PortFacts } from '../facts.js';

const text = v.string('must be a string');
const names = v.array(text, 'must be a list of names');
const pairs = v.record(v.string(), text, 'must be an object of strings');
const bits = v.pipe(
  v.union([text, v.number()], 'must be a number, such as "0x1a9"'),
  v.transform(Number),
  v.number('must be a number, such as "0x1a9"'),
);
const flag = v.optional(v.boolean('must be true or false'));

const netdev = v.object(
  {
    up: flag,
    mtu: v.optional(v.number('must be a number of bytes')),
    driver: v.nullish(text, null),
    /** The old bits of sysfs: see docs/reconfigure.md. */
    features: v.nullish(bits, 0),
    speed: v.nullish(v.number('must be a number of Mb/s')),
    duplex: v.nullish(v.picklist(['half', 'full'], 'must be half or full')),
    autoneg: flag,
    offloads: v.optional(
      v.record(v.string(), v.boolean('must be true or false'), 'must be an object of true or false'),
    ),
  },
  'must be an object',
);

const document = v.object(
  {
    netdevs: v.record(v.string(), netdev, 'must be an object by device'),
    ifcfg: v.optional(names, []),
    files: v.optional(pairs),
    db_sock: v.optional(v.boolean('must be true or false'), true),
    /** Of bridges that are not told of otherwise. */
    fail_modes: v.optional(pairs, {}),
    ofports: v.optional(
      v.record(v.string(), v.pipe(v.union([text, v.number()], 'must be a number'), v.transform(Number))),
    ),
    bridges: v.optional(
      v.record(
        v.string(),
        v.object({
          parent: v.optional(text),
          vlan: v.optional(v.number()),
          fail_mode: v.optional(text, ''),
          hwaddr: v.optional(text),
          disable_in_band: v.optional(text),
          network_uuids: v.optional(text),
        }),
      ),
      {},
    ),
    ports: v.optional(
      v.record(
        v.string(),
        v.object({
          bridge: text,
          interfaces: names,
          plain: v.optional(v.boolean(), true),
          fake_interface: v.optional(v.boolean(), false),
          mac: v.optional(text),
          bond_mode: v.optional(text),
          lacp: v.optional(text),
          bond_updelay: v.optional(v.number(), 0),
          bond_downdelay: v.optional(v.number(), 0),
          other_config: v.optional(pairs, {}),
        }),
      ),
      {},
    ),
    interfaces: v.optional(v.record(v.string(), v.object({ port: text, mac: v.optional(text) })), {}),
  },
  'must be an object with netdevs',
);

/** Facts as `--facts FILE` gives them. */
export type FactsDocument = v.InferInput<typeof document>;

/** NETIF_F_HW_VLAN_TX and NETIF_F_HW_VLAN_RX of kernels before 3.9. */
const VLAN_ACCELERATION = 0x180;

/**
 * Checks a facts document.
 *
 * @throws {RecordsError} naming the field.
 */
export function parseFacts(input: unknown): Facts {
  const result = v.safeParse(document, input, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const missing = issue.input === undefined && issue.kind === 'schema';
    const message = missing ? 'is missing' : issue.message;
    throw new RecordsError(`facts: ${v.getDotPath(issue) ?? 'the document'} ${message}`);
  }
  const { netdevs, ifcfg, files, db_sock, fail_modes, ofports, bridges, ports, interfaces } = result.output;
  const modes = Object.entries(fail_modes).map(([name, fail_mode]) => [name, bridgeFacts({ fail_mode })] as const);
  return {
    netdevs: new Map(Object.entries(netdevs).map(([name, facts]) => [name, netdevFacts(facts)])),
    ifcfg: new Set(ifcfg),
    files: files && new Map(Object.entries(files)),
    switch: db_sock
      ? {
          complete: 'bridges' in (input as object) || 'ports' in (input as object),
          bridges: new Map([
            ...modes,
            ...Object.entries(bridges).map(([name, facts]) => [name, bridgeFacts(facts)] as const),
          ]),
          ports: new Map(Object.entries(ports).map(([name, facts]) => [name, portFacts(facts)])),
          interfaces: new Map<string, InterfaceFacts>(Object.entries(interfaces)),
          ofports,
        }
      : undefined,
  };
}

type Output = v.InferOutput<typeof document>;

function netdevFacts({ features, offloads, ...facts }: Output['netdevs'][string]): NetdevFacts {
  return {
    ...facts,
    vlanAcceleration: (features & VLAN_ACCELERATION) !== 0,
    offloads: offloads && new Map(Object.entries(offloads).map(([name, state]) => [name, { state, switchable: true }])),
  };
}

function bridgeFacts(facts: Output['bridges'][string]): BridgeFacts {
  const { parent, vlan, fail_mode, hwaddr, disable_in_band, network_uuids } = facts;
  return { parent, vlan, failMode: fail_mode, hwaddr, disableInBand: disable_in_band, networkUuids: network_uuids };
}

function portFacts(facts: Output['ports'][string]): PortFacts {
  const { bridge, interfaces, fake_interface, mac, bond_mode, lacp, bond_updelay, bond_downdelay, other_config } =
    facts;
  return {
    bridge,
    interfaces,
    plain: facts.plain,
    fakeInterface: fake_interface,
    mac,
    bondMode: bond_mode,
    lacp,
    upDelay: bond_updelay,
    downDelay: bond_downdelay,
    otherConfig: new Map(Object.entries(other_config)),
  };
}
