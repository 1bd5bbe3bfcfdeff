import { OvskitError } from '../base/errors.js';
import type { Plan } from '../plan/index.js';
import type { Facts } from './facts.js';
import { planOvsPlug, planOvsUnplug } from './ovs.js';
import type { PlugRequest } from './request.js';

/** A VIF type's planners: pure functions from request and facts to a plan. */
export interface VifType {
  plug(request: PlugRequest, facts: Facts): Plan;
  unplug(request: PlugRequest, facts: Facts): Plan;
}

const types = new Map<string, VifType>([['ovs', { plug: planOvsPlug, unplug: planOvsUnplug }]]);

/** The VIF's type is none that ovskit plugs: `ERR_VIF_UNKNOWN_TYPE`. */
export class UnknownVifTypeError extends OvskitError {
  constructor(type: string) {
    super('ERR_VIF_UNKNOWN_TYPE', `vif.type ${type} is unknown; known types: ${[...types.keys()].join(', ')}`);
  }
}

/** @throws {UnknownVifTypeError} */
export function vifType(name: string): VifType {
  const type = types.get(name);
  if (!type) throw new UnknownVifTypeError(name);
  return type;
}
