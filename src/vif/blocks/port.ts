/** The VIF's port on the switch, in one transaction with all that belongs to it. */
import type { AddBridgeChange, Change, Columns, Step } from '../../plan/index.js';
import { NoBridgeError, OWNER_KEY, PortOnOtherBridgeError } from '../../vswitch/index.js';
import { DuplicateInterfaceIdError, needBridge, PortTakenError } from '../errors.js';
import type { PortFacts } from '../facts.js';
import { interfaceId, QOS_KEY } from '../names.js';
import { trunksOf, type VifRequest } from '../request/index.js';
import { mtuSteps } from './links.js';
import type { Task } from './task.js';

/** What neutron's agents call the VLAN on which nobody is heard. */
const DEAD_VLAN = 4095;

/**
 * A type that no Open vSwitch knows, so that ovs-vswitchd closes the interface. What else its rows carry stays: the controller's
 * tag and ids.
 */
const CLOSED = 'ovskit-closed';

export interface PortWish {
  readonly name: string;
  /** Default: the network's. */
  readonly bridge?: string | undefined;
  /** Default: a device of the system. */
  readonly type?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
  /** Whether the network's controller is to find the VIF here. Default: true. */
  readonly identified?: boolean | undefined;
  /** Bytes: set on the device when the port is there. */
  readonly mtu?: number | undefined;
}

/** The external ids by which a controller (neutron's agent, OVN) recognises the VIF. */
function externalIds({ vif, instance }: VifRequest): Record<string, string> {
  return {
    'iface-id': interfaceId(vif),
    'iface-status': 'active',
    'attached-mac': vif.address,
    'vm-uuid': instance.uuid,
  };
}

/** The bridge, where the release of nova adds a missing one. */
export function bridgeChanges({ request, facts }: Task): Change[] {
  const bridge = needBridge(request);
  const there = facts.bridge(bridge);
  if (there === true) return [];
  if (request.addsBridge) return [addBridge(request, bridge)];
  if (there === false) throw new NoBridgeError(bridge);
  return [];
}

/** @param datapathType where the request names none */
export function addBridge({ port }: VifRequest, bridge: string, datapathType = 'system'): AddBridgeChange {
  return {
    change: 'add-bridge',
    mayExist: true,
    bridge,
    columns: { datapath_type: port.datapath_type ?? datapathType },
  };
}

/** The port as wished, its MTU, and ovs-vswitchd's word that it has opened it. What is as wished is left alone. */
export function portSteps(task: Task, wish: PortWish, before: readonly Change[] = []): Step[] {
  return portsSteps(task, [wish], before);
}

/** Several ports, of which one may be of no use without the other: all in one transaction, after the changes `before`. */
export function portsSteps(task: Task, wishes: readonly PortWish[], before: readonly Change[] = []): Step[] {
  const { facts } = task;
  const open = wishes.filter(({ name }) => facts.port(name) !== 'as wanted');
  const changes = [...before, ...open.flatMap((wish) => portChanges(task, wish))];
  return [
    ...(changes.length > 0 ? [{ kind: 'transaction', changes } as const] : []),
    ...open.flatMap(({ name, mtu }) => mtuSteps(facts, name, mtu)),
    ...open.map(
      ({ name }): Step => ({
        kind: 'wait-for-interface',
        interface: name,
        afterTransaction: facts.port(name) !== undefined && changes.length > 0,
      }),
    ),
  ];
}

/**
 * Whether ovs-vswitchd has open what the device of that name was before it went or was renamed. In user space it holds on to
 * it, deaf, whatever device gets the name.
 */
function outlived({ facts }: Task, { name, type }: PortWish): boolean {
  const port = facts.port(name);
  if (!port || port === 'as wanted' || type !== undefined || facts.link(name) !== undefined) return false;
  return port.name === name && port.opened && plainType(port.type) === '';
}

/**
 * Has ovs-vswitchd close what the device of that name was, before there is another: closing, it sets the name's flags as it
 * remembers them, and so takes a new device down where the old one was down.
 */
export function closingSteps(task: Task, name: string): Step[] {
  if (!outlived(task, { name })) return [];
  const change: Change = { change: 'set', table: 'Interface', record: name, columns: { type: CLOSED } };
  return [{ kind: 'transaction', changes: [change], waitForVswitchd: true }];
}

function portChanges(task: Task, wish: PortWish): Change[] {
  const { request, facts } = task;
  const bridge = wish.bridge ?? needBridge(request);
  const given = facts.port(wish.name) as PortFacts | undefined;
  const port = given && checkOwn(task, wish.name, bridge, given, wish.type ?? '', FORCE);
  return [
    ...(wish.identified === false ? [] : duplicates(task, wish.name)),
    ...(given && !port ? deletionOf(task, given) : []),
    ...(port ? setPort(task, wish, port) : addPort(task, wish, bridge)),
  ];
}

