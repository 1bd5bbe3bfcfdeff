/** What the linux-bridge plug needs: a bridge takes over the addresses and routes of the card that joins it. */
import { type Address, moveAddresses, type Route } from '../../netdev/index.js';
import type { Command, StepKinds } from './kind.js';

/** Moves all addresses and routes from one link to another that is up, all or none. IPv6 addresses of link scope stay. */
export interface MoveAddressesStep {
  readonly kind: 'move-addresses';
  readonly from: string;
  readonly to: string;
  /** Those that `from` has, as far as they are known: only `explain` reads them. */
  readonly addresses?: readonly Address[] | undefined;
  /** Those that people and daemons made. */
  readonly routes?: readonly Route[] | undefined;
}

export const addressKinds: StepKinds<MoveAddressesStep> = {
  'move-addresses': {
    describe: ({ from, to }) => `move addresses and routes from ${from} to ${to}`,
    explain: ({ from, to, addresses = [], routes = [] }) => [
      ...routes.toReversed().map((route) => routeCommand('delete', route, from)),
      ...addresses.toReversed().map((address) => addressCommand('delete', address, from, from)),
      ...addresses.map((address) => addressCommand('add', address, from, to)),
      ...routes.map((route) => routeCommand('add', route, to)),
    ],
    async perform({ from, to }) {
      const moved = await moveAddresses(from, to);
      if (moved.addresses.length === 0 && moved.routes.length === 0) return undefined;
      return async () => {
        await moveAddresses(to, from, { only: moved });
      };
    },
  },
};

/** As `ip address show` tells an address, so that it can be added as it was. */
function addressCommand(what: 'add' | 'delete', one: Address, from: string, device: string): Command {
  const { address, prefixLength, peer, broadcast, label, scope, family } = one;
  const where = peer === null ? [`${address}/${prefixLength}`] : [address, 'peer', `${peer}/${prefixLength}`];
  const words = ['ip', 'address', what, ...where];
  if (what === 'delete') return [...words, 'dev', device];
  if (broadcast !== null) words.push('broadcast', broadcast);
  words.push('scope', String(scope), 'dev', device);
  // The kernel gives an address its device's name where no other label is said.
  if (family === 'inet' && label?.startsWith(`${from}:`)) words.push('label', `${device}${label.slice(from.length)}`);
  if (one.validLifetime !== Number.POSITIVE_INFINITY) words.push('valid_lft', String(one.validLifetime));
  if (one.preferredLifetime !== Number.POSITIVE_INFINITY) words.push('preferred_lft', String(one.preferredLifetime));
  const given = ['nodad', 'noprefixroute', 'home', 'mngtmpaddr', 'autojoin'] as const;
  return [...words, ...given.filter((flag) => one.flags.includes(flag))];
}

function routeCommand(what: 'add' | 'delete', route: Route, device: string): Command {
  const { family, destination, gateway, source, metric, table, protocol, scope, mtu, onlink } = route;
  const words = ['ip', ...(family === 'inet6' ? ['-6'] : []), 'route', what, destination];
  if (gateway !== null) words.push('via', gateway);
  words.push('dev', device);
  if (source !== null) words.push('src', source);
  if (metric !== null && metric !== 0) words.push('metric', String(metric));
  if (table !== 254) words.push('table', String(table));
  words.push('proto', protocol);
  if (family === 'inet') words.push('scope', String(scope));
  if (mtu !== null) words.push('mtu', String(mtu));
  if (onlink) words.push('onlink');
  return words;
}
