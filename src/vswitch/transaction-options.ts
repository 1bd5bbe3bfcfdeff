import { boolean, count, number, optionsCheck, orNull, record, text, textRecord } from '../base/options.js';
import type { ColumnValues } from './table-transaction.js';

type StringRecord = { readonly [key: string]: string };
type NullableRecord = { readonly [key: string]: string | null };

/** Whether what is there already, as wanted, is no error. */
export interface MayExist {
  /** Leaves what is there as it is, rather than failing. */
  mayExist?: boolean | undefined;
}

/** Whether what is not there is no error. */
export interface IfExists {
  /** What is not there counts as done. */
  ifExists?: boolean | undefined;
}

/** Options of `addBridge`, and columns that the new bridge gets. */
export interface AddBridgeOptions extends MayExist {
  /** Makes a fake bridge: the ports of one VLAN of a real bridge. */
  fake?: { readonly parent: string; readonly vlan: number } | undefined;
  /** `system` (the default) for the kernel's datapath, `netdev` for the userspace one. */
  datapathType?: string | undefined;
  externalIds?: StringRecord | undefined;
}

/** Columns of Interface that can be set; see ovs-vswitchd.conf.db(5). */
export interface InterfaceOptions {
  /** `system` when left out; `internal`, `dpdkvhostuser`, `vxlan`, ... */
  type?: string | undefined;
  options?: StringRecord | undefined;
  externalIds?: StringRecord | undefined;
  /** Bytes. */
  mtuRequest?: number | undefined;
}

/** Columns of an Interface that is there. A key of a map that is `null` is taken away, as is the MTU. */
export interface SetInterfaceOptions {
  type?: string | undefined;
  options?: NullableRecord | undefined;
  externalIds?: NullableRecord | undefined;
  /** Bytes. */
  mtuRequest?: number | null | undefined;
}

interface PortOptions extends MayExist {
  /** VLAN of an access port, 0 to 4095. */
  tag?: number | undefined;
  externalIds?: StringRecord | undefined;
  /** Other columns of Port. */
  columns?: ColumnValues | undefined;
}

/** Options of `addPort`, and columns of the new port and its interface. */
export interface AddPortOptions extends PortOptions {
  interface?: InterfaceOptions | undefined;
}

/** Options of `addBond`, and columns of the new port. */
export interface AddBondOptions extends PortOptions {
  /** Legacy software sees the bond as an interface (`--fake-iface`). */
  fakeInterface?: boolean | undefined;
}

/** Options of `deletePort`. */
export interface DeletePortOptions extends IfExists {
  /** The bridge that the port must be on. */
  bridge?: string | undefined;
  /** The name may also be that of an interface of the port. */
  withInterface?: boolean | undefined;
}

const mayExist = { mayExist: boolean };
const ifExists = { ifExists: boolean };
const nullableRecord = { ...record, words: 'an object of strings and nulls' };
const portKinds = { ...mayExist, tag: number, externalIds: textRecord, columns: record };

export const checkMayExist = optionsCheck<MayExist>(mayExist);
export const checkIfExists = optionsCheck<IfExists>(ifExists);
const checkBridge = optionsCheck<AddBridgeOptions>({
  ...mayExist,
  fake: record,
  datapathType: text,
  externalIds: textRecord,
});
const checkNewInterface = optionsCheck<InterfaceOptions>({
  type: text,
  options: textRecord,
  externalIds: textRecord,
  mtuRequest: count,
});
export const checkSetInterface = optionsCheck<SetInterfaceOptions>({
  type: text,
  options: nullableRecord,
  externalIds: nullableRecord,
  mtuRequest: orNull(count),
});
export const checkAddBond = optionsCheck<AddBondOptions>({ ...portKinds, fakeInterface: boolean });
export const checkDeletePort = optionsCheck<DeletePortOptions>({ ...ifExists, bridge: text, withInterface: boolean });
export const checkDeleteBondInterface = optionsCheck<IfExists & { bond?: string | undefined }>({
  ...ifExists,
  bond: text,
});
export const checkTargets = optionsCheck<{ inactivityProbe?: number | undefined }>({ inactivityProbe: count });

const checkPort = optionsCheck<AddPortOptions>({ ...portKinds, interface: record });
export function checkAddPort(call: string, options: AddPortOptions): void {
  checkPort(call, options);
  if (options.interface) checkNewInterface(`${call}: interface`, options.interface);
}

const checkFake = optionsCheck<NonNullable<AddBridgeOptions['fake']>>({ parent: text, vlan: number });
export function checkAddBridge(call: string, options: AddBridgeOptions): void {
  checkBridge(call, options);
  if (options.fake) checkFake(`${call}: fake`, options.fake);
}
