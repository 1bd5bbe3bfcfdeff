/**
 * The short names of ethtool(8) and the kernel's features that each stands for, as patterns (off_flag_def of ethtool's
 * common.c). The long names are what `ethtool -k` prints.
 */
export const OFFLOADS = [
  { short: 'rx', long: 'rx-checksumming', pattern: /^rx-checksum$/ },
  { short: 'tx', long: 'tx-checksumming', pattern: /^tx-checksum-/ },
  { short: 'sg', long: 'scatter-gather', pattern: /^tx-scatter-gather/ },
  { short: 'tso', long: 'tcp-segmentation-offload', pattern: /^tx-tcp.*-segmentation$/ },
  { short: 'ufo', long: 'udp-fragmentation-offload', pattern: /^tx-udp-fragmentation$/ },
  { short: 'gso', long: 'generic-segmentation-offload', pattern: /^tx-generic-segmentation$/ },
  { short: 'gro', long: 'generic-receive-offload', pattern: /^rx-gro$/ },
  { short: 'lro', long: 'large-receive-offload', pattern: /^rx-lro$/ },
  { short: 'rxvlan', long: 'rx-vlan-offload', pattern: /^rx-vlan-hw-parse$/ },
  { short: 'txvlan', long: 'tx-vlan-offload', pattern: /^tx-vlan-hw-insert$/ },
  { short: 'ntuple', long: 'ntuple-filters', pattern: /^rx-ntuple-filter$/ },
  { short: 'rxhash', long: 'receive-hashing', pattern: /^rx-hashing$/ },
] as const;

/** An offload by its short name, as ethtool(8) has it. */
export type OffloadName = (typeof OFFLOADS)[number]['short'];

/** The kernel's features that a name stands for; none for a name that nobody knows. */
export function featuresOf(name: string, known: readonly string[]): string[] {
  if (known.includes(name)) return name === '' ? [] : [name];
  const offload = OFFLOADS.find(({ short, long }) => short === name || long === name);
  return offload ? known.filter((feature) => offload.pattern.test(feature)) : [];
}

/** Whether it is one of ethtool's own, which a kernel may have no feature for: `ufo` since Linux 4.14. */
export function isOffload(name: string): boolean {
  return OFFLOADS.some(({ short, long }) => short === name || long === name);
}
