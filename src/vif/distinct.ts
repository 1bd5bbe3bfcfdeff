import { InvalidArgumentError } from '../base/errors.js';
import { deviceName } from './names.js';
import type { VifRequest } from './request/index.js';

/**
 * Two requests for one device would undo each other's work in an order that nobody chose.
 *
 * @returns the requests by their devices
 * @throws {InvalidArgumentError} naming both, counted from 1
 */
export function checkDistinct(requests: readonly VifRequest[]): Map<string, VifRequest> {
  const byDevice = new Map<string, VifRequest>();
  for (const [index, request] of requests.entries()) {
    const name = deviceName(request.vif);
    const other = byDevice.get(name);
    if (other) {
      throw new InvalidArgumentError(
        `requests ${requests.indexOf(other) + 1} and ${index + 1} both name device ${name}`,
      );
    }
    byDevice.set(name, request);
  }
  return byDevice;
}
