import { readFileSync } from 'node:fs';
import { hostFacts } from '../../../src/vif/host-facts.js';
import { explainVif, parsePlugRequests, planOnHost, vifXml } from '../../../src/vif/index.js';
import { attempt, type Target } from '../target.js';

// Compiled to dist/test/fuzz/targets.
const originals = new URL('../../../../test/vif/cases/originals.jsonl', import.meta.url);
const corpus = readFileSync(originals, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.stringify((JSON.parse(line) as { input: object }).input));

/** A request that is understood is planned, explained and written as XML for any machine, or refused with an error of ours. */
export const vif: Target = {
  name: 'vif',
  json: true,
  corpus,
  words: [
    'ovs',
    'bridge',
    'vhostuser',
    'hostdev',
    'hw_veb',
    '802.1qbh',
    'ivs',
    'direct',
    'macvtap',
    'tap0',
    '0000:0a:00.1',
    '7',
    'true',
    'details',
    'vlan',
    'port',
  ],
  check(input) {
    let document: unknown;
    try {
      document = JSON.parse(input.toString());
    } catch {
      return;
    }
    const parsed = attempt(() => parsePlugRequests(document));
    if ('error' in parsed) return;
    for (const request of parsed.value) {
      const host = request.host ?? {};
      attempt(() => vifXml(request, hostFacts(host)));
      for (const direction of ['plug', 'unplug'] as const) {
        attempt(() => explainVif(planOnHost(direction, request, host), host));
      }
    }
  },
};
