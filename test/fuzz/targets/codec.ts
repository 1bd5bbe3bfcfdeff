import assert from 'node:assert/strict';
import { parse } from '../../../src/jsonrpc/index.js';
import { type ColumnType, parseSchema } from '../../../src/ovsdb/schema.js';
import { decodeValue, encodeValue } from '../../../src/ovsdb/values.js';
import { attempt, type Target } from '../target.js';

const UUID = '8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10';

function columnType(type: unknown): ColumnType | undefined {
  const schema = attempt(() =>
    parseSchema({ name: 'D', version: '1.0.0', tables: { T: { columns: { c: { type } } } } }),
  );
  return 'value' in schema ? schema.value.tables.get('T')?.columns.get('c')?.type : undefined;
}

const one = (type: unknown, value: unknown, wire: unknown = value) => JSON.stringify({ type, value, wire });

/** What is written is read back as what is written again; what can't be written or read is told as an error of ours. */
export const codec: Target = {
  name: 'codec',
  json: true,
  corpus: [
    one('string', 'a'),
    one({ key: { type: 'string', enum: ['set', ['a', 'b']] } }, 'b'),
    one({ key: { type: 'integer', minInteger: 0, maxInteger: 4095 }, min: 0, max: 4096 }, [1, 2], ['set', [1, 2]]),
    one({ key: { type: 'real', minReal: -1.5 }, min: 0, max: 1 }, null, ['set', []]),
    one({ key: { type: 'uuid', refTable: 'T', refType: 'weak' }, min: 0, max: 'unlimited' }, [UUID], ['uuid', UUID]),
    one({ key: 'string', value: 'string', min: 0, max: 'unlimited' }, { a: 'b' }, ['map', [['a', 'b']]]),
    one({ key: 'integer', value: { type: 'uuid' }, min: 0, max: 3 }, {}, ['map', [[1, ['uuid', UUID]]]]),
    one('boolean', true),
    `{"type":{"key":"integer","min":0,"max":2},"value":9223372036854775807,"wire":["set",[-9223372036854775808,1]]}`,
  ],
  words: [
    'integer',
    'real',
    'boolean',
    'string',
    'uuid',
    'unlimited',
    'set',
    'map',
    'named-uuid',
    UUID,
    'enum',
    'min',
    'max',
  ],
  check(input) {
    let document: { type?: unknown; value?: unknown; wire?: unknown };
    try {
      document = parse(input.toString()) as typeof document;
    } catch {
      return;
    }
    if (typeof document !== 'object' || document === null) return;
    const type = columnType(document.type);
    if (type === undefined) return;
    const encoded = attempt(() => encodeValue(document.value, type, () => 'the column'));
    if ('value' in encoded) checkWritten(encoded.value, type);
    const decoded = attempt(() => decodeValue(document.wire, type));
    if ('error' in decoded) return;
    const again = attempt(() => encodeValue(decoded.value, type, () => 'the column'));
    if ('value' in again) checkWritten(again.value, type);
  },
};

function checkWritten(wire: unknown, type: ColumnType): void {
  const value = decodeValue(wire, type);
  assert.deepEqual(
    encodeValue(value, type, () => 'the column'),
    wire,
  );
}
