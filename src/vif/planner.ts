import { type Command, explain, type Plan, type Step } from '../plan/index.js';
import type { Task } from './blocks/task.js';
import type { Facts, PortFacts } from './facts.js';
import { hostFacts, unplugHostFacts } from './host-facts.js';
import { interfaceId } from './names.js';
import type { HostInput, VifRequest } from './request/index.js';
import { typeOf } from './types/index.js';

/** Whether a VIF is put in or taken out. */
export type Direction = 'plug' | 'unplug';

/** What a plan may do beyond its VIF. */
export interface PlanOptions {
  /**
   * Takes the port over from another bridge or VIF: by default an error. Unplugs a port that is another instance's by now: by
   * default it is left alone, which is a warning.
   */
  force?: boolean | undefined;
  /** Removes other ports that carry the VIF's iface-id, in the same transaction. Default: an error. */
  replace?: boolean | undefined;
  /** Marks the VIF's port as this owner's, in its external ids. A Plugger has its own. Default: no mark. */
  owner?: string | undefined;
}

/**
 * Whether the VIF has to do with Open vSwitch: others can be plugged where there is none.
 *
 * @throws as {@link planVif} for a type that is unknown, or that the request is not fit for.
 */
export function needsSwitch(request: VifRequest): boolean {
  return typeOf(request).onSwitch ?? false;
}

/** Whether the plan does more than wait. */
export function changes(plan: Plan): boolean {
  return plan.steps.some(({ kind }) => kind !== 'wait-for-interface');
}

/** What the request needs, planned on the facts: a pure function. */
export function planVif(direction: Direction, request: VifRequest, facts: Facts, options: PlanOptions = {}): Plan {
  const task: Task = {
    request,
    facts,
    force: options.force ?? false,
    replace: options.replace ?? false,
    owner: options.owner,
  };
  const plan = typeOf(request)[direction](task);
  if (direction === 'plug' || task.force) return plan;
  const port = passedOn(task, plan);
  return port ? { steps: [], warnings: [leftAlone(request, port)] } : plan;
}

/**
 * The port among those that an unplug would delete that is another instance's by now: it has the same VIF, which was detached
 * and attached there before this unplug came.
 */
function passedOn({ request, facts }: Task, { steps }: Plan): PortFacts | undefined {
  if (steps.length === 0) return undefined;
  const ports = facts.portsOf(interfaceId(request.vif)).filter((port) => {
    const instance = instanceOf(port);
    return instance !== undefined && instance.toLowerCase() !== request.instance.uuid.toLowerCase();
  });
  return ports.find(({ name }) => steps.some((step) => deletesPort(step, name)));
}

const instanceOf = ({ externalIds }: PortFacts): string | undefined => externalIds.get('vm-uuid');

const deletesPort = (step: Step, name: string): boolean =>
  step.kind === 'transaction' && step.changes.some((each) => each.change === 'delete-port' && each.port === name);

const leftAlone = ({ instance }: VifRequest, port: PortFacts): string =>
  `port ${port.name} is left alone: it is instance ${instanceOf(port)}'s by now (vm-uuid), and not ${instance.uuid}'s (force unplugs it)`;

/** The same on the machine that the request's `host` tells of; an unplug follows a plug there. */
export function planOnHost(direction: Direction, request: VifRequest, host: HostInput, options?: PlanOptions): Plan {
  const facts = hostFacts(host);
  if (direction === 'plug') return planVif(direction, request, facts, options);
  return planVif(direction, request, unplugHostFacts(host, request, wasPlugged(request, facts)), options);
}

function wasPlugged(request: VifRequest, facts: Facts): boolean {
  try {
    planVif('plug', request, facts);
    return true;
  } catch {
    return false;
  }
}

/** libvirt's XML of the VIF, on the facts of the machine where the guest is to run. */
export function vifXml(request: VifRequest, facts: Facts): string {
  return typeOf(request).xml(request, facts);
}

/** A plan in commands, as far as it would come. */
export interface Explanation {
  readonly commands: readonly Command[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The commands of a plan; a command that `host` says fails is the last. */
export function explainVif(plan: Plan, host?: HostInput): Explanation {
  const commands = explain(plan);
  const failing = commands.findIndex((command) => host?.fail?.some(({ match }) => startsWith(command, match)));
  if (failing < 0) return { commands, error: null };
  const command = commands[failing] as Command;
  const fault = host?.fail?.find(({ match }) => startsWith(command, match)) as { oserror?: unknown };
  const missing = fault.oserror !== undefined;
  return {
    commands: commands.slice(0, failing + 1),
    error: {
      code: missing ? 'ERR_TOOL_NOT_FOUND' : 'ERR_TOOL_FAILED',
      message: missing ? `can't run ${command[0]}: it is not on PATH` : `${command.join(' ')} failed`,
    },
  };
}

const startsWith = (command: Command, words: readonly string[]) => words.every((word, at) => command[at] === word);
