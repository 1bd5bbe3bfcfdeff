import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ExecutionContext } from 'ava';
import type { CommitMessage, SwitchTransaction } from '../../../src/vswitch/index.js';
import { Ovs } from '../../../src/vswitch/index.js';
import { withSwitchDatabase } from '../../support/database.js';
import { withProxy } from '../../support/proxy.js';

/** How many requests each transaction joined, failed ones too. */
export function watchCommits(t: ExecutionContext): CommitMessage[] {
  const messages: CommitMessage[] = [];
  const onCommit = (message: unknown) => messages.push(message as CommitMessage);
  subscribe('ovskit:commit', onCommit);
  t.teardown(() => unsubscribe('ovskit:commit', onCommit));
  return messages;
}

/** A switch behind a proxy that can hold the server's answers back, so that a transaction stays in flight. */
export async function behindProxy(t: ExecutionContext, options: Parameters<typeof Ovs.connect>[1] = {}) {
  const { ovs: direct, remote, ...rest } = await withSwitchDatabase(t);
  await direct.transact((tx) => tx.addBridge('br0'));
  const proxy = await withProxy(t, remote);
  const ovs = await Ovs.connect(proxy.remote, options);
  t.teardown(() => ovs.close());
  return { ...rest, ovs, direct, proxy };
}

/** How a request ended: `ok`, or the error's code. */
export const codeOf = (result: PromiseSettledResult<unknown>): string =>
  result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code;

export const port = (name: string) => (tx: SwitchTransaction) => tx.addPort('br0', name);
