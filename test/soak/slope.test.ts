import test from 'ava';
import { fitLine } from './slope.js';
import { judge, type Sample } from './verdict.js';

test('a line through points that lie on one', (t) => {
  const { slope, error } = fitLine([
    [1, 5],
    [2, 7],
    [4, 11],
  ]);
  t.is(slope, 2);
  t.is(error, 0);
  t.throws(() => fitLine([[1, 1]]), { instanceOf: RangeError });
});

/** What a process is like that leaks so many bytes a plug, under noise. */
function samples(
  heapLeak: number,
  rssLeak: number,
  change: (sample: Sample, index: number) => Partial<Sample> = () => ({}),
) {
  // A generator of its own, so that the noise is the same each time (Numerical Recipes).
  let state = 1;
  const noise = (size: number) => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return (state / 2 ** 32 - 0.5) * size;
  };
  return Array.from({ length: 60 }, (_, index): Sample => {
    const plugs = 200 * index;
    const sample: Sample = {
      seconds: index,
      plugs,
      heap: 12e6 + heapLeak * plugs + noise(200e3),
      rss: 90e6 + rssLeak * plugs + noise(1e6),
      descriptors: 25,
      resources: 'PipeWrap Timeout',
      listeners: 7,
    };
    return { ...sample, ...change(sample, index) };
  });
}

const leaksOf = (list: Sample[]) => judge(list)?.leaks ?? ['no verdict'];
const found = (list: Sample[]) => leaksOf(list).map((leak) => leak.replace(/:.*/, ''));

test('what stays flat passes, whatever happens while it warms up', (t) => {
  t.deepEqual(leaksOf(samples(0, 0)), []);
  const warm = samples(0, 0, ({ heap }, index) => (index < 15 ? { heap: heap - 5e6, descriptors: 3 } : {}));
  t.deepEqual(leaksOf(warm), []);
});

test('every kind of leak is found', (t) => {
  t.deepEqual(found(samples(100, 0)), ['heap']);
  t.deepEqual(found(samples(0, 2000)), ['resident memory']);
  t.deepEqual(found(samples(0, 0, (_, index) => ({ descriptors: 25 + Math.floor(index / 20) }))), ['descriptors']);
  t.deepEqual(found(samples(0, 0, (_, index) => (index > 50 ? { resources: 'PipeWrap Timeout Timeout' } : {}))), [
    'active resources',
  ]);
  t.deepEqual(found(samples(0, 0, (_, index) => ({ listeners: index }))), ['listeners']);
});

test('few plugs, as on a busy machine, are no ground for a verdict, in whatever time', (t) => {
  const slow = samples(100, 0, ({ plugs }) => ({ plugs: plugs / 10 }));
  t.is(judge(slow), undefined);
  t.is(judge(samples(100, 0).slice(0, 15)), undefined);
});
