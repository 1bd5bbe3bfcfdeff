/** Notes what a transaction does while it is built, so that it can be taken back after it was committed. */
import { isUuid, type Value } from '../../ovsdb/values.js';
import type { Ovs, SwitchTables, SwitchTransaction } from '../../vswitch/index.js';
import { droppedRows, type Images, readPort, restoreImages, takeImages } from './images.js';
import { restoreColumn } from './restore-column.js';
import { type Row, textOf } from './rows.js';

/** Adds to a transaction what takes one change back, where nobody has changed the same since. */
type Reversal = (tx: SwitchTransaction) => void;

/** A bridge or port that the transaction adds; its uuid is known when it is committed. */
interface Added {
  readonly table: 'Bridge' | 'Port';
  readonly name: string;
  uuid?: string | undefined;
}

export class Recorder {
  readonly #tx: SwitchTransaction;
  readonly #reversals: Reversal[] = [];
  readonly #created: Row[] = [];
  readonly #added: Added[] = [];
  /** What the transaction inserts goes as a whole. */
  readonly #fresh = new Set<string>();

  /** Rows of QoS that a port let go of. */
  readonly #released = new Set<Value>();
  /** Destroyed rows that came back. */
  readonly #restored = new Set<string>();

  readonly #ovs: Ovs;
  readonly #reads: Promise<void>[] = [];

  constructor(tx: SwitchTransaction, ovs: Ovs) {
    this.#tx = tx;
    this.#ovs = ovs;
  }

  /** Has what is needed to take it back. @throws why that could not be read */
  async ready(): Promise<void> {
    await Promise.all(this.#reads);
  }

  get isEmpty(): boolean {
    return this.#reversals.length + this.#created.length === 0;
  }

  /** Takes it back, last first. */
  reverse(tx: SwitchTransaction): void {
    this.#restored.clear();
    for (const reversal of this.#reversals.toReversed()) reversal(tx);
    this.#destroyCreated(tx);
    // The port of a row of QoS may not have come back: it could not be read, or another has its name by now.
    for (const uuid of this.#restored) {
      const row = this.#released.has(uuid) ? tx.record('QoS', uuid) : undefined;
      if (row && !isUsed(tx, row)) tx.destroy(row);
    }
  }

  #destroyCreated(tx: SwitchTransaction): void {
    const left = this.#created.flatMap(({ table, uuid }) => tx.record(table, uuid) ?? []);
    // A QoS row goes before its queues.
    for (const table of ['QoS', 'Queue']) {
      for (const row of left) if (row.table === table && !isUsed(tx, row)) tx.destroy(row);
    }
  }

  /** Has the uuids of what was added looked up, now that it was committed: another one of that name is somebody else's. */
  settle(tables: SwitchTables): void {
    for (const each of this.#added) {
      each.uuid = (each.table === 'Bridge' ? tables.bridge(each.name) : tables.port(each.name))?._uuid;
    }
  }

  /** Runs what adds a bridge, unless it is there. */
  addBridge(name: string, parent: string | undefined, act: () => void): void {
    const there = this.#tx.bridgeExists(name);
    act();
    if (there) return;
    const added = this.#add({ table: parent === undefined ? 'Bridge' : 'Port', name });
    this.#reversals.push((tx) => {
      if (!isOurs(tx, added) || !tx.bridgeExists(name)) return;
      const used = tx.ports(name).length > 0 || tx.bridges().some((each) => isChild(tx, each, name));
      // Others' ports stay, and with them the bridge.
      if (!used) tx.deleteBridge(name);
    });
  }

  /** Runs what adds a port, unless it is there. */
  addPort(bridge: string, name: string, act: () => void): void {
    const there = this.#tx.record('Port', name);
    act();
    if (there) return;
    const added = this.#add({ table: 'Port', name });
    // By its real bridge: its tag decides which of the fake ones it is on.
    const { parent } = this.#tx.bridgeParent(bridge);
    this.#reversals.push((tx) => {
      if (!isOurs(tx, added) || tx.bridgeExists(name)) return;
      if (tx.bridgeParent(tx.bridgeOfPort(name)).parent !== parent) return;
      this.#letGo(tx, name);
      tx.deletePort(name);
    });
  }

  #add(added: Added): Added {
    this.#added.push(added);
    for (const table of ['Bridge', 'Port'] as const) {
      const row = this.#tx.record(table, added.name);
      if (!row) continue;
      this.#fresh.add(row.uuid);
      if (table === 'Port') for (const each of this.#tx.get(row, 'interfaces') as string[]) this.#fresh.add(each);
    }
    return added;
  }

  /** It is not in the database yet: this transaction inserts it, or another one that it is joined with. */
  #isFresh({ uuid }: Row): boolean {
    return this.#fresh.has(uuid) || !isUuid(uuid);
  }

  /** Runs what deletes a port; `name` may be that of one of its interfaces. */
  deletePort(name: string, act: () => void): void {
    const row = this.#tx.record('Port', name) ?? this.#portOfInterface(name);
    if (!row || this.#isFresh(row)) {
      act();
      return;
    }
    this.#deletePorts([row], act);
  }

  #portOfInterface(name: string): Row | undefined {
    const row = this.#tx.record('Interface', name);
    return row && this.#tx.referrers('Port', 'interfaces', row)[0];
  }

  /** The server looks for references to a row before it drops a port that nothing refers to any more. */
  #letGo(tx: SwitchTransaction, name: string): void {
    const port = tx.record('Port', name)!;
    const qos = tx.get(port, 'qos');
    if (this.#created.some(({ uuid }) => uuid === qos)) tx.clear(port, 'qos');
  }

  /** Runs what deletes a bridge with its ports and its fake bridges. */
  deleteBridge(name: string, act: () => void): void {
    const tx = this.#tx;
    const row = tx.record('Bridge', name);
    if (row && !this.#isFresh(row)) {
      const images = takeImages(tx, [row]);
      act();
      if (!tx.record('Bridge', name)) this.#reversals.push((undo) => restoreBridge(undo, row, images));
      return;
    }
    if (row || !tx.bridgeExists(name)) {
      act();
      return;
    }
    const ports = [name, ...tx.ports(name)].flatMap((port) => tx.record('Port', port) ?? []);
    this.#deletePorts(
      ports.filter((row) => !this.#isFresh(row)),
      act,
    );
  }

  #deletePorts(ports: readonly Row[], act: () => void): void {
    const tx = this.#tx;
    const gone = ports.map((row) => ({
      row,
      name: textOf(tx, row, 'name'),
      bridge: tx.referrers('Bridge', 'ports', row)[0],
      interfaces: tx.get(row, 'interfaces') as readonly string[],
    }));
    act();
    for (const { row, name, bridge, interfaces } of gone.toReversed()) {
      if (!bridge || tx.record('Port', name)) continue;
      // Not by the transaction: who reads before a change keeps others from being joined with it.
      let images: Images = { rows: [], weak: [] };
      const read = readPort(this.#ovs, row.uuid, interfaces).then((found) => {
        images = found;
      });
      // Only whoever takes the change back wants to know.
      read.catch(() => {});
      this.#reads.push(read);
      this.#reversals.push((undo) => restorePort(undo, row, bridge, images));
    }
  }

  /** Runs what changes columns of a row that may have been there. */
  change(row: Row, columns: readonly string[], act: () => void): void {
    const tx = this.#tx;
    if (this.#isFresh(row) || columns.length === 0) {
      act();
      return;
    }
    const [before] = tx.getAll([row], columns);
    // What comes back must be what was there when it went.
    tx.verify(row, ...columns);
    act();
    for (const column of columns) {
      const old = before!.get(column) as Value;
      if (column === 'qos') this.#released.add(old);
      const after = tx.get(row, column);
      const dropped = takeImages(tx, droppedRows(row.table, column, old, after));
      this.#reversals.push((undo) => {
        const now = undo.record(row.table, row.uuid);
        if (!now) return;
        restoreImages(undo, dropped);
        restoreColumn(undo, now, column, old, after);
      });
    }
  }

  /** A row was created under a uuid of our choice. */
  created(row: Row): void {
    this.#fresh.add(row.uuid);
    this.#created.push(row);
  }

  /** Runs what destroys a row. */
  destroy(row: Row, act: () => void): void {
    if (this.#isFresh(row)) {
      act();
      return;
    }
    const images = takeImages(this.#tx, [row]);
    act();
    this.#reversals.push((tx) => {
      if (tx.record(row.table, row.uuid)) return;
      restoreImages(tx, images);
      this.#restored.add(row.uuid);
    });
  }
}

