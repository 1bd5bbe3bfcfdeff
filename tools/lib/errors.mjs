import { constants } from 'node:os';

/** Something that the person who ran the command can act upon: shown as one message, without a stack. */
export class SetupError extends Error {}

/** A signal ended the work. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    /** The exit status, as a shell has it. */
    this.status = 128 + constants.signals[signal];
  }
}
