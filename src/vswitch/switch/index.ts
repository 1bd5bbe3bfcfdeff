/** What ovs-vsctl(8) can say about a switch, on a draft. */
export { addMapping, deleteMapping, mappingsOf } from './auto-attach.js';
export { type Bridge, fakeBridges, findBridge, getBridge, getRealBridge, realBridges, rootOf } from './bridges.js';
export { addBridge, deleteBridge } from './change-bridges.js';
export { type AddPortRequest, addBondInterface, addPort, deleteBondInterface, deletePort } from './change-ports.js';
export { addZonePolicy, capabilitiesOf, deleteZonePolicy, zonePolicies } from './datapaths.js';
export { emergencyReset } from './emergency-reset.js';
export {
  checkIpfix,
  checkNetFlow,
  checkSflow,
  type IpfixOptions,
  type NetFlowOptions,
  type SflowOptions,
  setIpfix,
  setNetFlow,
  setSflow,
} from './exports.js';
export { getExternalIds, setExternalId } from './external-ids.js';
export { getFailMode, setFailMode } from './fail-mode.js';
export { addMirror, checkMirror, deleteMirror, type MirrorOptions, mirrorNames } from './mirrors.js';
export {
  findAnyInterface,
  findInterface,
  findPort,
  getInterface,
  getPort,
  interfaceNames,
  portNames,
} from './ports.js';
export { checkQos, type QosOptions, type QueueOptions, setQos } from './qos.js';
export { checkSsl, getSsl, type SslFiles, setSsl } from './ssl.js';
export { controllersOf, managersOf, setTargets, targetsOf } from './targets.js';
