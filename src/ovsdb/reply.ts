import { ProtocolError, transactionError, type WireError } from './errors.js';
import { decodeResult, type Operation, type OperationResult } from './operations.js';
import type { DatabaseSchema } from './schema.js';
import type { Wire } from './values.js';

/**
 * Reads the reply to a transaction: one result an operation, up to the first that failed, and one more when the commit
 * itself failed (RFC 7047, section 4.1.3).
 *
 * @throws {TransactionError} of the class that goes with the error's name.
 */
export function readReply(schema: DatabaseSchema, operations: readonly Operation[], reply: unknown): OperationResult[] {
  if (!Array.isArray(reply)) throw new ProtocolError('the reply to transact is not a list');
  reply.forEach((result: Wire, index) => {
    if (typeof result === 'object' && result !== null && 'error' in result) {
      const operation = operations[index];
      throw transactionError(result as WireError, { index: operation && index, operation });
    }
  });
  if (reply.length < operations.length || reply.includes(null)) {
    throw new ProtocolError('the reply to transact has fewer results than there were operations');
  }
  return operations.map((operation, index) => decodeResult(schema, operation, reply[index]));
}
