import type { Results } from '../../bench/lib/results.js';

/** Results as small as can be that have all that results may have; names try to break out of the page. */
export function smallResults(): Results {
  return {
    format: 1,
    when: '2026-01-02T03:04:05.678Z',
    mode: 'short',
    seconds: 12.5,
    machine: {
      processor: 'A <fast> one',
      processors: 2,
      memory: 4 * 2 ** 30,
      kernel: '6.1.0',
      node: '20.19.0',
      openvswitch: '3.1.0',
      load: 0.25,
    },
    reports: [
      {
        bench: 'plug',
        title: 'Plugging & unplugging',
        missing: [{ rival: 'os-vif native', why: 'not installed' }],
        measures: [
          {
            what: 'plug, 64 callers',
            unit: '/s',
            better: 'more',
            contestants: [
              { name: 'ovskit', value: 700, runs: [690, 700, 710] },
              { name: 'ovs-vsctl loop', value: 10, runs: [9, 10, 11], note: '24 plugs a run' },
            ],
            ratios: [
              { of: 'ovskit / ovs-vsctl loop', value: 70, target: '>= 20' },
              { of: 'ovskit / floor.c', value: 1.5, target: '<= 1.3' },
            ],
          },
          {
            what: 'latency of a plug',
            unit: 'ms',
            better: 'less',
            contestants: [
              {
                name: 'ovskit',
                value: 20,
                histogram: [
                  [10, 3],
                  [20, 5],
                  [40, 2],
                ],
              },
              { name: '<script src="https://example.com/x.js">', value: 21, histogram: [[21, 4]] },
            ],
            ratios: [],
          },
        ],
      },
    ],
    others: [{ bench: 'start', failed: true, text: 'node -e 0  42 ms <blink>' }],
  };
}
