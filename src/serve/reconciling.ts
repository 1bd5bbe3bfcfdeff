import type { FailedVif } from '../vif/index.js';
import { namedError, readMany } from './many.js';
import { release } from './plugging.js';
import { flag, milliseconds, names } from './query.js';
import { ok, route } from './route.js';

/** What is wrong with a list without a request where no bridge is named. */
const NO_BRIDGES = 'there is no request in the list to say which bridges are meant: ?bridge=NAME does';

/**
 * The service's one Plugger remembers what was stale: the second call that finds a port so drops it. One call at a time: two
 * that look at the same moment would make a port stale twice at once.
 */
export const reconcile = route(
  { release, bridge: names, timeout: milliseconds, dryRun: flag },
  async ({ plugger }, call) => {
    const { bridge: bridges, dryRun, ...options } = call.options;
    const desired = await readMany(await call.json(), options, bridges ? undefined : NO_BRIDGES);
    const settings = { ...call.waits, ...options, bridges };
    const errorsOf = (failed: readonly FailedVif[]) => failed.map(({ name, error }) => namedError(name, error, call));
    return call.work(async () => {
      if (dryRun) {
        const { missing, stale, unchanged, failed } = await plugger.compare(desired, settings);
        const plugs = missing.map(({ name, plan }) => ({ name, steps: plan.steps }));
        return ok({ missing: plugs, stale, unchanged, errors: errorsOf(failed) });
      }
      const { plugged, dropped, stale, unchanged, failed } = await plugger.reconcile(desired, settings);
      return ok({ plugged, dropped, stale, unchanged, errors: errorsOf(failed) });
    });
  },
  { atOnce: 1 },
);
