import test from 'ava';
import { isSuitable } from '../../../src/cli/client/suitable.js';
import type { Json } from '../../../src/cli/json/index.js';

const CLUSTER = '5f8c76d6-fd3d-484f-a3d4-b822386518d8';
const member = { model: 'clustered', connected: true, leader: true, cid: ['uuid', CLUSTER], index: 5 };

const check = (reply: Json, { cluster, leaderOnly = true }: { cluster?: string; leaderOnly?: boolean } = {}) =>
  isSuitable(reply, 'tcp:1', 'Test', cluster, leaderOnly);
const row = (fields: object) => [{ rows: [{ ...member, ...fields }] as unknown as Json }];

test('who stands alone will do, whatever is asked of members of clusters', (t) => {
  t.is(check([{ rows: [{ model: 'standalone' }] }], { cluster: CLUSTER }), undefined);
});

test('a member of a cluster must be connected, of that cluster, and its leader where that is asked for', (t) => {
  t.is(check(row({})), undefined);
  t.is(check(row({ leader: false }), { leaderOnly: false }), undefined);
  t.is(check(row({}), { cluster: CLUSTER }), undefined);
  t.is(check(row({}), { cluster: CLUSTER.slice(0, 4) }), undefined, 'its first digits are enough');
  const trying = 'trying another server';
  t.is(check(row({ leader: false })), `tcp:1: clustered database server is not cluster leader; ${trying}`);
  t.is(check(row({ connected: false })), `tcp:1: clustered database server is disconnected from cluster; ${trying}`);
  t.is(check(row({ index: ['set', []] })), `tcp:1: clustered database server has not yet joined cluster; ${trying}`);
  const wrong = `tcp:1: clustered database server has wrong cluster ID; ${trying}`;
  t.is(check(row({}), { cluster: 'beef' }), wrong);
  t.is(check(row({ cid: ['set', []] }), { cluster: CLUSTER }), wrong);
});

test('a reply that is none is no server to stay with', (t) => {
  for (const reply of [null, [], [null], 'yes'] as Json[]) {
    t.is(check(reply), 'tcp:1: unexpected reply to _Server request for Test');
  }
  t.is(check([{ rows: 5 }]), 'tcp:1: missing "rows" member in  _Server reply for Test');
  t.is(check([{}]), 'tcp:1: missing "rows" member in  _Server reply for Test');
  t.is(check([{ rows: [] }]), 'tcp:1: bad row in  _Server reply for Test');
});
