import { open } from 'node:fs/promises';
import { messageOf } from '../../base/errors.js';
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
 * @throws {RecordsError} naming the file, and in it the record.
 */
export async function loadRecords(path: string): Promise<Records> {
  const text = await readText(path);
  try {
    return /^\uFEFF?\s*</.test(text)
      ? parseXmlRecords(text.replace(/^\uFEFF/, ''))
      : parseRecords(parseJson(text, 'neither XML nor JSON'));
  } catch (error) {
    if (!(error instanceof RecordsError)) throw error;
    throw new RecordsError(`${path}: ${error.message}`, { cause: error });
  }
}

/** Reads a whole text file that must not be endless. @throws {RecordsError} */
export async function readText(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > MAX_FILE) throw new Error(`it has ${size} bytes, where ${MAX_FILE} are allowed`);
    const buffer = Buffer.alloc(MAX_FILE + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (length > MAX_FILE) throw new Error(`it has more than ${MAX_FILE} bytes`);
      if (bytesRead === 0) return buffer.toString('utf8', 0, length);
    }
  } catch (error) {
    throw new RecordsError(`can't read ${path}: ${messageOf(error)}`, { cause: error });
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
