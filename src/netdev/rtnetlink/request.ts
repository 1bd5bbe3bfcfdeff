/**
 * Requests to the kernel's rtnetlink. They go through the addon's writer thread, one after the other in the order they were
 * asked for, among the ioctls; a list of them goes out at once.
 */
import { NetdevError } from '../errors.js';
import { describeErrno, transact } from '../native.js';
import { type Attempt, rtnetlinkError } from './errors.js';
import type { Message, Reply } from './message.js';
import { parseReplies } from './message.js';

export interface Request extends Attempt {
  /** From `message()`. */
  message: Buffer;
}

/** How one of many changes ended. */
export interface LinkResult {
  device: string;
  /** Undefined when it was done. */
  error: NetdevError | undefined;
}

/** Dumps that meet a change are asked for again, so many times. */
const DUMPS = 20;

/** Sends the requests at once. @returns what the kernel said to each */
async function exchange(requests: readonly Request[]): Promise<Reply[]> {
  if (requests.length === 0) return [];
  const deed = () =>
    requests.length === 1 ? requests[0]!.deed : `${requests[0]!.deed}, and ${requests.length - 1} more`;
  const replies = await transact(deed, Buffer.concat(requests.map(({ message }) => message)));
  return parseReplies(replies, requests.length);
}

/** Sends one request. @throws {NetdevError} */
export async function request(one: Request): Promise<Message[]> {
  const [reply] = await exchange([one]);
  if (reply!.errno !== 0) throw rtnetlinkError(one, reply!, describeErrno(reply!.errno));
  return reply!.messages;
}

/** Sends many, of which each succeeds or fails for itself. @returns an error or the messages, in the order of the requests */
export async function requestAll(many: readonly Request[]): Promise<(NetdevError | Message[])[]> {
  const replies = await exchange(many);
  return replies.map((reply, i) =>
    reply.errno === 0 ? reply.messages : rtnetlinkError(many[i]!, reply, describeErrno(reply.errno)),
  );
}

/** Asks for a list, and again when something changed meanwhile. @throws {NetdevError} */
export async function dump(one: Request): Promise<Message[]> {
  for (let attempt = 1; ; attempt++) {
    const [reply] = await exchange([one]);
    if (reply!.errno !== 0) throw rtnetlinkError(one, reply!, describeErrno(reply!.errno));
    if (!reply!.interrupted) return reply!.messages;
    if (attempt === DUMPS) {
      throw new NetdevError(
        'ERR_NETDEV_BUSY',
        `can't ${one.deed}: it changed during each of ${DUMPS} reads`,
        one.device,
      );
    }
  }
}