/** Deletes the port, if it is the VIF's; `device` steps are the caller's. */
export function unportSteps(task: Task, name: string, bridge = needBridge(task.request), type = ''): Step[] {
  const port = task.facts.port(name);
  if (!port) return [];
  if (port !== 'as wanted') checkOwn({ ...task, force: false }, name, bridge, port, type);
  const changes = port === 'as wanted' ? [deletePort(bridge, name)] : deletionOf(task, port);
  return [{ kind: 'transaction', changes }];
}

/** A plug may. */
const FORCE = ', or take it over by force (--force)';

/**
 * What has the VIF's name by chance, or belongs to another VIF, is neither taken over nor deleted.
 *
 * @param way what else the caller may do.
 * @returns `undefined` for what is to be taken over by force
 */
function checkOwn(
  task: Task,
  name: string,
  bridge: string,
  port: PortFacts,
  type: string,
  way = '',
): PortFacts | undefined {
  if (name === port.bridge) throw new PortTakenError(name, `it is the local port of bridge ${port.bridge}`);
  if (port.name !== name) throw new PortTakenError(name, `port ${port.name} has an interface of that name`);
  if (port.interfaces.join() !== name) throw new PortTakenError(name, `it is a bond of ${port.interfaces.join(', ')}`);
  if (port.bridge !== bridge) {
    if (task.force) return undefined;
    const message = `port ${name} belongs to bridge ${port.bridge}, not to ${bridge}; delete it there first${way}`;
    throw new PortOnOtherBridgeError(name, bridge, port.bridge, message);
  }
  if (plainType(port.type) !== plainType(type)) {
    if (task.force) return undefined;
    const wanted = type === '' ? 'a device of the system' : `of type ${type}`;
    throw new PortTakenError(name, `its interface is of type ${port.type || 'system'}, and not ${wanted}${way}`);
  }
  const id = port.externalIds.get('iface-id');
  if (id !== undefined && id !== interfaceId(task.request.vif)) {
    if (task.force) return undefined;
    throw new PortTakenError(
      name,
      `it carries iface-id ${id}, where this VIF has ${interfaceId(task.request.vif)}${way}`,
    );
  }
  return port;
}

const plainType = (type: string) => (type === 'system' || type === CLOSED ? '' : type);

const deletePort = (bridge: string, port: string): Change => ({ change: 'delete-port', ifExists: true, bridge, port });

/** The port, and with it the VIF's own row of QoS, which nothing else would ever take away. */
function deletionOf({ request }: Task, { name, bridge, qos }: PortFacts): Change[] {
  if (qos?.vif !== request.vif.id) return [deletePort(bridge, name)];
  return [
    // The server looks for references to the row before it drops a port that nothing refers to any more.
    { change: 'clear', ifExists: true, table: 'Port', record: name, columns: ['qos'] },
    deletePort(bridge, name),
    { change: 'destroy', ifExists: true, table: 'QoS', record: qos.uuid },
  ];
}

/** Two ports with one iface-id would both be wired by the controller, or either of them. */
function duplicates(task: Task, name: string): Change[] {
  const { request, facts, replace } = task;
  const id = interfaceId(request.vif);
  const others = facts.portsOf(id).filter((port) => port.name !== name);
  if (others.length === 0) return [];
  if (!replace)
    throw new DuplicateInterfaceIdError(
      id,
      others.map((port) => port.name),
    );
  return others.flatMap((port) => deletionOf(task, port));
}

/** `undefined` for a column that is left alone. */
function portColumns({ request: { port }, owner }: Task): Columns {
  return {
    tag: port.isolate_vif ? DEAD_VLAN : (port.tag ?? undefined),
    trunks: trunksOf(port),
    vlan_mode: port.vlan_mode ?? undefined,
    qos: port.qos ? '@qos' : undefined,
    external_ids: owner === undefined ? undefined : { [OWNER_KEY]: owner },
  };
}

function interfaceColumns(request: VifRequest, wish: PortWish): Columns {
  const { port } = request;
  return {
    type: wish.type,
    mtu_request: port.mtu_request ?? undefined,
    ingress_policing_rate: port.ingress_policing_rate ?? undefined,
    ingress_policing_burst: port.ingress_policing_burst ?? undefined,
    options: wish.options,
    external_ids: wish.identified === false ? undefined : externalIds(request),
  };
}

function addPort(task: Task, wish: PortWish, bridge: string): Change[] {
  const { request } = task;
  // A port of the VIF's own bridge is plain: the network sees the other end.
  const plain = wish.identified === false;
  return [
    ...(plain ? [] : createQos(request)),
    {
      change: 'add-port',
      bridge,
      port: wish.name,
      ...(plain ? {} : withColumns('columns', portColumns(task))),
      ...withColumns('interface', interfaceColumns(request, wish)),
    },
  ];
}

