/** The hybrid plug: a Linux bridge of the VIF's own, on which nova filters, joined to the switch by a veth pair. */
import { WrongKindError } from '../../netdev/index.js';
import type { Step } from '../../plan/index.js';
import type { Reads } from '../facts.js';
import { hybridNames } from '../names.js';
import type { VifRequest } from '../request/index.js';
import { marked, masterSteps, mtuSteps, promiscuousSteps, upSteps } from './links.js';
import type { Task } from './task.js';

export function hybridReads({ vif }: VifRequest): Reads {
  const { bridge, bridgeEnd, switchEnd } = hybridNames(vif);
  return { details: [bridge, bridgeEnd, switchEnd] };
}

/**
 * @param mtu bytes, of both ends of the pair
 * @param alias the mark of bridge and pair, where they have one
 */
export function hybridSteps({ request, facts }: Task, mtu: number | undefined, alias?: string): Step[] {
  const { bridge, bridgeEnd, switchEnd } = hybridNames(request.vif);
  checkKind(facts.link(bridge)?.kind, bridge, 'bridge');
  checkKind(facts.link(switchEnd)?.kind, switchEnd, 'veth');
  const ends = [bridgeEnd, switchEnd].flatMap((end) => [
    ...upSteps(facts, end),
    ...promiscuousSteps(facts, end),
    ...mtuSteps(facts, end, mtu),
  ]);
  const thePair = facts.link(switchEnd) !== undefined && facts.link(bridgeEnd) !== undefined;
  return [
    ...bridgeSteps({ request, facts }, bridge, alias),
    ...(thePair ? ends : pairSteps({ request, facts }, mtu, alias)),
    ...(thePair || facts.link(bridge)?.up
      ? upSteps(facts, bridge)
      : [{ kind: 'set-link-up', device: bridge } as const]),
    ...(thePair
      ? masterSteps(facts, bridgeEnd, bridge)
      : [{ kind: 'set-master', device: bridgeEnd, master: bridge } as const]),
  ];
}

/** It goes up last: one that is down may lack its settings, as its maker may have been killed. */
function bridgeSteps({ request, facts }: Pick<Task, 'request' | 'facts'>, device: string, alias?: string): Step[] {
  const there = facts.link(device);
  if (there && there.up !== false) return [];
  const options = { forwardDelay: 0, stp: false, multicastSnooping: false };
  return [
    ...(there ? [] : [{ kind: 'create-bridge', device, options, ...marked(alias) } as const]),
    ...(request.release === 'newton' && facts.ipv6
      ? [{ kind: 'set-ipv6-disabled', device, disabled: true } as const]
      : []),
  ];
}

/** The pair anew; what is left of an old one is removed first. */
function pairSteps(
  { request, facts }: Pick<Task, 'request' | 'facts'>,
  mtu: number | undefined,
  alias: string | undefined,
): Step[] {
  const { bridgeEnd, switchEnd } = hybridNames(request.vif);
  const leftovers = [bridgeEnd, switchEnd].filter((end) => facts.link(end) !== undefined);
  return [
    ...leftovers.map((device): Step => ({ kind: 'delete-link', device })),
    { kind: 'create-veth', device: bridgeEnd, peer: switchEnd, ...marked(alias) },
    ...[bridgeEnd, switchEnd].flatMap((device): Step[] => [
      { kind: 'set-link-up', device },
      { kind: 'set-promiscuous', device, on: true },
      ...(mtu === undefined ? [] : [{ kind: 'set-mtu', device, mtu } as const]),
    ]),
  ];
}

/** The bridge goes; the pair stays for the caller, who has its port to take away first. */
export function unhybridSteps({ request, facts }: Task): Step[] {
  const { bridge, bridgeEnd } = hybridNames(request.vif);
  const link = facts.link(bridge);
  if (!link) return [];
  checkKind(link.kind, bridge, 'bridge');
  return [
    ...(facts.link(bridgeEnd) ? [{ kind: 'clear-master', device: bridgeEnd } as const] : []),
    { kind: 'set-link-down', device: bridge },
    { kind: 'delete-link', device: bridge },
  ];
}

function checkKind(kind: string | null | undefined, device: string, wanted: string): void {
  if (kind !== undefined && kind !== wanted) throw new WrongKindError(device, `a ${wanted}`, kind ?? undefined);
}
