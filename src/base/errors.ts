/**
 * The error classes that every layer shares. Each error carries a stable `code`; docs/errors.md lists them all.
 */

/** What an `OvskitError` may carry besides its text. */
export interface ErrorDetails {
  /** The error that led to this one. */
  cause?: unknown;
}

/** The root of every error that ovskit throws on purpose. */
export class OvskitError extends Error {
  /** Stable and machine-readable, such as `ERR_OVSDB_CONSTRAINT`. */
  readonly code: string;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** The caller passed something that can't be meant: `ERR_INVALID_ARGUMENT`. */
export class InvalidArgumentError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_INVALID_ARGUMENT', message, details);
  }
}

/** A deadline passed: `ERR_TIMEOUT`. */
export class TimeoutError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_TIMEOUT', message, details);
  }
}

/** The caller's `AbortSignal` fired: `ERR_ABORTED`. The signal's reason is the `cause`. */
export class AbortedError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_ABORTED', message, details);
  }
}

/** An error as `--json` prints it. @throws what is no error of ovskit's: a bug is no answer. */
export function errorAsJson(error: unknown): { code: string; message: string } {
  if (!(error instanceof OvskitError)) throw error;
  return { code: error.code, message: error.message };
}

/** The text of anything that was thrown, for use inside another message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same of a system call that failed on a file, for messages that name the file themselves: without its end, `, open 'FILE'`. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  const { syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const end = syscall === undefined ? -1 : message.lastIndexOf(`, ${syscall} '`);
  return end < 0 ? message : message.slice(0, end);
}

/**
 * Gives an error that a socket's event made the stack of the async function that calls this, where V8 knows who awaits it.
 * Costs nothing when all goes well.
 *
 * @returns the error.
 */
export function retrace(error: unknown): unknown {
  if (error instanceof OvskitError) Error.captureStackTrace(error, retrace);
  return error;
}
