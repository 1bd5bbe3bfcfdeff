// Child processes whose end, signals and output are accounted for.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Interrupted, SetupError } from './errors.mjs';
import { root, setupDirectory } from './paths.mjs';

/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Milliseconds that a process group gets to end after a signal. */
const END_TIMEOUT = 5000;

/** Lines of its output that the report of a failed step shows: npm tells the reason first, apt-get last. */
const HEAD = 15;
const TAIL = 15;

/**
 * The status that a shell would report: the exit code, or 128 plus the signal's number.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitStatus(code, signal) {
  return signal ? 128 + constants.signals[signal] : (code ?? 1);
}

/**
 * Waits for a child while passing our signals on to it. With `group` they go to its whole process group, which is
 * killed when it has not ended 5 s later.
 * @param {import('node:child_process').ChildProcess} child
 * @param {{ group?: boolean }} [options]
 * @returns {Promise<{ status: number, interruptedBy: NodeJS.Signals | undefined }>}
 */
export function follow(child, { group = false } = {}) {
  return new Promise((resolve, reject) => {
    /** @type {NodeJS.Signals | undefined} */
    let interruptedBy;
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    /** @param {NodeJS.Signals} signal */
    const send = (signal) => {
      if (child.pid === undefined) return;
      try {
        process.kill(group ? -child.pid : child.pid, signal);
      } catch {
        // It has just ended.
      }
    };
    /** @param {NodeJS.Signals} signal */
    const onSignal = (signal) => {
      interruptedBy ??= signal;
      send(signal);
      if (group) timer ??= setTimeout(send, END_TIMEOUT, 'SIGKILL');
    };
    const release = () => {
      clearTimeout(timer);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('close', (code, signal) => {
      release();
      // What the leader of an interrupted group left behind.
      if (group && interruptedBy) send('SIGKILL');
      resolve({ status: exitStatus(code, signal), interruptedBy });
    });
  });
}

/** @type {NodeJS.Signals | undefined} */
let pending;

/**
 * Runs a program to its end, in the project's directory, and gives what it printed where `stdio` has a pipe for it. Our signals
 * are passed on to it, or with `group` to it and all that it starts (`follow`).
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { group?: boolean }} options
 * @returns {Promise<{ status: number, stdout: string }>}
 * @throws {SetupError} when it can't be started
 * @throws {Interrupted}
 */
export async function runChild(command, args, { group = false, ...options }) {
  if (pending) throw new Interrupted(pending);
  const child = spawn(command, args, { cwd: root, detached: group, ...options });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  /** @type {{ status: number, interruptedBy: NodeJS.Signals | undefined }} */
  let end;
  try {
    end = await follow(child, { group });
  } catch (error) {
    throw new SetupError(`${command} can't be run: ${/** @type {Error} */ (error).message}`);
  }
  if (end.interruptedBy) throw new Interrupted(end.interruptedBy);
  return { status: end.status, stdout };
}

/**
 * Runs `work` so that a signal ends it between two steps or with the one that runs, never in the middle of what must be
 * undone.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {Interrupted}
 */
async function interruptible(work) {
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    pending ??= signal;
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const result = await work();
    if (pending) throw new Interrupted(pending);
    return result;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/**
 * Runs a tool's work until a signal ends it, and reports what the person who started it can act upon.
 * @param {(line: string) => void} say
 * @param {() => Promise<number>} work
 * @returns {Promise<number>} the exit status
 */
export async function runTool(say, work) {
  try {
    return await interruptible(work);
  } catch (error) {
    if (!(error instanceof SetupError || error instanceof Interrupted)) throw error;
    say(error.message);
    return error instanceof Interrupted ? error.status : 1;
  }
}

/**
 * Runs one step with its output in `.setup/NAME.log`.
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] what differs from our environment
 * @throws {SetupError} when it fails, with the beginning and end of its output
 * @throws {Interrupted}
 */
export async function runStep(name, command, args, env = {}) {
  mkdirSync(setupDirectory, { recursive: true });
  const logFile = join(setupDirectory, `${name}.log`);
  const log = openSync(logFile, 'w');
  let status = 0;
  try {
    ({ status } = await runChild(command, args, {
      env: { ...process.env, ...env },
      group: true,
      stdio: ['ignore', log, log],
    }));
  } finally {
    closeSync(log);
  }
  if (status === 0) return;
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  if (lines.length > HEAD + TAIL) lines.splice(HEAD, lines.length - HEAD - TAIL, '...');
  const shown = lines.join('\n  ');
  throw new SetupError(
    `${name} failed with exit status ${status}: ${command} ${args.join(' ')}\n  ${shown}\nAll of it: ${logFile}`,
  );
}
