/**
 * The marks on what a Plugger makes: should a VIF's port not come, or go first, they tell whose it is, and of what. Devices have
 * theirs for an alias, bridges of the switch have it in their external ids; ports have their owner's name alone.
 */
import { InvalidArgumentError } from '../base/errors.js';
import { OWNER_KEY } from '../vswitch/index.js';

const FORM = /^ovskit-owner=(.+) bridge=(\S+?)(?: port=(\S+))?$/;
/** The kernel's bound, in bytes. */
const LONGEST = 255;
/** Bytes: there is room for the names of bridge and port then. */
const LONGEST_OWNER = 190;

/** @throws {InvalidArgumentError} for a name that marks can't carry */
export function checkOwner(owner: string): string {
  if (typeof owner === 'string' && /^\P{Cc}+$/u.test(owner) && Buffer.byteLength(owner) <= LONGEST_OWNER) return owner;
  const given = JSON.stringify(owner);
  throw new InvalidArgumentError(
    `an owner is named by 1 to ${LONGEST_OWNER} bytes without control characters, not by ${given}`,
  );
}

export interface Mark {
  readonly owner: string;
  /** The network's bridge. */
  readonly bridge: string;
  /** The VIF's port on that bridge; none for a tap, which has its name, and for what VIFs of a network share. */
  readonly port?: string | undefined;
}

/** The alias of a device; none where nobody owns it, and where the kernel has no room for it. */
export function markOf(owner: string | undefined, bridge: string | undefined, port?: string): string | undefined {
  const mark = `ovskit-owner=${owner} bridge=${bridge}${port === undefined ? '' : ` port=${port}`}`;
  return owner === undefined || bridge === undefined || Buffer.byteLength(mark) > LONGEST ? undefined : mark;
}

export function readMark(alias: string | null): Mark | undefined {
  const [, owner, bridge, port] = FORM.exec(alias ?? '') ?? [];
  return owner === undefined || bridge === undefined ? undefined : { owner, bridge, port };
}

/** Keys in the external ids of a VIF's own bridge on the switch. */
const BRIDGE_KEY = 'ovskit-bridge';
const PORT_KEY = 'ovskit-port';

export const markIds = ({ owner, bridge, port }: Required<Mark>): Record<string, string> => ({
  [OWNER_KEY]: owner,
  [BRIDGE_KEY]: bridge,
  [PORT_KEY]: port ?? '',
});

export function readMarkIds(ids: ReadonlyMap<string, string>): Mark | undefined {
  const [owner, bridge, port] = [OWNER_KEY, BRIDGE_KEY, PORT_KEY].map((key) => ids.get(key));
  return owner === undefined || bridge === undefined ? undefined : { owner, bridge, port };
}
