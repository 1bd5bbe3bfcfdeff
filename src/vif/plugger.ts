import { type CallOptions, Waiter } from '../base/deadline.js';
import { execute, type Plan, StepFailedError } from '../plan/index.js';
import { InterfaceFailedError, type Ovs, VswitchError } from '../vswitch/index.js';
import { PortTakenError } from './errors.js';
import { type Facts, gatherFacts } from './facts.js';
import { deviceName } from './names.js';
import { type PlugRequest, parsePlugRequest } from './request.js';
import { told } from './told.js';
import { vifType } from './types.js';

/** A VIF that is plugged in. */
export interface PluggedVif {
  /** The device and port. */
  readonly name: string;
  readonly bridge: string;
  /** The OpenFlow port number that ovs-vswitchd gave it. */
  readonly ofport: number;
  /** Whether anything had to be done. */
  readonly changed: boolean;
}

export interface UnpluggedVif {
  readonly name: string;
  readonly bridge: string;
  readonly changed: boolean;
}

/** How often a plug is planned anew when others keep changing the same port. */
const MAX_ATTEMPTS = 5;

type Direction = 'plug' | 'unplug';

interface Outcome {
  readonly done: UnpluggedVif;
  readonly ofport: number | null | undefined;
}

function changes(plan: Plan): boolean {
  return plan.steps.some((step) => step.kind !== 'wait-for-interface');
}

/**
 * Plugs and unplugs VIFs on a switch. Both are idempotent, and a plug that fails undoes what it did. Calls for one device
 * wait for each other; calls for different devices run side by side.
 */
export class Plugger implements AsyncDisposable {
  readonly #ovs: Ovs;
  /** The last call for each device that has one under way. */
  readonly #tails = new Map<string, Promise<void>>();

  constructor(ovs: Ovs) {
    this.#ovs = ovs;
  }

  /**
   * What a plug or unplug would do now, without doing it.
   *
   * @throws as {@link plug} does for requests that can't be met.
   */
  plan(direction: Direction, input: unknown): Plan {
    const request = parsePlugRequest(input);
    return vifType(request.vif.type)[direction](request, this.#facts(request));
  }

  /**
   * Plugs a VIF in and waits until ovs-vswitchd has given it its OpenFlow port number.
   *
   * @param options `timeout` in milliseconds for each step, 30 000 by default.
   * @throws {InvalidArgumentError} naming the field; {@link UnknownVifTypeError}; `NoBridgeError`;
   *   `PortOnOtherBridgeError`; `NetdevError`; `StepFailedError` with the code of its cause.
   */
  plug(input: PlugRequest, options: CallOptions = {}): Promise<PluggedVif> {
    return told('plug', input, async () => {
      const { done, ofport } = await this.#run('plug', input, options);
      return { ...done, ofport: ofport as number };
    });
  }

  /** Unplugs a VIF. What is not there counts as done. */
  unplug(input: PlugRequest, options: CallOptions = {}): Promise<UnpluggedVif> {
    return told('unplug', input, async () => {
      const { done } = await this.#run('unplug', input, options);
      return done;
    });
  }

  async #run(direction: Direction, input: PlugRequest, options: CallOptions): Promise<Outcome> {
    const request = parsePlugRequest(input);
    const type = vifType(request.vif.type);
    const name = deviceName(request.vif);
    return this.#inTurn(name, options, async () => {
      for (let attempt = 1; ; attempt++) {
        const plan = await this.#currentPlan(() => type[direction](request, this.#facts(request)), options);
        try {
          const { interface: row } = await execute(plan, this.#ovs, options);
          const done = { name, bridge: request.vif.network.bridge, changed: changes(plan) };
          return { done, ofport: row?.ofport };
        } catch (error) {
          // The switch is no longer what it was planned on; what had been done is undone.
          const overtaken = error instanceof StepFailedError && error.cause instanceof VswitchError;
          if (!overtaken || error.cause instanceof InterfaceFailedError || attempt === MAX_ATTEMPTS) throw error;
        }
      }
    });
  }

  /**
   * A plan that changes something finds out when the replica was behind: its transaction fails. One that changes nothing,
   * or that can't be made, has to make sure first.
   */
  async #currentPlan(make: () => Plan, options: CallOptions): Promise<Plan> {
    try {
      const plan = make();
      if (changes(plan)) return plan;
    } catch (error) {
      if (!(error instanceof VswitchError || error instanceof PortTakenError)) throw error;
    }
    await this.#ovs.sync(options);
    return make();
  }

  /** Runs `work` when the calls before it for the same device have ended, however they did. */
  #inTurn<T>(device: string, options: CallOptions, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(device);
    const turn = before ? this.#wait(device, before, options).then(work) : work();
    // One that gives up waiting leaves its turn to the next, which still comes after those before.
    const tail: Promise<void> = Promise.allSettled([before, turn]).then(() => {
      if (this.#tails.get(device) === tail) this.#tails.delete(device);
    });
    this.#tails.set(device, tail);
    return turn;
  }

  #wait(device: string, before: Promise<void>, options: CallOptions): Promise<void> {
    const waiter = new Waiter<void>(`waiting for the call before on ${device}`, options, Number.POSITIVE_INFINITY);
    void before.then(() => waiter.resolve());
    return waiter.promise;
  }

  #facts(request: PlugRequest): Facts {
    return gatherFacts(this.#ovs, deviceName(request.vif), request.vif.network.bridge);
  }

  /** Waits for the calls under way. The switch stays open: it is the caller's. */
  async close(): Promise<void> {
    await Promise.all(this.#tails.values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
