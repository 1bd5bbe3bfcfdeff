import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execute, explain, type Plan, StepFailedError } from '../../../src/plan/index.js';
import { runTool } from '../../../src/plan/tools/run.js';
import type { Ovs } from '../../../src/vswitch/index.js';

/** No vendor's tool, but a stand-in that says so, writes down how it was called, and ends as its arguments tell. */
const STAND_IN = `#!/bin/sh
echo "stand-in of a test for $0" >&2
{ for word in "$@"; do printf '[%s]' "$word"; done; echo; } >> "$STAND_IN_LOG"
case "$1" in
  fail) echo "no such port $2" >&2; exit 7;;
  hang) exec sleep 100;;
  die) kill -9 $$;;
esac
echo done
`;

const directory = mkdtempSync(join(tmpdir(), 'ovskit-tools-'));
const log = join(directory, 'log');
for (const tool of ['ivs-ctl', 'mm-ctl', 'vrouter-port-control']) {
  writeFileSync(join(directory, tool), STAND_IN);
  chmodSync(join(directory, tool), 0o755);
}
test.before(() => {
  process.env.PATH = `${directory}:${process.env.PATH}`;
  process.env.STAND_IN_LOG = log;
});
test.beforeEach(() => writeFileSync(log, ''));
test.after.always(() => rmSync(directory, { recursive: true }));

const calls = () => readFileSync(log, 'utf8').trimEnd().split('\n');
/** These steps need no switch. */
const noSwitch = {} as Ovs;

test.serial('arguments arrive as they are, without a shell', async (t) => {
  const argv = ['vrouter-port-control', '--oper=add --name=a b', '$(id)', '', '*'] as const;
  t.is(await runTool(argv), 'done\n');
  t.deepEqual(calls(), ['[--oper=add --name=a b][$(id)][][*]']);
});

test.serial('a failure tells tool, status and words', async (t) => {
  const error = await t.throwsAsync(runTool(['ivs-ctl', 'fail', 'tap1']), { code: 'ERR_TOOL_FAILED' });
  t.regex(error.message, /^ivs-ctl fail tap1 failed: exit status 7: stand-in of a test for .*\nno such port tap1$/);
  t.like(error, { status: 7, argv: ['ivs-ctl', 'fail', 'tap1'] });
  await t.throwsAsync(runTool(['ivs-ctl', 'die']), { code: 'ERR_TOOL_FAILED', message: /ivs-ctl die failed: SIGKILL/ });
});

test.serial('only tools of the list are run, and one that is not there is named', async (t) => {
  for (const tool of ['sh', '/bin/ivs-ctl', '../ivs-ctl', '']) {
    await t.throwsAsync(runTool([tool]), { code: 'ERR_INVALID_ARGUMENT', message: /is no tool that ovskit runs: / });
  }
  await t.throwsAsync(runTool(['ebrctl', 'add-port']), {
    code: 'ERR_TOOL_NOT_FOUND',
    message: "can't run ebrctl: it is not on PATH",
  });
});

test.serial('one that hangs is killed at the deadline, or at a signal', async (t) => {
  await t.throwsAsync(runTool(['mm-ctl', 'hang'], { timeout: 50 }), { code: 'ERR_TIMEOUT', message: /running mm-ctl/ });
  const abort = new AbortController();
  const running = runTool(['mm-ctl', 'hang'], { signal: abort.signal });
  abort.abort();
  await t.throwsAsync(running, { code: 'ERR_ABORTED' });
});

const bind: Plan = {
  steps: [
    { kind: 'run-tool', argv: ['mm-ctl', '--bind-port', 'id', 'tap1'], undo: ['mm-ctl', '--unbind-port', 'id'] },
    { kind: 'run-tool', argv: ['ivs-ctl', 'fail', 'tap1'] },
  ],
};

test.serial('a tool is taken back by another', async (t) => {
  t.deepEqual(explain(bind), [
    ['mm-ctl', '--bind-port', 'id', 'tap1'],
    ['ivs-ctl', 'fail', 'tap1'],
  ]);
  const error = await t.throwsAsync(execute(bind, noSwitch), { instanceOf: StepFailedError, code: 'ERR_TOOL_FAILED' });
  t.is(error.index, 1);
  t.regex(error.message, /^step 2, run ivs-ctl fail tap1: ivs-ctl fail tap1 failed: exit status 7/);
  t.deepEqual(calls(), ['[--bind-port][id][tap1]', '[fail][tap1]', '[--unbind-port][id]']);
});

test.serial('by best effort its failure is a warning', async (t) => {
  const { warnings } = await execute(bind, noSwitch, { bestEffort: true });
  t.is(warnings.length, 1);
  t.regex(warnings[0]!, /^run ivs-ctl fail tap1: .*exit status 7/);
  t.deepEqual(calls(), ['[--bind-port][id][tap1]', '[fail][tap1]']);
  const [, last] = bind.steps;
  const { warnings: own } = await execute({ steps: [{ ...last!, bestEffort: true } as never] }, noSwitch);
  t.is(own.length, 1);
});
