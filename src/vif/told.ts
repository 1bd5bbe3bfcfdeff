import { channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';

/** What each plug and unplug came to, on the diagnostics channel `ovskit:plug`. */
export interface PlugMessage {
  readonly direction: 'plug' | 'unplug';
  /** The request, as it was given. */
  readonly request: unknown;
  /** From the call to its end, in milliseconds. */
  readonly ms: number;
  /** Whether anything had to be done; `undefined` when it failed. */
  readonly changed: boolean | undefined;
  /** Why it failed. */
  readonly error: unknown;
}

const plugs = channel('ovskit:plug');

/** Runs `work`, and tells of it where somebody listens. */
export function told<T extends { readonly changed: boolean }>(
  direction: PlugMessage['direction'],
  request: unknown,
  work: () => Promise<T>,
): Promise<T> {
  if (!plugs.hasSubscribers) return work();
  const start = performance.now();
  const tell = (changed: boolean | undefined, error?: unknown): void => {
    plugs.publish({ direction, request, ms: performance.now() - start, changed, error } satisfies PlugMessage);
  };
  const result = work();
  result.then(
    ({ changed }) => tell(changed),
    (error) => tell(undefined, error),
  );
  return result;
}
