import { UnsupportedModelError, UnsupportedVirtTypeError } from '../errors.js';
import type { Release, VifRequest } from '../request/index.js';
import type { Driver } from './interface.js';

const PC = ['virtio', 'ne2k_pci', 'pcnet', 'rtl8139', 'e1000'];
const XEN = ['netfront', 'ne2k_pci', 'pcnet', 'rtl8139', 'e1000'];

/** The cards that each virtualization has. */
function modelsOf(release: Release): Readonly<Record<string, readonly string[]>> {
  const pc = release === 'newton' ? [...PC, 'spapr-vlan'] : PC;
  return { qemu: pc, kvm: pc, xen: XEN, lxc: [], uml: [] };
}

/** The card that the guest sees, and who drives it. */
export interface Frontend {
  readonly model: string | undefined;
  readonly driver: Driver | undefined;
}

/**
 * @param kernelRelease `uname -r` of the host: it bounds the queues of a tap.
 * @throws {UnsupportedVirtTypeError}; {@link UnsupportedModelError}.
 */
export function frontend(request: VifRequest, kernelRelease: string): Frontend {
  const { virtType, useVirtio, model: asked } = request.guest;
  const isPc = virtType === 'kvm' || virtType === 'qemu';
  const model = asked ?? (isPc && useVirtio ? 'virtio' : undefined);
  if (model !== undefined) checkModel(model, virtType, request.release);
  return { model, driver: driverOf(request, model, kernelRelease) };
}

function checkModel(model: string, virtType: string, release: Release): void {
  const models = modelsOf(release);
  if (!Object.hasOwn(models, virtType)) throw new UnsupportedVirtTypeError(virtType, Object.keys(models));
  const valid = models[virtType] as readonly string[];
  if (!valid.includes(model)) throw new UnsupportedModelError(model, virtType, valid);
}

function driverOf(request: VifRequest, model: string | undefined, kernelRelease: string): Driver | undefined {
  if (model !== 'virtio') return undefined;
  const { virtType, multiqueue, vcpus } = request.guest;
  // Without it libvirt would have the kernel's vhost work for a guest that is emulated.
  if (virtType === 'qemu') return { name: 'qemu' };
  if (virtType !== 'kvm' || request.release === 'icehouse' || !multiqueue) return undefined;
  return { name: 'vhost', queues: Math.min(vcpus, tapQueues(kernelRelease)) };
}

/** How many queues the tap driver allows (https://bugs.launchpad.net/nova/+bug/1570631). */
function tapQueues(kernelRelease: string): number {
  const major = Number.parseInt(kernelRelease, 10);
  if (major <= 2) return 1;
  if (major === 3) return 8;
  return major === 4 ? 256 : Number.POSITIVE_INFINITY;
}
