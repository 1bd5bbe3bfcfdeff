import { constants } from 'node:os';

/** What asks a process to end. Ctrl-C comes from the terminal and once more through npm. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal that asks the process to end, while it is being listened for; later ones are taken as the same. */
export interface EndingSignals extends Disposable {
  readonly signal: AbortSignal;
  /** 128 + the signal's number, as a shell has it. */
  readonly status: number;
}

/** Turns Ctrl-C and its kin into an `AbortSignal`, so that a command can undo what is half done. */
export function endingSignals(): EndingSignals {
  const controller = new AbortController();
  const { signal } = controller;
  const end = (name: NodeJS.Signals) => controller.abort(name);
  for (const name of SIGNALS) process.on(name, end);
  return {
    signal,
    get status() {
      return 128 + (constants.signals[signal.reason as NodeJS.Signals] ?? 0);
    },
    [Symbol.dispose]() {
      for (const name of SIGNALS) process.off(name, end);
    },
  };
}
