import type { CallOptions } from '../../base/deadline.js';
import { AbortedError, messageOf, reasonOf } from '../../base/errors.js';
import { readTextFile } from '../../base/read-text.js';
import { replaceFile } from '../../base/replace-file.js';
import { RecordsError } from '../errors.js';
import { parseRecords } from './parse.js';
import type { Records } from './types.js';
import { formatXmlRecords } from './write.js';
import { parseXmlRecords } from './xml.js';

/** Bytes. A host with a thousand PIFs has 1 MiB. */
const MAX_FILE = 8 * 1024 * 1024;

/**
 * Reads records from a file: a `network.dbcache` of XenServer, or one JSON document.
 *
 * @param options `timeout` in milliseconds for a pipe that is written slowly, 10 000 by default.
 * @throws {RecordsError} naming the file, and in it the record; {@link AbortedError}.
 */
export async function loadRecords(path: string, options: CallOptions = {}): Promise<Records> {
  const text = await readText(path, options);
  try {
    return /^\uFEFF?\s*</.test(text)
      ? parseXmlRecords(text.replace(/^\uFEFF/, ''))
      : parseRecords(parseJson(text, 'neither XML nor JSON'));
  } catch (error) {
    if (!(error instanceof RecordsError)) throw error;
    throw new RecordsError(`${path}: ${error.message}`, { cause: error });
  }
}

/** Reads a whole text file. @throws {RecordsError}; {@link AbortedError}. */
export async function readText(path: string, options: CallOptions): Promise<string> {
  try {
    return await readTextFile(path, MAX_FILE, options);
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    throw new RecordsError(`can't read ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** @throws {RecordsError} saying what the text is: `no JSON`. */
export function parseJson(text: string, what = 'no JSON'): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RecordsError(`it is ${what}: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Writes records as a `network.dbcache`, so that a crash leaves the old file or the new one.
 *
 * @throws {RecordsError} naming the file; {@link formatXmlRecords}' for what XML can't hold.
 */
export async function saveRecords(path: string, records: Records): Promise<void> {
  const text = formatXmlRecords(records);
  try {
    await replaceFile(path, text);
  } catch (error) {
    throw new RecordsError(`can't write ${path}: ${messageOf(error)}`, { cause: error });
  }
}
