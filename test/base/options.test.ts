import test from 'ava';
import {
  boolean,
  callKinds,
  checkList,
  oneOf,
  optionsCheck,
  orNull,
  text,
  textRecord,
} from '../../src/base/options.js';

interface Options {
  replace?: boolean | undefined;
  release?: string | null | undefined;
  externalIds?: object | undefined;
  signal?: AbortSignal | undefined;
  timeout?: number | undefined;
}
const check = optionsCheck<Options>({
  ...callKinds,
  replace: boolean,
  release: orNull(oneOf('icehouse', 'newton')),
  externalIds: textRecord,
});
const none = optionsCheck<Record<never, never>>({});

test('what is as it should be, or undefined, passes', (t) => {
  const { signal } = new AbortController();
  t.notThrows(() => check('plug', {}));
  t.notThrows(() => check('plug', { replace: true, release: null, externalIds: { a: 'b' }, signal, timeout: 0 }));
  t.notThrows(() => check('plug', { replace: undefined, timeout: undefined }));
  t.notThrows(() => check('plug', { timeout: Number.POSITIVE_INFINITY }));
});

const refused: [options: unknown, message: string][] = [
  [{ replcae: true }, 'plug: replcae is unknown: did you mean replace?'],
  [
    { replace: true, REPLACE: true },
    'plug: REPLACE is unknown: there is signal, timeout, replace, release, externalIds',
  ],
  [{ constructor: 1 }, 'plug: constructor is unknown: there is signal, timeout, replace, release, externalIds'],
  [{ timeout: '5' }, 'plug: timeout must be a number of milliseconds, 0 or more, not "5"'],
  [{ timeout: Number.NaN }, 'plug: timeout must be a number of milliseconds, 0 or more, not NaN'],
  [{ timeout: -1 }, 'plug: timeout must be a number of milliseconds, 0 or more, not -1'],
  [{ signal: {} }, 'plug: signal must be an AbortSignal, not an object'],
  [{ release: 'kilo' }, "plug: release must be 'icehouse' or 'newton' or null, not \"kilo\""],
  [{ externalIds: { a: 1 } }, 'plug: externalIds must be an object of strings, not an object'],
  [{ externalIds: ['a'] }, 'plug: externalIds must be an object of strings, not a list'],
  [null, 'plug: the options must be an object, not null'],
  [5, 'plug: the options must be an object, not 5'],
  [['x'], 'plug: the options must be an object, not a list'],
];
for (const [options, message] of refused) {
  test(`refused: ${message}`, (t) => {
    t.throws(() => check('plug', options as Options), { code: 'ERR_INVALID_ARGUMENT', message });
  });
}

test('a call without options says so, a long string is cut, and a list is told from what is none', (t) => {
  t.throws(() => none('touch', { a: 1 }), { message: 'touch: a is unknown: there is none' });
  const long = optionsCheck<{ on?: boolean }>({ on: boolean });
  t.throws(() => long('set', { on: 'x'.repeat(99) as never }), {
    message: `set: on must be true or false, not "${'x'.repeat(40)}..."`,
  });
  t.notThrows(() => checkList('plugMany', 'it', []));
  t.throws(() => checkList('plugMany', 'it', { length: 1 }), { message: 'plugMany: it must be a list, not an object' });
  t.true(text.fits(''));
});
