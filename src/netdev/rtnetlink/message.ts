/** Netlink messages: a header of 16 bytes, a structure by the message's type, attributes (rtnetlink(7)). */
import { align, attributesIn, readS32, readText, readU16, readU32, u16, u32 } from './attributes.js';
import {
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSGERR_ATTR_MSG,
} from './constants.js';

const HEADER = 16;

/** What the kernel answered to one request. */
export interface Reply {
  /** 0 is success. */
  errno: number;
  /** The kernel's own words (its extended ack), where it has any; on success it is a warning. */
  text: string | undefined;
  /** What came before the end: nothing for a change, one message for a question, any number for a dump. */
  messages: Message[];
  /** Something changed while the dump was made: it may have a thing twice or not at all. */
  interrupted: boolean;
}

export interface Message {
  type: number;
  flags: number;
  /** The structure and the attributes. */
  body: Buffer;
}

/**
 * A request. The addon adds NLM_F_REQUEST, NLM_F_ACK and the sequence number.
 * @param structure such as an ifinfomsg, of a length that is a multiple of 4
 */
export function message(type: number, flags: number, structure: Buffer, attributes: readonly Buffer[]): Buffer {
  const body = Buffer.concat([structure, ...attributes]);
  return Buffer.concat([u32(HEADER + body.length), u16(type), u16(flags), u32(0, 0), body]);
}

/** The replies to `count` requests, by their place. */
export function parseReplies(bytes: Buffer, count: number): Reply[] {
  const replies = Array.from(
    { length: count },
    (): Reply => ({ errno: 0, text: undefined, messages: [], interrupted: false }),
  );
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = readU32(bytes, at);
    const type = readU16(bytes, at + 4);
    const flags = readU16(bytes, at + 6);
    const reply = replies[readU32(bytes, at + 8)];
    if (length < HEADER || at + length > bytes.length || !reply) break;
    const body = bytes.subarray(at + HEADER, at + length);
    if ((flags & NLM_F_DUMP_INTR) !== 0) reply.interrupted = true;
    if (type === NLMSG_ERROR || type === NLMSG_DONE) {
      if (body.length >= 4) reply.errno = -readS32(body);
      if ((flags & NLM_F_ACK_TLVS) !== 0) reply.text = extendedAck(body, type, flags);
    } else {
      reply.messages.push({ type, flags, body });
    }
    at += align(length);
  }
  return replies;
}

/** After the errno: nothing in NLMSG_DONE; in NLMSG_ERROR the request's header, or all of it when not capped. */
function extendedAck(body: Buffer, type: number, flags: number): string | undefined {
  let start = 4;
  if (type === NLMSG_ERROR) {
    if (body.length < start + HEADER) return undefined;
    start += (flags & NLM_F_CAPPED) !== 0 ? HEADER : align(readU32(body, 4));
  }
  for (const [attribute, payload] of attributesIn(body.subarray(start))) {
    if (attribute === NLMSGERR_ATTR_MSG) return readText(payload);
  }
  return undefined;
}
