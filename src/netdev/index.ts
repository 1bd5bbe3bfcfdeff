export {
  type Address,
  type AddressFlag,
  type AddressOptions,
  addAddress,
  deleteAddress,
  listAddresses,
} from './address.js';
export {
  createBond,
  createBridge,
  createDummy,
  createLink,
  createLinks,
  createMacvlan,
  createMacvtap,
  createVethPair,
  createVlan,
  createVxlan,
  setBond,
  setBridge,
} from './create.js';
export { deleteGroup, deleteLinks } from './delete.js';
export { deleteLink } from './delete-together.js';
export { getLinkDetails, type LinkDetails, listLinkDetails } from './details.js';
export { type Driver, getDriver } from './driver.js';
export { isNoDevice, NetdevError, type NetdevErrorDetails, WrongKindError } from './errors.js';
export {
  type AddressState,
  type LinkEvent,
  type LinkState,
  type LinkWatch,
  listLinkStates,
  type OperationalState,
  waitForLink,
  watchLinks,
} from './events/index.js';
export { type Feature, type Features, getFeatures, NETIF_F_HW_VLAN_RX, NETIF_F_HW_VLAN_TX } from './features.js';
export { isIpv6Disabled, setIpv6Disabled } from './ipv6.js';
export { type KeptAddresses, keepAddresses } from './keep-addresses.js';
export { type KeptLink, keepLink } from './keep-link.js';
export type { BondOptions, BondSpec } from './kinds/bond.js';
export type { BridgeOptions, BridgeSpec } from './kinds/bridge.js';
export type { LinkOptions } from './kinds/common.js';
export type { DummySpec } from './kinds/dummy.js';
export type { KindData, LinkSpec, TunData } from './kinds/index.js';
export type { MacvlanMode, MacvlanOptions, MacvlanSpec } from './kinds/macvlan.js';
export type { VethSpec } from './kinds/veth.js';
export type { VlanOptions, VlanSpec } from './kinds/vlan.js';
export type { VxlanOptions, VxlanSpec } from './kinds/vxlan.js';
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
export {
  type Duplex,
  getLinkSettings,
  type LinkSettings,
  type LinkSettingsOptions,
  setLinkSettings,
} from './link-settings.js';
export { formatMac, parseMac } from './mac.js';
export { type Moved, moveAddresses } from './move-addresses.js';
export { moveLink, type NetworkNamespace } from './move-link.js';
export { checkDeviceName } from './name.js';
export { enterPrivateNetwork } from './namespace.js';
export { OFFLOADS, type OffloadName } from './offload-names.js';
export { type Channels, getChannels, getRings, type Rings, type Size } from './queues.js';
export type { SysfsOptions } from './root.js';
export { addRoute, deleteRoute, listRoutes, type Route, type RouteOptions } from './route.js';
export type { LinkResult } from './rtnetlink/request.js';
export type { Scope } from './rtnetlink/scope.js';
export type { VfDetails, VfState } from './rtnetlink/vf.js';
export { type FeatureChanges, setFeatures } from './set-features.js';
export {
  releaseMaster,
  renameLink,
  setAlias,
  setArp,
  setGroup,
  setMaster,
  setPromiscuous,
  setTxQueueLength,
} from './settings.js';
export {
  getSysfsFacts,
  getVirtualFunction,
  listPciDevices,
  listVirtualFunctions,
  type SysfsFacts,
  type VirtualFunction,
} from './sysfs.js';
export { createTap, createTaps, deleteTap, isTap, type TapOptions } from './tap.js';
export { setVf, type VfOptions } from './vf.js';
export { setVlanWorkaround } from './vlan-workaround.js';
