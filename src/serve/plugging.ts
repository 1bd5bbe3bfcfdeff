/** Plug and unplug: one VIF, or many. */
import type { CallOptions } from '../base/deadline.js';
import { InvalidArgumentError } from '../base/errors.js';
import {
  checkDistinct,
  type Direction,
  deviceName,
  explainVif,
  type ParseOptions,
  type Plugger,
  type PlugOptions,
  parsePlugRequest,
  requestList,
  type VifRequest,
} from '../vif/index.js';
import { readMany, readSettled } from './many.js';
import { flag, milliseconds, type Options, oneOf } from './query.js';
import { ok, type Route, route } from './route.js';

export const release = oneOf('icehouse', 'newton');

/** What `ovskit vif plug` and `unplug` can be told. */
const query = { release, force: flag, replace: flag, bestEffort: flag, timeout: milliseconds, dryRun: flag };

/** Calls with many VIFs at once: each may keep the switch busy for seconds. */
const MANY_AT_ONCE = 4;

/** One request, and not a list. @throws {InvalidArgumentError} */
function readOne(json: unknown, direction: Direction, options: ParseOptions): VifRequest {
  if (requestList(json))
    throw new InvalidArgumentError(`the body must be one request; /${direction}-many takes a list`);
  return parsePlugRequest(json, undefined, options);
}

const settings = ({ dryRun: _, ...options }: Options<typeof query>, waits: CallOptions): PlugOptions => ({
  ...waits,
  ...options,
});

export const single = (direction: Direction): Route =>
  route(query, async ({ plugger }, call) => {
    const request = readOne(await call.json(), direction, call.options);
    const { options } = call;
    if (options.dryRun) return ok(await call.work(() => preview(plugger, direction, request, options)));
    return ok(await call.work<object>(() => plugger[direction](request, settings(options, call.waits))));
  });

export const many = (direction: Direction): Route =>
  route(
    query,
    async ({ plugger }, call) => {
      const { options } = call;
      const requests = await readMany(await call.json(), options, 'there is no request in the list');
      checkDistinct(requests);
      const each = (request: VifRequest): Promise<object> =>
        options.dryRun
          ? preview(plugger, direction, request, options)
          : plugger[direction](request, settings(options, call.waits));
      const outcomes = await call.work(() => Promise.allSettled(requests.map(each)));
      const { done, errors } = readSettled(outcomes, (index) => deviceName((requests[index] as VifRequest).vif), call);
      return ok(options.dryRun ? { planned: done, errors } : { done, errors });
    },
    { atOnce: MANY_AT_ONCE },
  );

/** What would be done, in steps and in commands of the stock tools. */
async function preview(
  plugger: Plugger,
  direction: Direction,
  request: VifRequest,
  options: Options<typeof query>,
): Promise<object> {
  const { release, force, replace } = options;
  const plan = await plugger.plan(direction, request, { release, force, replace });
  const { steps, warnings = [] } = plan;
  return { name: deviceName(request.vif), steps, commands: explainVif(plan, request.host).commands, warnings };
}
