import test from 'ava';
import fc from 'fast-check';
import { numberRows, type RowUpdate } from '../../src/ovsdb/updates.js';

const uuid = fc.uuid();
/** What looks like a row's beginning, within a string or not. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  uuid,
  uuid.map((each) => `"${each}":{"`),
  uuid.map((each) => `${each}":{"insert`),
  uuid.map((each) => `\\"${each}\\":{\\"`),
);
const columns = fc.dictionary(text, fc.oneof(text, fc.array(text), fc.integer()));
const update = fc.oneof(
  columns.map((insert) => ({ insert })),
  columns.map((modify) => ({ modify })),
  fc.constant({ delete: null }),
  fc.constant({}),
);
const tables = fc.dictionary(
  fc.stringMatching(/^[A-Za-z_]\w{0,20}$/),
  fc.array(fc.tuple(uuid, update), { maxLength: 20 }).map((rows) => Object.fromEntries(rows)),
);

/** The rows under their uuids again. */
function restored(updates: Record<string, Record<string, RowUpdate>>): unknown {
  const back = ([key, { _uuid, ...rest }]: [string, RowUpdate]) => [_uuid ?? key, rest];
  return Object.fromEntries(
    Object.entries(updates).map(([table, rows]) => [table, Object.fromEntries(Object.entries(rows).map(back))]),
  );
}

test('rows that are numbered are the rows that came, whatever stands in their strings', (t) => {
  fc.assert(
    fc.property(tables, text, (updates, id) => {
      const message = JSON.stringify({ id: null, method: 'update3', params: [id, '0', updates] });
      const { params, ...rest } = JSON.parse(numberRows(message));
      t.deepEqual(rest, { id: null, method: 'update3' });
      t.deepEqual(params.slice(0, 2), [id, '0']);
      t.deepEqual(restored(params[2]), restored(updates as Record<string, Record<string, RowUpdate>>));
    }),
  );
});

test('rows are numbered in their order, and nothing but an update is written anew', (t) => {
  const [a, b] = ['8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10', 'f8206dcf-5b28-3659-b30e-ffcc50bb89f7'];
  const rows = `{"T":{"${a}":{"delete":null},"${b}":{"insert":{"name":"x"}}}}`;
  const numbered = `{"T":{"0":{"_uuid":"${a}","delete":null},"1":{"_uuid":"${b}","insert":{"name":"x"}}}}`;
  t.is(
    numberRows(`{"id":null,"method":"update3","params":["m","0",${rows}]}`),
    `{"id":null,"method":"update3","params":["m","0",${numbered}]}`,
  );
  for (const other of [
    `{"id":1,"result":${rows},"error":null}`,
    `{"id":null,"method":"update2","params":["m",${rows}]}`,
  ]) {
    t.is(numberRows(other), other);
  }
});
