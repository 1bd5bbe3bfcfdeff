import { indexOf } from '../native.js';
import { RTM } from './constants.js';
import { ifinfomsg, linkMessage } from './link-message.js';
import { message } from './message.js';
import { request } from './request.js';

/**
 * Changes attributes of a link (RTM_SETLINK).
 * @throws {NetdevError}
 */
export async function setLink(deed: string, device: string, attributes: readonly Buffer[]): Promise<void> {
  await request({ deed, device, message: linkMessage(RTM.SETLINK, device, attributes) });
}

/**
 * Sets or clears flags of a link (IFF_* of linux/if.h); the others stay.
 * @throws {NetdevError}
 */
export async function setLinkFlags(deed: string, device: string, mask: number, on: boolean): Promise<void> {
  await request({ deed, device, message: linkMessage(RTM.SETLINK, device, [], { flags: on ? mask : 0, mask }) });
}

/** As `setLink`, where the attributes have a name that means another: the new one. */
export async function setLinkByIndex(deed: string, device: string, attributes: readonly Buffer[]): Promise<void> {
  const structure = ifinfomsg({ index: indexOf(device) });
  await request({ deed, device, message: message(RTM.SETLINK, 0, structure, attributes) });
}
