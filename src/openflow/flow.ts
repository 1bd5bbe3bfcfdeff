import { InvalidArgumentError } from '../base/errors.js';
import { type Action, decodeActions, encodeActions, formatActions } from './actions.js';
import { integer, padding, Reader, u8, u16, u32, u64 } from './bytes.js';
import { OpenFlowProtocolError } from './errors.js';
import { COOKIE_FIELD, decodeMatch, encodeField, encodeMatch, type Match, matchWords } from './match.js';
import { encodeMessage, encodeVendor, NICIRA, Type } from './message.js';
import { ANY_PORT, type Port, portNumber } from './port.js';
import { cookieBytes, wholeNumber, wholeNumber64 } from './values.js';

/** A flow to add. */
export interface Flow {
  /** 0 to 254. Default: 0, where packets come in. */
  readonly table?: number | undefined;
  /** 0 to 65535; of two flows that match a packet the higher one counts. Default: 32768. */
  readonly priority?: number | undefined;
  /** Seconds without a packet after which it goes; 0, the default, is never. */
  readonly idleTimeout?: number | undefined;
  /** Seconds after which it goes; 0, the default, is never. */
  readonly hardTimeout?: number | undefined;
  /** A mark of one's own, below 2^64; a `bigint` beyond 2^53. Default: 0. */
  readonly cookie?: number | bigint | undefined;
  /** Default: every packet. */
  readonly match?: Match | undefined;
  /** In order; an empty list drops the packet. */
  readonly actions: readonly Action[];
}

/** Which flows are meant: those that have all of these. */
export interface FlowFilter {
  /** Default: all tables. */
  readonly table?: number | undefined;
  /** Flows that match no packet but such ones: of what is given here, the same or less. */
  readonly match?: Match | undefined;
  readonly cookie?: number | bigint | undefined;
  /** The bits of `cookie` that count. Default: all. */
  readonly cookieMask?: number | bigint | undefined;
  /** Flows that output to this port. */
  readonly outPort?: Port | undefined;
}

/** Which flows to delete. */
export interface FlowDeletion extends FlowFilter {
  /** Just the flow with this very match and priority. Default: false. */
  readonly strict?: boolean | undefined;
  /** With `strict`. Default: 32768. */
  readonly priority?: number | undefined;
}

/** A flow of the switch. */
export interface FlowStats extends Flow {
  readonly table: number;
  readonly priority: number;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  readonly cookie: number | bigint;
  readonly match: Match;
  /** Seconds since it was added. */
  readonly duration: number;
  /** Packets that it got; undefined when the switch does not count them. */
  readonly packets: number | bigint | undefined;
  readonly bytes: number | bigint | undefined;
}

const DEFAULT_PRIORITY = 0x8000;
const ALL_TABLES = 0xff;
const ALL_BITS = (1n << 64n) - 1n;
const NO_BUFFER = 0xffffffff;
/** `ofp_flow_mod_command` */
const [ADD, DELETE, DELETE_STRICT] = [0, 3, 4];
/** `nicira_type`, and of statistics. */
const [FLOW_MOD, FLOW_MOD_TABLE_ID, FLOW_STATS] = [13, 15, 0];
const VENDOR_STATS = 0xffff;
const FLOW_STATS_BYTES = 48;

/** Tells the switch that our flow changes name their table. */
export function encodeTableIds(xid: number): Buffer {
  return encodeVendor(FLOW_MOD_TABLE_ID, xid, u8(1), Buffer.alloc(7));
}

/** @throws {InvalidArgumentError} naming the member of the flow */
export function encodeAdd(flow: Flow, xid: number): Buffer {
  const { table, priority, idleTimeout = 0, hardTimeout = 0, cookie = 0, match = {}, actions } = flow;
  return encodeVendor(
    FLOW_MOD,
    xid,
    u64(wholeNumber64(cookie, 'cookie')),
    u16((wholeNumber(table ?? 0, ALL_TABLES - 1, 'table') << 8) | ADD),
    u16(wholeNumber(idleTimeout, 0xffff, 'idleTimeout')),
    u16(wholeNumber(hardTimeout, 0xffff, 'hardTimeout')),
    u16(priorityOf(priority)),
    ...modTail(ANY_PORT, encodeMatch(match), encodeActions(actions)),
  );
}

/** @throws {InvalidArgumentError} naming the member of the deletion */
export function encodeDelete(deletion: FlowDeletion, xid: number): Buffer {
  const { strict = false, priority, outPort } = deletion;
  if (priority !== undefined && !strict) {
    throw new InvalidArgumentError('priority selects flows to delete with strict: true only');
  }
  return encodeVendor(
    FLOW_MOD,
    xid,
    u64(0n),
    u16((tableOf(deletion) << 8) | (strict ? DELETE_STRICT : DELETE)),
    u32(0),
    u16(priorityOf(priority)),
    ...modTail(outPort === undefined ? ANY_PORT : portNumber(outPort, 'outPort'), encodeFilter(deletion)),
  );
}

