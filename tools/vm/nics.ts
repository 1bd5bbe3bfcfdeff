import { InvalidArgumentError } from '../../src/base/errors.js';

/** A network card of the guest. Tests find its device by the MAC address, as nothing else tells two of a model apart. */
export interface Nic {
  /** QEMU's name for it, which `set_link` takes: `nic0`, `nic1`, ... in the order given. */
  id: string;
  model: string;
  mac: string;
}

interface NicArguments {
  nic: Nic;
  modules: readonly string[];
  args: readonly string[];
}

/** The guest has no udev, so the driver of each model is loaded by name. */
const DRIVERS: Record<string, readonly string[]> = {
  e1000: ['e1000'],
  e1000e: ['e1000e'],
  igb: ['igb', 'igbvf'],
  'virtio-net-pci': ['virtio_net'],
  vmxnet3: ['vmxnet3'],
};

/**
 * `MODEL[,OPTION=VALUE]...`: a model and its properties as QEMU's `-device` takes them, and one of ours: `hub=N`, the
 * Ethernet segment that the card is on (0 if not given). No segment reaches the host.
 */
export function parseNic(spec: string, index: number): NicArguments {
  const [model = '', ...properties] = spec.split(',');
  const modules = DRIVERS[model];
  if (!modules) {
    throw new InvalidArgumentError(`NIC "${spec}": the model must be one of ${Object.keys(DRIVERS).join(', ')}`);
  }
  let hub = 0;
  const rest: string[] = [];
  for (const property of properties) {
    const [name, value = ''] = property.split('=');
    if (name === 'id' || name === 'mac' || name === 'netdev' || !name || !property.includes('=')) {
      throw new InvalidArgumentError(`NIC "${spec}": "${property}" is not OPTION=VALUE, or is set by the tool itself`);
    }
    if (name !== 'hub') rest.push(property);
    else if (/^\d+$/.test(value)) hub = Number(value);
    else throw new InvalidArgumentError(`NIC "${spec}": hub must be a number, not "${value}"`);
  }
  const nic = { id: `nic${index}`, model, mac: `52:54:00:6f:76:${index.toString(16).padStart(2, '0')}` };
  // An empty romfile leaves the PXE boot program out: nothing boots from these.
  const device = [model, `id=${nic.id}`, `netdev=net${index}`, `mac=${nic.mac}`, 'romfile=', ...rest].join(',');
  return { nic, modules, args: ['-netdev', `hubport,id=net${index},hubid=${hub}`, '-device', device] };
}
