import { InvalidArgumentError } from '../base/errors.js';
import { Reader } from './bytes.js';
import { OpenFlowProtocolError } from './errors.js';

/** Ports that are no interface (OpenFlow 1.0.0 section 5.2.1, `ofp_port`). */
const RESERVED = {
  IN_PORT: 0xfff8,
  TABLE: 0xfff9,
  NORMAL: 0xfffa,
  FLOOD: 0xfffb,
  ALL: 0xfffc,
  CONTROLLER: 0xfffd,
  LOCAL: 0xfffe,
  NONE: 0xffff,
} as const;

/** A port that OpenFlow has a name for. */
export type ReservedPort = keyof typeof RESERVED;

/** An OpenFlow port number, such as an Interface's `ofport`, or a reserved port's name. */
export type Port = number | ReservedPort;

/** "Any port" where a request may name one. */
export const ANY_PORT = RESERVED.NONE;

const names = new Map<number, ReservedPort>(
  Object.entries(RESERVED).map(([name, port]) => [port, name as ReservedPort]),
);

/** @throws {InvalidArgumentError} naming `what` */
export function portNumber(port: unknown, what: string): number {
  const reserved =
    typeof port === 'string' && Object.hasOwn(RESERVED, port) ? RESERVED[port as ReservedPort] : undefined;
  if (reserved !== undefined) return reserved;
  if (Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 0xffff) return port as number;
  throw new InvalidArgumentError(
    `${what} must be a port number from 0 to 65535 or one of ${Object.keys(RESERVED).join(', ')}, not ${show(port)}`,
  );
}

export function portOf(number: number): Port {
  return names.get(number) ?? number;
}

/** What a message shows of a value that is refused. */
export function show(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? String(value));
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`;
}

/** A port of a bridge, as the switch describes it. */
export interface PortDescription {
  /** The number that flows know it by, or `'LOCAL'`. */
  readonly port: Port;
  /** The interface's name; OpenFlow has room for its first 15 bytes. */
  readonly name: string;
  /** Its MAC address. */
  readonly address: string;
  /** Whether it was set down by `ovs-ofctl mod-port` or `ip link`. */
  readonly down: boolean;
  /** Whether there is no carrier. */
  readonly linkDown: boolean;
  /** Whether FLOOD leaves it out. */
  readonly noFlood: boolean;
}

const PORT_BYTES = 48;
const NAME_BYTES = 16;
const PORT_DOWN = 1 << 0;
const NO_FLOOD = 1 << 4;
const LINK_DOWN = 1 << 0;

/** The ports in a reply, one after the other (OpenFlow 1.0.0 section 5.2.1, `ofp_phy_port`). */
export function decodePorts(reader: Reader): PortDescription[] {
  if (reader.left % PORT_BYTES !== 0) {
    throw new OpenFlowProtocolError(`${reader.what}: ${reader.left} bytes are no whole number of ports`);
  }
  const ports: PortDescription[] = [];
  while (reader.left > 0) ports.push(decodePort(new Reader(reader.take(PORT_BYTES), reader.what)));
  return ports;
}

function decodePort(reader: Reader): PortDescription {
  const port = portOf(reader.u16());
  const address = formatMac(reader.take(6));
  const name = reader.take(NAME_BYTES);
  const end = name.indexOf(0);
  const [config, state] = [reader.u32(), reader.u32()];
  return {
    port,
    name: name.subarray(0, end < 0 ? NAME_BYTES : end).toString(),
    address,
    down: (config & PORT_DOWN) !== 0,
    linkDown: (state & LINK_DOWN) !== 0,
    noFlood: (config & NO_FLOOD) !== 0,
  };
}

export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
