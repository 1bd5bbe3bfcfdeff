// One set-up at a time in a checkout: a lock file that names the process which holds it.
import {
  accessSync,
  constants,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from './errors.mjs';

/** Milliseconds to wait for another set-up: a first one downloads and compiles. */
const WAIT_TIMEOUT = 15 * 60_000;
const POLL_INTERVAL = 100;

/** Milliseconds after which a half-done removal of a stale lock counts as abandoned; it takes microseconds. */
const BREAK_TIMEOUT = 10_000;

/**
 * Runs `work` while holding the lock in `directory`.
 * @template T
 * @param {string} directory
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(directory, say, work) {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
  } catch (error) {
    throw new SetupError(`the checkout is not yours to write: ${/** @type {Error} */ (error).message}`);
  }
  const lock = join(directory, 'lock');
  const deadline = Date.now() + WAIT_TIMEOUT;
  let told = false;
  while (!take(lock)) {
    const holder = read(lock);
    if (holder && !isAlive(holder)) {
      breakStale(lock, holder);
      continue;
    }
    if (Date.now() > deadline) throw new SetupError(`another set-up (process ${holder}) still holds ${lock}`);
    if (!told && holder) say(`waiting for another set-up, process ${holder.split(' ')[0]}`);
    told ||= holder !== undefined;
    await delay(POLL_INTERVAL);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Takes the lock if it is free. A link appears with its content in it, so that no one ever reads half a lock.
 * @param {string} lock
 */
function take(lock) {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, `${process.pid} ${startTime(process.pid)}`);
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    unlinkSync(mine);
  }
}

/** @param {string} lock */
function read(lock) {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Whether the process that wrote `holder` ("PID STARTTIME") still runs; a reused process id started at another time.
 * @param {string} holder
 */
function isAlive(holder) {
  const [pid, started] = holder.split(' ');
  return startTime(Number(pid)) === started && started !== '';
}

/**
 * Field 22 of /proc/PID/stat (proc(5)), empty when there is no such process or it is a zombie.
 * @param {number} pid
 */
function startTime(pid) {
  try {
    // The name in parentheses may contain anything: count from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/**
 * Removes a lock whose holder is gone. Only one process at a time may, or it could remove the next holder's.
 * @param {string} lock
 * @param {string} holder
 */
function breakStale(lock, holder) {
  const breaking = `${lock}.break`;
  try {
    mkdirSync(breaking);
  } catch {
    const age = Date.now() - (statSync(breaking, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > BREAK_TIMEOUT) remove(breaking);
    return;
  }
  try {
    if (read(lock) === holder) rmSync(lock, { force: true });
  } finally {
    remove(breaking);
  }
}

/**
 * Another process may have taken the directory for abandoned, too.
 * @param {string} directory
 */
function remove(directory) {
  rmSync(directory, { recursive: true, force: true });
}
