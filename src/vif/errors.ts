import { InvalidArgumentError, OvskitError } from '../base/errors.js';
import type { VifRequest } from './request/index.js';

/** Why a request with a `host` is refused. */
export const OTHER_MACHINE =
  'host is of another machine: such a request can be explained (--explain, --dry-run), and not be done';

/** A port of the VIF's name is there, and is somebody else's: `ERR_VIF_PORT_TAKEN`. */
export class PortTakenError extends OvskitError {
  constructor(
    readonly port: string,
    why: string,
  ) {
    super('ERR_VIF_PORT_TAKEN', `port ${port} is not this VIF's: ${why}`);
  }
}

/** Another port carries the VIF's iface-id: `ERR_VIF_DUPLICATE_IFACE_ID`. */
export class DuplicateInterfaceIdError extends OvskitError {
  constructor(
    readonly interfaceId: string,
    readonly ports: readonly string[],
  ) {
    super(
      'ERR_VIF_DUPLICATE_IFACE_ID',
      `iface-id ${interfaceId} is on ${ports.join(', ')} already; unplug that, or replace it (--replace)`,
    );
  }
}

/** The VIF's type needs what the request lacks: `ERR_VIF_DETAILS_MISSING`. */
export class MissingDetailsError extends OvskitError {
  constructor(
    { vif }: VifRequest,
    readonly fields: readonly string[],
  ) {
    const [are, them] = fields.length === 1 ? ['is', 'it'] : ['are', 'them'];
    super(
      'ERR_VIF_DETAILS_MISSING',
      `${fields.join(', ')} ${are} missing: a VIF of type ${vif.type} needs ${them} (VIF ${vif.id})`,
    );
  }
}

/** libvirt's drivers of this virtualization are not known: `ERR_VIF_UNSUPPORTED_VIRT_TYPE`. */
export class UnsupportedVirtTypeError extends OvskitError {
  constructor(virtType: string, known: readonly string[]) {
    super('ERR_VIF_UNSUPPORTED_VIRT_TYPE', `virt_type ${virtType} is unknown; known ones: ${known.join(', ')}`);
  }
}

/** The virtualization has no such model of card: `ERR_VIF_UNSUPPORTED_MODEL`. */
export class UnsupportedModelError extends OvskitError {
  constructor(model: string, virtType: string, known: readonly string[]) {
    const valid = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
    super('ERR_VIF_UNSUPPORTED_MODEL', `${virtType} has no card of model ${model} (hw_vif_model): ${valid}`);
  }
}

/** The request names no type. */
export function missingTypeError(known: readonly string[]): InvalidArgumentError {
  return new InvalidArgumentError(
    `vif.type is missing: vif_type parameter must be present for this VIF, one of ${known.join(', ')}`,
  );
}

/** The VIF's type is none that the release plugs: `ERR_VIF_UNKNOWN_TYPE`. */
export class UnknownVifTypeError extends OvskitError {
  /** @param other the release that has it */
  constructor(type: string, release: string, known: readonly string[], other: string | undefined) {
    const hint = other === undefined ? '' : `; ${other} has it (release)`;
    super('ERR_VIF_UNKNOWN_TYPE', `vif.type ${type} is unknown to ${release}; known types: ${known.join(', ')}${hint}`);
  }
}

/**
 * The fields that must be there, in the order named.
 *
 * @throws {MissingDetailsError} naming all that are missing.
 */
export function need<T extends Record<string, unknown>>(
  request: VifRequest,
  fields: T,
): { [K in keyof T]: NonNullable<T[K]> } {
  const missing = Object.keys(fields).filter((name) => fields[name] === undefined || fields[name] === null);
  if (missing.length > 0) throw new MissingDetailsError(request, missing);
  return fields as { [K in keyof T]: NonNullable<T[K]> };
}

/** @throws {MissingDetailsError} */
export function needBridge(request: VifRequest): string {
  return need(request, { 'vif.network.bridge': request.vif.network.bridge })['vif.network.bridge'];
}

/** @throws {MissingDetailsError} */
export function needPciSlot(request: VifRequest): string {
  return need(request, { 'vif.profile.pci_slot': request.vif.pciSlot })['vif.profile.pci_slot'];
}
