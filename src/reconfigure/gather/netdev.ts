import { getDriver, getFeatures, getLink, getLinkSettings, isNoDevice, linkExists } from '../../netdev/index.js';
import { featuresOf } from '../../netdev/offload-names.js';
import type { NetdevFacts, OffloadFacts } from '../facts.js';
import { OFFLOADS } from '../settings.js';

/** What the machine says of a device; `undefined` when there is none. */
export function gatherNetdev(device: string): NetdevFacts | undefined {
  if (!linkExists(device)) return undefined;
  try {
    const { up, mtu } = getLink(device);
    const { features, vlanTx, vlanRx } = getFeatures(device);
    const settings = getLinkSettings(device);
    return {
      up,
      mtu,
      driver: getDriver(device).driver,
      vlanAcceleration: vlanTx || vlanRx,
      speed: settings?.speed,
      duplex: settings?.duplex,
      autoneg: settings?.autoneg,
      offloads: new Map(OFFLOADS.map((name) => [name, offload(name, features)])),
    };
  } catch (error) {
    // It went while it was read.
    if (isNoDevice(error)) return undefined;
    throw error;
  }
}

function offload(name: string, features: ReturnType<typeof getFeatures>['features']): OffloadFacts {
  const all = featuresOf(name, Object.keys(features)).flatMap((feature) => features[feature] ?? []);
  const able = all.filter(({ available, neverChanged }) => available && !neverChanged);
  // What was asked for, and not what is: a feature may wait for another.
  const states = new Set(able.map(({ requested }) => requested));
  const [first = false] = states;
  return { state: states.size > 1 ? 'mixed' : first, switchable: able.length > 0 };
}
