import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { InvalidArgumentError } from '../base/errors.js';
import { SandboxError } from './errors.js';

/**
 * What the guard runs. It makes the run directory, so it never removes one that it didn't make. The holder may be dead
 * before it reads "ready": a broken pipe must not end the guard. Its standard input ends when the holder lets go or
 * dies, be it by SIGKILL; a child caught between fork and exec still has a copy of the pipe, so none can slip through.
 * What carries the sandbox's mark in its environment, which only its daemons and its command inherit, is ours and is
 * killed.
 */
const SCRIPT = `
trap '' HUP INT TERM PIPE
mkdir -m 700 -- "$1" || exit 1
echo ready 2>/dev/null
cat >/dev/null
tries=0
while [ $tries -lt 250 ]; do
  pids=$(grep -lszxF "$3" /proc/[0-9]*/environ | cut -d/ -f3)
  if [ -n "$pids" ]; then kill -KILL $pids
  elif [ "$2" = keep ] || rm -rf -- "$1"; then exit 0
  fi
  tries=$((tries + 1))
  sleep 0.02
done 2>/dev/null
echo "cannot clean up $1: still there: $(ls -A -- "$1" 2>&1) $pids" >&2
exit 1
`;

/** Owns a run directory, and cleans up after the holder however it ends. */
export class Guard {
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | null>;
  readonly #stderr: () => string;

  private constructor(child: ChildProcess, stderr: () => string) {
    this.#process = child;
    this.#stderr = stderr;
    this.#exited = new Promise((resolve) => {
      child.once('close', (code) => resolve(code));
      // No process could be started.
      child.once('error', () => resolve(null));
    });
    child.stdin?.on('error', () => {}); // It died first: `release` tells.
  }

  /**
   * Makes `directory` with mode 0700 and starts to watch over it. With `keep` it stays; processes never do.
   *
   * @param mark `NAME=VALUE`, by which the environment tells what belongs inside.
   * @throws {InvalidArgumentError} when the directory can't be made, such as when it exists
   */
  static async create(directory: string, keep: boolean, mark: string): Promise<Guard> {
    // A session of its own: Ctrl-C is for the holder. An environment of its own: an outer sandbox must not take it for
    // a process inside, for it still has to clean up the inner one.
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'ovskit-guard', directory, keep ? 'keep' : 'remove', mark], {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const guard = new Guard(child, () => stderr.trim());
    const ready = once(child.stdout, 'data').then(() => true);
    const failed = guard.#exited.then(() => false);
    if (!(await Promise.race([ready, failed]))) {
      ready.catch(() => {});
      const reason = stderr.trim().replace(/^mkdir: /, '') || 'the guard ended early';
      throw new InvalidArgumentError(`run directory: ${reason}`);
    }
    return guard;
  }

  /**
   * Lets go: what is left inside is killed, and the directory is removed unless it is to be kept.
   * @throws {SandboxError} when something could not be removed
   */
  async release(): Promise<void> {
    this.#process.stdin?.end();
    const code = await this.#exited;
    if (code !== 0) throw new SandboxError(this.#stderr() || `the guard of the run directory ended with ${code}`);
  }
}
