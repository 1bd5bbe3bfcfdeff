#!/usr/bin/env node
// `npm run test:page`: looks at the page of the benchmarks in a real Chromium, light and dark, wide and narrow: no text outside
// its drawing or over another, nothing wider than the window, no request to anywhere. Takes the last results in build/bench, or --results
// FILE; writes the screenshots there, or with --docs to docs/. As root on Debian it installs chromium-headless-shell.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runChild } from './lib/child.mjs';
import { SetupError } from './lib/errors.mjs';
import { withLock } from './lib/lock.mjs';
import { inRoot, setupDirectory } from './lib/paths.mjs';
import { runWhenSetUp } from './lib/setup.mjs';
import { aptInstall } from './lib/system-packages.mjs';

const { values } = parseArgs({
  options: { results: { type: 'string' }, docs: { type: 'boolean', default: false } },
});

/** @param {string} line */
const say = (line) => process.stdout.write(`page: ${line}\n`);

const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const browser = () => BROWSERS.find((path) => existsSync(path));

// What the browser tells of itself is written into the document, which --dump-dom prints.
const INSPECTION = `<script>addEventListener('load',()=>{
const wrong=[];
for(const folded of document.querySelectorAll('details'))folded.open=true;
const wide=document.documentElement.scrollWidth-innerWidth;
if(wide>0)wrong.push('the page is '+wide+' px wider than the window');
for(const svg of document.querySelectorAll('svg')){
  const frame=svg.getBoundingClientRect();
  if(frame.width<50||frame.height<20)wrong.push('a drawing of '+frame.width+' x '+frame.height);
  const labels=[];
  for(const text of svg.querySelectorAll('text')){
    const box=text.getBoundingClientRect();
    for(const [other,name] of labels){
      const over=box.left<other.right-1&&other.left<box.right-1&&box.top<other.bottom-2&&other.top<box.bottom-2;
      if(over)wrong.push('labels over each other: '+name+', '+text.textContent);
    }
    labels.push([box,text.textContent]);
    if(box.left<frame.left-1||box.right>frame.right+1)wrong.push('outside of its drawing: '+text.textContent);
  }
}
for(const {name} of performance.getEntriesByType('resource'))wrong.push('asked for '+name);
const paper=getComputedStyle(document.body).backgroundColor;
document.body.innerHTML='';
document.body.append('RESULT'+JSON.stringify({wrong,paper,svgs:document.querySelectorAll('svg').length})+'END');
})</script>`;

/**
 * @param {string[]} args
 * @returns {Promise<string>}
 */
async function chromium(args) {
  const home = mkdtempSync(join(tmpdir(), 'ovskit-page-'));
  try {
    const always = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${home}`];
    const program = /** @type {string} */ (browser());
    const { status, stdout } = await runChild(program, [...always, ...args], {
      group: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 120_000,
    });
    if (status !== 0) throw new SetupError(`${program} ended with exit status ${status}`);
    return stdout;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Blink's setting of prefers-color-scheme: 0 is dark, 1 is light. */
const SCHEMES = { light: '1', dark: '0' };

async function main() {
  if (!browser()) await withLock(setupDirectory, say, () => aptInstall(say, ['chromium-headless-shell']));
  const directory = inRoot('build', 'bench');
  mkdirSync(directory, { recursive: true });
  const results = values.results ?? join(directory, 'results.json');
  if (!existsSync(results))
    throw new SetupError(`there is no ${results}: run "npm run bench" first, or give --results`);
  const draw = [inRoot('dist/bench/run.js'), '--page', results, '--out', directory];
  const { status } = await runChild(process.execPath, draw, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new SetupError(`no page could be made of ${results}`);
  const page = join(directory, 'index.html');
  const inspected = join(directory, 'inspected.html');
  writeFileSync(inspected, readFileSync(page, 'utf8').replace('</body>', `${INSPECTION}</body>`));
  let failed = false;
  const papers = new Set();
  for (const [scheme, setting] of Object.entries(SCHEMES)) {
    const colours = `--blink-settings=preferredColorScheme=${setting}`;
    for (const width of [1200, 500]) {
      const dom = await chromium([colours, `--window-size=${width},1600`, '--dump-dom', pathToFileURL(inspected).href]);
      const { wrong, paper } = JSON.parse(/RESULT(\{.*\})END/s.exec(dom)?.[1]?.replaceAll('&amp;', '&') ?? 'null');
      papers.add(paper);
      say(`${scheme}, ${width} px wide: ${wrong.length === 0 ? 'as it should be' : wrong.join('; ')}`);
      if (wrong.length > 0) failed = true;
    }
    const shot = values.docs ? inRoot('docs', `bench-${scheme}.png`) : join(directory, `page-${scheme}.png`);
    await chromium([colours, '--window-size=1120,1500', `--screenshot=${shot}`, pathToFileURL(page).href]);
    say(shot);
  }
  rmSync(inspected);
  if (papers.size !== 2) {
    say('light and dark look the same');
    failed = true;
  }
  return failed ? 1 : 0;
}

process.exitCode = await runWhenSetUp(say, main);
