import fc from 'fast-check';
import type { Action, Flow, Match } from '../../src/openflow/index.js';

/** Values as they come back from the switch, so that what is decoded can be compared with what was encoded. */
const hexByte = fc.integer({ min: 0, max: 255 });
const mac = fc
  .tuple(hexByte, hexByte, hexByte, hexByte, hexByte, hexByte)
  .map((bytes) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':'));
const maskedMac = fc.oneof(
  mac,
  fc.constantFrom('01:00:00:00:00:00/01:00:00:00:00:00', 'fa:16:3e:00:00:00/ff:ff:ff:00:00:00'),
);
const address = fc.tuple(hexByte, hexByte, hexByte, hexByte).map((bytes) => bytes.join('.'));
const network = fc.oneof(
  address,
  fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 1, max: 31 })).map(([bits, length]) => {
    const kept = Number(BigInt(bits) & ((0xffffffffn << BigInt(32 - length)) & 0xffffffffn));
    return `${[24, 16, 8, 0].map((shift) => (kept >>> shift) & 0xff).join('.')}/${length}`;
  }),
  fc.constant('10.0.0.1/255.0.0.255'),
);
export const port = fc.oneof(fc.integer({ min: 1, max: 0xfeff }), fc.constantFrom('LOCAL' as const));
const word = fc.integer({ min: 0, max: 0xffff });
const some = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(shape, { requiredKeys: [] });

const link = some<Match>({ inPort: port, dlSrc: maskedMac, dlDst: maskedMac });
const tag = fc.oneof(
  fc.constant<Match>({}),
  fc.constant<Match>({ dlVlan: 0xffff }),
  fc
    .record({ dlVlan: fc.integer({ min: 0, max: 4095 }), dlVlanPcp: fc.integer({ min: 0, max: 7 }) })
    .chain((both) => fc.subarray(Object.entries(both), { minLength: 1 }).map((some) => Object.fromEntries(some))),
);
const ports = some<Match>({ tpSrc: word, tpDst: word });
const icmp = some<Match>({ icmpType: hexByte, icmpCode: hexByte });
const addresses = some<Match>({ nwSrc: network, nwDst: network });
const tos = some<Match>({ nwTos: fc.integer({ min: 0, max: 63 }).map((dscp) => 4 * dscp) });
const all = <T extends object>(...parts: fc.Arbitrary<T>[]): fc.Arbitrary<T> =>
  fc.tuple(...parts).map((objects) => Object.assign({}, ...objects) as T);
const is = (match: Match) => fc.constant(match);

const upper = fc.oneof(
  is({}),
  fc.integer({ min: 0x600, max: 0xffff }).map((dlType) => ({
    dlType: ({ 2048: 'ip', 2054: 'arp', 34525: 'ipv6' } as const)[dlType] ?? dlType,
  })),
  all(is({ dlType: 'arp' }), addresses, some<Match>({ nwProto: hexByte })),
  all(is({ dlType: 'ip' }), addresses, tos, some<Match>({ nwProto: hexByte })),
  ...[6, 17, 132].map((nwProto) => all(is({ dlType: 'ip', nwProto }), addresses, tos, ports)),
  ...[6, 17, 132].map((nwProto) => all(is({ dlType: 'ipv6', nwProto }), tos, ports)),
  all(is({ dlType: 'ip', nwProto: 1 }), addresses, icmp),
  all(is({ dlType: 'ipv6', nwProto: 58 }), icmp),
);

export const match: fc.Arbitrary<Match> = all(link, tag, upper);

/** Those that go with every match. */
export const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ output: port }),
  fc.constantFrom<Action>(
    ...(['NORMAL', 'FLOOD', 'ALL', 'IN_PORT', 'CONTROLLER', 'TABLE', 'LOCAL'] as const).map((output) => ({ output })),
    { output: 'CONTROLLER', maxLength: 128 },
    { stripVlan: true },
  ),
  fc.record({ enqueue: fc.record({ port, queue: fc.nat(0xffffffff) }) }),
  fc.record({ setVlanVid: fc.integer({ min: 0, max: 4095 }) }),
  fc.record({ setVlanPcp: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ setDlSrc: mac }),
  fc.record({ setDlDst: mac }),
);

/** Those that want IPv4 and TCP. */
export const tcpAction: fc.Arbitrary<Action> = fc.oneof(
  action,
  fc.record({ setNwSrc: address }),
  fc.record({ setNwDst: address }),
  fc.record({ setNwTos: fc.integer({ min: 0, max: 63 }).map((dscp) => 4 * dscp) }),
  fc.record({ setTpSrc: word }),
  fc.record({ setTpDst: word }),
);

const head = some<Omit<Flow, 'match' | 'actions'>>({
  table: fc.integer({ min: 0, max: 254 }),
  priority: word,
  idleTimeout: word,
  hardTimeout: word,
  cookie: fc.oneof(fc.nat(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 2n })),
});

export const flow: fc.Arbitrary<Flow> = fc.oneof(
  fc
    .tuple(head, match, fc.array(action, { maxLength: 4 }))
    .map(([first, m, actions]) => ({ ...first, match: m, actions })),
  fc
    .tuple(head, fc.array(tcpAction, { maxLength: 4 }))
    .map(([first, actions]) => ({ ...first, match: { dlType: 'ip' as const, nwProto: 6 }, actions })),
);
