/** The table of VIF types: which each release of nova has, and who plans it. */
import { missingTypeError, UnknownVifTypeError } from '../errors.js';
import type { Release, VifRequest } from '../request/index.js';
import { bridge } from './bridge.js';
import { hwVeb, macvtap, qbg, qbh } from './direct.js';
import { ivs } from './ivs.js';
import { hostdevPhysical, ibHostdev, mlnxDirect } from './mellanox.js';
import { ovs } from './ovs.js';
import { iovisor, midonet, tap, vrouter } from './tools.js';
import type { VifType } from './type.js';
import { vhostuser } from './vhostuser.js';

export type { VifType } from './type.js';

const both = { bridge, ovs, ivs, '802.1qbg': qbg, '802.1qbh': qbh, iovisor, midonet };

const types: Readonly<Record<Release, Readonly<Record<string, VifType>>>> = {
  icehouse: { ...both, mlnx_direct: mlnxDirect },
  newton: {
    ...both,
    hw_veb: hwVeb,
    hostdev_physical: hostdevPhysical,
    ib_hostdev: ibHostdev,
    macvtap,
    tap,
    vhostuser,
    vrouter,
  },
};

const releases = Object.keys(types) as Release[];

/** The types that a release has. */
export function typeNames(release: Release): string[] {
  return Object.keys(types[release]);
}

/**
 * The planner of a request's type, which finds the request fit for it.
 *
 * @throws {InvalidArgumentError} when the VIF has no type; {@link UnknownVifTypeError}; {@link MissingDetailsError}.
 */
export function typeOf(request: VifRequest): VifType {
  const { release, vif } = request;
  const known = types[release];
  const names = typeNames(release);
  if (vif.type === undefined) throw missingTypeError(names);
  if (!Object.hasOwn(known, vif.type)) {
    const other = releases.find((each) => Object.hasOwn(types[each], vif.type as string));
    throw new UnknownVifTypeError(vif.type, release, names, other);
  }
  const type = known[vif.type] as VifType;
  type.check?.(request);
  return type;
}
