/** Plugging of virtual interfaces (nova's and os-vif's types), and libvirt's XML for them. */
export { checkDistinct } from './distinct.js';
export {
  DuplicateInterfaceIdError,
  MissingDetailsError,
  OTHER_MACHINE,
  PortTakenError,
  UnknownVifTypeError,
  UnsupportedModelError,
  UnsupportedVirtTypeError,
} from './errors.js';
export { gatherFacts } from './gather.js';
export { hostFacts } from './host-facts.js';
export type { ListedVif, ListOptions } from './list.js';
export { deviceName } from './names.js';
export {
  type Direction,
  type Explanation,
  explainVif,
  needsSwitch,
  type PlanOptions,
  planOnHost,
  planVif,
  vifXml,
} from './planner.js';
export type { PluggedVif, UnpluggedVif } from './plugged.js';
export { Plugger, vifConfig } from './plugger.js';
export type { PlugOptions } from './plugger-options.js';
export type { Comparison, FailedVif, Reconciled, ReconcileOptions } from './reconcile.js';
export { findRepresentor } from './representor.js';
export {
  type ParseOptions,
  type PlugRequest,
  parsePlugRequest,
  parsePlugRequests,
  type Release,
  requestList,
  type VifRequest,
} from './request/index.js';
export { DEFAULT_OWNER, type OwnedPort } from './stale.js';
export type { PlugMessage } from './told.js';
