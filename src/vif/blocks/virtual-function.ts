import { InvalidArgumentError } from '../../base/errors.js';
import { needPciSlot } from '../errors.js';
import type { Facts, VfFacts } from '../facts.js';
import type { VifRequest } from '../request/index.js';

/** @throws {MissingDetailsError}; {@link InvalidArgumentError} when the device is no virtual function of this host. */
export function virtualFunction(request: VifRequest, facts: Facts): VfFacts {
  const slot = needPciSlot(request);
  const vf = facts.virtualFunction(slot);
  if (!vf) throw new InvalidArgumentError(`vif.profile.pci_slot ${slot} is no virtual function of this host`);
  return vf;
}

/** The device of the function itself. */
export function vfDevice(request: VifRequest, { devices }: VfFacts): string {
  const [device] = devices;
  if (device !== undefined) return device;
  const why = 'has no network device here: it is bound to another driver, such as vfio-pci';
  throw new InvalidArgumentError(`vif.profile.pci_slot ${needPciSlot(request)} ${why}`);
}

/** The device of its physical function. */
export function pfDevice(request: VifRequest, { pfDevices }: VfFacts): string {
  const [device] = pfDevices;
  if (device !== undefined) return device;
  throw new InvalidArgumentError(`the physical function of ${needPciSlot(request)} has no network device here`);
}

/** The device that stands for it on the host. */
export function representorDevice(request: VifRequest, { representor }: VfFacts): string {
  if (representor !== undefined) return representor;
  const why = 'has no representor: its card is not in switchdev mode';
  throw new InvalidArgumentError(`vif.profile.pci_slot ${needPciSlot(request)} ${why}`);
}
