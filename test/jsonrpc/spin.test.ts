import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { Spin } from '../../src/jsonrpc/spin.js';
import { until } from '../support/processes.js';

const several = availableParallelism() > 1 ? test : test.skip;

several('the loop is kept awake until there is nothing to wait for', async (t) => {
  let asked = 0;
  new Spin(() => ++asked === 3, 10_000).start();
  await until('its end', () => asked === 3);
  await delay(20);
  t.is(asked, 3);
});

several('and for a moment only, when the answer does not come', async (t) => {
  let asked = 0;
  const spin = new Spin(() => {
    asked++;
    return false;
  });
  spin.start();
  spin.start();
  await until('its beginning', () => asked > 0);
  await delay(20);
  const then = asked;
  await delay(20);
  t.is(asked, then);
});
