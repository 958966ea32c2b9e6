/** The page's style sheet. Colours meet a contrast of 4.5 : 1 on their ground, in light and in dark. */
export const style = `
:root { color-scheme: light dark; --ground: #ffffff; --soft: #f3f4f6; --line: #c9ced6; --text: #1b1f24; --quiet: #57606a;
  --create: #116329; --update: #7d4e00; --replace: #a40e26; --delete: #a40e26; --accent: #0550ae; --pale: #a8c7ef; --alarm: #ffebe9; }
@media (prefers-color-scheme: dark) { :root { --ground: #0f1318; --soft: #1a2027; --line: #3b444f; --text: #e6e9ed; --quiet: #a3adb8;
  --create: #6fdd8b; --update: #eac26b; --replace: #ff9a94; --delete: #ff9a94; --accent: #79b8ff; --pale: #2d4f7c; --alarm: #3c1618; } }
* { box-sizing: border-box; }
body { overflow-wrap: anywhere; margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; } h3 { font-size: 1.05rem; margin-top: 1.5rem; }
code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
table { font-variant-numeric: tabular-nums; border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); } th { color: var(--quiet); font-weight: 600; }
td.number, thead th { white-space: nowrap; }
.alarm { background: var(--alarm); border-left: 5px solid var(--delete); padding: .8rem 1.1rem; border-radius: 4px; } .alarm ul { margin: .3rem 0 0; padding-left: 1.2rem; }
.quiet { color: var(--quiet); } .create { color: var(--create); } .update { color: var(--update); } .replace, .delete { color: var(--delete); font-weight: 600; }
h4 { margin: 1rem 0 .2rem; } details { margin: .1rem 0; } summary { cursor: pointer; padding: .2rem 0; } .urn { margin: .1rem 0 .4rem 1rem; font-size: .9em; } details > .frame { margin: 0 0 .8rem 1rem; } .inner { margin-left: 1rem; } a, summary { color: var(--accent); } summary code { color: var(--text); }
.frame { overflow-x: auto; } .wide { overflow: auto; max-height: 75vh; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; background: var(--soft); } figure { margin: 1rem 0; } figcaption { color: var(--quiet); font-size: .9em; margin-top: .3rem; }
svg text { font: 12px system-ui, sans-serif; fill: var(--text); } svg .type { font-size: 11px; fill: var(--quiet); }
.edge { fill: none; stroke: var(--quiet); stroke-width: 1; } .node rect { fill: var(--ground); stroke: var(--line); stroke-width: 1.5; }
.node.create rect { stroke: var(--create); stroke-width: 2.5; } .node.update rect { stroke: var(--update); stroke-width: 2.5; stroke-dasharray: 6 2; } .node.replace rect, .node.delete rect { stroke: var(--delete); stroke-width: 3; }
.node text { fill: var(--text); font-weight: 400; } .chart { display: block; max-width: 46rem; } .chart .before { fill: var(--pale); } .chart .after { fill: var(--accent); } .chart .over { fill: var(--delete); } .chart .budget { stroke: var(--text); stroke-width: 2; stroke-dasharray: 3 2; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 40rem) { body { padding: 1rem; } thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
  table, tbody, tr, th[scope=row], td { display: block; width: auto; } tr { border-bottom: 1px solid var(--line); padding: .3rem 0; } th[scope=row], td { border: 0; padding: .1rem 0; }
  td { display: flex; gap: .6rem; justify-content: space-between; text-align: right; } td::before { content: attr(data-label); color: var(--quiet); font-weight: 400; text-align: left; flex: none; } .inner, details > .frame, .urn { margin-left: 0; } }
@media print { .wide { max-height: none; } details { display: block; } body { max-width: none; } }
`;
