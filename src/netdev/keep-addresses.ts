/** The kernel drops addresses and routes of a link that goes down, loses IPv6 or is deleted: they can be kept and brought back. */
import { rawAddresses } from './address.js';
import { NetdevError } from './errors.js';
import { indexOf } from './native.js';
import { rawRoutes } from './route.js';
import { newAddress, onLink } from './rtnetlink/address-message.js';
import { AF_INET6 } from './rtnetlink/constants.js';
import { inAddingOrder, isMade, nearFirst } from './rtnetlink/order.js';
import { type Request, requestAll } from './rtnetlink/request.js';
import { newRoute, overLink } from './rtnetlink/route-message.js';

/** What a link had. */
export interface KeptAddresses {
  /**
   * Adds what the link of that name lacks: addresses, and the routes that people and daemons made.
   * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, or why the kernel refused the first that it refused; the rest is back
   */
  restore(): Promise<void>;
}

/** IFA_F_TEMPORARY: the kernel makes these from others. */
const TEMPORARY = 0x01;

/**
 * Remembers a link's addresses and routes. Equivalent to `ip address save dev DEV` and `ip route save dev DEV`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function keepAddresses(device: string): Promise<KeptAddresses> {
  const before = indexOf(device);
  const own = (await rawAddresses(device)).filter(
    ({ family, flags }) => !(family === AF_INET6 && (flags & TEMPORARY) !== 0),
  );
  const addresses = inAddingOrder(own);
  const routes = nearFirst((await rawRoutes(device)).filter(isMade));
  return {
    async restore() {
      const index = indexOf(device);
      const deed = `restore the addresses of ${device}`;
      const requests: Request[] = [
        ...addresses.map((address) => newAddress(onLink(address, device, device, index))),
        ...routes.map((route) => newRoute(overLink(route, before, index))),
      ].map((message) => ({ deed, device, message }));
      const answers = await requestAll(requests);
      const refused = answers.find((answer) => answer instanceof NetdevError && answer.code !== 'ERR_NETDEV_EXISTS');
      if (refused) throw refused;
    },
  };
}
