import { type ErrorDetails, OvskitError } from '../base/errors.js';
import type { Operation } from './operations.js';

/** Anything that goes wrong between us and a database. */
export class OvsdbError extends OvskitError {}

/** The remote can't be reached: `ERR_OVSDB_CONNECT`. */
export class ConnectError extends OvsdbError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OVSDB_CONNECT', message, details);
  }
}

/** TLS refused the peer, or the peer refused us: `ERR_OVSDB_TLS` and the codes that begin with it. */
export class TlsError extends OvsdbError {}

/** The server works, but is not one to stay with: `ERR_OVSDB_SERVER_REFUSED`. The message says why. */
export class ServerRefusedError extends OvsdbError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OVSDB_SERVER_REFUSED', message, details);
  }
}

/** The server has no database of that name: `ERR_OVSDB_UNKNOWN_DATABASE`. */
export class UnknownDatabaseError extends OvsdbError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OVSDB_UNKNOWN_DATABASE', message, details);
  }
}

/** A value, column or table does not fit the schema; found before anything was sent: `ERR_OVSDB_SCHEMA`. */
export class SchemaError extends OvsdbError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OVSDB_SCHEMA', message, details);
  }
}

/** The server sent what RFC 7047 does not allow in that place: `ERR_OVSDB_PROTOCOL`. */
export class ProtocolError extends OvsdbError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OVSDB_PROTOCOL', message, details);
  }
}

/**
 * The transaction was sent, and no reply came: it may have been committed, or not (`ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN`).
 * The cause says why there is no reply. Read the database before trying again.
 */
export class CommitOutcomeUnknownError extends OvsdbError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN', message, details);
  }
}

/**
 * The connection was lost several times, each time right after this request was sent, and it is not sent again:
 * `ERR_OVSDB_REQUEST_DROPPED`. The cause says how it was lost the last time.
 */
export class RequestDroppedError extends OvsdbError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OVSDB_REQUEST_DROPPED', message, details);
  }
}

/** A lock of that name has been asked for by this client already: `ERR_OVSDB_LOCK_IN_USE`. */
export class LockInUseError extends OvsdbError {
  constructor(name: string) {
    const what = 'use that Lock, or release it first';
    super('ERR_OVSDB_LOCK_IN_USE', `this client holds lock ${name}, or waits for it, already: ${what}`);
  }
}

/** The `<error>` object of RFC 7047, section 3.1. */
export interface WireError {
  error: string;
  details?: string | undefined;
}

/** Where in a transaction an error arose. */
export interface FailedOperation {
  /** Position among the caller's operations; `undefined` when the commit as a whole failed, or a check before them. */
  index: number | undefined;
  operation: Operation | undefined;
}

/** The server refused a transaction. `error` and `details` are its own words (RFC 7047, sections 3.1, 4.1.3 and 5.2). */
export class TransactionError extends OvsdbError {
  readonly error: string;
  readonly details: string | undefined;
  readonly index: number | undefined;
  readonly operation: Operation | undefined;

  constructor(code: string, wire: WireError, failed: FailedOperation) {
    super(code, `${describeFailed(failed)}: ${wire.error}${wire.details ? `: ${wire.details}` : ''}`);
    this.error = wire.error;
    this.details = wire.details;
    this.index = failed.index;
    this.operation = failed.operation;
  }
}

function describeFailed({ index, operation }: FailedOperation): string {
  if (operation === undefined) return 'commit';
  return index === undefined ? describeOperation(operation) : `operation ${index} (${describeOperation(operation)})`;
}

function describeOperation(operation: Operation): string {
  return 'table' in operation ? `${operation.op} ${operation.table}` : operation.op;
}

