export { type Driver, getDriver } from './driver.js';
export { NetdevError, type NetdevErrorDetails, WrongKindError } from './errors.js';
export { type Feature, type Features, getFeatures, NETIF_F_HW_VLAN_RX, NETIF_F_HW_VLAN_TX } from './features.js';
export {
  getLink,
  type Link,
  type LinkFlag,
  linkExists,
  listLinks,
  setLinkDown,
  setLinkUp,
  setMac,
  setMtu,
} from './link.js';
export { formatMac, parseMac } from './mac.js';
export { checkDeviceName } from './name.js';
export { enterPrivateNetwork } from './namespace.js';
export type { SysfsOptions } from './root.js';
export { createTap, deleteTap, isTap, type TapOptions } from './tap.js';
