import test, { type ExecutionContext } from 'ava';
import { execute, type Plan } from '../../src/plan/index.js';
import { gatherSwitch, namesOf } from '../../src/reconfigure/gather/index.js';
import { type Facts, parseFacts, parseRecords, planReconfigure, type Records } from '../../src/reconfigure/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { empty, runStock, startTwin, type Twin } from '../cli/vsctl/twins.js';
import { type Action, type Case, type CaseStep, commandsOf, loadCases, noteAttached, noteDevices } from './case.js';
import { contents } from './contents.js';
import { effectsOfEvents, effectsOfPlan, vsctlLines } from './effects.js';
import { withoutCounterpart } from './log-lines.js';

/**
 * Ours is held to the original in all but this: a PIF without a bridge is an error that says so; a rewrite skips what is not
 * there, and does the rest; the head line of generated files names its maker; an `up` of what is up already sends nothing.
 *
 * Three databases with the same history: the original's lines by the stock tool, ours planned without knowing the switch
 * and explained to the stock tool, and ours planned on the switch and executed.
 */
interface Bench {
  readonly original: Twin;
  readonly explained: Twin;
  readonly executed: Twin;
  readonly ovs: Ovs;
}

interface Planned {
  readonly plan: Plan | undefined;
  readonly messages: readonly string[];
  readonly error: Error | undefined;
}

/** One set of databases for all cases. */
let bench: Bench;
const endings: (() => unknown)[] = [];

test.before(async () => {
  const scope = { teardown: (end: () => unknown) => endings.unshift(end) } as unknown as ExecutionContext;
  const [original, explained, executed] = await Promise.all([startTwin(scope), startTwin(scope), startTwin(scope)]);
  bench = { original, explained, executed, ovs: await Ovs.on(executed.client) };
});

test.after.always(async () => {
  for (const end of endings) await end();
});

const toAction = ([verb, ref]: Action) =>
  verb === 'rewrite' ? { rewrite: true as const } : verb === 'up' ? { up: ref as string } : { down: ref as string };

function planned(records: Records, action: Action, facts: Facts): Planned {
  try {
    const { plan, log } = planReconfigure(records, toAction(action), facts, { ipBackend: 'ifcfg' });
    return { plan, messages: log.map(({ message }) => message), error: undefined };
  } catch (error) {
    return { plan: undefined, messages: [], error: error as Error };
  }
}

async function stock(t: ExecutionContext, twin: Twin, line: readonly string[]): Promise<boolean> {
  const words = line.slice(1).filter((word) => !word.startsWith('--timeout'));
  const { status, stderr } = await runStock(twin, ['--no-wait', ...words]);
  if (status !== 0) t.log(stderr.trim());
  return status === 0;
}

async function compareDatabases(t: ExecutionContext, bench: Bench, at: string): Promise<void> {
  const [original, explained, executed] = await Promise.all(
    [bench.original, bench.explained, bench.executed].map(contents),
  );
  t.is(explained, original, `${at}: the explained line`);
  t.is(executed, original, `${at}: the executed plan`);
}

/** A rewrite that stumbles over a missing bridge: the original gave up, ours does the others. */
async function rewriteOneByOne(t: ExecutionContext, bench: Bench, line: readonly string[]): Promise<void> {
  for (const twin of [bench.original, bench.explained]) {
    for (const words of commandsOf(line)) await stock(t, twin, ['ovs-vsctl', ...words]);
  }
}

async function execSwitch(plan: Plan, { ovs }: Bench): Promise<number> {
  const steps = plan.steps.flatMap((step) => (step.kind === 'transaction' ? { ...step, waitForVswitchd: false } : []));
  await execute({ steps }, ovs);
  return steps.length;
}

