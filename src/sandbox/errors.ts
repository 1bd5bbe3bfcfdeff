import { type ErrorDetails, OvskitError } from '../base/errors.js';

/** The sandbox can't be set up or one of its daemons failed: `ERR_SANDBOX`. The message shows the end of the log. */
export class SandboxError extends OvskitError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_SANDBOX', message, details);
  }
}
