import type { TestFn } from 'ava';

/** Whether this process may make devices and namespaces. */
export const isRoot = process.geteuid?.() === 0;

/** The user and group `nobody`, for `run` and `spawn`. */
export const asNobody = { uid: 65534, gid: 65534 } as const;

/**
 * `test` for what takes root. Without it, each test is reported as skipped and no hook runs.
 */
export function needsRoot<Context>(test: TestFn<Context>): TestFn<Context> {
  if (isRoot) return test;
  const noHook = () => Object.assign(() => {}, { always: () => {}, skip: () => {} });
  const hooks = { before: noHook(), after: noHook(), beforeEach: noHook(), afterEach: noHook() };
  const serial = Object.assign(test.serial.skip.bind(test.serial), { skip: test.serial.skip, ...hooks });
  const skipped = Object.assign(test.skip.bind(test), { skip: test.skip, todo: test.todo, serial, ...hooks });
  return skipped as unknown as TestFn<Context>;
}
