import type { Change, Plan, Step } from '../../plan/index.js';
import { hybridReads, hybridSteps, unhybridSteps } from '../blocks/hybrid.js';
import { deleteTapSteps, mtuSteps, tapSteps, upSteps } from '../blocks/links.js';
import {
  addBridge,
  bridgeChanges,
  closingSteps,
  type PortWish,
  portSteps,
  portsSteps,
  unportSteps,
} from '../blocks/port.js';
import type { Task } from '../blocks/task.js';
import { representorDevice, virtualFunction } from '../blocks/virtual-function.js';
import { needBridge, needPciSlot } from '../errors.js';
import type { Facts } from '../facts.js';
import { markIds, markOf } from '../mark.js';
import { deviceName, hybridNames, interfaceId, isHybrid, portBridgeNames } from '../names.js';
import type { VifRequest } from '../request/index.js';
import { guestInterface } from '../xml/index.js';
import { bridgeXml } from './bridge.js';
import type { VifType } from './type.js';

/** libvirt from which on it plugs into Open vSwitch by itself. */
const LIBVIRT_OVS = 9_011;
/** os-vif's, for the devices that it makes. */
const OS_VIF_MTU = 1500;

/** Open vSwitch: by a tap, by a bridge and a veth pair before it, or by the representor of a virtual function. */
export const ovs: VifType = {
  onSwitch: true,
  reads: (request) => (isHybrid(request) ? hybridReads(request) : { links: [deviceName(request.vif)] }),
  plug: planOvsPlug,
  unplug: planOvsUnplug,
  xml: ovsXml,
};

/** A plan that has nothing to say would look like a port that is there. */
const LIBVIRTS: Plan = {
  steps: [],
  warnings: ['libvirt makes and deletes this port, with the guest; port.create_port has ovskit do it'],
};

type Way = 'hybrid' | 'representor' | 'port' | 'libvirt';

/** Who makes device and port, and how. */
function wayOf(request: VifRequest): Way {
  if (isHybrid(request)) return 'hybrid';
  if (request.vif.vnicType === 'direct') return 'representor';
  return request.port.create_port || oldLibvirt(request) ? 'port' : 'libvirt';
}

function oldLibvirt({ release, libvirtVersion }: VifRequest): boolean {
  return release === 'icehouse' && libvirtVersion !== undefined && libvirtVersion < LIBVIRT_OVS;
}

function planOvsPlug(task: Task): Plan {
  const { request, facts } = task;
  const device = deviceName(request.vif);
  const mtu = mtuOf(request);
  switch (wayOf(request)) {
    case 'hybrid': {
      const { switchEnd } = hybridNames(request.vif);
      const alias = aliasOf(task, switchEnd);
      return {
        steps: [
          ...closingSteps(task, switchEnd),
          ...hybridSteps(task, mtu, alias),
          ...networkPort(task, switchEnd, mtu),
          ...bridgeMtu(task),
        ],
      };
    }
    case 'representor': {
      const representor = representorOf(task);
      return { steps: [...upSteps(facts, representor), ...networkPort(task, representor, mtu), ...bridgeMtu(task)] };
    }
    case 'port': {
      const port = networkPort(task, device, undefined);
      const alias = aliasOf(task);
      return {
        steps: [
          ...closingSteps(task, device),
          ...tapSteps(facts, device, { alias }),
          ...mtuSteps(facts, device, mtu),
          ...port,
          ...bridgeMtu(task),
        ],
      };
    }
    case 'libvirt':
      if (request.release === 'icehouse') return LIBVIRTS;
      return { ...LIBVIRTS, steps: [...ensureBridges(task), ...bridgeMtu(task)] };
  }
}

/** The mark of the VIF's devices. @param port the one on the network's bridge, where it has another name than they */
function aliasOf({ request, owner }: Task, port?: string): string | undefined {
  const { networkEnd } = portBridgeNames(request.vif);
  return markOf(owner, request.vif.network.bridge, request.port.per_port_bridge ? networkEnd : port);
}

/** The VIF's port on the network's bridge; by a bridge of the port's own where that is asked for. */
function networkPort(task: Task, name: string, mtu: number | undefined): Step[] {
  if (!task.request.port.per_port_bridge) return portSteps(task, { name, mtu }, bridgeChanges(task));
  const { bridge } = portBridgeNames(task.request.vif);
  return portsSteps(task, [{ name, bridge, mtu, identified: false }, ...joint(task)], ownBridges(task));
}

/** The patch ports between the bridge of the port's own and the network's. The network sees but its own end. */
function joint({ request }: Task): PortWish[] {
  const { bridge, bridgeEnd, networkEnd } = portBridgeNames(request.vif);
  const patch = (peer: string) => ({ type: 'patch', options: { peer } });
  return [
    { name: bridgeEnd, bridge, identified: false, ...patch(networkEnd) },
    { name: networkEnd, ...patch(bridgeEnd) },
  ];
}

