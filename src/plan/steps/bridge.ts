/** Settings of Linux bridges, and IPv6. */
import {
  type BridgeOptions,
  getLinkDetails,
  isIpv6Disabled,
  keepAddresses,
  setBridge,
  setIpv6Disabled,
} from '../../netdev/index.js';
import { unlessGone } from './gone.js';
import type { StepKinds } from './kind.js';

/** Sets options of a Linux bridge that is there, and leaves the others. */
export interface SetBridgeOptionsStep {
  readonly kind: 'set-bridge-options';
  readonly device: string;
  readonly options: BridgeOptions;
}

/** Switches IPv6 off on a device, or on. Off takes its IPv6 addresses away; the undoing brings them back. */
export interface SetIpv6DisabledStep {
  readonly kind: 'set-ipv6-disabled';
  readonly device: string;
  readonly disabled: boolean;
}

export type BridgeStep = SetBridgeOptionsStep | SetIpv6DisabledStep;

export const bridgeKinds: StepKinds<BridgeStep> = {
  'set-bridge-options': {
    describe: ({ device, options }) => `set ${bridgeWords(options).join(' ')} of bridge ${device}`,
    explain: ({ device, options }) => [['ip', 'link', 'set', 'dev', device, 'type', 'bridge', ...bridgeWords(options)]],
    async perform({ device, options }) {
      const before = await bridgeOptionsOf(device);
      const changed = keysOf(options).filter((key) => options[key] !== undefined && options[key] !== before[key]);
      if (changed.length === 0) return undefined;
      await setBridge(device, options);
      return unlessGone(device, async () => {
        const now = await bridgeOptionsOf(device);
        const ours = changed.filter((key) => now[key] === options[key]);
        await setBridge(device, Object.fromEntries(ours.map((key) => [key, before[key]])));
      });
    },
  },
  'set-ipv6-disabled': {
    describe: ({ device, disabled }) => `switch IPv6 ${disabled ? 'off' : 'on'} on ${device}`,
    // With slashes, as a device's name may have dots.
    explain: ({ device, disabled }) => [
      ['sysctl', '-w', `net/ipv6/conf/${device}/disable_ipv6=${disabled ? '1' : '0'}`],
    ],
    async perform({ device, disabled }) {
      if (isIpv6Disabled(device) === disabled) return undefined;
      const kept = await keepAddresses(device);
      setIpv6Disabled(device, disabled);
      return unlessGone(device, async () => {
        setIpv6Disabled(device, !disabled);
        await kept.restore();
      });
    },
  },
};

async function bridgeOptionsOf(device: string): Promise<BridgeOptions> {
  return ((await getLinkDetails(device)).data ?? {}) as BridgeOptions;
}

function keysOf(options: BridgeOptions): (keyof BridgeOptions)[] {
  return Object.keys(options) as (keyof BridgeOptions)[];
}

/** The words of ip-link(8) for each option; times in hundredths of a second. */
const WORDS: { readonly [K in keyof BridgeOptions]-?: (value: NonNullable<BridgeOptions[K]>) => [string, string] } = {
  forwardDelay: (seconds) => ['forward_delay', hundredths(seconds)],
  helloTime: (seconds) => ['hello_time', hundredths(seconds)],
  maxAge: (seconds) => ['max_age', hundredths(seconds)],
  ageingTime: (seconds) => ['ageing_time', hundredths(seconds)],
  stp: (on) => ['stp_state', bit(on)],
  priority: (number) => ['priority', String(number)],
  vlanFiltering: (on) => ['vlan_filtering', bit(on)],
  vlanProtocol: (protocol) => ['vlan_protocol', protocol],
  groupForwardMask: (mask) => ['group_fwd_mask', String(mask)],
  multicastRouter: (number) => ['mcast_router', String(number)],
  multicastSnooping: (on) => ['mcast_snooping', bit(on)],
  multicastQuerier: (on) => ['mcast_querier', bit(on)],
  defaultPvid: (vlan) => ['vlan_default_pvid', String(vlan)],
};

const hundredths = (seconds: number) => String(Math.round(seconds * 100));
const bit = (on: boolean) => (on ? '1' : '0');

/** Options as ip-link(8) reads them after `type bridge`. */
export function bridgeWords(options: BridgeOptions): string[] {
  return keysOf(options).flatMap((key) => {
    const value = options[key];
    return value === undefined ? [] : (WORDS[key] as (value: unknown) => string[])(value);
  });
}
