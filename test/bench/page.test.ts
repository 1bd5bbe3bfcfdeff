import test from 'ava';
import { missedTargets, parseResults } from '../../bench/lib/results.js';
import { formatReport } from '../../bench/lib/text.js';
import { renderPage } from '../../bench/page/page.js';
import { smallResults } from './fixture.js';

test('the page stands alone: nothing in it refers to anything outside', (t) => {
  const html = renderPage(smallResults());
  t.notRegex(html, /<(?:script|link|img|iframe|object|embed|base|form|a)\b/i);
  t.notRegex(html, /<[^>]*\s(?:href|src|srcset|action|data|poster|background)\s*=/i);
  t.notRegex(html, /url\(|@import|@font-face/i);
});

test('names from results are text on the page, never markup', (t) => {
  const html = renderPage(smallResults());
  t.false(html.includes('<fast>'));
  t.false(html.includes('<blink>'));
  t.regex(html, /&#60;script src=&#34;/);
});

test('every number, target, note and missing rival is on the page, for light and for dark', (t) => {
  const html = renderPage(smallResults());
  for (const text of [
    '700/s',
    '10.0/s',
    '70.0',
    '24 plugs a run',
    'os-vif native',
    'not installed',
    'prefers-color-scheme:dark',
  ]) {
    t.true(html.includes(text), text);
  }
  t.is(html.match(/class="met"/g)?.length, 2, 'in the list of targets and on the card');
  t.is(html.match(/class="missed"/g)?.length, 3, 'so is the missed one, and the failed benchmark');
});

test('bars are as long as their numbers, or as the logarithms where one could not be seen', (t) => {
  const results = smallResults();
  const widths = (html: string) => [...html.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  results.reports[0]!.measures[0]!.contestants[1]!.value = 350;
  const [full, half] = widths(renderPage(results));
  t.true(Math.abs(half! * 2 - full!) < 1);
  results.reports[0]!.measures[0]!.contestants[1]!.value = 0.7;
  const html = renderPage(results);
  const [longest, shortest] = widths(html);
  t.true(shortest! > 10 && shortest! < longest!);
  t.regex(html, /plug, 64 callers <span class="faint">longer is better, logarithmic/);
});

test('a long number has room behind its bar', (t) => {
  const results = smallResults();
  const [measure] = results.reports[0]!.measures;
  measure!.unit = 'bytes';
  measure!.contestants = [{ name: 'ovs-vsctl', value: 1_602_016 }];
  const at = /<text x="([\d.]+)" y="16" class="value">1,602,016.bytes</.exec(renderPage(results))!;
  t.true(Number(at[1]) + '1,602,016 bytes'.length * 8 <= 460, at[1]);
});

test('a benchmark of many measures shows the first, and folds the rest', (t) => {
  const results = smallResults();
  const [report] = results.reports;
  const { measures } = report!;
  const cards = (html: string) => html.split('class="card"').length;
  t.false(renderPage(results).includes(' more: '));
  const few = cards(renderPage(results));
  report!.measures = Array.from({ length: 11 }, (_, i) => ({ ...measures[0]!, what: `measure ${i}` }));
  const html = renderPage(results);
  const [open, folded] = html.split('<details><summary>3 more: measure 8 ... measure 10</summary>');
  t.regex(open!, /<h3>measure 7 /);
  t.regex(folded!, /<h3>measure 8 .*<h3>measure 10 /s);
  t.is(cards(html), few - measures.length + 11);
});

test('what a name stands for is told on the page, of those that are on it', (t) => {
  const html = renderPage(smallResults());
  t.regex(html, /<b>ovs-vsctl loop<\/b>: a shell loop/);
  t.false(html.includes('<b>Python IDL</b>'));
});

test('labels of an axis keep clear of each other, however wide the range', (t) => {
  for (const [low, high] of [
    [10, 40],
    [97, 153_031],
    [51_000, 240_000],
    [0.02, 9000],
  ] as const) {
    const results = smallResults();
    results.reports[0]!.measures[1]!.contestants = [
      {
        name: 'ovskit',
        value: low,
        histogram: [
          [low, 1],
          [high, 1],
        ],
      },
    ];
    const html = renderPage(results);
    const labels = [...html.matchAll(/<text x="([\d.]+)" y="[\d.]+" class="tick">([^<]+)</g)]
      .map(([, at, label]) => ({ at: Number(at), half: label!.length * 3.8 }))
      .sort((a, b) => a.at - b.at);
    t.true(labels.length >= 2, `${low} to ${high}`);
    for (const [i, { at, half }] of labels.slice(1).entries()) t.true(at - half > labels[i]!.at + labels[i]!.half);
  }
});

test('a curve for each contestant with latencies ends at all of them', (t) => {
  const html = renderPage(smallResults());
  const curves = [...html.matchAll(/<path d="([^"]+)" class="line/g)].map(([, path]) => path!);
  t.is(curves.length, 2);
  for (const curve of curves) t.regex(curve, /V8$/, 'the top of the drawing');
});

test('the table has a line for each contestant and each ratio, with its verdict', (t) => {
  const table = formatReport(smallResults().reports[0]!);
  t.regex(table, /plug, 64 callers +ovskit +700\/s/);
  t.regex(table, /ovskit \/ ovs-vsctl loop +70\.0 +>= 20 +met/);
  t.regex(table, /ovskit \/ floor\.c +1\.50 +<= 1\.3 +MISSED/);
  t.regex(table, /missing: os-vif native: not installed/);
  t.regex(table, /latency of a plug +ovskit +20\.0.ms +20\.0 40\.0 40\.0/);
});

test('results survive JSON, and what is wrong in them is named', (t) => {
  const results = smallResults();
  t.deepEqual(parseResults(JSON.parse(JSON.stringify(results))), results);
  t.deepEqual(
    missedTargets(results.reports[0]!).map(({ ratio }) => ratio.of),
    ['ovskit / floor.c'],
  );
  const wrong = smallResults();
  wrong.reports[0]!.measures[0]!.ratios[0]!.target = 'fast';
  t.throws(() => parseResults(wrong), { message: /^results: reports\.0\.measures\.0\.ratios\.0\.target: / });
});
