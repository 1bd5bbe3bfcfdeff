/** The page's only style: two sets of colours, by what the reader's system prefers. Rivals' colours are Okabe and Ito's. */
const colours = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

const LIGHT = colours({
  paper: '#ffffff',
  page: '#f4f5f7',
  ink: '#1b1f24',
  faint: '#5b6470',
  rule: '#dfe3e8',
  ours: '#0b63c5',
  ours1: '#5b9be0',
  ours2: '#8db8ea',
  floor: '#8a929c',
  rival0: '#d55e00',
  rival1: '#009e73',
  rival2: '#b8860b',
  rival3: '#a0447c',
  rival4: '#2f8fbf',
  rival5: '#6b5b95',
  good: '#12733f',
  bad: '#b3261e',
});

const DARK = colours({
  paper: '#1c2127',
  page: '#13161a',
  ink: '#e6e9ed',
  faint: '#9aa4b0',
  rule: '#323a44',
  ours: '#5aa9ff',
  ours1: '#3b7cc4',
  ours2: '#2d5c91',
  floor: '#8a929c',
  rival0: '#ff8a3d',
  rival1: '#2fc79b',
  rival2: '#e3b23c',
  rival3: '#d985b5',
  rival4: '#6cc3ea',
  rival5: '#a99ad6',
  good: '#4fd18b',
  bad: '#ff7b72',
});

const CONTESTANTS = ['ours', 'ours1', 'ours2', 'floor', ...Array.from({ length: 6 }, (_, i) => `rival${i}`)];

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}
h1{margin:0;font-size:26px}h2{margin:34px 0 12px;font-size:19px}h3{margin:0 0 8px;font-size:14px}
p{margin:4px 0}.faint{color:var(--faint)}
.cards{columns:2 400px;column-gap:14px}.cards .card{break-inside:avoid;margin-bottom:14px}
.card{background:var(--paper);border:1px solid var(--rule);border-radius:10px;padding:14px 16px;overflow-x:auto}h2 .faint,h3 .faint{font-weight:400}
.card .faint{font-size:12.5px}
svg{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .name{text-anchor:end;fill:var(--faint)}svg .tick{text-anchor:middle;fill:var(--faint)}
svg .value{font-weight:600}svg .grid{stroke:var(--rule);fill:none}svg .line{fill:none;stroke-width:2}
.swatch{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
${CONTESTANTS.map((name) => `.fill.${name}{fill:var(--${name})}.line.${name}{stroke:var(--${name})}.swatch.${name}{background:var(--${name})}`).join('\n')}
.ratio{display:inline-block;margin:6px 10px 0 0;font-size:13px}.ratio b{font-variant-numeric:tabular-nums}
.met{color:var(--good)}.missed{color:var(--bad)}
table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:400}td{text-align:right;font-variant-numeric:tabular-nums}
.key{font-size:12.5px;margin-top:4px}.key td{color:var(--faint)}
.targets th,.targets td{padding:5px 8px;border-top:1px solid var(--rule)}.targets td.left{text-align:left}
.targets tr:first-child>*{border-top:0;color:var(--faint);font-size:12.5px}.targets .verdict{font-weight:600}
.targets td:not(.left){white-space:nowrap}
pre{overflow-x:auto;font-size:12px;background:var(--paper);border:1px solid var(--rule);border-radius:10px;padding:12px}
summary{cursor:pointer;color:var(--faint);margin-top:10px}
`;
