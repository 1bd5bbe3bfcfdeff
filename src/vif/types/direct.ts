/** Cards that the guest is given straight: VEPA, virtual functions, whole PCI devices, macvtap. */
import type { Plan } from '../../plan/index.js';
import { plainMac } from '../blocks/links.js';
import { vlanSteps } from '../blocks/linux-bridge.js';
import type { Task } from '../blocks/task.js';
import { pfDevice, vfDevice, virtualFunction } from '../blocks/virtual-function.js';
import { need, needPciSlot } from '../errors.js';
import type { Facts } from '../facts.js';
import type { VifRequest } from '../request/index.js';
import { guestInterface, type InterfaceParts } from '../xml/index.js';
import { LIBVIRT_ALONE, NO_STEPS, type VifType } from './type.js';

const libvirts = { plug: () => LIBVIRT_ALONE, unplug: () => LIBVIRT_ALONE };

/** What libvirt gets for a function of a card: the PCI device itself, which brings its own model, or a macvtap on it. */
function functionXml(request: VifRequest, facts: Facts, parts: Pick<InterfaceParts, 'virtualPort' | 'vlan'>): string {
  const slot = needPciSlot(request);
  const common = { virtualPort: parts.virtualPort, bandwidth: true };
  if (request.vif.vnicType === 'direct') {
    return guestInterface(request, facts.kernelRelease, {
      ...common,
      source: { kind: 'hostdev', pciAddress: slot },
      vlan: parts.vlan,
      frontend: ({ driver }) => ({ model: undefined, driver }),
    });
  }
  const device = vfDevice(request, virtualFunction(request, facts));
  return guestInterface(request, facts.kernelRelease, {
    ...common,
    source: { kind: 'direct', device, mode: 'passthrough' },
    frontend: ({ model, driver }) => ({ model, driver: { name: 'vhost', queues: driver?.queues } }),
  });
}

const linkOfNetwork = (request: VifRequest) =>
  need(request, { 'vif.network.meta.interface': request.vif.network.meta.interface })['vif.network.meta.interface'];

/** IEEE 802.1Qbg: the switch outside does it all. */
export const qbg: VifType = {
  ...libvirts,
  xml(request, facts) {
    const { managerid, typeid, typeidversion, instanceid } = request.vif.qbg;
    const fields = need(request, {
      'vif.qbg_params.managerid': managerid,
      'vif.qbg_params.typeid': typeid,
      'vif.qbg_params.typeidversion': typeidversion,
      'vif.qbg_params.instanceid': instanceid,
      'vif.network.meta.interface': request.vif.network.meta.interface,
    });
    const { 'vif.network.meta.interface': device, ...params } = fields;
    const parameters = Object.fromEntries(
      Object.entries(params).map(([path, value]) => [path.slice('vif.qbg_params.'.length), value]),
    );
    return guestInterface(request, facts.kernelRelease, {
      source: { kind: 'direct', device, mode: 'vepa' },
      virtualPort: { type: '802.1Qbg', parameters },
      bandwidth: true,
    });
  },
};

/** IEEE 802.1Qbh (Cisco VN-Link): a port profile of the switch outside. */
export const qbh: VifType = {
  ...libvirts,
  xml(request, facts) {
    const port = (profileid: string) => ({ type: '802.1Qbh', parameters: { profileid } });
    if (request.release === 'icehouse') {
      const { 'vif.qbh_params.profileid': id } = need(request, {
        'vif.qbh_params.profileid': request.vif.qbhProfileId,
      });
      const source = { kind: 'direct', device: linkOfNetwork(request), mode: 'vepa' } as const;
      return guestInterface(request, facts.kernelRelease, { source, virtualPort: port(id), bandwidth: true });
    }
    const { 'vif.details.profileid': id } = need(request, {
      'vif.profile.pci_slot': request.vif.pciSlot,
      'vif.details.profileid': request.vif.details.profileid,
    });
    return functionXml(request, facts, { virtualPort: port(id) });
  },
};

const vlanOf = (request: VifRequest) =>
  need(request, { 'vif.details.vlan': request.vif.details.vlan })['vif.details.vlan'];

/** The bridge inside the card: MAC and VLAN are set at the physical function. libvirt does it for a guest that has the device. */
export const hwVeb: VifType = {
  plug: (task) => planVf(task, () => vlanOf(task.request)),
  unplug: (task) => planVf(task, () => 0),
  xml(request, facts) {
    const { 'vif.details.vlan': vlan } = need(request, {
      'vif.profile.pci_slot': request.vif.pciSlot,
      'vif.details.vlan': request.vif.details.vlan,
    });
    // 0 is none.
    return functionXml(request, facts, { vlan: vlan === 0 ? undefined : vlan });
  },
};

/** A function without a VLAN is down. It keeps its MAC: the kernel takes no address of zeros. */
function planVf({ request, facts }: Task, vlanFor: () => number): Plan {
  if (request.vif.vnicType !== 'macvtap') return LIBVIRT_ALONE;
  const vlan = vlanFor();
  const vf = virtualFunction(request, facts);
  const device = vfDevice(request, vf);
  const mac = plainMac(request.vif.address);
  return {
    steps: [
      { kind: 'set-vf', device: pfDevice(request, vf), vf: vf.index, mac, vlan },
      { kind: vlan > 0 ? 'set-link-up' : 'set-link-down', device },
    ],
  };
}

/** A macvtap that libvirt makes; ovskit makes the VLAN device under it. */
export const macvtap: VifType = {
  turn: ({ vif }) => vif.details.macvtap_source ?? undefined,
  reads: ({ vif: { details } }) => ({
    details: details.vlan && details.macvtap_source ? [details.macvtap_source] : [],
  }),
  plug({ request, facts }) {
    const { vlan } = request.vif.details;
    if (!vlan) return LIBVIRT_ALONE;
    const { source, physical } = macvtapDetails(request);
    return { steps: vlanSteps(facts, source, { link: physical, id: vlan }, request.mtu.device) };
  },
  unplug: ({ request }) => (request.vif.details.vlan ? NO_STEPS : LIBVIRT_ALONE),
  xml(request, facts) {
    const { source, mode } = macvtapDetails(request);
    return guestInterface(request, facts.kernelRelease, {
      source: { kind: 'direct', device: source, mode },
      frontend: ({ driver }) => ({ model: 'virtio', driver }),
      bandwidth: true,
    });
  },
};

function macvtapDetails(request: VifRequest): { source: string; mode: string; physical: string } {
  const { details } = request.vif;
  const fields = need(request, {
    'vif.details.macvtap_source': details.macvtap_source,
    'vif.details.macvtap_mode': details.macvtap_mode,
    'vif.details.physical_interface': details.physical_interface,
  });
  return {
    source: fields['vif.details.macvtap_source'],
    mode: fields['vif.details.macvtap_mode'],
    physical: fields['vif.details.physical_interface'],
  };
}
