import { Fatal } from '../fatal.js';
import { isObject, type Json, JsonSyntaxError, parseJson } from '../json/index.js';
import type { Call, Context } from './context.js';

/** A JSON argument. @throws {Fatal} */
export function parseArgument(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new Fatal(`"${text}": ${error.message}`);
    throw error;
  }
}

function parseTransaction(text: string): Json[] {
  const transaction = parseArgument(text);
  if (!Array.isArray(transaction) || transaction.length === 0 || typeof transaction[0] !== 'string') {
    throw new Fatal('not a valid OVSDB query');
  }
  return transaction;
}

/** `transact TRANSACTION`. */
export async function transact(context: Context, { rpc, args }: Call): Promise<void> {
  const transaction = parseTransaction(args[0]!);
  context.printJson(await rpc.transact('transact', transaction, context.options.style.pretty));
}

/** `query TRANSACTION`: an `abort` behind the operations keeps the database as it is, and its error is not shown. */
export async function query(context: Context, { rpc, args }: Call): Promise<void> {
  const transaction = [...parseTransaction(args[0]!), { op: 'abort' }];
  const reply = await rpc.transact('transact', transaction, context.options.style.pretty);
  if (Array.isArray(reply) && reply.length === transaction.length - 1) {
    const last = reply.at(-1);
    if (isObject(last) && last.error === 'aborted') reply.pop();
  }
  context.printJson(reply);
}
