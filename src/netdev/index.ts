export { NetdevError, WrongKindError } from './errors.js';
export { checkDeviceName } from './name.js';
export { enterPrivateNetwork } from './namespace.js';
