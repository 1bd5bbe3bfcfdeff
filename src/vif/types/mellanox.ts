/** Mellanox' fabrics, by `ebrctl`; and PCI devices that are given whole. */
import type { Plan, Step, ToolCommand } from '../../plan/index.js';
import { need, needPciSlot } from '../errors.js';
import { ethDeviceName } from '../names.js';
import type { VifRequest } from '../request/index.js';
import { guestInterface, hostDeviceXml } from '../xml/index.js';
import { LIBVIRT_ALONE, type VifType } from './type.js';

const fabricOf = (request: VifRequest) =>
  need(request, { 'vif.network.meta.physical_network': request.vif.network.meta.physical_network })[
    'vif.network.meta.physical_network'
  ];

const deletion = (request: VifRequest): ToolCommand => ['ebrctl', 'del-port', fabricOf(request), request.vif.address];

function planAdd(request: VifRequest, type: string, port: string): Plan {
  const { vif, instance } = request;
  const argv: ToolCommand = ['ebrctl', 'add-port', vif.address, instance.uuid, fabricOf(request), type, port];
  return { steps: [{ kind: 'run-tool', argv, undo: deletion(request) }] };
}

const planDelete = (request: VifRequest): Plan => ({
  steps: [{ kind: 'run-tool', argv: deletion(request) } satisfies Step],
});

/** A card of the fabric, through a macvtap. */
export const mlnxDirect: VifType = {
  plug: ({ request }) => planAdd(request, 'mlnx_direct', ethDeviceName(request.vif)),
  unplug: ({ request }) => planDelete(request),
  xml: (request, facts) =>
    guestInterface(request, facts.kernelRelease, {
      source: { kind: 'direct', device: ethDeviceName(request.vif), mode: 'passthrough' },
      frontend: ({ driver }) => ({ model: 'virtio', driver }),
      bandwidth: true,
    }),
};

const hostDevice = (request: VifRequest) => hostDeviceXml(needPciSlot(request));

/** A function of an InfiniBand card. */
export const ibHostdev: VifType = {
  plug({ request }) {
    fabricOf(request);
    return planAdd(request, 'ib_hostdev', needPciSlot(request));
  },
  unplug: ({ request }) => planDelete(request),
  xml: hostDevice,
};

/** A whole card, which nobody but the guest sees. */
export const hostdevPhysical: VifType = {
  plug: () => LIBVIRT_ALONE,
  unplug: () => LIBVIRT_ALONE,
  xml: hostDevice,
};
