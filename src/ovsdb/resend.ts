import type { ConnectionLostError } from '../jsonrpc/index.js';
import { RequestDroppedError } from './errors.js';

/** So many losses of the connection, each right after the same request was sent, are no accident. */
const LOSSES = 3;
/** Milliseconds. A request that waits for something may lose its connection later than that, and not by its own fault. */
const RIGHT_AFTER = 1000;

/**
 * Counts the losses of the connection that a request may be the cause of: some requests make a server end the connection,
 * or itself, each time that they are sent.
 *
 * @param losses how many there were before.
 * @param sentAt when it was sent this time, by `performance.now()`.
 * @returns how many there are now.
 * @throws {RequestDroppedError} when it had better not be sent again.
 */
export function countLoss(losses: number, sentAt: number, what: string, error: ConnectionLostError): number {
  // Servers answer in order: what was sent behind the culprit goes down with it, and is not to blame.
  if (!error.sent || !error.oldest || performance.now() - sentAt > RIGHT_AFTER) return 0;
  if (losses + 1 < LOSSES) return losses + 1;
  throw new RequestDroppedError(`${what}: the connection was lost ${LOSSES} times right after it was sent`, {
    cause: error,
  });
}