function withColumns<K extends string>(key: K, columns: Columns): { [P in K]?: Columns } {
  const present = given(columns);
  return Object.keys(present).length === 0 ? {} : ({ [key]: present } as { [P in K]?: Columns });
}

function given(columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

/** As a row that carries the VIF's id, so that the unplug knows it for its own. */
function createQos({ port: { qos }, vif }: VifRequest): Change[] {
  if (!qos) return [];
  const columns = { type: qos.type, other_config: qosConfig(qos), external_ids: { [QOS_KEY]: vif.id } };
  return [{ change: 'create', table: 'QoS', id: 'qos', columns }];
}

function qosConfig(qos: NonNullable<VifRequest['port']['qos']>): Record<string, string> {
  const rates = { 'max-rate': qos.max_rate, 'min-rate': qos.min_rate, burst: qos.burst };
  return Object.fromEntries(
    Object.entries(rates).flatMap(([key, value]) => (value == null ? [] : [[key, String(value)]])),
  );
}

/** What differs on a port that is there. */
function setPort(task: Task, wish: PortWish, port: PortFacts): Change[] {
  const { request, facts } = task;
  const changes: Change[] = [];
  const plain = wish.identified === false;
  if (!plain) changes.push(...isolation(request, port), ...qosChanges(request, port));
  const columns = plain ? {} : differing(portColumns(task), port, task.owner);
  if (Object.keys(columns).length > 0) changes.push({ change: 'set', table: 'Port', record: port.name, columns });
  const wanted = interfaceColumns(request, wish);
  const ids = Object.entries((wanted.external_ids ?? {}) as Record<string, string>);
  const asWanted = ids.every(([key, value]) => port.externalIds.get(key) === value);
  // A device that is made anew, or that could not be opened, needs ovs-vswitchd's attention too.
  const noticed = port.opened && (wish.type !== undefined || facts.link(wish.name) !== undefined);
  const closed = port.type === CLOSED || outlived(task, wish);
  const changed = { ...differingInterface(wanted, port), ...(closed ? { type: '' } : {}) };
  if (asWanted && noticed && Object.keys(changed).length === 0) return changes;
  const all = plain ? changed : { ...changed, external_ids: wanted.external_ids };
  if (Object.keys(all).length > 0) changes.push({ change: 'set', table: 'Interface', record: port.name, columns: all });
  return changes;
}

/**
 * A port that is live keeps its tag: whoever wired it gave it. One that nobody has opened or tagged is isolated, if that is
 * still so when the transaction is committed.
 */
function isolation({ port: { isolate_vif: isolate } }: VifRequest, port: PortFacts): Change[] {
  if (!isolate || port.opened || port.tag !== undefined) return [];
  return [
    { change: 'wait', table: 'Port', record: port.name, columns: { tag: null } },
    { change: 'set', table: 'Port', record: port.name, columns: { tag: DEAD_VLAN } },
  ];
}

function differing({ tag, trunks, vlan_mode, external_ids }: Columns, port: PortFacts, owner?: string): Columns {
  return given({
    tag: tag === undefined || tag === DEAD_VLAN || tag === port.tag ? undefined : tag,
    trunks:
      trunks === undefined || String(trunks) === String([...port.trunks].sort((a, b) => a - b)) ? undefined : trunks,
    vlan_mode: vlan_mode === port.vlanMode ? undefined : vlan_mode,
    external_ids: owner === port.owner ? undefined : external_ids,
  });
}

function differingInterface(wanted: Columns, port: PortFacts): Columns {
  const options = Object.entries((wanted.options ?? {}) as Record<string, string>);
  const same = options.every(([key, value]) => port.options.get(key) === value);
  return given({
    mtu_request: wanted.mtu_request === port.mtuRequest ? undefined : wanted.mtu_request,
    ingress_policing_rate:
      wanted.ingress_policing_rate === port.ingressPolicingRate ? undefined : wanted.ingress_policing_rate,
    ingress_policing_burst:
      wanted.ingress_policing_burst === port.ingressPolicingBurst ? undefined : wanted.ingress_policing_burst,
    options: same ? undefined : wanted.options,
  });
}

function qosChanges(request: VifRequest, { name, qos: before }: PortFacts): Change[] {
  const { qos } = request.port;
  if (!qos) return [];
  const config = Object.entries(qosConfig(qos));
  const same =
    before?.type === qos.type &&
    before.otherConfig.size === config.length &&
    config.every(([key, value]) => before.otherConfig.get(key) === value);
  if (same) return [];
  const mine = before?.vif === request.vif.id ? before : undefined;
  return [
    ...createQos(request),
    { change: 'set', table: 'Port', record: name, columns: { qos: '@qos' } },
    ...(mine ? [{ change: 'destroy', ifExists: true, table: 'QoS', record: mine.uuid } as const] : []),
  ];
}
