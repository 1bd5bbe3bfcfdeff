import { type Command, explain, type Plan } from '../plan/index.js';
import type { Task } from './blocks/task.js';
import type { Facts } from './facts.js';
import { hostFacts, pluggedHostFacts } from './host-facts.js';
import type { HostInput, VifRequest } from './request/index.js';
import { typeOf } from './types/index.js';

/** Whether a VIF is put in or taken out. */
export type Direction = 'plug' | 'unplug';

/** What a plan may do beyond its VIF. */
export interface PlanOptions {
  /** Takes the port over from another bridge or VIF. Default: an error. */
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

/** What the request needs, planned on the facts: a pure function. */
export function planVif(direction: Direction, request: VifRequest, facts: Facts, options: PlanOptions = {}): Plan {
  const task: Task = {
    request,
    facts,
    force: options.force ?? false,
    replace: options.replace ?? false,
    owner: options.owner,
  };
  return typeOf(request)[direction](task);
}

/** The same on the machine that the request's `host` tells of; an unplug follows a plug there. */
export function planOnHost(direction: Direction, request: VifRequest, host: HostInput, options?: PlanOptions): Plan {
  const facts = hostFacts(host);
  if (direction === 'plug') return planVif(direction, request, facts, options);
  return planVif(direction, request, wasPlugged(request, facts) ? pluggedHostFacts(host, request) : facts, options);
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
