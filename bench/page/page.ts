/** One HTML page of the results, with nothing outside of it: no script, no font, no picture from elsewhere. */
import { isMet, type Measure, type Ratio, type Report, type Results } from '../lib/results.js';
import { formatNumber, formatReport, notesOf } from '../lib/text.js';
import { drawBars } from './bars.js';
import { drawCdf } from './cdf.js';
import { Colours } from './colours.js';
import { escapeHtml } from './html.js';
import { STYLE } from './style.js';

function verdict(ratio: Ratio): string {
  const met = isMet(ratio);
  if (met === undefined) return '';
  return met ? '<span class="met">&#10003; met</span>' : '<span class="missed">&#10007; missed</span>';
}

function ratioChip(ratio: Ratio): string {
  const target = ratio.target === undefined ? '' : ` <span class="faint">(${escapeHtml(ratio.target)})</span>`;
  return `<span class="ratio">${escapeHtml(ratio.of)}: <b>${formatNumber(ratio.value)}</b>${target} ${verdict(ratio)}</span>`;
}

function card(measure: Measure, colours: Colours): string {
  const { what, better, ratios } = measure;
  const bars = drawBars(measure, colours);
  const notes = notesOf(measure).map((note) => `<p class="faint">${escapeHtml(note)}</p>`);
  const hints = [better === 'more' ? 'longer is better' : 'shorter is better'];
  if (bars.logarithmic) hints.push('logarithmic');
  return [
    `<div class="card"><h3>${escapeHtml(what)} <span class="faint">${hints.join(', ')}</span></h3>`,
    bars.svg,
    drawCdf(measure, colours) ?? '',
    ratios.map(ratioChip).join(''),
    ...notes,
    '</div>',
  ].join('');
}

function targets(results: Results): string {
  const rows = results.reports.flatMap((report) =>
    report.measures.flatMap((measure) =>
      measure.ratios
        .filter((ratio) => ratio.target !== undefined)
        .map(
          (ratio) =>
            `<tr><th>${escapeHtml(measure.what)}</th><td class="left">${escapeHtml(ratio.of)}</td><td><b>${formatNumber(ratio.value)}</b></td>` +
            `<td>${escapeHtml(ratio.target!)}</td><td class="verdict">${verdict(ratio)}</td></tr>`,
        ),
    ),
  );
  if (rows.length === 0) return '';
  return `<h2>Targets</h2><div class="card"><table class="targets"><tr><th>what</th><td class="left">ratio of</td><td>measured</td><td>target</td><td></td></tr>${rows.join('')}</table></div>`;
}

/** What a reader sees of a benchmark at first; the rest is folded. */
const CARDS = 8;

function cards(measures: readonly Measure[], colours: Colours): string {
  return `<div class="cards">${measures.map((measure) => card(measure, colours)).join('\n')}</div>`;
}

function section(report: Report, colours: Colours): string {
  const [first, rest] = [report.measures.slice(0, CARDS), report.measures.slice(CARDS)];
  const missing = report.missing.map(
    ({ rival, why }) => `<p class="faint">Missing: ${escapeHtml(rival)}: ${escapeHtml(why)}</p>`,
  );
  return [
    `<h2>${escapeHtml(report.title)} <span class="faint">${escapeHtml(report.bench)}</span></h2>`,
    ...missing,
    cards(first, colours),
    ...(rest.length > 0
      ? [`<details><summary>${rest.length} more: ${summary(rest)}</summary>${cards(rest, colours)}</details>`]
      : []),
    `<details><summary>as a table</summary><pre>${escapeHtml(formatReport(report))}</pre></details>`,
  ].join('\n');
}

/** The first and the last of many, by name. */
const summary = (measures: readonly Measure[]): string =>
  escapeHtml([...new Set([measures[0]!.what, measures.at(-1)!.what])].join(' ... '));

/** Contestants whose names don't say what they are. */
const KEY: Record<string, string> = {
  'floor.c': 'the raw floor: a program in C that sends ready-made bytes, parses nothing and keeps nothing',
  'bare Node socket': 'the same bytes by a socket of Node.js, not parsed: what no client in Node can save',
  'ovs-vsctl loop': 'a shell loop of ip and ovs-vsctl',
  'os-vif native': "OpenStack's os-vif with its own OVSDB connection",
  'os-vif vsctl': "OpenStack's os-vif by processes of ovs-vsctl",
  'Python IDL': "python3-openvswitch's replica, which ovsdbapp and os-vif are built on",
};

function keyOf({ reports }: Results): string {
  const there = new Set(
    reports.flatMap(({ measures }) => measures.flatMap((one) => one.contestants.map((c) => c.name))),
  );
  return Object.entries(KEY)
    .filter(([name]) => there.has(name))
    .map(([name, what]) => `<b>${escapeHtml(name)}</b>: ${escapeHtml(what)}. `)
    .join('');
}

const GIGABYTE = 2 ** 30;

/** The page. */
export function renderPage(results: Results): string {
  const { machine, when, mode, seconds } = results;
  const colours = new Colours(results);
  const about = [
    `${machine.processors} processors (${machine.processor}), ${(machine.memory / GIGABYTE).toFixed(0)} GB`,
    `Linux ${machine.kernel}`,
    `Node.js ${machine.node}`,
    `Open vSwitch ${machine.openvswitch}`,
    `load ${machine.load.toFixed(1)} at the start`,
  ]
    .map(escapeHtml)
    .join(' &middot; ');
  const others = results.others.map(
    ({ bench, failed, text }) =>
      `<h2>${escapeHtml(bench)}${failed ? ' <span class="missed">failed</span>' : ''}</h2><pre>${escapeHtml(text)}</pre>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>ovskit benchmarks</title><style>${STYLE}</style></head>
<body><main>
<h1>ovskit benchmarks</h1>
<p class="faint">${escapeHtml(when.slice(0, 16).replace('T', ' '))} UTC, the ${mode} form, ${formatNumber(seconds)} s &middot; ${about}</p>
<p>Each number stands beside its rivals', taken in turns in the same run; a ratio is the median over the pairs.</p>
<p class="faint">${keyOf(results)}</p>
${targets(results)}
${results.reports.map((report) => section(report, colours)).join('\n')}
${others.join('\n')}
</main></body></html>
`;
}
