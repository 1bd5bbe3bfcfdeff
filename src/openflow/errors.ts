import { type ErrorDetails, OvskitError } from '../base/errors.js';

/** What went wrong between us and a switch that speaks OpenFlow. */
export class OpenFlowError extends OvskitError {}

/** The bridge's socket can't be reached: `ERR_OPENFLOW_CONNECT`. */
export class OpenFlowConnectError extends OpenFlowError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OPENFLOW_CONNECT', message, details);
  }
}

/** The switch does not speak OpenFlow 1.0: `ERR_OPENFLOW_VERSION`. */
export class OpenFlowVersionError extends OpenFlowError {
  constructor(message: string) {
    super('ERR_OPENFLOW_VERSION', message);
  }
}

/** The peer sent what is not OpenFlow 1.0, or not what was asked for: `ERR_OPENFLOW_PROTOCOL`. */
export class OpenFlowProtocolError extends OpenFlowError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OPENFLOW_PROTOCOL', message, details);
  }
}

/** A reply, or what waits to be sent, grew past its limit: `ERR_OPENFLOW_LIMIT`. */
export class OpenFlowLimitError extends OpenFlowError {
  constructor(message: string) {
    super('ERR_OPENFLOW_LIMIT', message);
  }
}

/** The connection ended before a read was answered, or was over already: `ERR_OPENFLOW_CONNECTION_LOST`. Nothing was changed. */
export class OpenFlowConnectionLostError extends OpenFlowError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OPENFLOW_CONNECTION_LOST', message, details);
  }
}

/** The connection ended after a change was sent and before the switch confirmed it: `ERR_OPENFLOW_OUTCOME_UNKNOWN`. */
export class OpenFlowOutcomeUnknownError extends OpenFlowError {
  constructor(message: string, details?: ErrorDetails) {
    super('ERR_OPENFLOW_OUTCOME_UNKNOWN', message, details);
  }
}

/** `close` was called: `ERR_OPENFLOW_CLOSED`. */
export class OpenFlowClosedError extends OpenFlowError {
  constructor(message: string) {
    super('ERR_OPENFLOW_CLOSED', message);
  }
}

/** The switch answered a request with an error: `ERR_OPENFLOW_REFUSED`. */
export class OpenFlowRefusedError extends OpenFlowError {
  constructor(
    what: string,
    /** The error's name in ovs-ofctl's words, such as `OFPBAC_BAD_OUT_PORT`; a number pair where there is none. */
    readonly reason: string,
    /** The type, as in the message or in Nicira's extension of it. */
    readonly type: number,
    /** The code within that type. */
    readonly errorCode: number,
    explanation: string | undefined,
  ) {
    super('ERR_OPENFLOW_REFUSED', `${what}: the switch refuses: ${reason}${explanation ? ` (${explanation})` : ''}`);
  }
}
