import type { Event } from './case.js';

/** A list of Python in our words. */
const list = (text: string) => text.replace(/[[\]']/g, '') || '(none)';

/** Each line of the original's log, and what ours says instead; `undefined` for what is about a session with xapi. */
const COUNTERPARTS: readonly [RegExp, (...found: string[]) => string | undefined][] = [
  [/^(?:host uuid is|No session ref given)/, () => undefined],
  [/^Configured for Vswitch datapath$/, () => 'on the Open vSwitch datapath'],
  [
    /^Bring (up|down) PIF (\S+): (\S+) configured as (\w+)$/,
    (way, uuid, name, mode) => `bring ${way} PIF ${name} (${uuid}), configured as ${mode}`,
  ],
  [/^action_(up|down): \S+$/, (way) => `bring ${way} PIF `],
  [/^Writing network configuration for (\S+)$/, (name) => `writing network configuration for ${name}`],
  [/^Configuring (.+)$/, (rest) => `configuring ${rest}`],
  [
    /^(Applying|Committing) changes to (\S+) configuration$/,
    (what = '', path) => `${what.toLowerCase()} changes to ${path}`,
  ],
  [/^configure_datapath: (bridge) +- (\S+)$/, (what, name) => `configure datapath: ${what} ${name}`],
  [
    /^configure_datapath: (physical|extra ports|extra bonds) +- (.*)$/,
    (what, names = '') => `configure datapath: ${what} ${list(names)}`,
  ],
  [/^configure_datapath: (.*) BOND (.*)$/, (before, after) => `configure datapath: ${before} bond ${after}`],
  [/^configure_datapath: (.*)$/, (rest) => `configure datapath: ${rest}`],
  [/^netdev: down: (.*)$/, (rest) => `link down: ${rest}`],
  [/^(ifdown: .*)$/, (line) => line],
  [/^action_up: (bring .*)$/, (rest) => `up: ${rest}`],
  [
    /^action_down: bring down physical devices - (.*)$/,
    (names = '') => `down: bring down physical devices ${list(names)}`,
  ],
  [/^action_down: vlan slave is currently attached$/, () => 'down: VLAN slave '],
  [/^action_down: vlan slave has other master: (\S+)$/, (name) => `down: VLAN slave has other master ${name}`],
  [/^action_down: (no more masters.*)$/, (rest) => `down: ${rest}`],
  [
    /^Leaving datapath (\S+) up due to currently attached VLAN masters (.*)$/,
    (name, vlans = '') => `leaving datapath ${name} up, for its VLANs ${list(vlans)} are attached`,
  ],
  [/^deconfigure_bridge: bridge +- (\S+)$/, (name) => `deconfigure bridge ${name}`],
  [/^(deconfigure ipdev .*)$/, (line) => line],
  [/^Invalid value for (\S+) = (.*?)\.? ?(?:Must be .*)?$/, (key, value) => `invalid ${key} ${JSON.stringify(value)}`],
  [
    /^Override Network.MTU setting on bridge (\S+) from \w+.MTU is (\S+)$/,
    (bridge, mtu) => `MTU ${mtu} of bridge ${bridge} is overridden`,
  ],
  [
    /^"(.*)"isn't a valid setting for other_config:disable-in-band on (\S+)$/,
    (value, bridge) => `"${value}" is no valid vswitch-disable-in-band for bridge ${bridge}`,
  ],
  [
    /^(\S+): could not read netdev's driver name/,
    (name) => `${name} has no driver of hardware in sysfs (device/driver)`,
  ],
  [
    /^target \S+ of symbolic link \/sys\/class\/net\/(\w+)\//,
    (name) => `${name} has no driver of hardware in sysfs (device/driver)`,
  ],
];

/** The lines of the original for which ours has none. */
export function withoutCounterpart(events: readonly Event[], ours: readonly string[]): string[] {
  return events.flatMap(({ t, msg = '' }) => {
    if (t !== 'log') return [];
    for (const [pattern, counterpart] of COUNTERPARTS) {
      const found = pattern.exec(msg);
      if (!found) continue;
      const wanted = counterpart(...found.slice(1));
      return wanted === undefined || ours.some((line) => line.includes(wanted)) ? [] : [`${msg} (${wanted})`];
    }
    return [msg];
  });
}
