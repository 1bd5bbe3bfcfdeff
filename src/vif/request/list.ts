import { InvalidArgumentError } from '../../base/errors.js';
import { meantBy } from '../../base/misspelt.js';
import { requestSchema } from './schema.js';

/**
 * The requests of a document: of a list, or of `{"requests": [...]}`; `undefined` where it is none of these, but one request.
 *
 * @throws {InvalidArgumentError} where `requests` is no list, is misspelt, or has a request's field beside it, which nobody would read
 */
export function requestList(document: unknown): readonly unknown[] | undefined {
  if (Array.isArray(document)) return document;
  if (typeof document !== 'object' || document === null) return undefined;
  const { requests } = document as { requests?: unknown };
  if (requests === undefined) {
    const slip = Object.hasOwn(document, 'vif')
      ? undefined
      : Object.keys(document).find((key) => meantBy(key, ['requests']));
    if (slip !== undefined) throw new InvalidArgumentError(`${slip} is unknown: did you mean requests?`);
    return undefined;
  }
  if (!Array.isArray(requests)) throw new InvalidArgumentError('requests must be a list of requests');
  const beside = Object.keys(document).find((key) => Object.hasOwn(requestSchema.entries, key));
  if (beside !== undefined) {
    throw new InvalidArgumentError(`${beside} stands beside requests: each request has its own`);
  }
  return requests;
}
