import test from 'ava';
import { type DatabaseStatus, readStatus, ServerJudge } from '../../../src/ovsdb/connection/server-status.js';

const CID = '11111111-2222-3333-4444-555555555555';
const leader: DatabaseStatus = {
  name: 'db',
  model: 'clustered',
  connected: true,
  leader: true,
  cid: CID,
  index: 10,
};

test('reads a row of _Server, where the columns with their default are left out', (t) => {
  t.deepEqual(
    readStatus({ name: 'db', model: 'clustered', connected: true, leader: true, cid: ['uuid', CID], index: 10 }),
    leader,
  );
  t.deepEqual(readStatus({ name: 'db', cid: ['set', [['uuid', CID]]], index: ['set', [7]] }), {
    ...leader,
    model: 'standalone',
    connected: false,
    leader: false,
    index: 7,
  });
  t.deepEqual(readStatus({ name: 'db', model: 'relay', cid: ['set', []], index: ['set', []] }), {
    ...leader,
    model: 'relay',
    connected: false,
    leader: false,
    cid: undefined,
    index: undefined,
  });
});

const verdicts: [what: string, status: Partial<DatabaseStatus>, leaderOnly: boolean, verdict: RegExp | undefined][] = [
  ['a standalone server', { model: 'standalone', connected: false, leader: false }, true, undefined],
  ['the leader', {}, true, undefined],
  ['a follower, when only the leader will do', { leader: false }, true, /not the leader/],
  ['a follower, when any member will do', { leader: false }, false, undefined],
  ['a member without its cluster', { connected: false, leader: false }, false, /cut off from its cluster/],
  ['a leader without its cluster', { connected: false }, true, /cut off from its cluster/],
  ['a relay', { model: 'relay', leader: false, index: undefined, cid: undefined }, true, undefined],
  ['a relay without its source', { model: 'relay', connected: false, leader: false }, true, /relay without its source/],
];

for (const [what, status, leaderOnly, verdict] of verdicts) {
  test(`${what}: ${verdict ? 'refused' : 'taken'}`, (t) => {
    const why = new ServerJudge(leaderOnly).judge({ ...leader, ...status });
    if (verdict) t.regex(why ?? '', verdict);
    else t.is(why, undefined);
  });
}

test('a member that lags behind what was seen is stale, until it has caught up', (t) => {
  const judge = new ServerJudge(false);
  t.is(judge.judge(leader), undefined);
  t.regex(judge.judge({ ...leader, index: 9 }) ?? '', /stale: at entry 9 of its log, where 10 was seen/);
  t.is(judge.judge({ ...leader, index: 10 }), undefined);
  t.is(judge.judge({ ...leader, index: 11n }), undefined);
  t.regex(judge.judge(leader) ?? '', /stale/);
  t.is(judge.judge({ ...leader, cid: '99999999-2222-3333-4444-555555555555', index: 1 }), undefined, 'another cluster');
});

test('how far a server that was refused has come says nothing', (t) => {
  const judge = new ServerJudge(true);
  t.regex(judge.judge({ ...leader, leader: false, index: 99 }) ?? '', /not the leader/);
  t.is(judge.judge(leader), undefined);
});
