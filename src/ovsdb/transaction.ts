import { type CallOptions, remaining } from '../base/deadline.js';
import { retrace } from '../base/errors.js';
import { ConnectionLostError, type Session } from '../jsonrpc/index.js';
import { type ClientSync, describeFailure } from './client-sync.js';
import { CommitOutcomeUnknownError, OperationSyntaxError, ProtocolError } from './errors.js';
import { encodeOperation, isWrite, type Operation, type OperationResult } from './operations.js';
import { readReply } from './reply.js';
import { countLoss } from './resend.js';
import type { DatabaseSchema } from './schema.js';

/** A transaction as it goes over the wire, and the schema that it fits. */
interface Encoded {
  readonly schema: DatabaseSchema;
  readonly params: readonly unknown[];
}

/**
 * Runs a transaction on the session there is, or on the next; on another one when that is lost, where no harm can come of
 * it. All in one function that waits but once, for this is what a service does all day.
 *
 * @param guards operations that go before the caller's own, for our purposes.
 * @param idempotent it may be sent again although it may have been committed.
 * @param timeout milliseconds for the whole, when `options` names none.
 * @returns what the caller's operations returned.
 */
export async function runTransaction(
  sync: ClientSync,
  database: string,
  guards: readonly Operation[],
  operations: readonly Operation[],
  idempotent: boolean,
  options: CallOptions,
  timeout: number,
): Promise<OperationResult[]> {
  const rest = remaining(options, timeout);
  let losses = 0;
  for (;;) {
    const session = sync.current(database) ?? (await sync.ready(database, rest));
    const sentAt = performance.now();
    // Before that the schema may have to be asked for, which changes nothing.
    let sending = false;
    let abandoned = false;
    const onAbandoned = (id: number) => {
      abandoned = true;
      if (!session.ended) session.notify('cancel', [id]);
    };
    try {
      const encoded = encode(sync, session, database, guards, operations, rest);
      const { schema, params } = encoded instanceof Promise ? await encoded : encoded;
      sending = true;
      const reply = await session.send('transact', params, {
        signal: options.signal,
        timeout: rest().timeout,
        onAbandoned,
      });
      return readReply(schema, guards, operations, reply);
    } catch (error) {
      // Whatever fits our schema and not the server's says that it has been converted.
      if (error instanceof OperationSyntaxError) sync.forgetSchema(database);
      const lost = error instanceof ConnectionLostError;
      const unanswered = sending && (abandoned || (lost && error.sent) || error instanceof ProtocolError);
      if (unanswered && !idempotent && operations.some(isWrite)) throw outcomeUnknown(database, retrace(error));
      if (!lost) throw describeFailure(retrace(error), database);
      try {
        losses = countLoss(losses, sentAt, `transaction on ${database}`, error);
      } catch (dropped) {
        throw sending && operations.some(isWrite) ? outcomeUnknown(database, dropped) : dropped;
      }
    }
  }
}

function encode(
  sync: ClientSync,
  session: Session,
  database: string,
  guards: readonly Operation[],
  operations: readonly Operation[],
  rest: () => CallOptions,
): Encoded | Promise<Encoded> {
  return sync.withSchema(session, database, rest, (schema) => {
    const params: unknown[] = [database];
    for (const operation of guards) params.push(encodeOperation(schema, operation));
    for (const operation of operations) params.push(encodeOperation(schema, operation));
    return { schema, params };
  });
}

function outcomeUnknown(database: string, cause: unknown): CommitOutcomeUnknownError {
  const why = `transaction on ${database}: sent, but not answered; it may have been committed or not`;
  return new CommitOutcomeUnknownError(why, { cause });
}
