/** Plugging of virtual interfaces (nova's and os-vif's types). */
export { PortTakenError } from './errors.js';
export { deviceName } from './names.js';
export { type PluggedVif, Plugger, type UnpluggedVif } from './plugger.js';
export { type PlugRequest, parsePlugRequest, parsePlugRequests, type Vif } from './request.js';
export type { PlugMessage } from './told.js';
export { UnknownVifTypeError } from './types.js';
