import type { Plan } from '../../plan/index.js';
import { mtuSteps } from '../blocks/links.js';
import { networkBridgeSteps, vlanSteps } from '../blocks/linux-bridge.js';
import type { Task } from '../blocks/task.js';
import { need, needBridge } from '../errors.js';
import type { Facts, Reads } from '../facts.js';
import { markOf } from '../mark.js';
import { deviceName } from '../names.js';
import type { VifRequest } from '../request/index.js';
import { guestInterface } from '../xml/index.js';
import { LIBVIRT_ALONE, NO_STEPS, type VifType } from './type.js';

/** A Linux bridge, into which libvirt puts the VIF; nova may have to make it first. */
export const bridge: VifType = {
  turn: ({ vif }) => vif.network.bridge,
  check(request) {
    // icehouse finds out when it makes the VLAN device.
    if (request.release === 'newton' && request.vif.network.meta.should_create_vlan) needVlan(request);
  },
  reads(request): Reads {
    if (!makesBridge(request)) return {};
    const member = memberOf(request);
    const links = [request.vif.network.bridge, member, underlying(request)];
    return { details: links.filter((name) => name !== undefined), carried: member };
  },
  plug: planBridgePlug,
  unplug: ({ request }) => (makesBridge(request) ? NO_STEPS : LIBVIRT_ALONE),
  xml: (request, facts) => bridgeXml(request, facts, needBridge(request)),
};

/** A guest on a Linux bridge. */
export function bridgeXml(request: VifRequest, facts: Facts, name: string): string {
  return guestInterface(request, facts.kernelRelease, {
    source: { kind: 'bridge', bridge: name },
    target: deviceName(request.vif),
    filter: true,
    bandwidth: true,
  });
}

/** With several network hosts each makes its own. */
function makesBridge({ vif: { network } }: VifRequest): boolean {
  return (network.meta.should_create_bridge ?? false) && !network.meta.multi_host;
}

function planBridgePlug(task: Task): Plan {
  const { request, facts } = task;
  const name = needBridge(request);
  if (!makesBridge(request)) return LIBVIRT_ALONE;
  const { mtu } = request;
  const { meta } = request.vif.network;
  const steps = meta.should_create_vlan ? vlanFor(task) : [];
  return {
    steps: [
      ...steps,
      ...networkBridgeSteps(task, name, memberOf(request)),
      ...(request.release === 'newton' ? mtuSteps(facts, name, mtu.network) : []),
    ],
  };
}

function vlanFor({ request, facts, owner }: Task) {
  const vlan = needVlan(request);
  const { 'vif.network.meta.bridge_interface': link } = need(request, {
    'vif.network.meta.bridge_interface': underlying(request),
  });
  const { network, device } = request.mtu;
  const mtu = network ?? device ?? (request.release === 'newton' ? 1500 : undefined);
  const alias = markOf(owner, needBridge(request));
  return vlanSteps(facts, vlanName(vlan), { link, id: vlan, alias }, mtu);
}

function needVlan(request: VifRequest): number {
  return need(request, { 'vif.network.meta.vlan': request.vif.network.meta.vlan })['vif.network.meta.vlan'];
}

const vlanName = (vlan: number) => `vlan${vlan}`;

/** The card: of the configuration, else of the network. */
function underlying({ vif, vlanInterface, flatInterface }: VifRequest): string | undefined {
  const { meta } = vif.network;
  return (meta.should_create_vlan ? vlanInterface : flatInterface) ?? meta.bridge_interface ?? undefined;
}

/** What joins the bridge. */
function memberOf(request: VifRequest): string | undefined {
  const { meta } = request.vif.network;
  if (!meta.should_create_vlan) return underlying(request);
  return meta.vlan == null ? undefined : vlanName(meta.vlan);
}
