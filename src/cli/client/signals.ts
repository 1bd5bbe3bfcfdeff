import { constants } from 'node:os';
import type { Vlog } from '../log/vlog.js';

/** What lib/fatal-signal.c catches, with what strsignal(3) calls it. */
const fatal: Readonly<Record<string, string>> = {
  SIGTERM: 'Terminated',
  SIGINT: 'Interrupt',
  SIGHUP: 'Hangup',
  SIGALRM: 'Alarm clock',
};

const hooks = new Set<() => void>();

/** Runs `hook` before a signal ends the process. @returns how to take it back. */
export function onTermination(hook: () => void): () => void {
  hooks.add(hook);
  return () => hooks.delete(hook);
}

/**
 * Ends the process by the signal that came, after a word in the log: whoever waits for it sees the signal. After
 * `timeout` seconds (0 for never) it is SIGALRM, as alarm(2) would have it.
 *
 * @returns how to stop that.
 */
export function catchSignals(log: Vlog, timeout: number): () => void {
  const end = (signal: NodeJS.Signals) => {
    release();
    const number = constants.signals[signal];
    log.log('fatal_signal', 'WARN', `terminating with signal ${number} (${fatal[signal]})`);
    for (const hook of hooks) hook();
    process.kill(process.pid, signal);
    // The signal takes effect only when nothing of Node's is between it and us.
  };
  const signals = Object.keys(fatal) as NodeJS.Signals[];
  for (const signal of signals) process.on(signal, end);
  const timer = timeout > 0 ? setTimeout(() => end('SIGALRM'), Math.min(timeout * 1000, 2 ** 31 - 1)) : undefined;
  function release(): void {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, end);
  }
  return release;
}
