/** The report's style sheet: light and dark by the reader's setting, one column on a phone, plain on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --surface: #fff; --line: #d5dae1; --text: #1b222c; --quiet: #566070;
  --accent: #b34700; --series: #2f6fb3; --series-alternate: #86b2de; --track: #e7eaef; --limit: #b34700;
  --load-low: #9cc3ea; --load-high: #d65a00; --fifo: #eef3fa; --good: #1a6b3c; --bad: #a8201a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #11151b; --surface: #1a2029; --line: #37414f; --text: #e6eaf0; --quiet: #a5b0c0;
    --accent: #ff9d57; --series: #5b9fe6; --series-alternate: #2f6299; --track: #28303c; --limit: #ff9d57;
    --load-low: #34618f; --load-high: #ff8a33; --fifo: #202b3a; --good: #6fd79a; --bad: #ff8f87;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.25rem clamp(1rem, 3vw, 2.5rem) 3rem; max-width: 84rem;
  background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
header p { margin: .15rem 0 1rem; color: var(--quiet); }
p { margin: 0 0 .75rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em; }
a { color: var(--series); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; margin: 0 0 1.25rem; padding: 0; }
nav a { display: inline-block; padding: .3rem 0; color: var(--text); }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 1.25rem;
  padding: 1rem clamp(.75rem, 2vw, 1.25rem); min-width: 0; }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; margin: 0 0 1rem; }
.figures div { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: .6rem .7rem; }
@media (min-width: 44rem) { .figures { grid-template-columns: repeat(4, minmax(0, 1fr)); } }
dt { color: var(--quiet); font-size: .8rem; }
dd { margin: 0; }
.figures .value { font-size: 1.4rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
.figures .note { font-size: .8rem; color: var(--quiet); }
.facts { margin: 0; align-content: start; display: grid; gap: .6rem; }
figure { margin: 0; min-width: 0; }
figcaption, caption { color: var(--quiet); font-size: .875rem; text-align: left; }
figcaption { margin-top: .5rem; max-width: 60rem; }
caption { padding: 0 0 .5rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem 2rem; }
.plot { width: 100%; max-width: 29rem; height: auto; --plot-background: var(--surface); font-family: inherit; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; overflow-wrap: break-word; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { caption-side: top; }
th, td { padding: .3rem .55rem; border-bottom: 1px solid var(--line); white-space: nowrap; text-align: left;
  vertical-align: baseline; }
th.number, td.number { text-align: right; }
thead th { color: var(--quiet); font-weight: 600; border-bottom-width: 2px; }
tbody th { font-weight: 600; }
tr > th:first-child { position: sticky; left: 0; background: var(--surface); min-width: 7.5rem; max-width: min(22rem, 42vw);
  white-space: normal; padding-left: 0; }
tfoot th, tfoot td { font-weight: 650; border-bottom: 0; }
tbody tr:hover > * { background: var(--track); }
.bar { display: inline-block; width: 3rem; height: .5rem; margin-left: .4rem; background: var(--track); }
.bar span { display: block; height: 100%; }
.bar span { background: color-mix(in oklab, var(--load-high) var(--load), var(--load-low)); }
.load { fill: color-mix(in oklab, var(--load-high) var(--load), var(--load-low)); }
.same { color: var(--good); } .other { color: var(--bad); font-weight: 650; }
details { margin-top: 1rem; } summary { cursor: pointer; padding: .3rem 0; }
.pipeline { display: block; font: 11px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.pipeline text { fill: var(--text); }
.pipeline .facts, .pipeline .bits { fill: var(--quiet); }
.pipeline .unit text, .pipeline .fifo text, .pipeline .bits { text-anchor: middle; }
.pipeline .unit .name, .pipeline .fifo .name { font-weight: 600; }
.pipeline .layer > .name { font-size: 13px; font-weight: 700; }
.pipeline .layer > .frame { fill: var(--page); stroke: var(--line); }
.pipeline .slowest > .frame { stroke: var(--accent); stroke-width: 2; }
.pipeline .mark { fill: var(--accent); }
.pipeline .unit .frame { fill: var(--surface); stroke: var(--quiet); }
.pipeline .fifo .frame { fill: var(--fifo); stroke: var(--series); stroke-dasharray: 4 2; }
.pipeline .track { fill: var(--track); }
.pipeline .wire { fill: none; stroke: var(--quiet); stroke-width: 1.4; }
.pipeline .arrow { fill: var(--quiet); }
.scale { white-space: nowrap; } .scale svg { margin: 0 .4em; vertical-align: baseline; }
.low { stop-color: var(--load-low); } .high { stop-color: var(--load-high); }
.definitions { position: absolute; width: 0; height: 0; }
@media print {
  :root { color-scheme: light; --page: #fff; }
  body { padding: 0; max-width: none; font-size: 12px; }
  nav { display: none; }
  .figures { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  section { border: 0; padding: 0; }
  figure, tr, .figures { break-inside: avoid; }
  .scroll { overflow: visible; }
  .pipeline { width: 100%; height: auto; }
  table { font-size: 8.5px; } th, td { padding: .15rem .3rem; white-space: normal; }
}
`;
