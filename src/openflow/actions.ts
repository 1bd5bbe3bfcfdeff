import { InvalidArgumentError } from '../base/errors.js';
import { Reader, u8, u16, u32 } from './bytes.js';
import { OpenFlowProtocolError } from './errors.js';
import { formatMac, type Port, portNumber, portOf, show } from './port.js';
import { ipv4Bytes, macBytes, wholeNumber } from './values.js';

/** What a flow does with a packet: one step, named by its one member. See ovs-actions(7). */
export type Action =
  /** To a port. To `'CONTROLLER'`, at most `maxLength` bytes of it: 65535, the default, is all. */
  | { readonly output: Port; readonly maxLength?: number | undefined }
  /** To a queue of a port. */
  | { readonly enqueue: { readonly port: Port; readonly queue: number } }
  | { readonly setVlanVid: number }
  | { readonly setVlanPcp: number }
  | { readonly stripVlan: true }
  | { readonly setDlSrc: string }
  | { readonly setDlDst: string }
  | { readonly setNwSrc: string }
  | { readonly setNwDst: string }
  | { readonly setNwTos: number }
  | { readonly setTpSrc: number }
  | { readonly setTpDst: number }
  /** An action of the switch for which there is no word here: its bytes in hexadecimal, its header among them. */
  | { readonly other: string };

const WHOLE_PACKET = 0xffff;
const HEADER_BYTES = 4;

/** How one action is written: a row more is an action more. The body is what follows type and length. */
interface Row {
  readonly type: number;
  readonly key: string;
  /** Bytes of the body, which tell the action when it comes back. */
  readonly bytes: number;
  encode(action: Record<string, unknown>, what: string): Buffer[];
  decode(body: Reader): Record<string, unknown>;
  /** As ovs-ofctl reads it. */
  text(action: Record<string, unknown>): string;
}

/** OpenFlow 1.0.0 section 5.2.4, `ofp_action_type`. */
const ROWS: readonly Row[] = [
  {
    type: 0,
    key: 'output',
    bytes: 4,
    encode: ({ output, maxLength }, what) => {
      const port = portNumber(output, `${what}.output`);
      const length = maxLength ?? (output === 'CONTROLLER' ? WHOLE_PACKET : 0);
      return [u16(port), u16(wholeNumber(length, WHOLE_PACKET, `${what}.maxLength`))];
    },
    decode: (body) => {
      const [output, maxLength] = [portOf(body.u16()), body.u16()];
      return output === 'CONTROLLER' && maxLength !== WHOLE_PACKET ? { output, maxLength } : { output };
    },
    text: ({ output, maxLength }) => {
      if (output === 'CONTROLLER') return `CONTROLLER:${maxLength ?? WHOLE_PACKET}`;
      return typeof output === 'number' ? `output:${output}` : String(output);
    },
  },
  number(1, 'setVlanVid', 'mod_vlan_vid', 2, 4095),
  number(2, 'setVlanPcp', 'mod_vlan_pcp', 1, 7),
  {
    type: 3,
    key: 'stripVlan',
    bytes: 4,
    encode: ({ stripVlan }, what) => {
      if (stripVlan === true) return [];
      throw new InvalidArgumentError(`${what}.stripVlan must be true, not ${show(stripVlan)}`);
    },
    decode: () => ({ stripVlan: true }),
    text: () => 'strip_vlan',
  },
  address(4, 'setDlSrc', 'mod_dl_src', 12),
  address(5, 'setDlDst', 'mod_dl_dst', 12),
  address(6, 'setNwSrc', 'mod_nw_src', 4),
  address(7, 'setNwDst', 'mod_nw_dst', 4),
  number(8, 'setNwTos', 'mod_nw_tos', 1, 0xff),
  number(9, 'setTpSrc', 'mod_tp_src', 2, 0xffff),
  number(10, 'setTpDst', 'mod_tp_dst', 2, 0xffff),
  {
    type: 11,
    key: 'enqueue',
    bytes: 12,
    encode: ({ enqueue }, what) => {
      const { port, queue } = (enqueue ?? {}) as { port?: unknown; queue?: unknown };
      const number = portNumber(port, `${what}.enqueue.port`);
      return [u16(number), Buffer.alloc(6), u32(wholeNumber(queue, 0xffffffff, `${what}.enqueue.queue`))];
    },
    decode: (body) => {
      const port = portOf(body.u16());
      body.skip(6);
      return { enqueue: { port, queue: body.u32() } };
    },
    text: ({ enqueue }) => {
      const { port, queue } = enqueue as { port: Port; queue: number };
      return `enqueue:${port}:${queue}`;
    },
  },
];

