import { InvalidArgumentError } from '../base/errors.js';

/**
 * @param mtu bytes
 * @throws {InvalidArgumentError}
 */
export function checkMtu(mtu: number): number {
  if (!Number.isInteger(mtu) || mtu < 1 || mtu > 0x7fff_ffff) {
    throw new InvalidArgumentError(`MTU must be a whole number of bytes, 1 or more, not ${String(mtu)}`);
  }
  return mtu;
}
