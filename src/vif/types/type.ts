import type { Plan } from '../../plan/index.js';
import type { Task } from '../blocks/task.js';
import type { Facts, Reads } from '../facts.js';
import type { VifRequest } from '../request/index.js';

/** A VIF type: what it reads, and pure functions from request and facts to plans and to libvirt's XML. */
export interface VifType {
  /** Whether its plans have to do with Open vSwitch. */
  readonly onSwitch?: boolean;
  /** A device that it shares with other VIFs: their plugs wait for each other. Default: the VIF's own. */
  turn?(request: VifRequest): string | undefined;
  /** Throws for a request that none of the others can serve. */
  check?(request: VifRequest): void;
  reads?(request: VifRequest): Reads;
  plug(task: Task): Plan;
  unplug(task: Task): Plan;
  xml(request: VifRequest, facts: Facts): string;
}

/** Nobody has to do anything. */
export const NO_STEPS: Plan = { steps: [] };

/** A plan that has nothing to say would look like a VIF that is there. */
export const LIBVIRT_ALONE: Plan = {
  steps: [],
  warnings: ['nothing is to be done on the host: libvirt does it all, by the XML of "ovskit vif config"'],
};
