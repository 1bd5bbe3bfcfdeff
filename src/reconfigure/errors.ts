import { type ErrorDetails, OvskitError } from '../base/errors.js';

/** The records, or the facts, can't be read or contradict each other: `ERR_RECONFIGURE_RECORDS`. The message names the record. */
export class RecordsError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_RECONFIGURE_RECORDS', message, details);
  }
}

/** No PIF, or more than one, is what was asked for: `ERR_RECONFIGURE_NO_PIF`. */
export class NoPifError extends OvskitError {
  constructor(message: string) {
    super('ERR_RECONFIGURE_NO_PIF', message);
  }
}

/** The records are sound, and ask for what this can't do: `ERR_RECONFIGURE_UNSUPPORTED`. */
export class UnsupportedPifError extends OvskitError {
  constructor(message: string) {
    super('ERR_RECONFIGURE_UNSUPPORTED', message);
  }
}

/** A device that the records name is not there: `ERR_RECONFIGURE_NO_DEVICE`. */
export class NoNetdevError extends OvskitError {
  constructor(readonly device: string) {
    super('ERR_RECONFIGURE_NO_DEVICE', `device ${device} does not exist, so it can't be brought up`);
  }
}