function ownBridges(task: Task): Change[] {
  const { request, facts, owner } = task;
  const { bridge, networkEnd } = portBridgeNames(request.vif);
  // Patch ports join bridges of one datapath alone.
  const { columns, ...add } = addBridge(request, bridge, facts.datapathType?.(needBridge(request)));
  const mark =
    owner === undefined ? {} : { external_ids: markIds({ owner, bridge: needBridge(request), port: networkEnd }) };
  const own = { ...add, columns: { ...columns, ...mark } };
  return [...bridgeChanges(task), ...(facts.bridge(bridge) === true ? [] : [own])];
}

/** The bridges that libvirt is to find. */
function ensureBridges(task: Task): Step[] {
  if (task.request.port.per_port_bridge) return portsSteps(task, joint(task), ownBridges(task));
  const changes = bridgeChanges(task);
  return changes.length === 0 ? [] : [{ kind: 'transaction', changes }];
}

/** newton sets the bridge's own device, too. */
function bridgeMtu({ request, facts }: Task): Step[] {
  if (!request.addsBridge) return [];
  const bridge = needBridge(request);
  const steps = mtuSteps(facts, bridge, request.mtu.network);
  // A device that ovs-vswitchd is about to make must be there first.
  const isNew = steps.length > 0 && facts.link(bridge) === undefined;
  return isNew ? [{ kind: 'wait-for-interface', interface: bridge, afterTransaction: false }, ...steps] : steps;
}

/** Bytes. */
function mtuOf(request: VifRequest): number | undefined {
  const { network, device } = request.mtu;
  const byOsVif = request.addsBridge && wayOf(request) === 'hybrid' ? OS_VIF_MTU : undefined;
  return network ?? device ?? byOsVif;
}

function planOvsUnplug(task: Task): Plan {
  const { request, facts } = task;
  const device = deviceName(request.vif);
  switch (wayOf(request)) {
    case 'hybrid': {
      const { switchEnd } = hybridNames(request.vif);
      const pair: Step[] = facts.link(switchEnd) ? [{ kind: 'delete-link', device: switchEnd }] : [];
      return { steps: [...unhybridSteps(task), ...unport(task, switchEnd), ...pair] };
    }
    case 'representor':
      return { steps: representorsOf(task).flatMap((name) => unplugRepresentor(task, name)) };
    case 'port':
      return { steps: [...unport(task, device), ...deleteTapSteps(facts, device)] };
    case 'libvirt':
      return request.port.per_port_bridge ? { ...LIBVIRTS, steps: unport(task, device) } : LIBVIRTS;
  }
}

function unport(task: Task, name: string): Step[] {
  const { request, facts } = task;
  if (!request.port.per_port_bridge) return unportSteps(task, name);
  const { bridge, networkEnd } = portBridgeNames(request.vif);
  return [
    ...unportSteps(task, networkEnd, undefined, 'patch'),
    ...(facts.bridge(bridge) === false
      ? []
      : [{ kind: 'transaction', changes: [{ change: 'delete-bridge', ifExists: true, bridge }] } as const]),
  ];
}

/** By the card; by the ports that carry the VIF's iface-id when the function has gone. */
function representorsOf({ request, facts }: Task): string[] {
  const representor = facts.virtualFunction(needPciSlot(request))?.representor;
  if (representor !== undefined) return [representor];
  return facts.portsOf(interfaceId(request.vif)).map(({ name }) => name);
}

function unplugRepresentor(task: Task, device: string): Step[] {
  const down: Step[] = task.facts.link(device)?.up ? [{ kind: 'set-link-down', device }] : [];
  return [...unport(task, device), ...down];
}

function representorOf({ request, facts }: Task): string {
  return representorDevice(request, virtualFunction(request, facts));
}

function ovsXml(request: VifRequest, facts: Facts): string {
  const { vif, port } = request;
  if (wayOf(request) === 'hybrid') return bridgeXml(request, facts, hybridNames(vif).bridge);
  if (wayOf(request) === 'representor') {
    return guestInterface(request, facts.kernelRelease, {
      source: { kind: 'hostdev', pciAddress: needPciSlot(request) },
      frontend: ({ driver }) => ({ model: undefined, driver }),
      bandwidth: true,
    });
  }
  const target = deviceName(vif);
  if (oldLibvirt(request))
    return guestInterface(request, facts.kernelRelease, { source: { kind: 'ethernet' }, target });
  if (request.createsPort) {
    return guestInterface(request, facts.kernelRelease, { source: { kind: 'ethernet' }, target, bandwidth: true });
  }
  const bridge = port.per_port_bridge ? portBridgeNames(vif).bridge : needBridge(request);
  return guestInterface(request, facts.kernelRelease, {
    source: { kind: 'bridge', bridge },
    target,
    virtualPort: { type: 'openvswitch', parameters: { interfaceid: interfaceId(vif) } },
    bandwidth: true,
  });
}
