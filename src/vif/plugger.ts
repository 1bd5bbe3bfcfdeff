import type { CallOptions } from '../base/deadline.js';
import { execute, type Plan } from '../plan/index.js';
import type { Ovs } from '../vswitch/index.js';
import { type Facts, gatherFacts } from './facts.js';
import { deviceName } from './names.js';
import { type PlugRequest, parsePlugRequest } from './request.js';
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

type Direction = 'plug' | 'unplug';

interface Outcome {
  readonly done: UnpluggedVif;
  readonly ofport: number | null | undefined;
}

/**
 * Plugs and unplugs VIFs on a switch. Both are idempotent, and a plug that fails undoes what it did. Calls for one device
 * wait for each other; calls for different devices run side by side.
 */
export class Plugger implements AsyncDisposable {
  readonly #ovs: Ovs;
  /** The last call for each device that has one under way. */
  readonly #tails = new Map<string, Promise<unknown>>();

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
  async plug(input: PlugRequest, options: CallOptions = {}): Promise<PluggedVif> {
    const { done, ofport } = await this.#run('plug', input, options);
    return { ...done, ofport: ofport as number };
  }

  /** Unplugs a VIF. What is not there counts as done. */
  async unplug(input: PlugRequest, options: CallOptions = {}): Promise<UnpluggedVif> {
    const { done } = await this.#run('unplug', input, options);
    return done;
  }

  async #run(direction: Direction, input: PlugRequest, options: CallOptions): Promise<Outcome> {
    const request = parsePlugRequest(input);
    const type = vifType(request.vif.type);
    const name = deviceName(request.vif);
    return this.#inTurn(name, async () => {
      const plan = type[direction](request, this.#facts(request));
      const { interface: row } = await execute(plan, this.#ovs, options);
      const changed = plan.steps.some((step) => step.kind !== 'wait-for-interface');
      return { done: { name, bridge: request.vif.network.bridge, changed }, ofport: row?.ofport };
    });
  }

  /** Runs `work` when the calls before it for the same device have ended, however they did. */
  #inTurn<T>(device: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#tails.get(device) ?? Promise.resolve()).then(work);
    const tail: Promise<void> = turn
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.#tails.get(device) === tail) this.#tails.delete(device);
      });
    this.#tails.set(device, tail);
    return turn;
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