/** "constraint violation": the row, or the state after the commit, breaks a rule of the schema. */
export class ConstraintViolationError extends TransactionError {}
/** "referential integrity violation": a strong reference to a row that is not there, or would not be. */
export class ReferentialIntegrityError extends TransactionError {}
/** "timed out": a `wait` operation's condition did not come true in its time. */
export class WaitTimedOutError extends TransactionError {}
/** "duplicate uuid-name": two inserts of one transaction share a name. */
export class DuplicateUuidNameError extends TransactionError {}
/** "duplicate uuid": the uuid chosen for a new row is taken (ovsdb-server(7), section 5.2.1). */
export class DuplicateUuidError extends TransactionError {}
/** "domain error": a mutation can't be computed, such as a division by zero. */
export class DomainError extends TransactionError {}
/** "range error": a mutation's result is out of the type's range. */
export class OutOfRangeError extends TransactionError {}
/** "not supported": the server does not do this, such as a durable commit without a disk. */
export class NotSupportedError extends TransactionError {}
/** "aborted": an `abort` operation was reached. */
export class TransactionAbortedError extends TransactionError {}
/** "not owner": an `assert` operation named a lock that the client doesn't hold. */
export class NotOwnerError extends TransactionError {}
/** "resources exhausted": the server ran out of memory or disk. */
export class ResourcesExhaustedError extends TransactionError {}
/** "I/O error": the server could not write its database. */
export class DatabaseIOError extends TransactionError {}
/** "canceled": the client took the transaction back before it ran (RFC 7047, section 4.1.4). */
export class TransactionCanceledError extends TransactionError {}
/** "permission error" and "not allowed": role-based access control, or a read-only server (ovsdb-server(7)). */
export class PermissionError extends TransactionError {}
/** "syntax error", "unknown table", "unknown column" and the like: the server can't read the operation. */
export class OperationSyntaxError extends TransactionError {}

type ErrorClass = new (code: string, wire: WireError, failed: FailedOperation) => TransactionError;

const classes: Record<string, [ErrorClass, string]> = {
  'constraint violation': [ConstraintViolationError, 'ERR_OVSDB_CONSTRAINT'],
  'referential integrity violation': [ReferentialIntegrityError, 'ERR_OVSDB_REFERENTIAL_INTEGRITY'],
  'timed out': [WaitTimedOutError, 'ERR_OVSDB_WAIT_TIMED_OUT'],
  'duplicate uuid-name': [DuplicateUuidNameError, 'ERR_OVSDB_DUPLICATE_UUID_NAME'],
  'duplicate uuid': [DuplicateUuidError, 'ERR_OVSDB_DUPLICATE_UUID'],
  'domain error': [DomainError, 'ERR_OVSDB_DOMAIN'],
  'range error': [OutOfRangeError, 'ERR_OVSDB_RANGE'],
  'not supported': [NotSupportedError, 'ERR_OVSDB_NOT_SUPPORTED'],
  aborted: [TransactionAbortedError, 'ERR_OVSDB_ABORTED'],
  'not owner': [NotOwnerError, 'ERR_OVSDB_NOT_OWNER'],
  'resources exhausted': [ResourcesExhaustedError, 'ERR_OVSDB_RESOURCES_EXHAUSTED'],
  'I/O error': [DatabaseIOError, 'ERR_OVSDB_IO'],
  canceled: [TransactionCanceledError, 'ERR_OVSDB_CANCELED'],
  'permission error': [PermissionError, 'ERR_OVSDB_PERMISSION'],
  'not allowed': [PermissionError, 'ERR_OVSDB_PERMISSION'],
  'syntax error': [OperationSyntaxError, 'ERR_OVSDB_SYNTAX'],
  'unknown table': [OperationSyntaxError, 'ERR_OVSDB_SYNTAX'],
  'unknown column': [OperationSyntaxError, 'ERR_OVSDB_SYNTAX'],
};

/** The error class for an `<error>` of RFC 7047; an unknown name becomes a plain {@link TransactionError}. */
export function transactionError(wire: WireError, failed: FailedOperation): TransactionError {
  const [errorClass, code] = classes[wire.error] ?? [TransactionError, 'ERR_OVSDB_TRANSACTION'];
  return new errorClass(code, wire, failed);
}
