import { readdirSync } from 'node:fs';
import { getSysfsFacts, listLinks, type SysfsFacts, type SysfsOptions, type VirtualFunction } from '../netdev/index.js';

/**
 * The device that stands on the host for a virtual function of a card in switchdev mode: of the same switch as the physical
 * function, and with a port name that tells the function's number (Documentation/networking/switchdev.rst, devlink-port.rst).
 *
 * @param options `root` of another /sys.
 */
export function findRepresentor(vf: VirtualFunction, options: SysfsOptions = {}): string | undefined {
  const [physical] = uplinksFirst(vf.pfDevices, options)
    .map((device) => factsOf(device, options))
    .filter((facts) => facts?.physSwitchId);
  if (!physical) return undefined;
  const pf = Number(vf.pfPciAddress.split('.')[1]);
  return netDevices(options).find((device) => {
    const facts = factsOf(device, options);
    if (!facts || facts.physSwitchId !== physical.physSwitchId) return false;
    return isRepresentor(facts.physPortName, pf, vf.index);
  });
}

/** The physical function's own device before the representors that are on the same card. */
export function uplinksFirst(devices: readonly string[], options: SysfsOptions = {}): string[] {
  const isUplink = (device: string) => /^(p\d+)?$/.test(factsOf(device, options)?.physPortName ?? '');
  return [...devices.filter(isUplink), ...devices.filter((device) => !isUplink(device))];
}

/** `pf0vf1`, with the controller before it where there are several (`c1pf0vf1`); old drivers say but `1`. */
function isRepresentor(portName: string | null, pf: number, index: number): boolean {
  const match = /^(?:(?:c\d+)?pf(\d+)vf)?(\d+)$/.exec(portName ?? '');
  if (!match) return false;
  return Number(match[2]) === index && (match[1] === undefined || Number(match[1]) === pf);
}

function netDevices({ root }: SysfsOptions): string[] {
  return root === undefined ? listLinks().map(String) : readdirSync(`${root}/sys/class/net`).sort();
}

/** A device may go while it is being read. */
function factsOf(device: string, options: SysfsOptions): SysfsFacts | undefined {
  try {
    return getSysfsFacts(device, options);
  } catch {
    return undefined;
  }
}
