/** Something that the person who ran the command can act upon: shown as one message, without a stack. */
export class SetupError extends Error {}

/** A signal ended the work: the exit status is 128 plus its number. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}
