/** Settings that links of all kinds have. Each leaves a link alone that is as wanted. */
import {
  getLink,
  getLinkDetails,
  keepAddresses,
  releaseMaster,
  setLinkDown,
  setLinkUp,
  setMac,
  setMaster,
  setMtu,
  setPromiscuous,
} from '../../netdev/index.js';
import { orWarn } from './best-effort.js';
import { ifThere, unlessGone } from './gone.js';
import type { StepKinds, Undo } from './kind.js';

export interface SetLinkUpStep {
  readonly kind: 'set-link-up';
  readonly device: string;
  /** That there is none is fine. */
  readonly ifExists?: boolean | undefined;
}

/** The kernel drops routes and IPv6 addresses of a link that goes down; the undoing brings them back. */
export interface SetLinkDownStep {
  readonly kind: 'set-link-down';
  readonly device: string;
  /** That there is none is fine. */
  readonly ifExists?: boolean | undefined;
}

export interface SetMtuStep {
  readonly kind: 'set-mtu';
  readonly device: string;
  /** Bytes. */
  readonly mtu: number;
  /** A card that can't is a warning. */
  readonly bestEffort?: boolean | undefined;
}

export interface SetMacStep {
  readonly kind: 'set-mac';
  readonly device: string;
  /** `fa:16:3e:00:00:01` */
  readonly mac: string;
}

export interface SetPromiscuousStep {
  readonly kind: 'set-promiscuous';
  readonly device: string;
  readonly on: boolean;
}

/** Puts a link into a Linux bridge or a bond. */
export interface SetMasterStep {
  readonly kind: 'set-master';
  readonly device: string;
  readonly master: string;
}

/** Takes a link out of its Linux bridge or bond. */
export interface ClearMasterStep {
  readonly kind: 'clear-master';
  readonly device: string;
}

export type LinkStep =
  | SetLinkUpStep
  | SetLinkDownStep
  | SetMtuStep
  | SetMacStep
  | SetPromiscuousStep
  | SetMasterStep
  | ClearMasterStep;

export const linkKinds: StepKinds<LinkStep> = {
  'set-link-up': {
    describe: ({ device }) => `set link ${device} up`,
    explain: ({ device }) => [set(device, 'up')],
    perform: (step) =>
      ifThere(step, async () => {
        const { device } = step;
        if (getLink(device).up) return undefined;
        await setLinkUp(device);
        return unlessGone(device, () => setLinkDown(device));
      }),
  },
  'set-link-down': {
    describe: ({ device }) => `set link ${device} down`,
    explain: ({ device }) => [set(device, 'down')],
    perform: (step) =>
      ifThere(step, async () => {
        const { device } = step;
        if (!getLink(device).up) return undefined;
        const kept = await keepAddresses(device);
        await setLinkDown(device);
        return unlessGone(device, async () => {
          await setLinkUp(device);
          await kept.restore();
        });
      }),
  },
  'set-mtu': {
    describe: ({ device, mtu }) => `set MTU of ${device} to ${mtu}`,
    explain: ({ device, mtu }) => [set(device, 'mtu', String(mtu))],
    perform: (step, run) =>
      orWarn(step, `set MTU of ${step.device} to ${step.mtu}`, run, async () => {
        const { device, mtu } = step;
        const before = getLink(device).mtu;
        if (before === mtu) return undefined;
        // Below 1280 there is no IPv6 on it (RFC 8200 section 5).
        const kept = mtu < 1280 ? await keepAddresses(device) : undefined;
        await setMtu(device, mtu);
        return unlessGone(device, async () => {
          if (getLink(device).mtu !== mtu) return;
          await setMtu(device, before);
          await kept?.restore();
        });
      }),
  },
  'set-mac': {
    describe: ({ device, mac }) => `set MAC address of ${device} to ${mac}`,
    explain: ({ device, mac }) => [set(device, 'address', mac)],
    async perform({ device, mac }) {
      const before = getLink(device).mac;
      if (before === null || same(before, mac)) {
        if (before === null) await setMac(device, mac);
        return undefined;
      }
      await setMac(device, mac);
      return unlessGone(device, async () => {
        if (same(getLink(device).mac, mac)) await setMac(device, before);
      });
    },
  },
  'set-promiscuous': {
    describe: ({ device, on }) => `set ${device} promiscuous ${on ? 'on' : 'off'}`,
    explain: ({ device, on }) => [set(device, 'promisc', on ? 'on' : 'off')],
    async perform({ device, on }) {
      // Its own flag: that of SIOCGIFFLAGS is also set for what a bridge asks of its ports.
      if ((await getLinkDetails(device)).promiscuous === on) return undefined;
      await setPromiscuous(device, on);
      return unlessGone(device, () => setPromiscuous(device, !on));
    },
  },
  'set-master': {
    describe: ({ device, master }) => `add ${device} to ${master}`,
    explain: ({ device, master }) => [set(device, 'master', master)],
    async perform({ device, master }) {
      const before = (await getLinkDetails(device)).master;
      if (before === master) return undefined;
      await setMaster(device, master);
      return toMaster(device, master, before);
    },
  },
  'clear-master': {
    describe: ({ device }) => `take ${device} from its master`,
    explain: ({ device }) => [set(device, 'nomaster')],
    async perform({ device }) {
      const before = (await getLinkDetails(device)).master;
      if (before === null) return undefined;
      await releaseMaster(device);
      return toMaster(device, null, before);
    },
  },
};

/** Puts a link back to the master that it had, if it still has the one that it was given. */
function toMaster(device: string, given: string | null, before: string | null): Undo {
  return unlessGone(device, async () => {
    if ((await getLinkDetails(device)).master !== given) return;
    if (before === null) await releaseMaster(device);
    else await setMaster(device, before);
  });
}

const set = (device: string, ...words: string[]) => ['ip', 'link', 'set', 'dev', device, ...words];

const same = (a: string | null, b: string) => a?.toLowerCase() === b.toLowerCase();
