import type { FlowTemplate } from '../../plan/index.js';
import type { Pif } from '../records/index.js';

const LOCAL = 'LOCAL';

/**
 * The flows by which a host is reached through a bridge that has lost its controller and must not switch by itself: its own
 * frames, and ARP requests. They have the lowest priority: whatever a controller adds goes before.
 *
 * @param cards the interfaces of the datapath's cards; more than one is a bond, which picks the card itself.
 */
export function managementFlows(datapath: Pif, cards: readonly string[]): FlowTemplate[] {
  const mac = datapath.MAC;
  const inward = (card: string): FlowTemplate[] => [
    { match: { inPort: { interface: card }, dlType: 'arp', nwProto: 1 }, output: LOCAL },
    { match: { inPort: { interface: card }, dlDst: mac }, output: LOCAL },
  ];
  const outward = (output: FlowTemplate['output']): FlowTemplate[] => [
    { match: { inPort: LOCAL, dlType: 'arp', dlSrc: mac }, output },
    { match: { inPort: LOCAL, dlSrc: mac }, output },
  ];
  const [card] = cards;
  if (card === undefined) return [];
  if (cards.length > 1) return [...outward('NORMAL'), ...cards.flatMap(inward)];
  return [...inward(card), ...outward({ interface: card })];
}