function compareEffects(t: ExecutionContext, one: Case, step: CaseStep, plan: Plan, at: string): void {
  const wanted = effectsOfEvents(step.events);
  const got = effectsOfPlan(plan);
  for (const key of ['links', 'ethtool', 'workaround', 'tools', 'flows'] as const) {
    if (one.input.mode === 'datapath' && (key === 'tools' || key === 'links')) continue;
    t.deepEqual(got[key], wanted[key], `${at}: ${key}`);
  }
  // The datapath part alone asked for no more of tools and links than this.
  if (one.input.mode === 'datapath') {
    t.deepEqual(
      wanted.tools.filter((each) => !got.tools.includes(each)),
      [],
      `${at}: tools`,
    );
    t.deepEqual(
      wanted.links.filter((each) => !got.links.includes(each)),
      [],
      `${at}: links`,
    );
  }
  const place = got.order.indexOf('ovs-vsctl');
  const lastUp = got.order.slice(0, place).lastIndexOf('link up');
  const cards = wanted.order.slice(0, wanted.order.indexOf('ovs-vsctl')).filter((each) => each === 'link up').length;
  const before = got.order.slice(0, place).filter((each) => each === 'link up').length;
  t.is(before, cards, `${at}: cards are up before the switch is changed, the bond after it`);
  if (step.action[0] === 'up') t.true(lastUp < place, at);
  if (got.flows.length > 0) t.true(got.order.indexOf('ovs-ofctl') > place, `${at}: flows come after the ports`);
}

function files(plan: Plan): Record<string, string> {
  const steps = plan.steps.flatMap((step) => (step.kind === 'apply-file' ? [[step.path, step.text] as const] : []));
  return Object.fromEntries(
    steps.map(([path, text]) => [path, text.replace(/ by ovskit reconfigure$/m, ' by interface-reconfigure')]),
  );
}

for (const one of loadCases()) {
  test.serial(one.name, async (t) => {
    await Promise.all([bench.original, bench.explained, bench.executed].map(empty));
    await bench.ovs.sync();
    const { host, db } = one.input;
    // A link that leads nowhere tells no driver.
    for (const device of Object.values(host.netdevs)) if (device.driver_link === 'noslash') device.driver = null;
    let held: Record<string, string> = {};
    for (const [index, step] of one.expected.entries()) {
      const at = `${one.name} ${index} ${step.action.join(' ')}`;
      const records = parseRecords(db);
      const line = step.events.find(
        ({ argv }) => argv?.[0] === '/usr/bin/ovs-vsctl' && argv[1] === '--timeout=20',
      )?.argv;
      const onHost = parseFacts({
        ...host,
        files: Object.fromEntries(
          Object.entries(held).map(([path, text]) => [path.slice(path.lastIndexOf('/') + 1), text]),
        ),
      });
      const blind = planned(records, step.action, onHost);
      const onSwitch = async () => ({
        ...onHost,
        switch: await gatherSwitch(bench.ovs, namesOf(records, records.pifs.values())),
      });
      const seeing = planned(records, step.action, await onSwitch());
      if (!step.ok) {
        if (step.action[0] === 'rewrite') t.regex(seeing.messages.join('\n'), /has no bridge: it is skipped/, at);
        else t.regex(blind.error?.message ?? '', /has no bridge/, at);
      } else {
        t.is(blind.error, undefined, at);
      }
      if (seeing.plan && blind.plan) {
        const done = line === undefined || (await stock(t, bench.original, line));
        await execSwitch(seeing.plan, bench);
        if (!done && line) await rewriteOneByOne(t, bench, line);
        else
          for (const each of step.ok ? vsctlLines(blind.plan) : []) t.true(await stock(t, bench.explained, each), at);
        if (step.ok) {
          await compareDatabases(t, bench, at);
          compareEffects(t, one, step, blind.plan, at);
          t.deepEqual(withoutCounterpart(step.events, blind.messages), [], `${at}: log`);
        }
      }
      if (line) noteDevices(host.netdevs, line);
      if (step.files) {
        const { '/var/xapi/network.dbcache': _, ...after } = step.files;
        held = { ...held, ...(blind.plan ? files(blind.plan) : {}) };
        t.deepEqual(held, after, `${at}: files`);
        host.ifcfg = [
          ...new Set([...host.ifcfg, ...Object.keys(after).flatMap((path) => /ifcfg-(.*)$/.exec(path)?.[1] ?? [])]),
        ];
      }
      if (step.ok) noteAttached(db, step.action);
      if (step.ok && step.action[0] === 'up') {
        const again = planned(parseRecords(db), step.action, await onSwitch());
        t.deepEqual(
          again.plan?.steps.filter(({ kind }) => kind === 'transaction'),
          [],
          `${at}: again`,
        );
      }
    }
  });
}
