/** Lists of requests, and what became of each. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidArgumentError } from '../base/errors.js';
import { type ParseOptions, parsePlugRequest, requestList, type VifRequest } from '../vif/index.js';
import { answerable } from './errors.js';

/** Requests that are checked, some 4 ms, before others are looked after. */
const TURN = 100;

/**
 * The requests of a body, all checked: a list, or `{"requests": [...]}`, as in a request file.
 *
 * @param empty what is wrong with a list without a request; nothing where that says something
 * @throws {InvalidArgumentError} naming the request and the field
 */
export async function readMany(json: unknown, options: ParseOptions, empty: string | undefined): Promise<VifRequest[]> {
  const list = requestList(json);
  if (!list) {
    throw new InvalidArgumentError('the body must be a list of requests, or an object with the list "requests"');
  }
  if (list.length === 0 && empty !== undefined) throw new InvalidArgumentError(empty);
  const requests: VifRequest[] = [];
  for (const [index, input] of list.entries()) {
    requests.push(parsePlugRequest(input, `request ${index + 1}`, options));
    if (index % TURN === TURN - 1) await nextTurn();
  }
  return requests;
}

/** Why one VIF of many failed. */
export interface NamedError {
  /** The device. */
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

interface Log {
  onError(error: unknown): void;
}

/** As the answer has it; a defect of ours is told to the log alone. */
export function namedError(name: string, error: unknown, log: Log): NamedError {
  const { status, code, message } = answerable(error);
  if (status === 500) log.onError(error);
  return { name, code, message };
}

export function readSettled<T>(
  outcomes: readonly PromiseSettledResult<T>[],
  nameOf: (index: number) => string,
  log: Log,
): { done: T[]; errors: NamedError[] } {
  const done: T[] = [];
  const errors: NamedError[] = [];
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'fulfilled') done.push(outcome.value);
    else errors.push(namedError(nameOf(index), outcome.reason, log));
  });
  return { done, errors };
}
