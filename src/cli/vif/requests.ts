import { text } from 'node:stream/consumers';
import { InvalidArgumentError, messageOf, reasonOf } from '../../base/errors.js';
import { readTextFile } from '../../base/read-text.js';
import { type ParseOptions, parsePlugRequest, requestList, type VifRequest } from '../../vif/index.js';

/** Bytes. Ten thousand requests have some 5 MiB. */
const MAX_FILE = 64 * 1024 * 1024;

/** A request of the file, understood or not. */
export interface ReadRequest {
  readonly parsed: VifRequest | undefined;
  readonly error: unknown;
}

export interface RequestFile {
  readonly requests: readonly ReadRequest[];
  /** Whether the file is a list, and not one request. */
  readonly isList: boolean;
}

/**
 * @param empty what is wrong with a list without a request; nothing where that says something
 * @throws {InvalidArgumentError} for a file that can't be read, or is neither a request nor a list of them.
 */
export async function readRequests(
  file: string,
  options: ParseOptions,
  empty: string | undefined,
): Promise<RequestFile> {
  const where = `request file ${file}`;
  let content: string;
  try {
    content = file === '-' ? await text(process.stdin) : await readTextFile(file, MAX_FILE);
  } catch (error) {
    throw new InvalidArgumentError(`cannot read ${where}: ${reasonOf(error)}`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new InvalidArgumentError(`${where} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const list = listOf(json, where);
  if (list === undefined) return { requests: [read(json, where, options)], isList: false };
  if (list.length === 0 && empty !== undefined) throw new InvalidArgumentError(`${where}: ${empty}`);
  const requests = list.map((input, index) => read(input, `${where}: request ${index + 1}`, options));
  return { requests, isList: true };
}

function listOf(json: unknown, where: string): readonly unknown[] | undefined {
  try {
    return requestList(json);
  } catch (error) {
    throw new InvalidArgumentError(`${where}: ${messageOf(error)}`, { cause: error });
  }
}

function read(input: unknown, where: string, options: ParseOptions): ReadRequest {
  try {
    return { parsed: parsePlugRequest(input, where, options), error: undefined };
  } catch (error) {
    return { parsed: undefined, error };
  }
}

/** All of them understood; nothing is done before that is so. @throws the first error. */
export function understood(requests: readonly ReadRequest[]): VifRequest[] {
  return requests.map(({ parsed, error }) => {
    if (!parsed) throw error;
    return parsed;
  });
}