/** What of `nx_flow_mod` follows the priority. */
function modTail(outPort: number, match: Buffer, actions: Buffer = Buffer.alloc(0)): Buffer[] {
  const flags = u16(0);
  return [
    u32(NO_BUFFER),
    u16(outPort),
    flags,
    u16(match.length),
    Buffer.alloc(6),
    match,
    padding(match.length),
    actions,
  ];
}

/** @throws {InvalidArgumentError} naming the member of the filter */
export function encodeFlowStatsRequest(filter: FlowFilter, xid: number): Buffer {
  const match = encodeFilter(filter);
  return encodeMessage(
    Type.STATS_REQUEST,
    xid,
    u16(VENDOR_STATS),
    u16(0),
    u32(NICIRA),
    u32(FLOW_STATS),
    Buffer.alloc(4),
    u16(filter.outPort === undefined ? ANY_PORT : portNumber(filter.outPort, 'outPort')),
    u16(match.length),
    u8(tableOf(filter)),
    Buffer.alloc(3),
    match,
    padding(match.length),
  );
}

/** The flows in one part of the reply; `reader` stands after the type and the flags. */
export function decodeFlowStatsReply(reader: Reader): FlowStats[] {
  const [vendor, subtype] = [reader.u32(), reader.u32()];
  if (vendor !== NICIRA || subtype !== FLOW_STATS) {
    throw new OpenFlowProtocolError(`${reader.what}: statistics of vendor 0x${vendor.toString(16)}, type ${subtype}`);
  }
  reader.skip(4);
  const flows: FlowStats[] = [];
  while (reader.left > 0) {
    const length = reader.u16();
    if (length < FLOW_STATS_BYTES) throw new OpenFlowProtocolError(`${reader.what}: a flow of ${length} bytes`);
    flows.push(decodeFlow(new Reader(reader.take(length - 2), reader.what)));
  }
  return flows;
}

/** `nx_flow_stats` without its length. */
function decodeFlow(reader: Reader): FlowStats {
  const table = reader.u8();
  reader.skip(1);
  const [seconds, nanoseconds] = [reader.u32(), reader.u32()];
  const [priority, idleTimeout, hardTimeout, matchLength] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
  reader.skip(4);
  const [cookie, packets, bytes] = [reader.u64(), reader.u64(), reader.u64()];
  const match = decodeMatch(new Reader(reader.take(matchLength), reader.what));
  reader.skip(padding(matchLength).length);
  return {
    table,
    priority,
    idleTimeout,
    hardTimeout,
    cookie: integer(cookie),
    match,
    actions: decodeActions(reader),
    duration: seconds + nanoseconds / 1e9,
    packets: packets === ALL_BITS ? undefined : integer(packets),
    bytes: bytes === ALL_BITS ? undefined : integer(bytes),
  };
}

function encodeFilter({ match = {}, cookie, cookieMask }: FlowFilter): Buffer {
  const fields = encodeMatch(match);
  if (cookie === undefined) {
    if (cookieMask === undefined) return fields;
    throw new InvalidArgumentError('cookieMask tells which bits of cookie count: give cookie too');
  }
  return Buffer.concat([fields, encodeField(COOKIE_FIELD, cookieBytes(cookie, cookieMask ?? ALL_BITS))]);
}

function tableOf({ table }: FlowFilter): number {
  return table === undefined ? ALL_TABLES : wholeNumber(table, ALL_TABLES - 1, 'table');
}

function priorityOf(priority: number | undefined): number {
  return wholeNumber(priority ?? DEFAULT_PRIORITY, 0xffff, 'priority');
}

/**
 * A flow as text that `ovs-ofctl add-flow BRIDGE TEXT` takes: `priority=0,in_port=1,arp,nw_proto=1,actions=LOCAL`. What of it
 * is at its default is left out. Fields and actions that came from the switch and have no word here are shown in a form
 * that ovs-ofctl does not take.
 * @throws {InvalidArgumentError} naming the member of the flow that can't be sent either
 */
export function formatFlow(flow: Flow): string {
  encodeAdd(flow, 0);
  return flowText(flow);
}

/** {@link formatFlow} of a flow that is known to be well-formed. */
export function flowText(flow: Flow): string {
  const { cookie = 0, table = 0, priority, idleTimeout = 0, hardTimeout = 0, match = {}, actions } = flow;
  return [
    ...(BigInt(cookie) === 0n ? [] : [`cookie=0x${cookie.toString(16)}`]),
    ...(table === 0 ? [] : [`table=${table}`]),
    ...(priority === undefined ? [] : [`priority=${priority}`]),
    ...(idleTimeout === 0 ? [] : [`idle_timeout=${idleTimeout}`]),
    ...(hardTimeout === 0 ? [] : [`hard_timeout=${hardTimeout}`]),
    ...matchWords(match),
    `actions=${formatActions(actions)}`,
  ].join(',');
}
