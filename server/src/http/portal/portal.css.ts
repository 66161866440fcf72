// The whole style of the portal: phone first, light and dark, system fonts, nothing loaded.
// Inserted into one `<style>` element with the page's nonce; there are no style attributes.

/** The style sheet of every portal page. */
export const PORTAL_CSS = `
:root {
  color-scheme: light dark;
  --paper: #f4f2ed; --card: #ffffff; --ink: #1b2a31; --quiet: #52626a; --line: #dcd7cd;
  --edge: #7b8a91; --accent: #0f5e59; --accent-strong: #0a4844; --on-accent: #ffffff;
  --soft: #e9f2f0; --alert: #8a3410; --alert-soft: #fdf2ea; --focus: #1a5fd0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #11181b; --card: #1a2327; --ink: #e8eef0; --quiet: #a8b7bd; --line: #33424a;
    --edge: #7f9098; --accent: #82d3c8; --accent-strong: #a4e3da; --on-accent: #07302c;
    --soft: #1c3432; --alert: #ffb790; --alert-soft: #35241b; --focus: #8fbaff;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word;
}
h1, h2, h3, p, ul, ol, dl, dd, figure, fieldset, blockquote, table { margin: 0; padding: 0; }
fieldset { border: 0; min-width: 0; }
ul, ol { list-style: none; }
a { color: var(--accent); text-underline-offset: .2em; }
a:hover { color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; border-radius: 4px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .75rem; padding: .5rem .75rem; background: var(--card); z-index: 1; }
.page { max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 2.5rem; }
.top { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem 1rem; padding: .25rem 0 1rem; }
.brand { display: flex; align-items: center; gap: .625rem; min-width: 0; font-weight: 650; }
.monogram {
  flex: none; width: 2.25rem; height: 2.25rem; border-radius: .625rem; display: grid; place-items: center;
  background: var(--accent); color: var(--on-accent); font-weight: 700;
}
.languages ul { display: flex; margin: 0 -.5rem; }
.languages a, .languages span { display: inline-block; min-width: 2.25rem; padding: .375rem .5rem; text-align: center; font-size: .9375rem; }
.languages a { color: var(--quiet); }
.languages span { font-weight: 700; border-bottom: 2px solid var(--accent); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 1.25rem 1.125rem; margin-bottom: 1rem; }
.card > * + * { margin-top: .875rem; }
h1 { font-size: 1.3125rem; line-height: 1.3; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.1875rem; line-height: 1.35; font-weight: 650; }
h3 { font-size: 1.0625rem; line-height: 1.4; font-weight: 650; }
.quiet { color: var(--quiet); }
.small { font-size: .9375rem; }
.amount { font-size: 2.5rem; line-height: 1.15; font-weight: 700; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.amount + p { margin-top: .25rem; }
.tick { width: 2.75rem; height: 2.75rem; border-radius: 50%; background: var(--soft); color: var(--accent); display: grid; place-items: center; }
.tick svg { width: 1.5rem; height: 1.5rem; }
.facts { display: grid; gap: .75rem; }
.facts dt { color: var(--quiet); font-size: .9375rem; }
.facts dd { font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.fact { padding: .875rem 0; }
.fact > * + * { margin-top: .375rem; }
.fact .act > summary { color: var(--accent); font-weight: 400; min-height: 2.75rem; }
.ids { overflow-wrap: anywhere; }
.copy { -webkit-user-select: all; user-select: all; cursor: copy; display: inline-block; padding: .125rem .5rem; margin-left: -.5rem; border-radius: .375rem; background: var(--soft); }
.copy .group + .group { margin-left: .35em; }
.pay { display: grid; gap: 1.25rem; }
.qr { width: 11.5rem; max-width: 100%; margin: 0 auto; padding: .5rem; background: #ffffff; border: 1px solid var(--line); border-radius: .75rem; }
.qr svg { display: block; width: 100%; height: auto; }
.choices { display: grid; gap: .75rem; }
.choice { border: 1.5px solid var(--line); border-radius: .875rem; background: var(--card); }
.choice:has(input:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); background: var(--soft); }
.choice > label { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; padding: .875rem; cursor: pointer; }
.choice > label > * { grid-column: 2; }
.choice input[type="radio"] { grid-column: 1; grid-row: 1 / span 2; width: 1.375rem; height: 1.375rem; margin: .125rem 0 0; accent-color: var(--accent); }
.choice .title { font-weight: 600; }
.others > summary { padding: .25rem .875rem .5rem; min-height: 2.5rem; align-content: center; }
.others[open] > .choices { padding-left: .875rem; border-left: 2px solid var(--line); }
.more { padding: 0 .875rem 1rem 3rem; display: grid; gap: .625rem; }
.more label { font-weight: 600; display: block; }
@supports selector(:has(*)) {
  .choice .more { display: none; }
  .choice:has(input[type="radio"]:checked) .more { display: grid; }
}
input[type="date"], .field input, .field select, .field textarea {
  margin-top: .375rem; font: inherit; color: inherit; background: var(--card); border: 1.5px solid var(--edge); border-radius: .5rem;
  min-height: 3rem; padding: .5rem .75rem; width: 100%; max-width: 16rem;
}
.field textarea { max-width: 32rem; resize: vertical; }
input[aria-invalid="true"] { border-color: var(--alert); }
.wrong { color: var(--alert); font-weight: 600; }
.alert { border: 1.5px solid var(--alert); background: var(--alert-soft); border-radius: .875rem; padding: .875rem 1rem; margin-bottom: 1rem; }
.alert a { color: var(--alert); font-weight: 600; }
button {
  font: inherit; font-weight: 650; min-height: 3.25rem; width: 100%; padding: .75rem 1.5rem; border: 0; border-radius: .75rem;
  background: var(--accent); color: var(--on-accent); cursor: pointer; text-align: center;
}
button:hover { background: var(--accent-strong); color: var(--on-accent); }
.second { display: block; padding: .625rem; text-align: center; }
abbr { text-decoration: none; }
form > * + * { margin-top: 1.125rem; }
legend { margin-bottom: .25rem; padding: 0; }
legend.quiet { margin-bottom: .5rem; font-weight: 400; }
summary { cursor: pointer; color: var(--accent); padding: .25rem 0; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 650; padding-bottom: .375rem; }
th { text-align: left; font-weight: 500; font-size: .9375rem; color: var(--quiet); }
tbody th, tfoot th { color: inherit; font-size: inherit; font-weight: 400; }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
td.number, th.number { text-align: right; }
td.number { white-space: nowrap; font-weight: 600; }
.end { padding-left: .75rem; white-space: nowrap; }
tfoot th, tfoot td { border-bottom: 0; }
.state { display: inline-flex; align-items: center; gap: .375rem; }
.state svg { width: 1rem; height: 1rem; flex: none; color: var(--accent); }
.links { display: grid; gap: .25rem; }
.links a { display: inline-block; padding: .375rem 0; }
.acts { display: grid; }
.acts > * { border-top: 1px solid var(--line); }
.act > summary { display: flex; align-items: center; gap: .75rem; min-height: 3.25rem; padding: .5rem 0; font-weight: 600; list-style: none; }
.act > summary::-webkit-details-marker { display: none; }
.act > summary::before { content: ""; flex: none; width: .5rem; height: .5rem; margin: 0 .25rem; border: solid currentColor; border-width: 0 2.5px 2.5px 0; rotate: -45deg; }
.act[open] > summary::before { rotate: 45deg; }
.act > form { padding: .25rem 0 1.5rem; }
.act:last-child > form, .told:last-child { padding-bottom: 0; }
.told { padding: .875rem 0; }
.field { display: grid; gap: .25rem; }
.field label, legend { font-weight: 600; }
.tick-line label { display: flex; align-items: center; gap: .75rem; min-height: 2.75rem; padding: .375rem 0; line-height: 1.4; cursor: pointer; }
.tick-line input { flex: none; width: 1.375rem; height: 1.375rem; margin: 0; accent-color: var(--accent); }
.done { border: 1.5px solid var(--accent); background: var(--soft); border-radius: .875rem; padding: .875rem 1rem; margin-bottom: 1rem; }
.done .state { font-weight: 650; }
.done p + p { margin-top: .375rem; }
footer { color: var(--quiet); font-size: .9375rem; padding: .25rem .125rem; }
.on-phone a { display: inline-block; padding: .5rem 0; }
.tongue { border-top: 1px solid var(--line); padding-top: 1rem; }
.tongue p { margin-top: .25rem; }
@media (min-width: 40rem) {
  .on-phone { display: none; }
  .page { padding: 1.75rem 1.5rem 3rem; }
  .card { padding: 1.75rem; }
  h1 { font-size: 1.5rem; }
  .amount { font-size: 3rem; }
  .pay { grid-template-columns: 1fr auto; align-items: start; }
  .qr { margin: 0; }
  button { width: auto; min-width: 14rem; }
  .actions { display: flex; align-items: center; gap: 1rem; }
  .facts.wide { grid-template-columns: repeat(2, 1fr); }
}
@media print { .languages, .skip, .on-phone, form, .actions { display: none; } .card { border: 0; padding: 0; } }
`
