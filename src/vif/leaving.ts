import type { CallOptions } from '../base/deadline.js';
import type { Ovs } from '../vswitch/index.js';

/**
 * Devices that were taken off the switch, until ovs-vswitchd has taken that in. Had the switch a port of that name again before, it
 * would see no change, and keep open what the old device was: deaf to the new one, which it may even take down later.
 */
export class Leaving {
  readonly #ovs: Ovs;
  /** The configuration that has no port of it, by device; in the order of the configurations. */
  readonly #configurations = new Map<string, number>();

  constructor(ovs: Ovs) {
    this.#ovs = ovs;
  }

  note(devices: readonly string[]): void {
    const { root } = this.#ovs.tables;
    if (!root) return;
    for (const [other, configuration] of this.#configurations) {
      if (this.#isAwaited(configuration)) break;
      this.#configurations.delete(other);
    }
    for (const device of devices) {
      // What is set again would keep its place.
      this.#configurations.delete(device);
      if (root.next_cfg > root.cur_cfg) this.#configurations.set(device, Number(root.next_cfg));
    }
  }

  /** Waits until ovs-vswitchd has let go of the devices. */
  async left(devices: readonly string[], options: CallOptions): Promise<void> {
    const last = Math.max(...devices.map((device) => this.#configurations.get(device) ?? 0));
    if (this.#isAwaited(last)) await this.#ovs.waitForVswitchd(last, options);
  }

  /** One that the database has not come to is of another database, which was there before. */
  #isAwaited(configuration: number): boolean {
    const { root } = this.#ovs.tables;
    return root !== undefined && configuration > root.cur_cfg && configuration <= root.next_cfg;
  }
}
