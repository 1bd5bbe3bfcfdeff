import { type ErrorDetails, OvskitError } from '../../src/base/errors.js';

/** No guest can be run on this machine, and the message says what is missing: `ERR_VM_UNAVAILABLE`. */
export class VmUnavailableError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_VM_UNAVAILABLE', message, details);
  }
}

/** The guest did not come up, or it died before its command ended: `ERR_VM_GUEST`. */
export class GuestError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_VM_GUEST', message, details);
  }
}
