import { createHash } from 'node:crypto';
import {
  isObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  parseJson,
  type Shash,
  serialize,
} from '../json/index.js';
import { OvsdbTextError } from '../schema/index.js';

/** How the log of a standalone database begins each record (ovsdb(5)). */
const MAGIC = 'OVSDB JSON';

function sha1(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** One record: a line with length and SHA-1, and the JSON. */
export function composeRecord(json: Json | Shash<Json>): string {
  const data = `${serialize(json)}\n`;
  const bytes = Buffer.from(data);
  return `${MAGIC} ${bytes.length} ${sha1(bytes)}\n${data}`;
}

/**
 * The records of a database file.
 *
 * @throws {OvsdbTextError} in the words of ovsdb/log.c.
 */
export function* readRecords(file: Buffer, name: string): Generator<JsonObject> {
  for (let at = 0; at < file.length; ) {
    const end = file.indexOf('\n', at);
    const header = file.toString('latin1', at, end < 0 ? file.length : end);
    const match = /^OVSDB (\S+) (\d+) ([\da-f]{40})$/.exec(header);
    if (at === 0 && !match) throw new OvsdbTextError('ovsdb error', `${name}: unexpected file format`);
    if (match?.[1] === 'CLUSTER') {
      throw new OvsdbTextError('ovsdb error', `${name}: cannot apply this operation to clustered database file`);
    }
    if (match?.[1] !== 'JSON') {
      throw new OvsdbTextError('syntax error', `${name}: parse error at offset ${at} in header line "${header}\n"`);
    }
    const start = end + 1;
    const length = Number(match[2]);
    const data = file.subarray(start, start + length);
    if (data.length < length) {
      const detail = `${name}: error reading ${length} bytes starting at offset ${start}`;
      throw new OvsdbTextError('I/O error', `${detail} (End of file)`);
    }
    const hash = sha1(data);
    const where = `${name}: ${length} bytes starting at offset ${start}`;
    if (hash !== match[3]) {
      throw new OvsdbTextError('syntax error', `${where} have SHA-1 hash ${hash} but should have hash ${match[3]}`);
    }
    yield parseRecord(data, where);
    at = start + length;
  }
}

function parseRecord(data: Buffer, where: string): JsonObject {
  let json: Json;
  try {
    json = parseJson(data);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new OvsdbTextError('syntax error', `${where} are not valid JSON (${error.message})`);
  }
  if (!isObject(json)) throw new OvsdbTextError('syntax error', `${where} are not a JSON object`);
  return json;
}
