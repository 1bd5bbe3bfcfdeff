import { WrongKindError } from '../netdev/index.js';
import type { Change, Plan, Step } from '../plan/index.js';
import { NoBridgeError, PortOnOtherBridgeError } from '../vswitch/index.js';
import { PortTakenError } from './errors.js';
import type { Facts } from './facts.js';
import { deviceName, interfaceId } from './names.js';
import type { PlugRequest } from './request.js';

/** The external ids by which a controller (neutron's agent, OVN) recognises the VIF. */
function externalIds({ vif, instance }: PlugRequest): Record<string, string> {
  return {
    'attached-mac': vif.address,
    'iface-id': interfaceId(vif),
    'iface-status': 'active',
    'vm-uuid': instance.uuid,
  };
}

/** Plugs a VIF of type `ovs`: a tap, and a port of its name on the network's bridge. What is as wanted is left alone. */
export function planOvsPlug(request: PlugRequest, facts: Facts): Plan {
  const device = deviceName(request.vif);
  const { bridge, meta } = request.vif.network;
  const mtu = meta?.mtu ?? undefined;
  if (!facts.bridgeExists) throw new NoBridgeError(bridge);
  checkOwn(request, device, facts);

  const changes = portChanges(request, device, facts);
  const steps: Step[] = deviceSteps(device, mtu, facts);
  if (changes.length > 0) steps.push({ kind: 'transaction', changes });
  steps.push({
    kind: 'wait-for-interface',
    interface: device,
    afterTransaction: facts.port !== undefined && changes.length > 0,
  });
  return { steps };
}

/** What has the VIF's name by chance, or belongs to another VIF, is neither taken over nor deleted. */
function checkOwn({ vif }: PlugRequest, device: string, { port, device: link }: Facts): void {
  const { bridge } = vif.network;
  if (port) {
    if (device === port.bridge) throw new PortTakenError(device, `it is the local port of bridge ${port.bridge}`);
    if (port.name !== device) throw new PortTakenError(device, `port ${port.name} has an interface of that name`);
    if (port.interfaces.join() !== device) {
      throw new PortTakenError(device, `it is a bond of ${port.interfaces.join(', ')}`);
    }
    if (port.bridge !== bridge) throw new PortOnOtherBridgeError(device, bridge, port.bridge);
    if (port.type !== '' && port.type !== 'system') {
      throw new PortTakenError(device, `its interface is of type ${port.type}, and not a device of the system`);
    }
    const id = port.externalIds.get('iface-id');
    if (id !== undefined && id !== interfaceId(vif)) {
      throw new PortTakenError(device, `it carries iface-id ${id}, where this VIF has ${interfaceId(vif)}`);
    }
  }
  if (link && !link.isTap) throw new WrongKindError(device, 'a tap');
}

function deviceSteps(device: string, mtu: number | undefined, { device: facts }: Facts): Step[] {
  if (!facts) return [{ kind: 'create-tap', device, mtu }];
  return [
    ...(mtu === undefined || mtu === facts.mtu ? [] : [{ kind: 'set-mtu', device, mtu } as const]),
    ...(facts.up ? [] : [{ kind: 'set-link-up', device } as const]),
  ];
}

function portChanges(request: PlugRequest, device: string, facts: Facts): Change[] {
  const wanted = externalIds(request);
  const { port } = facts;
  if (!port) {
    return [
      {
        change: 'add-port',
        bridge: request.vif.network.bridge,
        port: device,
        interface: { external_ids: wanted },
      },
    ];
  }
  const asWanted = Object.entries(wanted).every(([key, value]) => port.externalIds.get(key) === value);
  // A device that is made anew, or that could not be opened, needs ovs-vswitchd's attention too.
  if (asWanted && port.opened && facts.device) return [];
  return [{ change: 'set', table: 'Interface', record: device, columns: { external_ids: wanted } }];
}

/** Unplugs a VIF of type `ovs`: its port, if it is on the network's bridge, and its tap. */
export function planOvsUnplug(request: PlugRequest, facts: Facts): Plan {
  const device = deviceName(request.vif);
  const { bridge } = request.vif.network;
  checkOwn(request, device, facts);
  const steps: Step[] = [];
  if (facts.port)
    steps.push({ kind: 'transaction', changes: [{ change: 'delete-port', bridge, port: device, ifExists: true }] });
  if (facts.device) steps.push({ kind: 'delete-tap', device });
  return { steps };
}
