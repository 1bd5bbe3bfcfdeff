import * as v from 'valibot';
import { flag, maybe, mtu, object, strictObject, text, whole } from './checks.js';

/** Each VLAN by its id, or as a range: `20-29`. */
const trunk = v.pipe(
  v.union([v.number(), v.string()], 'must be a VLAN id or a range of them, such as "20-29"'),
  v.check((value) => rangeOf(value) !== undefined, 'must be a VLAN id (0 to 4095) or a range of them, such as "20-29"'),
);

function rangeOf(value: number | string): [low: number, high: number] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(String(value));
  if (!match) return undefined;
  const low = Number(match[1]);
  const high = match[2] === undefined ? low : Number(match[2]);
  return low <= high && high <= 4095 ? [low, high] : undefined;
}

const rate = whole(0, Number.MAX_SAFE_INTEGER, 'a whole number');

/** How the port on the switch is to be, beyond what nova's model says. ovs-vswitchd.conf.db(5) tells what each does. */
export const portSchema = strictObject({
  // VLAN of an access port; of the untagged frames of a native one.
  tag: maybe(whole(0, 4095)),
  trunks: maybe(v.array(trunk, 'must be a list of VLAN ids')),
  vlan_mode: maybe(
    v.picklist(
      ['access', 'trunk', 'native-tagged', 'native-untagged', 'dot1q-tunnel'],
      'must be access, trunk, native-tagged, native-untagged or dot1q-tunnel',
    ),
  ),
  // Nobody hears the port until whoever wires it gives it its tag: it is made with the dead VLAN 4095.
  isolate_vif: maybe(flag),
  // Bytes.
  mtu_request: maybe(mtu),
  qos: maybe(
    object({
      type: v.picklist(
        ['linux-htb', 'linux-hfsc', 'linux-noop', 'linux-fq_codel', 'linux-sfq', 'linux-codel', 'linux-netem'],
        'must be a type of QoS, such as linux-htb or linux-noop',
      ),
      // Bit/s.
      max_rate: maybe(rate),
      min_rate: maybe(rate),
      // Bits.
      burst: maybe(rate),
    }),
  ),
  // kbit/s that the VIF may send; 0 is no bound.
  ingress_policing_rate: maybe(rate),
  // kbit.
  ingress_policing_burst: maybe(rate),
  // Whether ovskit makes device and port of a plain `ovs` VIF, or leaves that to libvirt.
  create_port: maybe(flag),
  // A bridge of its own for the port, joined to the network's bridge by patch ports.
  per_port_bridge: maybe(flag),
  datapath_type: maybe(text),
});

export type PortSettings = v.InferOutput<typeof portSchema>;

/** The VLANs of `trunks`, each by its id, in order. */
export function trunksOf({ trunks }: PortSettings): number[] | undefined {
  if (!trunks) return undefined;
  const ids = trunks.flatMap((value) => {
    const [low, high] = rangeOf(value) as [number, number];
    return Array.from({ length: high - low + 1 }, (_, index) => low + index);
  });
  return [...new Set(ids)].sort((a, b) => a - b);
}
