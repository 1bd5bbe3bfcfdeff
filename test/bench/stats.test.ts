import test from 'ava';
import fc from 'fast-check';
import { pairedRatio } from '../../bench/lib/measure.js';
import { cdf, histogram, histogramQuantile, median, quantile } from '../../bench/lib/stats.js';

test('the median is the middle one, or the mean of the two in the middle, in whatever order they come', (t) => {
  t.is(median([3, 1, 2]), 2);
  t.is(median([4, 1, 3, 2]), 2.5);
  t.is(median([7]), 7);
  t.is(median([]), Number.NaN);
});

test('a quantile lies between the two samples next to it', (t) => {
  const samples = [10, 20, 30, 40, 50];
  t.deepEqual(
    [0, 0.25, 0.5, 0.9, 1].map((q) => quantile(samples, q)),
    [10, 20, 30, 46, 50],
  );
});

test('a histogram counts every sample once, in ascending buckets that hold it', (t) => {
  const positive = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(positive, (samples) => {
      const buckets = histogram(samples);
      const counted = buckets.reduce((sum, [, count]) => sum + count, 0);
      const ascending = buckets.every(([upper], i) => i === 0 || upper > buckets[i - 1]![0]);
      // Bounds are written with six digits.
      const largest = Math.max(...samples);
      const last = buckets.at(-1)![0];
      return counted === samples.length && ascending && last >= largest * 0.99999 && last <= largest * 1.03;
    }),
  );
  t.throws(() => histogram([1, 0]), { message: /positive numbers, not of 0/ });
});

test('a cumulative distribution grows to one, and quantiles are read off it within a bucket', (t) => {
  const samples = Array.from({ length: 1000 }, (_, i) => i + 1);
  const buckets = histogram(samples);
  const points = cdf(buckets);
  t.is(points.at(-1)![1], 1);
  t.true(points.every(([, fraction], i) => i === 0 || fraction > points[i - 1]![1]));
  for (const q of [0.5, 0.9, 0.99]) {
    const exact = quantile(samples, q);
    const read = histogramQuantile(buckets, q);
    t.true(read >= exact * 0.98 && read <= exact * 1.03, `${q}: ${read} beside ${exact}`);
  }
});

test('the ratio of two is the median over the pairs, not the ratio of the medians', (t) => {
  t.is(pairedRatio([10, 200, 30], [10, 100, 10]), 2);
  t.is(median([10, 200, 30]) / median([10, 100, 10]), 3);
});
