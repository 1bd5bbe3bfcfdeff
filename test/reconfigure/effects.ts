import { type Command, explain, type Plan } from '../../src/plan/index.js';
import type { Event } from './case.js';

/** What a run of either program asked of the machine, in words that compare. */
export interface Effects {
  readonly links: string[];
  readonly ethtool: string[];
  readonly workaround: string[];
  readonly tools: string[];
  readonly flows: string[];
  /** Of all commands, their first words in order: for the rules of order. */
  readonly order: string[];
}

const empty = (): Effects => ({ links: [], ethtool: [], workaround: [], tools: [], flows: [], order: [] });

/** What the original ran. */
export function effectsOfEvents(events: readonly Event[]): Effects {
  const effects = empty();
  for (const { t, argv = [] } of events) {
    if (t !== 'run') continue;
    const [program = '', ...args] = argv;
    const tool = program.slice(program.lastIndexOf('/') + 1);
    const [device = '', verb = '', , mtu] = args;
    effects.order.push(tool === 'ifconfig' ? `link ${verb}` : tool);
    if (tool === 'ifconfig') {
      effects.links.push(`${device} ${verb}`, ...(mtu === undefined ? [] : [`${device} mtu ${mtu}`]));
    } else if (tool === 'ethtool') effects.ethtool.push(args.join(' '));
    else if (tool === 'ovs-vlan-bug-workaround') effects.workaround.push(args.join(' '));
    else if (tool === 'ovs-ofctl') effects.flows.push(args.slice(1).join(' '));
    else if (tool !== 'ovs-vsctl') effects.tools.push([tool, ...args].join(' '));
  }
  return sorted(effects);
}

/** What our plan says that it does. */
export function effectsOfPlan(plan: Plan): Effects {
  const effects = empty();
  for (const command of explain(plan)) {
    const [tool = '', ...args] = command;
    if (tool === 'ip') {
      const [, , , device = '', ...words] = args;
      effects.links.push([device, ...words].join(' '));
      if (words[0] !== 'mtu') effects.order.push(`link ${words[0]}`);
      continue;
    }
    effects.order.push(tool);
    if (tool === 'ethtool') effects.ethtool.push(args.join(' '));
    else if (tool === 'ovs-vlan-bug-workaround') effects.workaround.push(args.join(' '));
    else if (tool === 'ovs-ofctl') effects.flows.push(args.slice(1).join(' '));
    else if (tool !== 'ovs-vsctl') effects.tools.push([tool, ...args].join(' '));
  }
  return sorted(effects);
}

/** The one ovs-vsctl line of a plan. */
export function vsctlLines(plan: Plan): Command[] {
  return explain(plan).filter(([tool]) => tool === 'ovs-vsctl');
}

/** As sets: a link that is set down twice is down. */
function sorted({ order, ...effects }: Effects): Effects {
  const entries = Object.entries(effects).map(([key, list]) => [key, [...new Set(list)].sort()]);
  return { ...(Object.fromEntries(entries) as Omit<Effects, 'order'>), order };
}
