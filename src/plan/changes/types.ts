/**
 * Changes of a switch's database, as plain data. Each is a command of ovs-vsctl(8) and has its meaning; a whole
 * transaction is one command line of it.
 */

/** An element of a set, a key or a value of a map. A uuid column takes `@ID` for the row that a `create` makes. */
export type AtomData = string | number | bigint | boolean;

/**
 * A column's value: an atom; `null` for none; a list for a set; an object for keys of a map, each of which is set,
 * or removed where its value is `null`, while the map's other keys stay.
 */
export type ColumnData = AtomData | null | readonly AtomData[] | { readonly [key: string]: AtomData | null };

/** Columns by their names of ovs-vswitchd.conf.db(5): `{ tag: 7, external_ids: { 'iface-id': 'x' } }`. */
export type Columns = { readonly [column: string]: ColumnData | undefined };

interface MayExist {
  /** One that is there already is no error; columns that are given are set on it all the same. */
  readonly mayExist?: boolean | undefined;
}

interface IfExists {
  /** That there is none is no error. */
  readonly ifExists?: boolean | undefined;
}

interface Row {
  readonly table: string;
  /** The name of a bridge, port or interface; the uuid of any row; `.` for the row of Open_vSwitch. */
  readonly record: string;
}

/** `add-br BRIDGE [PARENT VLAN] -- set Bridge BRIDGE ...` */
export interface AddBridgeChange extends MayExist {
  readonly change: 'add-bridge';
  readonly bridge: string;
  /** Makes the bridge of one VLAN of a real bridge. It has no row in Bridge, so no `columns`. */
  readonly fake?: { readonly parent: string; readonly vlan: number } | undefined;
  /** Columns of Bridge: `{ datapath_type: 'netdev', other_config: { hwaddr: '...' } }`. */
  readonly columns?: Columns | undefined;
}

/** `del-br BRIDGE` */
export interface DeleteBridgeChange extends IfExists {
  readonly change: 'delete-bridge';
  readonly bridge: string;
}

/** `add-port BRIDGE PORT -- set Port PORT ... -- set Interface PORT ...` */
export interface AddPortChange extends MayExist {
  readonly change: 'add-port';
  readonly bridge: string;
  readonly port: string;
  /** Columns of Port: `{ tag: 7, vlan_mode: 'access', qos: '@qos' }`. */
  readonly columns?: Columns | undefined;
  /** Columns of Interface: `{ type: 'dpdkvhostuser', mtu_request: 1450 }`. */
  readonly interface?: Columns | undefined;
}

/** `add-bond BRIDGE PORT MEMBER... -- set Port PORT ... -- set Interface MEMBER ...` */
export interface AddBondChange extends MayExist {
  readonly change: 'add-bond';
  readonly bridge: string;
  readonly port: string;
  readonly members: readonly string[];
  /** Legacy software sees the bond as a device. */
  readonly fakeInterface?: boolean | undefined;
  /** Columns of Port. */
  readonly columns?: Columns | undefined;
  /** Columns of Interface, by member. */
  readonly interfaces?: { readonly [member: string]: Columns } | undefined;
}

/** `[--with-iface] del-port [BRIDGE] PORT` */
export interface DeletePortChange extends IfExists {
  readonly change: 'delete-port';
  readonly port: string;
  /** The bridge that the port must be on. */
  readonly bridge?: string | undefined;
  /** `port` may also name an interface of the port. */
  readonly withInterface?: boolean | undefined;
}

/** `br-set-external-id BRIDGE KEY [VALUE]`, for fake bridges too; `null` removes the key. */
export interface SetBridgeExternalIdChange {
  readonly change: 'set-bridge-external-id';
  readonly bridge: string;
  readonly key: string;
  readonly value: string | null;
}

/** `set TABLE RECORD COLUMN=VALUE...`, and `remove` for keys that are `null`. */
export interface SetChange extends Row, IfExists {
  readonly change: 'set';
  readonly columns: Columns;
}

/** `add TABLE RECORD COLUMN VALUE...`: elements of a set. */
export interface AddChange extends Row, IfExists {
  readonly change: 'add';
  readonly column: string;
  readonly values: readonly AtomData[];
}

/** `remove TABLE RECORD COLUMN VALUE...`: elements of a set, keys of a map. */
export interface RemoveChange extends Row, IfExists {
  readonly change: 'remove';
  readonly column: string;
  readonly values: readonly AtomData[];
}

/** `clear TABLE RECORD COLUMN...` */
export interface ClearChange extends Row, IfExists {
  readonly change: 'clear';
  readonly columns: readonly string[];
}

/** `--id=@ID create TABLE COLUMN=VALUE...`: a row of QoS, Queue, Mirror, ..., to which others refer as `@ID`. */
export interface CreateChange {
  readonly change: 'create';
  readonly table: string;
  /** Letters, digits and `_`. */
  readonly id: string;
  readonly columns: Columns;
}

/**
 * `destroy TABLE RECORD`, for rows of QoS and Queue: others go when nothing refers to them. The server refuses to delete a
 * row in the transaction that deletes the port which refers to it: that takes two.
 */
export interface DestroyChange extends Row, IfExists {
  readonly change: 'destroy';
}

/**
 * `wait-until TABLE RECORD COLUMN=VALUE...`, but without waiting: the transaction fails (`ERR_VSWITCH_CONDITION`) unless
 * the columns are so now, and are still so when it is committed. `null` stands for none, also as the value of a key.
 */
export interface WaitChange extends Row {
  readonly change: 'wait';
  readonly columns: Columns;
}

export type Change =
  | AddBridgeChange
  | DeleteBridgeChange
  | AddPortChange
  | AddBondChange
  | DeletePortChange
  | SetBridgeExternalIdChange
  | SetChange
  | AddChange
  | RemoveChange
  | ClearChange
  | CreateChange
  | DestroyChange
  | WaitChange;
