import { remaining, waitOptions } from '../base/deadline.js';
import { InvalidArgumentError, OvskitError } from '../base/errors.js';
import { checkList } from '../base/options.js';
import { NetdevError } from '../netdev/index.js';
import { Done, type ExecuteOptions, execute, type Plan, StepFailedError } from '../plan/index.js';
import { InterfaceFailedError, type Ovs, VswitchError } from '../vswitch/index.js';
import { DuplicateInterfaceIdError, OTHER_MACHINE, PortTakenError } from './errors.js';
import type { Facts } from './facts.js';
import { gatherFacts } from './gather.js';
import { hostFacts } from './host-facts.js';
import { Leaving } from './leaving.js';
import { type ListedVif, type ListOptions, list } from './list.js';
import { checkOwner } from './mark.js';
import { deviceName, ownNames } from './names.js';
import { changes, type Direction, needsSwitch, type PlanOptions, planOnHost, planVif, vifXml } from './planner.js';
import type { PluggedVif, UnpluggedVif } from './plugged.js';
import {
  checkListing,
  checkParse,
  checkPlan,
  checkPlug,
  checkPlugger,
  checkReconcile,
  type PlugOptions,
} from './plugger-options.js';
import { type Comparison, compare, type Reconciled, type ReconcileOptions, reconcile, type Site } from './reconcile.js';
import { type ParseOptions, type PlugRequest, parsePlugRequest, type VifRequest } from './request/index.js';
import { DEFAULT_OWNER, StaleMemory } from './stale.js';
import { told } from './told.js';
import { Turns } from './turns.js';
import { typeOf } from './types/index.js';

/** How often a plug is planned anew when others keep changing the same port or device. */
const MAX_ATTEMPTS = 5;

interface Outcome {
  readonly done: UnpluggedVif;
  readonly ofport: number | null | undefined;
}

/**
 * Plugs and unplugs VIFs of every type of nova's. Both are idempotent, and a plug that fails undoes what it did. Calls for one
 * device wait for each other; calls for different devices run side by side.
 */
export class Plugger implements AsyncDisposable {
  readonly #ovs: Ovs | undefined;
  readonly #turns = new Turns();
  readonly #leaving: Leaving | undefined;
  readonly #owner: string;
  readonly #stale = new StaleMemory();
  #closed = false;

  /**
   * @param ovs may be left out where no VIF has to do with Open vSwitch: `needsSwitch` tells.
   * @param options `owner`: whose mark the ports get, `ovskit` by default; at most 190 bytes, and no control characters.
   * @throws {InvalidArgumentError} for an owner that marks can't carry
   */
  constructor(ovs?: Ovs, options: { owner?: string | undefined } = {}) {
    checkPlugger('new Plugger', options);
    this.#ovs = ovs;
    this.#leaving = ovs && new Leaving(ovs);
    this.#owner = checkOwner(options.owner ?? DEFAULT_OWNER);
  }

  /**
   * What a plug or unplug would do now, without doing it. Of a request with a `host`: what it would do there.
   *
   * @throws as {@link plug} does for requests that can't be met.
   */
  async plan(
    direction: Direction,
    input: PlugRequest | VifRequest,
    options: PlanOptions & ParseOptions = {},
  ): Promise<Plan> {
    checkPlan('plan', options);
    const request = parsePlugRequest(input, undefined, options);
    if (request.host) return planOnHost(direction, request, request.host, options);
    return this.#plan(direction, request, options);
  }

  /**
   * The `<interface>` or `<hostdev>` of libvirt's domain XML for the VIF (https://libvirt.org/formatdomain.html).
   *
   * @throws {InvalidArgumentError} naming the field; {@link UnknownVifTypeError}; {@link MissingDetailsError};
   *   {@link UnsupportedVirtTypeError}; {@link UnsupportedModelError}.
   */
  async config(input: PlugRequest | VifRequest, options: ParseOptions = {}): Promise<string> {
    return vifConfig(input, options);
  }

