import { getEventListeners } from 'node:events';
import test from 'ava';
import { Request } from '../../../src/vswitch/committer/request.js';

const FAR = 3_600_000;

/** A request that nobody sends, and how often it was said to have ended. */
function request(timeout = FAR, signal?: AbortSignal) {
  let ends = 0;
  const made = new Request(
    () => {},
    { signal },
    timeout,
    () => {
      ends += 1;
    },
  );
  made.promise.catch(() => {});
  return { made, ends: () => ends };
}

test('it is settled once, whatever comes after', async (t) => {
  const { made, ends } = request();
  made.resolve({ nextCfg: 5 });
  t.true(made.settled);
  made.reject(new Error('too late'));
  made.expire();
  made.resolve({ nextCfg: 6 });
  t.deepEqual(await made.promise, { nextCfg: 5 });
  t.is(ends(), 1);
});

test('who waits again has its deadline and its signal looked at, for neither was heeded while it was under way', async (t) => {
  const setback = new Error('overtaken');
  const late = request(0);
  late.made.sent = 'alone';
  late.made.expire();
  t.false(late.made.settled, 'the client tells what a lone one comes to');
  late.made.sent = undefined;
  late.made.setback = setback;
  late.made.resume();
  const error = await t.throwsAsync(late.made.promise, { code: 'ERR_TIMEOUT', message: /within 0 ms/ });
  t.is(error.cause, setback);

  const giveUp = new AbortController();
  const aborted = request(FAR, giveUp.signal);
  aborted.made.sent = 'alone';
  giveUp.abort(new Error('enough'));
  t.false(aborted.made.settled);
  aborted.made.sent = undefined;
  aborted.made.resume();
  await t.throwsAsync(aborted.made.promise, { code: 'ERR_ABORTED' });

  const { made, ends } = request();
  made.resume();
  t.false(made.settled);
  t.is(ends(), 0);
});

test('of one that is under way with others, only its transaction can tell what it came to', async (t) => {
  const { made } = request();
  made.sent = 'joined';
  made.expire();
  const error = await t.throwsAsync(made.promise, { code: 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN' });
  t.is((error.cause as { code?: string }).code, 'ERR_TIMEOUT');
});

test('its signal is let go when it ends, and one that is aborted already is refused', (t) => {
  const giveUp = new AbortController();
  const { made, ends } = request(FAR, giveUp.signal);
  t.is(getEventListeners(giveUp.signal, 'abort').length, 1);
  made.resolve({ nextCfg: undefined });
  t.is(getEventListeners(giveUp.signal, 'abort').length, 0);
  giveUp.abort();
  t.is(ends(), 1);
  t.throws(() => request(FAR, giveUp.signal), { code: 'ERR_ABORTED' });
});

test('one signal may be that of many requests without a warning of a leak', async (t) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  t.teardown(() => process.off('warning', onWarning));
  const giveUp = new AbortController();
  const made = Array.from({ length: 20 }, () => request(FAR, giveUp.signal));
  await new Promise(setImmediate);
  t.deepEqual(warnings, []);
  giveUp.abort();
  t.true(made.every(({ ends }) => ends() === 1));
});

test('what is no function is refused', (t) => {
  t.throws(() => new Request('add-br' as never, {}, FAR, () => {}), {
    code: 'ERR_INVALID_ARGUMENT',
    message: /a function, not string add-br/,
  });
});
