/** Programs of vendors and distributions that have no other interface. */
import { runTool, type ToolCommand } from '../tools/run.js';
import { orWarn } from './best-effort.js';
import type { StepKinds } from './kind.js';

/** Runs a program of the allow-list, without a shell. */
export interface RunToolStep {
  readonly kind: 'run-tool';
  /** The program's bare name, found on PATH, and its arguments. */
  readonly argv: ToolCommand;
  /** What takes it back; without this, nothing does. */
  readonly undo?: ToolCommand | undefined;
  /** Its failure is a warning. */
  readonly bestEffort?: boolean | undefined;
  /** Milliseconds. Default: 60 000. */
  readonly timeout?: number | undefined;
}

export const toolKinds: StepKinds<RunToolStep> = {
  'run-tool': {
    describe: ({ argv }) => `run ${argv.join(' ')}`,
    explain: ({ argv }) => [argv],
    perform: (step, run) =>
      orWarn(step, `run ${step.argv.join(' ')}`, run, async () => {
        const { argv, undo, timeout } = step;
        await runTool(argv, { timeout, signal: run.options.signal });
        return (
          undo &&
          (async () => {
            await runTool(undo, { timeout });
          })
        );
      }),
  },
};
