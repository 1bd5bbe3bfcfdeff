/** Every benchmark, in the order in which they are taken: what matters most comes first. */
export const BENCHES = [
  'plug',
  'latency',
  'commit',
  'dump',
  'serve',
  'vsctl',
  'netdev-read',
  'start',
  'vsctl-warm',
  'netdev-create',
  'framer',
  'reconfigure',
] as const;

/** Those that `npm run bench` takes only when they are named, for it has three minutes. */
export const NOT_IN_SHORT: readonly string[] = ['serve', 'vsctl-warm', 'netdev-create', 'framer', 'reconfigure'];
