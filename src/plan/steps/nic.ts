/** Settings of cards: virtual functions, speed, offloads. */
import { isDeepStrictEqual } from 'node:util';
import {
  type Duplex,
  getFeatures,
  getLinkDetails,
  getLinkSettings,
  setFeatures,
  setLinkSettings,
  setVf,
  setVlanWorkaround,
  type VfState,
} from '../../netdev/index.js';
import { orWarn } from './best-effort.js';
import { HalfDoneError, type StepKinds } from './kind.js';

/** Sets a virtual function at its physical one. */
export interface SetVfStep {
  readonly kind: 'set-vf';
  /** The physical function. */
  readonly device: string;
  /** From 0. */
  readonly vf: number;
  readonly mac?: string | undefined;
  /** 0 is none. */
  readonly vlan?: number | undefined;
  readonly state?: VfState | undefined;
  readonly spoofCheck?: boolean | undefined;
  readonly trust?: boolean | undefined;
}

/** Sets what is given, and leaves the rest. */
export interface SetLinkSettingsStep {
  readonly kind: 'set-link-settings';
  readonly device: string;
  /** Mb/s. */
  readonly speed?: number | undefined;
  readonly duplex?: Duplex | undefined;
  readonly autoneg?: boolean | undefined;
  /** A card that can't is a warning. */
  readonly bestEffort?: boolean | undefined;
}

/** Switches offloads. What the card can't do is a warning. */
export interface SetFeaturesStep {
  readonly kind: 'set-features';
  readonly device: string;
  /** By the names of ethtool(8), in the order in which they are said: `{ gro: false, lro: false }`. */
  readonly features: Readonly<Record<string, boolean>>;
  /** Any failure is a warning. */
  readonly bestEffort?: boolean | undefined;
}

/** The XenServer kernel's own; any other kernel's refusal is a warning. Nothing tells how it was, so it is not undone. */
export interface SetVlanWorkaroundStep {
  readonly kind: 'set-vlan-workaround';
  readonly device: string;
  readonly on: boolean;
}

export type NicStep = SetVfStep | SetLinkSettingsStep | SetFeaturesStep | SetVlanWorkaroundStep;

export const nicKinds: StepKinds<NicStep> = {
  'set-vf': {
    describe: ({ device, vf }) => `set virtual function ${vf} of ${device}`,
    explain: ({ device, vf, mac, vlan, state, spoofCheck, trust }) => [
      [
        ...['ip', 'link', 'set', 'dev', device, 'vf', String(vf)],
        ...(mac === undefined ? [] : ['mac', mac]),
        ...(vlan === undefined ? [] : ['vlan', String(vlan)]),
        ...(spoofCheck === undefined ? [] : ['spoofchk', onOff(spoofCheck)]),
        ...(trust === undefined ? [] : ['trust', onOff(trust)]),
        ...(state === undefined ? [] : ['state', state]),
      ],
    ],
    async perform({ device, vf, mac, vlan, state, spoofCheck, trust }) {
      const before = (await getLinkDetails(device)).vfs.find(({ index }) => index === vf);
      const undo = async () => {
        await setVf(device, vf, {
          mac: mac === undefined ? undefined : (before?.mac ?? undefined),
          ...(vlan === undefined ? {} : { vlan: before?.vlan, qos: before?.qos, vlanProtocol: before?.vlanProtocol }),
          state: state === undefined ? undefined : (before?.state ?? undefined),
          spoofCheck: spoofCheck === undefined ? undefined : (before?.spoofCheck ?? undefined),
          trust: trust === undefined ? undefined : (before?.trust ?? undefined),
        });
      };
      try {
        await setVf(device, vf, { mac, vlan, state, spoofCheck, trust });
      } catch (error) {
        // The kernel takes the settings one after the other.
        throw before ? new HalfDoneError(error, undo) : error;
      }
      return before && undo;
    },
  },
  'set-link-settings': {
    describe: (step) => `set ${settingWords(step).join(' ')} of ${step.device}`,
    explain: (step) => [['ethtool', '-s', step.device, ...settingWords(step)]],
    perform: (step, run) =>
      orWarn(step, nicKinds['set-link-settings'].describe(step), run, async () => {
        const { device, speed, duplex, autoneg } = step;
        const before = getLinkSettings(device);
        await setLinkSettings(device, { speed, duplex, autoneg });
        const after = getLinkSettings(device);
        // Some drivers take what they can't do, and stay as they are.
        if (!before || !after || isDeepStrictEqual(before, after)) return undefined;
        return () =>
          setLinkSettings(device, {
            ...(before.autoneg
              ? { advertise: before.advertised }
              : { speed: before.speed ?? undefined, duplex: before.duplex ?? undefined }),
            autoneg: before.autoneg,
          });
      }),
  },
  'set-features': {
    describe: ({ device, features }) => `set ${featureWords(features).join(' ')} of ${device}`,
    explain: ({ device, features }) => [['ethtool', '-K', device, ...featureWords(features)]],
    perform: (step, run) =>
      orWarn(step, nicKinds['set-features'].describe(step), run, async () => {
        const { device, features } = step;
        const before = wishesOf(device);
        const { refused } = await setFeatures(device, features);
        if (refused.length > 0) run.warnings.push(`${device} can't switch ${refused.join(', ')}`);
        const after = wishesOf(device);
        const changed = Object.entries(before).filter(([name, on]) => after[name] !== on);
        if (changed.length === 0) return undefined;
        return async () => {
          const now = wishesOf(device);
          const ours = changed.filter(([name]) => now[name] === after[name]);
          await setFeatures(device, Object.fromEntries(ours));
        };
      }),
  },
  'set-vlan-workaround': {
    describe: ({ device, on }) => `turn the VLAN workaround of ${device} ${onOff(on)}`,
    explain: ({ device, on }) => [['ovs-vlan-bug-workaround', device, onOff(on)]],
    async perform({ device, on }, { warnings }) {
      const lack = 'this kernel has no VLAN workaround';
      // It lacks it for every card: once is enough.
      if (!(await setVlanWorkaround(device, on)) && !warnings.some((warning) => warning.startsWith(lack))) {
        warnings.push(`${lack} to turn ${onOff(on)} for ${device}`);
      }
      return undefined;
    },
  },
};

const onOff = (on: boolean) => (on ? 'on' : 'off');

function settingWords({ speed, duplex, autoneg }: SetLinkSettingsStep): string[] {
  return [
    ...(speed === undefined ? [] : ['speed', String(speed)]),
    ...(duplex === undefined ? [] : ['duplex', duplex]),
    ...(autoneg === undefined ? [] : ['autoneg', onOff(autoneg)]),
  ];
}

function featureWords(features: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(features).flatMap(([name, on]) => [name, onOff(on)]);
}

/** What was asked for of each feature that can be switched, whether or not the card could do it. */
function wishesOf(device: string): Record<string, boolean> {
  const { features } = getFeatures(device);
  const switchable = Object.entries(features).filter(([, { available, neverChanged }]) => available && !neverChanged);
  return Object.fromEntries(switchable.map(([name, { requested }]) => [name, requested]));
}
