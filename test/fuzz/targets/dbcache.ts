import assert from 'node:assert/strict';
import { formatXmlRecords, parseJson, parseRecords, parseXmlRecords } from '../../../src/reconfigure/index.js';
import { loadCases } from '../../reconfigure/case.js';
import { attempt, type Target } from '../target.js';

const cases = loadCases().slice(0, 12);
const xml = cases.flatMap((one) => one.expected[0]?.files?.['/var/xapi/network.dbcache'] ?? []);
const json = cases.map((one) => JSON.stringify(one.input.db));

/** Records are read from XML and JSON; those of XML are written and read to the same. */
export const dbcache: Target = {
  name: 'dbcache',
  json: true,
  corpus: [...xml.slice(0, 6), ...json.slice(0, 6)],
  words: [
    '<pif ref="x">',
    '</pif>',
    '<VLAN>',
    '-1',
    '4096',
    'OpaqueRef:NULL',
    '&amp;',
    '&#0;',
    '<!DOCTYPE x>',
    '<!ENTITY a "b">',
    '<![CDATA[',
    'true',
    'None',
    'bond',
  ],
  check(input) {
    const text = input.toString();
    attempt(() => parseRecords(parseJson(text)));
    const records = attempt(() => parseXmlRecords(text));
    if ('error' in records) return;
    const written = formatXmlRecords(records.value);
    assert.deepEqual(parseXmlRecords(written), records.value, 'written and read');
  },
};
