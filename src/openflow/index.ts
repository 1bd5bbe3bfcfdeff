/**
 * The flows of a bridge, over OpenFlow 1.0.
 */
export type { Action } from './actions.js';
export { OpenFlow, type OpenFlowOptions, type SwitchFeatures } from './client.js';
export {
  OpenFlowClosedError,
  OpenFlowConnectError,
  OpenFlowConnectionLostError,
  OpenFlowError,
  OpenFlowLimitError,
  OpenFlowOutcomeUnknownError,
  OpenFlowProtocolError,
  OpenFlowRefusedError,
  OpenFlowVersionError,
} from './errors.js';
export { type Flow, type FlowDeletion, type FlowFilter, type FlowStats, formatFlow } from './flow.js';
export { type Match, NO_VLAN, type OtherField } from './match.js';
export type { Port, PortDescription, ReservedPort } from './port.js';
export type { EtherType } from './values.js';