function isOurs(tx: SwitchTransaction, { table, name, uuid }: Added): boolean {
  const row = tx.record(table, name);
  return row !== undefined && (uuid === undefined || row.uuid === uuid);
}

function isChild(tx: SwitchTransaction, name: string, parent: string): boolean {
  return name !== parent && tx.bridgeParent(name).parent === parent;
}

function isUsed(tx: SwitchTransaction, row: Row): boolean {
  if (row.table === 'QoS') return tx.referrers('Port', 'qos', row).length > 0;
  return row.table === 'Queue' && tx.referrers('QoS', 'queues', row).length > 0;
}

/** One of that name is somebody else's by now. */
function isTaken(tx: SwitchTransaction, { rows }: Images): boolean {
  return rows.some(({ table, columns }) => {
    if (table !== 'Bridge' && table !== 'Port' && table !== 'Interface') return false;
    return tx.record(table, columns.get('name') as string) !== undefined;
  });
}

function restoreBridge(tx: SwitchTransaction, row: Row, images: Images): void {
  const root = tx.record('Open_vSwitch', '.');
  if (!root || isTaken(tx, images)) return;
  restoreImages(tx, images);
  tx.add(root, 'bridges', [row.uuid]);
}

function restorePort(tx: SwitchTransaction, row: Row, bridge: Row, images: Images): void {
  const parent = tx.record('Bridge', bridge.uuid);
  // None: it had gone before it could be read, and was not ours to delete.
  if (!parent || images.rows.length === 0 || isTaken(tx, images)) return;
  restoreImages(tx, images);
  tx.add(parent, 'ports', [row.uuid]);
}
