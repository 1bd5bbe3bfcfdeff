/** The one shape of what a benchmark found, as it is written to JSON, printed as a table and drawn on the page. */
import * as v from 'valibot';
import type { Bucket } from './stats.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const bucket = v.custom<Bucket>(
  (input) => Array.isArray(input) && input.length === 2 && input.every((part) => Number.isFinite(part) && part >= 0),
  'a bucket is [upper bound, count]',
);

const contestantSchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty()),
  /** The median of the runs, in the measure's unit. */
  value: v.pipe(v.number(), v.finite()),
  /** The runs, in the order in which they were made. */
  runs: v.optional(v.array(v.number())),
  /** Of single latencies, in the measure's unit. */
  histogram: v.optional(v.array(bucket)),
  /** What is to be known of this number, such as that fewer plugs were measured. */
  note: v.optional(v.string()),
});

const ratioSchema = v.strictObject({
  /** Such as `ovskit / floor.c`: what the number is. */
  of: v.string(),
  /** The median over the pairs of a run of one and the run of the other next to it. */
  value: v.pipe(v.number(), v.finite()),
  /** Such as `>= 20`. */
  target: v.optional(v.pipe(v.string(), v.regex(/^(?:>=|<=) \d+(?:\.\d+)?$/))),
});

const measureSchema = v.strictObject({
  what: v.pipe(v.string(), v.nonEmpty()),
  unit: v.string(),
  better: v.picklist(['less', 'more']),
  contestants: v.array(contestantSchema),
  ratios: v.array(ratioSchema),
});

const reportSchema = v.strictObject({
  bench: v.pipe(v.string(), v.nonEmpty()),
  title: v.string(),
  /** Rivals that could not be measured, each with the reason. */
  missing: v.array(v.strictObject({ rival: v.string(), why: v.string() })),
  measures: v.array(measureSchema),
});

const resultsSchema = v.strictObject({
  format: v.literal(1),
  when: v.pipe(v.string(), v.isoTimestamp()),
  mode: v.picklist(['short', 'full']),
  seconds: v.number(),
  machine: v.strictObject({
    processor: v.string(),
    processors: count,
    memory: count,
    kernel: v.string(),
    node: v.string(),
    openvswitch: v.string(),
    /** The load average when it began: what else the machine had to do. */
    load: v.number(),
  }),
  reports: v.array(reportSchema),
  /** Benchmarks that failed or that print a text of their own. */
  others: v.array(v.strictObject({ bench: v.string(), failed: v.boolean(), text: v.string() })),
});

export type Contestant = v.InferOutput<typeof contestantSchema>;
export type Ratio = v.InferOutput<typeof ratioSchema>;
export type Measure = v.InferOutput<typeof measureSchema>;
export type Report = v.InferOutput<typeof reportSchema>;
export type Results = v.InferOutput<typeof resultsSchema>;

/** @throws {Error} naming the field that is wrong */
function parse<T extends v.GenericSchema>(schema: T, input: unknown, what: string): v.InferOutput<T> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${what}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

export const parseReport = (input: unknown): Report => parse(reportSchema, input, 'report');
export const parseResults = (input: unknown): Results => parse(resultsSchema, input, 'results');

/** Whether the ratio is as it should be; undefined when it has no target. */
export function isMet({ value, target }: Ratio): boolean | undefined {
  if (target === undefined) return undefined;
  const [sign, bound] = target.split(' ');
  return sign === '>=' ? value >= Number(bound) : value <= Number(bound);
}

/** The ratios of a report that are not as they should be. */
export function missedTargets(report: Report): { measure: Measure; ratio: Ratio }[] {
  return report.measures.flatMap((measure) =>
    measure.ratios.filter((ratio) => isMet(ratio) === false).map((ratio) => ({ measure, ratio })),
  );
}