function number(type: number, key: string, name: string, bytes: 1 | 2, max: number): Row {
  return {
    type,
    key,
    bytes: 4,
    encode: (action, what) => [(bytes === 1 ? u8 : u16)(wholeNumber(action[key], max, `${what}.${key}`))],
    decode: (body) => ({ [key]: bytes === 1 ? body.u8() : body.u16() }),
    text: (action) => `${name}:${action[key]}`,
  };
}

function address(type: number, key: string, name: string, bytes: 4 | 12): Row {
  const parse = bytes === 4 ? ipv4Bytes : macBytes;
  return {
    type,
    key,
    bytes,
    encode: (action, what) => [parse(action[key], `${what}.${key}`)],
    decode: (body) => ({ [key]: bytes === 4 ? body.take(4).join('.') : formatMac(body.take(6)) }),
    text: (action) => `${name}:${action[key]}`,
  };
}

const byType = new Map(ROWS.map((row) => [row.type, row]));
const byKey = new Map(ROWS.map((row) => [row.key, row]));

/** @throws {InvalidArgumentError} naming the action by its place */
export function encodeActions(actions: readonly Action[]): Buffer {
  if (!Array.isArray(actions)) {
    throw new InvalidArgumentError(`actions must be a list, empty to drop, not ${show(actions)}`);
  }
  return Buffer.concat(actions.map((action: Action, index) => encodeAction(action, `actions[${index}]`)));
}

function encodeAction(action: Action, what: string): Buffer {
  if ('other' in Object(action)) return encodeOther((action as { other: unknown }).other, what);
  const row = rowOf(action);
  if (!row) {
    throw new InvalidArgumentError(`${what} must have one of ${[...byKey.keys()].join(', ')}, not be ${show(action)}`);
  }
  const body = Buffer.concat(row.encode(action, what));
  const length = HEADER_BYTES + row.bytes;
  return Buffer.concat([u16(row.type), u16(length), body], length);
}

/** The row of the one member that names an action. */
function rowOf(action: Action): Row | undefined {
  const keys = Object.keys(Object(action)).filter((key) => key !== 'maxLength' || !('output' in action));
  return keys.length === 1 ? byKey.get(keys[0]!) : undefined;
}

function encodeOther(other: unknown, what: string): Buffer {
  const bytes = typeof other === 'string' && /^(?:[0-9a-f]{16})+$/i.test(other) ? Buffer.from(other, 'hex') : undefined;
  if (bytes && bytes.readUInt16BE(2) === bytes.length) return bytes;
  throw new InvalidArgumentError(`${what}.other must be a whole action in hexadecimal, not ${show(other)}`);
}

/** @throws {OpenFlowProtocolError} when the bytes are no sequence of actions */
export function decodeActions(reader: Reader): Action[] {
  const actions: Action[] = [];
  while (reader.left > 0) {
    const [type, length] = [reader.u16(), reader.u16()];
    if (length < 8 || length % 8 !== 0) {
      throw new OpenFlowProtocolError(`${reader.what}: an action of ${length} bytes, which must be a multiple of 8`);
    }
    const body = reader.take(length - HEADER_BYTES);
    const row = byType.get(type);
    if (row?.bytes === body.length) actions.push(row.decode(new Reader(body, reader.what)) as Action);
    else actions.push({ other: Buffer.concat([u16(type), u16(length), body]).toString('hex') });
  }
  return actions;
}

/** The text that follows `actions=`, as ovs-ofctl(8) reads it; `other` is shown in a form that it doesn't read. */
export function formatActions(actions: readonly Action[]): string {
  if (actions.length === 0) return 'drop';
  return actions
    .map((action) => rowOf(action)?.text(action) ?? `other(${(action as { other: string }).other})`)
    .join(',');
}
