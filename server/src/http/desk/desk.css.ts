// What the desk adds to the style of the portal: lists of tasks, a timeline, forms and charts. Inserted
// into one `<style>` element with the page's nonce; there are no style attributes.
import { PORTAL_CSS } from '../portal/portal.css.ts'

/** The style sheet of every page of the desk. */
export const DESK_CSS = `${PORTAL_CSS}
.desk .page { max-width: 60rem; }
.desk h1 { font-size: 1.5rem; }
.desk main > h1 { margin-bottom: .625rem; }
.desk main > p { margin-bottom: 1rem; }
.desk .top nav ul { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .25rem; margin: 0 -.5rem; }
.desk .top nav a { display: inline-block; padding: .625rem .5rem; }
.desk .top nav a[aria-current] { font-weight: 700; color: inherit; text-decoration-thickness: 2px; }
.desk .top form { display: inline; }
.desk .top form > * { margin: 0; }
.desk button.link { width: auto; min-width: 0; min-height: 2.75rem; padding: .625rem .5rem; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; text-underline-offset: .2em; }
.kinds { display: flex; flex-wrap: wrap; gap: .375rem; margin-bottom: 1rem; }
.kinds a { display: inline-block; padding: .4375rem .75rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--card); text-decoration: none; font-size: .9375rem; }
.kinds a[aria-current] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.task { display: grid; gap: .5rem 1rem; }
.task > * + * { margin-top: 0; }
.task h2 { display: flex; flex-wrap: wrap; gap: .375rem .625rem; align-items: center; }
.task .sum { font-size: 1.25rem; font-weight: 700; font-variant-numeric: tabular-nums; }
.badge { display: inline-block; padding: .0625rem .5rem; border-radius: 1rem; font-size: .8125rem; font-weight: 650; background: var(--soft); color: var(--accent-strong); }
.badge.overdue { background: var(--alert-soft); color: var(--alert); box-shadow: inset 0 0 0 1px var(--alert); }
.badge.today { background: var(--accent); color: var(--on-accent); }
.button { display: block; padding: .75rem 1.25rem; border-radius: .75rem; background: var(--accent); color: var(--on-accent); font-weight: 650; text-align: center; text-decoration: none; }
.button:hover { background: var(--accent-strong); color: var(--on-accent); }
.told { border: 1.5px solid var(--accent); background: var(--soft); border-radius: .875rem; padding: .875rem 1rem; margin-bottom: 1rem; }
.fact + .fact { border-top: 1px solid var(--line); }
.words { border-left: 3px solid var(--accent); padding: .125rem 0 .125rem .875rem; white-space: pre-wrap; }
.timeline { border-left: 2px solid var(--line); margin-left: .25rem; }
.timeline li { position: relative; padding: 0 0 .875rem 1.125rem; }
.timeline li::before { content: ""; position: absolute; left: -.375rem; top: .5rem; width: .625rem; height: .625rem; border-radius: 50%; background: var(--accent); }
.acts { display: grid; gap: 1rem; }
.act { border: 1px solid var(--line); border-radius: .875rem; padding: 1rem; }
.act > summary { padding: .25rem 0; font-weight: 600; }
.act form { margin-top: .75rem; }
.field { display: grid; gap: .375rem; }
.field label, .field legend { font-weight: 600; margin: 0; }
.field .hint { color: var(--quiet); font-size: .9375rem; }
.radio { display: flex; gap: .625rem; align-items: center; padding: .375rem 0; font-weight: 400; }
.radio input { width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent); }
.desk input[type="text"], .desk input[type="password"], .desk input[type="date"], .desk select, .desk textarea {
  font: inherit; color: inherit; background: var(--card); border: 1.5px solid var(--edge); border-radius: .5rem;
  min-height: 3rem; padding: .5rem .75rem; width: 100%; max-width: 26rem; margin: 0;
}
.desk textarea { min-height: 5rem; }
button.quiet-button { background: var(--card); color: var(--accent); box-shadow: inset 0 0 0 1.5px var(--accent); }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
.script { display: grid; gap: .5rem; padding-left: 1.5rem; list-style: decimal; }
.gaps { display: grid; gap: .25rem; padding-left: 1.25rem; list-style: disc; }
.more-link { display: block; padding: .75rem; text-align: center; }
.figures { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
.figures .card { margin-bottom: 0; }
.figure-value { font-size: 1.75rem; line-height: 1.2; font-weight: 700; font-variant-numeric: tabular-nums; }
.chart { display: block; width: 100%; max-width: 26rem; height: auto; }
.chart .bar { fill: var(--accent); }
.chart .track { fill: var(--soft); }
.chart text { fill: var(--ink); font: 14px system-ui, sans-serif; }
.chart .value { font-weight: 650; }
.scroll { overflow-x: auto; }
@media (min-width: 40rem) {
  .task { grid-template-columns: 1fr auto; }
  .task > * { grid-column: 1; }
  .task .sum { grid-area: 1 / 2; text-align: right; }
  .task .button { grid-area: 2 / 2 / span 2; align-self: start; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); grid-auto-flow: dense; }
  .figures .wide { grid-column: 1 / -1; }
  .two { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1rem; align-items: start; }
}
`
