import type { CallOptions } from '../base/deadline.js';
import type { Ovs } from '../vswitch/index.js';

/**
 * Devices that were unplugged, until ovs-vswitchd has taken that in. Had the switch a port of that name again before, it would
 * see no change, and keep open what the old device was: deaf to the new one, which it may even take down later.
 */
export class Leaving {
  readonly #ovs: Ovs;
  /** The configuration that has no port of it, by device; in the order of the configurations. */
  readonly #configurations = new Map<string, number>();

  constructor(ovs: Ovs) {
    this.#ovs = ovs;
  }

  note(device: string): void {
    const { root } = this.#ovs.tables;
    if (!root) return;
    for (const [other, configuration] of this.#configurations) {
      if (configuration > root.cur_cfg) break;
      this.#configurations.delete(other);
    }
    // What is set again would keep its place.
    this.#configurations.delete(device);
    if (root.next_cfg > root.cur_cfg) this.#configurations.set(device, Number(root.next_cfg));
  }

  /** Waits until ovs-vswitchd has let go of the device. */
  async left(device: string, options: CallOptions): Promise<void> {
    const configuration = this.#configurations.get(device);
    if (configuration !== undefined) await this.#ovs.waitForVswitchd(configuration, options);
  }
}
