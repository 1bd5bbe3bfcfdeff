import type { OvskitError } from '../base/errors.js';
import { OpenFlowClosedError, OpenFlowConnectionLostError, OpenFlowOutcomeUnknownError } from './errors.js';

/** What a call is told that changes nothing, or that was not sent, when the connection ended for `reason`. */
export function lostRead(what: string, reason: OvskitError): OvskitError {
  if (reason instanceof OpenFlowClosedError) return new OpenFlowClosedError(`${what}: ${reason.message}`);
  return new OpenFlowConnectionLostError(`${what}: ${reason.message}`, { cause: reason });
}

/** What a change is told that was sent and not confirmed. */
export function lostChange(what: string, reason: OvskitError): OvskitError {
  const message = `${what}: the switch may have done it or not: ${reason.message}`;
  if (reason instanceof OpenFlowClosedError) return new OpenFlowClosedError(message);
  return new OpenFlowOutcomeUnknownError(message, { cause: reason });
}
