import { InvalidArgumentError } from '../base/errors.js';
import { type Feature, featureNames, getFeatures } from './features.js';
import { checkDeviceName, show } from './name.js';
import { change } from './native.js';
import { featuresOf, isOffload } from './offload-names.js';

/** What became of the offloads that were asked for. */
export interface FeatureChanges {
  /** The kernel's features that are another way than before, and how: also such as depend on those asked for. */
  changed: Record<string, boolean>;
  /** What is not as asked, as the device can't change it, or not now: the kernel's names, or the asked name itself. */
  refused: string[];
}

/**
 * Switches offloads on or off. A short name of ethtool(8) stands for all its features that the device can switch; a feature
 * that is named itself goes before. Equivalent to `ethtool -K DEV NAME on|off ...` (ETHTOOL_SFEATURES of linux/ethtool.h).
 *
 * @param wishes by short name (`rx tx sg tso ufo gso gro lro rxvlan txvlan ntuple rxhash`), by the long name that
 *   `ethtool -k` prints, or by the kernel's
 * @returns what changed, and what could not be changed: that is no error, as what a device lacks is seldom missed
 * @throws {InvalidArgumentError} for what is no device name, and for a feature that this kernel doesn't know
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`
 */
export async function setFeatures(device: string, wishes: Readonly<Record<string, boolean>>): Promise<FeatureChanges> {
  checkDeviceName(device);
  const names = featureNames(device);
  const wanted = expand(device, names, wishes);
  const before = getFeatures(device).features;
  // By 2 words for 32 features: valid, requested.
  const words = new Uint32Array(2 * Math.ceil(names.length / 32));
  for (const [name, { on }] of wanted) {
    if (!switchable(before[name])) continue;
    const bit = names.indexOf(name);
    const word = 2 * (bit >> 5);
    words[word] = (words[word] ?? 0) | (1 << (bit & 31));
    if (on) words[word + 1] = (words[word + 1] ?? 0) | (1 << (bit & 31));
  }
  if (words.some((word) => word !== 0)) {
    await change(
      () => `set the features of ${device}`,
      (addon, callback) => addon.setFeatures(device, new Uint8Array(words.buffer), callback),
    );
  }
  const after = getFeatures(device).features;
  const changed: Record<string, boolean> = {};
  for (const [name, { active }] of Object.entries(after)) if (active !== before[name]?.active) changed[name] = active;
  return { changed, refused: refusals(wishes, wanted, before, after) };
}

const switchable = (feature: Feature | undefined) => feature?.available === true && !feature.neverChanged;

/** The kernel's features to switch, and the name that asked for each. */
function expand(device: string, names: readonly string[], wishes: Readonly<Record<string, boolean>>) {
  const wanted = new Map<string, { on: boolean; by: string }>();
  for (const [by, on] of Object.entries(wishes)) {
    if (typeof on !== 'boolean') throw new InvalidArgumentError(`feature ${show(by)} must be true or false`);
    const features = featuresOf(by, names);
    if (features.length === 0 && !isOffload(by)) {
      throw new InvalidArgumentError(`there is no feature ${show(by)}: "ovskit netdev features ${device}" lists them`);
    }
    for (const feature of features) {
      if (feature === by || wanted.get(feature)?.by !== feature) wanted.set(feature, { on, by });
    }
  }
  return wanted;
}

/** As ethtool: of a short name the features that can't be switched don't count, unless that is all of them. */
function refusals(
  wishes: Readonly<Record<string, boolean>>,
  wanted: ReadonlyMap<string, { on: boolean; by: string }>,
  before: Readonly<Record<string, Feature>>,
  after: Readonly<Record<string, Feature>>,
): string[] {
  return Object.entries(wishes).flatMap(([wish, on]) => {
    const ours = [...wanted].filter(([, { by }]) => by === wish).map(([name]) => name);
    const wrong = (name: string) => (after[name]?.active ?? false) !== on;
    const able = ours.filter((name) => switchable(before[name]));
    if (able.length > 0) return able.filter(wrong);
    // A kernel without the feature has it off.
    const unmet = ours.length > 0 ? ours.every(wrong) : on;
    return unmet ? [wish] : [];
  });
}
