import { ProtocolError, transactionError, type WireError } from './errors.js';
import { decodeResult, type Operation, type OperationResult } from './operations.js';
import type { DatabaseSchema } from './schema.js';
import type { Wire } from './values.js';

/**
 * Reads the reply to a transaction: one result an operation, up to the first that failed, and one more when the commit
 * itself failed (RFC 7047, section 4.1.3).
 *
 * @param guards operations that we put before the caller's own, and that it knows nothing of.
 * @returns the results of the caller's operations.
 * @throws {TransactionError} of the class that goes with the error's name.
 */
export function readReply(
  schema: DatabaseSchema,
  guards: readonly Operation[],
  own: readonly Operation[],
  reply: unknown,
): OperationResult[] {
  if (!Array.isArray(reply)) throw new ProtocolError('the reply to transact is not a list');
  const before = guards.length;
  for (let index = 0; index < reply.length; index++) {
    const result: Wire = reply[index];
    const operation = index < before ? guards[index] : own[index - before];
    if (typeof result === 'object' && result !== null && 'error' in result) {
      const ownIndex = operation && index >= before ? index - before : undefined;
      throw transactionError(result as WireError, { index: ownIndex, operation });
    }
  }
  if (reply.length < before + own.length || reply.includes(null)) {
    throw new ProtocolError('the reply to transact has fewer results than there were operations');
  }
  return own.map((operation, index) => decodeResult(schema, operation, reply[before + index]));
}
