import { boolean, number, numbers, optionsCheck, text, texts } from '../../base/options.js';
import type { Draft, DraftRow } from '../draft/index.js';
import { NameTakenError, RefusedError } from '../errors.js';
import { type Bridge, getRealBridge } from './bridges.js';
import { findAnyPort } from './ports.js';

/** What a mirror copies, and where to (ovs-vswitchd.conf.db(5), Mirror). */
export interface MirrorOptions {
  /** Copies every packet. */
  readonly selectAll?: boolean | undefined;
  /** Ports whose arriving packets are copied. */
  readonly selectSource?: readonly string[] | undefined;
  /** Ports whose leaving packets are copied. */
  readonly selectDestination?: readonly string[] | undefined;
  /** VLANs, 0 to 4095; all when left out. */
  readonly selectVlans?: readonly number[] | undefined;
  /** The port that gets the copies; or `outputVlan`. */
  readonly outputPort?: string | undefined;
  /** The VLAN that gets the copies, 1 to 4095. */
  readonly outputVlan?: number | undefined;
  /** Bytes of each packet that are copied, 14 at least; all when left out. */
  readonly snaplen?: number | undefined;
}

export const checkMirror = optionsCheck<MirrorOptions>({
  selectAll: boolean,
  selectSource: texts,
  selectDestination: texts,
  selectVlans: numbers,
  outputPort: text,
  outputVlan: number,
  snaplen: number,
});

function mirrorsOf(draft: Draft, bridge: Bridge): DraftRow[] {
  return (draft.get(bridge.row, 'mirrors') as readonly string[]).map((uuid) => ({ table: 'Mirror', uuid }));
}

function findMirror(draft: Draft, bridge: Bridge, name: string): DraftRow | undefined {
  return mirrorsOf(draft, bridge).find((row) => draft.get(row, 'name') === name);
}

/** The names of a bridge's mirrors. */
export function mirrorNames(draft: Draft, name: string): string[] {
  return mirrorsOf(draft, getRealBridge(draft, name)).map((row) => draft.get(row, 'name') as string);
}

/** Equivalent to `ovs-vsctl -- --id=@m create Mirror name=NAME ... -- add Bridge BRIDGE mirrors @m`. */
export function addMirror(draft: Draft, bridgeName: string, name: string, options: MirrorOptions): void {
  const bridge = getRealBridge(draft, bridgeName);
  if (findMirror(draft, bridge, name)) {
    throw new NameTakenError(`cannot create a mirror named ${name} because bridge ${bridgeName} already has one`);
  }
  // No index of the database keeps two clients from giving the same name.
  draft.guardRow(bridge.row, ['mirrors']);
  const ports = (names: readonly string[] | undefined) => names?.map((port) => portOf(draft, bridge, port));
  const row = draft.insert('Mirror', {
    name,
    select_all: options.selectAll,
    select_src_port: ports(options.selectSource),
    select_dst_port: ports(options.selectDestination),
    select_vlan: options.selectVlans,
    output_port: options.outputPort === undefined ? undefined : portOf(draft, bridge, options.outputPort),
    output_vlan: options.outputVlan,
    snaplen: options.snaplen,
  });
  draft.add(bridge.row, 'mirrors', [[row.uuid, undefined]]);
}

/** Equivalent to `ovs-vsctl -- --id=@m get Mirror NAME -- remove Bridge BRIDGE mirrors @m`. */
export function deleteMirror(draft: Draft, bridgeName: string, name: string, ifExists = false): void {
  const bridge = getRealBridge(draft, bridgeName);
  const row = findMirror(draft, bridge, name);
  if (row) {
    draft.remove(bridge.row, 'mirrors', [[row.uuid, undefined]]);
    draft.drop(row);
  } else if (!ifExists) throw new RefusedError(`bridge ${bridgeName} has no mirror named ${name}`);
}

function portOf(draft: Draft, bridge: Bridge, name: string): string {
  const port = findAnyPort(draft, name);
  if (port?.bridge.row.uuid !== bridge.row.uuid) throw new RefusedError(`bridge ${bridge.name} has no port ${name}`);
  return port.row.uuid;
}
