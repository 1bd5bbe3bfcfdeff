/** VLAN devices and Linux bridges of networks, which VIFs share. */
import { WrongKindError } from '../../netdev/index.js';
import type { Step } from '../../plan/index.js';
import { PortTakenError } from '../errors.js';
import type { Facts } from '../facts.js';
import { markOf } from '../mark.js';
import { marked, masterSteps, mtuSteps, upSteps } from './links.js';
import type { Task } from './task.js';

/** The 802.1Q device of a VLAN on a link. */
export function vlanSteps(
  facts: Facts,
  device: string,
  { link, id, alias }: { link: string; id: number; alias?: string | undefined },
  mtu: number | undefined,
): Step[] {
  const there = facts.link(device);
  if (there?.kind !== undefined && there.kind !== 'vlan') {
    throw new WrongKindError(device, 'a VLAN device', there.kind ?? undefined);
  }
  if (there?.vlan && (there.vlan.id !== id || there.vlan.link !== link)) {
    throw new PortTakenError(device, `it is VLAN ${there.vlan.id} on ${there.vlan.link}, not ${id} on ${link}`);
  }
  return [
    ...(there ? [] : [{ kind: 'create-vlan', device, link, id, ...marked(alias) } as const]),
    ...upSteps(facts, device),
    ...mtuSteps(facts, device, mtu),
  ];
}

/** A bridge that is up, with `member` in it, whose addresses and routes go to the bridge. */
export function networkBridgeSteps(
  { request, facts, owner }: Task,
  bridge: string,
  member: string | undefined,
): Step[] {
  const there = facts.link(bridge);
  if (there?.kind !== undefined && there.kind !== 'bridge') {
    throw new WrongKindError(bridge, 'a bridge', there.kind ?? undefined);
  }
  const alias = markOf(owner, bridge);
  // It goes up last: ours that is down may lack its settings, as its maker may have been killed.
  const half = there?.up === false && there.alias != null && there.alias === alias;
  const made: Step[] = [
    ...(there
      ? []
      : [
          {
            kind: 'create-bridge',
            device: bridge,
            options: { forwardDelay: 0, stp: false },
            ...marked(alias),
          } as const,
        ]),
    ...((!there || half) && request.release === 'newton' && facts.ipv6 && !carriesIpv6(facts, member)
      ? [{ kind: 'set-ipv6-disabled', device: bridge, disabled: true } as const]
      : []),
  ];
  return [...made, ...upSteps(facts, bridge), ...(member === undefined ? [] : memberSteps(facts, bridge, member))];
}

/** Without IPv6 the bridge could not take over the member's IPv6 addresses, and the host would lose them. */
function carriesIpv6(facts: Facts, member: string | undefined): boolean {
  if (member === undefined) return false;
  const { addresses, routes } = facts.carried(member);
  return [...addresses, ...routes].some(({ family }) => family === 'inet6');
}

function memberSteps(facts: Facts, bridge: string, member: string): Step[] {
  const link = facts.link(member);
  if (link?.master && link.master !== bridge) {
    throw new PortTakenError(member, `it is in ${link.master}, and can't be in ${bridge} too`);
  }
  const { addresses, routes } = facts.carried(member);
  const carries = addresses.length > 0 || routes.length > 0;
  // Of a device that is not there, or of which nothing more is known, all is still to be done.
  const known = link?.master !== undefined;
  return [
    ...(known ? masterSteps(facts, member, bridge) : [{ kind: 'set-master', device: member, master: bridge } as const]),
    ...(known ? upSteps(facts, member) : [{ kind: 'set-link-up', device: member } as const]),
    ...(carries ? [{ kind: 'move-addresses', from: member, to: bridge, addresses, routes } as const] : []),
  ];
}
