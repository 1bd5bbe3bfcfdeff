/** What the linux-bridge plug needs: a bridge takes over the addresses and routes of the card that joins it. */
import { InvalidArgumentError } from '../base/errors.js';
import { type Address, describe as describeAddress, rawAddresses } from './address.js';
import { NetdevError } from './errors.js';
import { checkDeviceName } from './name.js';
import { indexOf } from './native.js';
import { describe as describeRoute, type Route, rawRoutes } from './route.js';
import { delAddress, newAddress, onLink, type RawAddress } from './rtnetlink/address-message.js';
import { AF_INET6 } from './rtnetlink/constants.js';
import { inAddingOrder, isMade, nearFirst } from './rtnetlink/order.js';
import { type Request, requestAll } from './rtnetlink/request.js';
import { delRoute, newRoute, overLink, type RawRoute } from './rtnetlink/route-message.js';

const SCOPE_LINK = 253;

/** What was moved from one link to another. */
export interface Moved {
  addresses: Address[];
  /** Those that people and daemons made; the kernel makes its own anew. */
  routes: Route[];
}

/**
 * Moves all addresses and routes from one link to another that is up, with their order, flags, labels and lifetimes; or none:
 * when the kernel refuses one, all are put back. IPv6 addresses of link scope stay, as each link has its own.
 *
 * Routes by the kernel itself, by router advertisements and over nexthop objects aren't moved.
 *
 * @param options `only`: what an earlier move brought to `from`; the rest stays.
 *
 * Equivalent to `ip route delete`, `ip address delete ... dev FROM`, `ip address add ... dev TO`, `ip route add`, for each.
 *
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_EXISTS`, `ERR_NETDEV_PERMISSION`, `ERR_NETDEV` (ENETUNREACH) when `to`
 *   is down and there are routes
 */
export async function moveAddresses(
  from: string,
  to: string,
  { only }: { only?: Moved | undefined } = {},
): Promise<Moved> {
  const target = indexOf(checkDeviceName(to));
  const source = indexOf(checkDeviceName(from));
  if (source === target) throw new InvalidArgumentError(`${from} and ${to} are one link: there is nothing to move`);
  const addresses = inAddingOrder(
    (await rawAddresses(from)).filter(
      (raw) => isMovable(raw) && includes(only?.addresses, describeAddress(raw), ADDRESS),
    ),
  );
  const routes = nearFirst(
    (await rawRoutes(from)).filter((raw) => isMade(raw) && includes(only?.routes, describeRoute(raw), ROUTE)),
  );
  const newAddresses = addresses.map((address) => onLink(address, from, to, target));
  const newRoutes = routes.map((route) => overLink(route, source, target));
  // The last first: without its address the kernel drops a route, and without its primary a secondary address.
  await runAll([
    ...routes.map((route) => routeStep('delete', from, route)).toReversed(),
    ...addresses.map((address) => addressStep('delete', from, address)).toReversed(),
    ...newAddresses.map((address) => addressStep('add', to, address)),
    ...newRoutes.map((route) => routeStep('add', to, route)),
  ]);
  return { addresses: inAddingOrder(newAddresses).map(describeAddress), routes: newRoutes.map(describeRoute) };
}

const isMovable = ({ family, scope }: RawAddress) => !(family === AF_INET6 && scope === SCOPE_LINK);

/** What tells one from another; what the kernel adds by itself, such as flags and lifetimes, does not. */
const ADDRESS = ['address', 'prefixLength', 'peer'] as const;
const ROUTE = ['family', 'destination', 'gateway', 'metric', 'table', 'protocol'] as const;

function includes<T, K extends keyof T>(list: readonly T[] | undefined, one: T, keys: readonly K[]): boolean {
  return list === undefined || list.some((each) => keys.every((key) => each[key] === one[key]));
}

interface Step {
  request: Request;
  undo: Request;
}

function addressStep(what: 'add' | 'delete', device: string, address: RawAddress): Step {
  const { address: text, prefixLength } = describeAddress(address);
  const steps = {
    add: { deed: `add the address ${text}/${prefixLength} to ${device}`, device, message: newAddress(address) },
    delete: {
      deed: `delete the address ${text}/${prefixLength} from ${device}`,
      device,
      message: delAddress(address),
    },
  };
  return { request: steps[what], undo: what === 'add' ? steps.delete : steps.add };
}

function routeStep(what: 'add' | 'delete', device: string, route: RawRoute): Step {
  const { destination } = describeRoute(route);
  const steps = {
    add: { deed: `add the route to ${destination} over ${device}`, device, message: newRoute(route) },
    delete: { deed: `delete the route to ${destination} over ${device}`, device, message: delRoute(route) },
  };
  return { request: steps[what], undo: what === 'add' ? steps.delete : steps.add };
}

/**
 * All are sent at once: up to 64 in one datagram, which the kernel carries out to its end, even when we are killed. So a host is
 * not left without its addresses. When one fails, all that was done is undone, the last first.
 */
async function runAll(steps: readonly Step[]): Promise<void> {
  const answers = await requestAll(steps.map((step) => step.request));
  const error = answers.find((answer) => answer instanceof NetdevError);
  if (!error) return;
  const done = steps.filter((_, i) => !(answers[i] instanceof NetdevError));
  await requestAll(done.toReversed().map((step) => step.undo));
  throw error;
}
