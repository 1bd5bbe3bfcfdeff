/** Bars: one a contestant, as long as its number, with its name before and the number behind it. */
import type { Measure } from '../lib/results.js';
import { formatValue } from '../lib/text.js';
import type { Colours } from './colours.js';
import { escapeHtml, px } from './html.js';

const WIDTH = 460;
/** Pixels that a letter of a name takes at most, or one of a value, which is bold. */
const LETTER = 7.2;
const DIGIT = 8;
/** What is kept for the value behind the longest bar, and more where it needs more. */
const VALUE = 90;
const ROW = 24;
const BAR = 14;
/** Where the largest is so many times the smallest, a bar in proportion could not be seen: then lengths are logarithms. */
const LOG_FROM = 60;

export interface Bars {
  svg: string;
  logarithmic: boolean;
}

export function drawBars({ what, unit, contestants }: Measure, colours: Colours): Bars {
  const values = contestants.map(({ value }) => value);
  const largest = Math.max(...values);
  const smallest = Math.min(...values.filter((value) => value > 0));
  const logarithmic = largest / smallest > LOG_FROM;
  const before = Math.max(...contestants.map(({ name }) => name.length)) * LETTER + 10;
  const after = Math.max(VALUE, ...values.map((value) => formatValue(value, unit).length * DIGIT + 10));
  const room = WIDTH - before - after;
  const floor = smallest / 3;
  const length = (value: number): number => {
    if (!(value > 0)) return 0;
    return logarithmic ? (Math.log(value / floor) / Math.log(largest / floor)) * room : (value / largest) * room;
  };
  const rows = contestants.map(({ name, value }, index) => {
    const top = index * ROW;
    const wide = Math.max(1, length(value));
    return [
      `<text x="${px(before - 8)}" y="${top + 16}" class="name">${escapeHtml(name)}</text>`,
      `<rect x="${px(before)}" y="${top + 5}" width="${px(wide)}" height="${BAR}" rx="3" class="fill ${colours.of(name)}"/>`,
      `<text x="${px(before + wide + 6)}" y="${top + 16}" class="value">${escapeHtml(formatValue(value, unit))}</text>`,
    ].join('');
  });
  const height = contestants.length * ROW + 4;
  return {
    svg: `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(what)}">${rows.join('')}</svg>`,
    logarithmic,
  };
}