  /**
   * Plugs a VIF in, and waits until ovs-vswitchd has given its port, where it has one, its OpenFlow port number.
   *
   * @param options `timeout` in milliseconds for the whole; without it, each step has 30 000.
   * @throws {InvalidArgumentError} naming the field; {@link UnknownVifTypeError}; {@link MissingDetailsError};
   *   {@link PortTakenError}; {@link DuplicateInterfaceIdError}; `NoBridgeError`; `PortOnOtherBridgeError`; `NetdevError`;
   *   `StepFailedError` with the code of its cause.
   */
  plug(input: PlugRequest | VifRequest, options: PlugOptions = {}): Promise<PluggedVif> {
    return this.#ask('plug', input, () => {
      checkPlug('plug', options);
      return this.#plug(input, options);
    });
  }

  async #plug(input: PlugRequest | VifRequest, options: PlugOptions): Promise<PluggedVif> {
    const { done, ofport } = await this.#run('plug', input, options);
    return { ...done, ofport: ofport ?? undefined };
  }

  /**
   * Unplugs a VIF. What is not there counts as done; so does a port that carries another instance's uuid by now, which stays,
   * unless `force`: a warning tells.
   */
  unplug(input: PlugRequest | VifRequest, options: PlugOptions = {}): Promise<UnpluggedVif> {
    return this.#ask('unplug', input, () => {
      checkPlug('unplug', options);
      return this.#unplug(input, options);
    });
  }

  async #unplug(input: PlugRequest | VifRequest, options: PlugOptions): Promise<UnpluggedVif> {
    const { done } = await this.#run('unplug', input, options);
    return done;
  }

  /**
   * Plugs many VIFs at the same time: their devices are made in one go, their ports in few transactions. Each succeeds or
   * fails for itself, in the order of the requests; so do calls of {@link plug} that are made at the same time.
   */
  async plugMany(
    inputs: readonly (PlugRequest | VifRequest)[],
    options: PlugOptions = {},
  ): Promise<PromiseSettledResult<PluggedVif>[]> {
    checkList('plugMany', 'the first argument', inputs);
    checkPlug('plugMany', options);
    return Promise.allSettled(inputs.map((input) => this.#ask('plug', input, () => this.#plug(input, options))));
  }

  /** Unplugs many VIFs at the same time; their devices go as a group. Each succeeds or fails for itself. */
  async unplugMany(
    inputs: readonly (PlugRequest | VifRequest)[],
    options: PlugOptions = {},
  ): Promise<PromiseSettledResult<UnpluggedVif>[]> {
    checkList('unplugMany', 'the first argument', inputs);
    checkPlug('unplugMany', options);
    return Promise.allSettled(inputs.map((input) => this.#ask('unplug', input, () => this.#unplug(input, options))));
  }

  /** What {@link reconcile} would do now, without doing it. */
  async compare(desired: readonly (PlugRequest | VifRequest)[], options: ReconcileOptions = {}): Promise<Comparison> {
    checkList('compare', 'the first argument', desired);
    checkReconcile('compare', options);
    return compare(this.#site(), desired, options);
  }

  /**
   * Makes the switch match the desired VIFs: plugs those that are missing or other than they should be, and unplugs ports
   * that carry this Plugger's mark, are on one of the bridges, and belong to no desired VIF. Such a port goes when it is
   * found so for the second time by this Plugger: it may have been made for a VIF that the caller has yet to hear of.
   *
   * @param options `bridges`: those that are put in order; by default those of the desired VIFs. `timeout`: milliseconds for all of it;
   *   default: 30000 for each step of each plug. What is not done by then is in `failed`.
   * @throws {InvalidArgumentError} for a request that is not understood, two for one device, or one for another bridge;
   *   `NoBridgeError` for one of `bridges` that is not there, was not, and is no desired VIF's
   */
  async reconcile(desired: readonly (PlugRequest | VifRequest)[], options: ReconcileOptions = {}): Promise<Reconciled> {
    this.#checkOpen();
    checkList('reconcile', 'the first argument', desired);
    checkReconcile('reconcile', options);
    return reconcile(this.#site(), this.#stale, desired, options);
  }

  /**
   * The ports that carry this Plugger's mark, by name, and how each stands. From the warm replica, unless they are to be
   * compared with what is desired.
   *
   * @throws {InvalidArgumentError} as {@link reconcile} does for the desired VIFs; `NoBridgeError` as it does
   */
  async list(options: ListOptions = {}): Promise<ListedVif[]> {
    checkListing('list', options);
    return list(this.#site(), this.#stale, options);
  }

  #site(): Site {
    if (!this.#ovs) throw new InvalidArgumentError('this takes a switch: new Plugger(ovs)');
    return {
      ovs: this.#ovs,
      owner: this.#owner,
      plan: (request, options) => this.#plan('plug', request, options),
      // Those of a reconciliation under way are not refused when it is closed.
      plug: (request, options) => told('plug', request, () => this.#plug(request, options)),
      inTurn: (device, options, work) => this.#turns.take([device], options, work),
      isStale: (port) => this.#stale.tell(port) ?? false,
      hasSeen: (bridge) => this.#stale.hasSeen(bridge),
      hasGone: (device) => this.#leaving?.note([device]),
    };
  }

  async #run(direction: Direction, input: PlugRequest | VifRequest, options: PlugOptions): Promise<Outcome> {
    const request = parsePlugRequest(input, undefined, options);
    if (request.host) throw new InvalidArgumentError(OTHER_MACHINE);
    // It is refused before it waits for others.
    if (needsSwitch(request) && !this.#ovs) {
      throw new InvalidArgumentError(`a VIF of type ${request.vif.type} needs a switch: new Plugger(ovs)`);
    }
    const devices = turnsOf(request);
    const rest = options.timeout === undefined ? undefined : remaining(options, options.timeout);
    return this.#turns.take(devices, options, async () => {
      if (direction === 'plug') await this.#leaving?.left(devices, rest?.() ?? waitOptions(options));
      const before = new Done();
      try {
        const outcome = await this.#attempt(before, direction, request, { ...options, rest });
        if (direction === 'plug') this.#stale.forget(devices);
        else if (outcome.done.changed) this.#leaving?.note(devices);
        return outcome;
      } catch (error) {
        // ovs-vswitchd may have opened what is gone again.
        if (before.undone) this.#leaving?.note(devices);
        throw error;
      }
    });
  }

  /** Plans and executes until nobody gets in between. */
  async #attempt(
    before: Done,
    direction: Direction,
    request: VifRequest,
    { rest, ...options }: PlugOptions & Pick<ExecuteOptions, 'rest'>,
  ): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const plan = await this.#goOn(before, direction, request, { ...options, ...rest?.() });
      const goesOn = (cause: unknown) => attempt < MAX_ATTEMPTS && isOvertaken(plan, cause);
      try {
        const { interface: row, warnings } = await execute(plan, this.#ovs as Ovs, {
          ...options,
          rest,
          done: before,
          goesOn,
        });
        const changed = changes(plan) || before.size > 0;
        const { bridge } = request.vif.network;
        return { done: { name: deviceName(request.vif), bridge, changed, warnings }, ofport: row?.ofport };
      } catch (error) {
        if (!(error instanceof StepFailedError && goesOn(error.cause))) throw error;
      }
    }
  }

  /** A plan from where others have got to: what those have done goes with them when there is none. */
  async #goOn(before: Done, direction: Direction, request: VifRequest, options: PlugOptions): Promise<Plan> {
    try {
      return await this.#currentPlan(direction, request, options);
    } catch (error) {
      const left = await before.undo();
      if (left.length === 0 || !(error instanceof OvskitError)) throw error;
      const what = left.map(({ message }) => `; could not undo: ${message}`).join('');
      throw new OvskitError(error.code, `${error.message}${what}`, { cause: error });
    }
  }

  /**
   * A plan that changes something finds out when the replica was behind: its transaction fails. One that changes nothing,
   * or that can't be made, has to make sure first.
   */
  async #currentPlan(direction: Direction, request: VifRequest, options: PlugOptions): Promise<Plan> {
    const make = () => this.#plan(direction, request, options);
    try {
      const plan = await make();
      if (changes(plan)) return plan;
    } catch (error) {
      const byReplica =
        error instanceof VswitchError || error instanceof PortTakenError || error instanceof DuplicateInterfaceIdError;
      if (!byReplica) throw error;
    }
    await this.#ovs?.sync(waitOptions(options));
    return make();
  }

  async #plan(direction: Direction, request: VifRequest, options: PlanOptions): Promise<Plan> {
    return planVif(direction, request, await this.#facts(request), { owner: this.#owner, ...options });
  }

  #facts(request: VifRequest): Facts | Promise<Facts> {
    return gatherFacts(this.#ovs, typeOf(request).reads?.(request) ?? {});
  }

  /** Tells what comes of it, a refusal too. */
  #ask<T extends { readonly changed: boolean }>(
    direction: Direction,
    input: unknown,
    work: () => Promise<T>,
  ): Promise<T> {
    return told(direction, input, async () => {
      this.#checkOpen();
      return work();
    });
  }

  #checkOpen(): void {
    if (this.#closed) throw new InvalidArgumentError('this Plugger was closed: make another');
  }

  /** Waits for the calls under way, and refuses those that come later. The switch stays open: it is the caller's. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turns.end();
  }

  /** For `await using`: ends as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** libvirt's XML of a VIF: {@link Plugger.config}, which needs no switch. */
export async function vifConfig(input: PlugRequest | VifRequest, options: ParseOptions = {}): Promise<string> {
  checkParse('config', options);
  const request = parsePlugRequest(input, undefined, options);
  return vifXml(request, request.host ? hostFacts(request.host) : await gatherFacts(undefined, {}));
}

/** VIFs of one network may share a bridge or a VLAN device; others have their devices for themselves. */
function turnsOf(request: VifRequest): string[] {
  const shared = typeOf(request).turn?.(request);
  return shared === undefined ? ownNames(request) : [shared];
}

/**
 * The machine or the switch is no longer what it was planned on. What had been done stays for the next plan: somebody who does the
 * same at the same time may count on it by now. An interface that was open when the plan was made was closed by somebody.
 */
function isOvertaken(plan: Plan, cause: unknown): boolean {
  if (cause instanceof NetdevError) return ['ERR_NETDEV_EXISTS', 'ERR_NETDEV_NO_DEVICE'].includes(cause.code);
  if (cause instanceof InterfaceFailedError) return !changes(plan);
  return cause instanceof VswitchError;
}
