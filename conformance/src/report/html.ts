// The run as one file that can be read anywhere: no network, no script needed to read, one to filter.
import type { Outcome } from '../run/run-cases.ts'
import type { Exchange } from '../run/transcript.ts'
import { type Change, type Comparison, changesIn } from './comparison.ts'
import { escaped } from './markup.ts'
import type { Report, ReportedCase } from './report.ts'
import { messagesIn } from './transcript-text.ts'

const WORDS = {
  passed: 'passed',
  failed: 'failed',
  warning: 'warning',
  incomplete: 'incomplete',
  'not-applicable': 'not applicable',
} as const

const STYLE = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--paper:#fff;--wash:#f6f8fa;
--passed:#1a7f37;--failed:#c62828;--warning:#9a6700;--incomplete:#8250df;--not-applicable:#59636e}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--paper:#0d1117;
--wash:#161b22;--passed:#3fb950;--failed:#ff7b72;--warning:#d29922;--incomplete:#bc8cff;--not-applicable:#9198a1}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1.5rem 1rem 4rem;color:var(--ink);background:var(--paper);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:2rem 0 .5rem}h3{font-size:.95rem;margin:.8rem 0 .2rem}
p{margin:.3rem 0}.soft{color:var(--soft)}
.counts{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0;padding:0;list-style:none}
.counts li{border:1px solid var(--line);border-radius:.5rem;padding:.35rem .8rem;background:var(--wash)}
.counts b{font-size:1.2rem}
form{display:none;flex-wrap:wrap;gap:.6rem;margin:1rem 0;position:sticky;top:0;background:var(--paper);
padding:.6rem 0;border-bottom:1px solid var(--line);z-index:1}
.scripted form{display:flex}
label{display:flex;gap:.4rem;align-items:center;font-size:.9rem}
input,select{font:inherit;color:inherit;background:var(--wash);border:1px solid var(--line);border-radius:.4rem;
padding:.35rem .5rem;min-height:2.4rem}
details{border:1px solid var(--line);border-radius:.5rem;margin:.35rem 0;background:var(--paper)}
details[hidden],section[hidden]{display:none}
summary{cursor:pointer;padding:.55rem .8rem;display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap}
summary code{font-weight:600}summary .title{flex:1 1 12rem}
.inside{padding:0 .8rem .8rem;border-top:1px solid var(--line)}
blockquote{margin:.6rem 0;padding:.4rem .8rem;border-left:3px solid var(--line);background:var(--wash)}
code,pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
pre{overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--wash);padding:.6rem;border-radius:.4rem}
.tag{font-size:.8rem;font-weight:600;white-space:nowrap}
.tag::before{content:"";display:inline-block;width:.6rem;height:.6rem;border-radius:50%;margin-right:.35rem;
background:currentColor}
.passed{color:var(--passed)}.failed{color:var(--failed)}.warning{color:var(--warning)}
.incomplete{color:var(--incomplete)}.not-applicable{color:var(--not-applicable)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem .8rem;margin:.6rem 0}dt{color:var(--soft)}dd{margin:0}
@media (max-width:36rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}body{padding-top:1rem}}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.6rem 0}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
`

const SCRIPT = `
document.documentElement.classList.add('scripted')
const form=document.querySelector('form'),cases=[...document.querySelectorAll('details.case')]
function show(){const words=form.words.value.toLowerCase(),outcome=form.outcome.value,area=form.area.value
for(const one of cases){one.hidden=!((!words||one.dataset.words.includes(words))&&(!outcome||one.dataset.outcome===outcome)&&(!area||one.dataset.area===area))}
for(const section of document.querySelectorAll('section'))section.hidden=!section.querySelector('details.case:not([hidden])')}
form.addEventListener('input',show);form.addEventListener('submit',event=>event.preventDefault())
`

/** The whole report as one document, with what has changed since a former run where there is one. */
export function htmlOf(report: Report, comparison?: Comparison): string {
  const { role, protocol, suite, seed, counts, cases, volatile } = report
  const sections = Map.groupBy(cases, ({ section }) => section)
  const areas = [...new Set(cases.map(({ clause }) => clause.slice(0, 3)))].toSorted()
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>Parley ${protocol}: ${role}</title><style>${STYLE}</style></head><body>`,
    `<header><h1>Parley ${protocol} conformance: ${role}</h1>`,
    `<p>${escaped(volatile.system)}</p>`,
    `<p class="soft">Suite ${suite}, seed <code>${escaped(seed)}</code>, ${volatile.startedAt}, ${(volatile.milliseconds / 1000).toFixed(1)} s</p></header>`,
    `<ul class="counts">${Object.entries(counts).map(countItem).join('')}</ul>`,
    ...(comparison === undefined ? [] : [changesOf(comparison)]),
    filterForm(areas),
    '<main>',
    ...[...sections].map(([section, own]) => sectionOf(section, own, volatile.transcripts)),
    `</main><script>${SCRIPT}</script></body></html>`,
    '',
  ].join('\n')
}

function countItem([outcome, count]: [string, number]): string {
  const word = WORDS[outcome as keyof typeof WORDS]
  return `<li><b>${count}</b> <span class="tag ${outcome}">${word}</span></li>`
}

function changesOf(comparison: Comparison): string {
  const kinds = changesIn(comparison).map(([word, changes]) => {
    const items = changes.map((change) => `<li>${changeItem(change)}</li>`)
    return `<h3>${word}: ${changes.length}</h3><ul>${items.join('')}</ul>`
  })
  const said = kinds.length === 0 ? '<p>Nothing has changed.</p>' : kinds.join('')
  return `<aside class="inside"><h2>Since ${escaped(comparison.since)}</h2>${said}</aside>`
}

function changeItem({ id, title, before, now }: Change): string {
  const outcomes = [before, now].flatMap((outcome) =>
    outcome === undefined ? [] : [tagOf(outcome)],
  )
  return `<code>${escaped(id)}</code> ${escaped(title)} ${outcomes.join(' → ')}`
}

/** An outcome in its colour; a former report's may be one that this suite does not have. */
function tagOf(outcome: Outcome): string {
  return `<span class="tag ${escaped(outcome)}">${escaped(WORDS[outcome] ?? outcome)}</span>`
}

function filterForm(areas: readonly string[]): string {
  const outcomes = Object.entries(WORDS).map(([value, word]) => option(value, word))
  return [
    '<form aria-label="Filter"><label>Words <input name="words" type="search" placeholder="id, clause, title"></label>',
    `<label>Outcome <select name="outcome"><option value="">all</option>${outcomes.join('')}</select></label>`,
    `<label>Clause <select name="area"><option value="">all</option>${areas.map((area) => option(area, area)).join('')}</select></label></form>`,
  ].join('')
}

const option = (value: string, word: string) => `<option value="${value}">${word}</option>`

function sectionOf(
  section: string,
  cases: readonly ReportedCase[],
  transcripts: Report['volatile']['transcripts'],
): string {
  const items = cases.map((one) => caseOf(one, transcripts[one.id] ?? []))
  return `<section><h2>${escaped(section)}</h2>${items.join('\n')}</section>`
}

function caseOf(one: ReportedCase, exchanges: readonly Exchange[]): string {
  const { id, title, clause, quote, outcome, level, sends, expects, control, hint } = one
  const words = escaped(`${id} ${clause} ${title} ${outcome}`.toLowerCase())
  const isOpen = outcome === 'failed' || outcome === 'incomplete' ? ' open' : ''
  const facts = {
    'is sent': sends,
    'must happen': expects,
    ...(control === null ? {} : { control }),
    ...(one.reason === null ? {} : { reason: one.reason }),
    ...(one.known === null ? {} : { known: one.known }),
    ...(hint === null ? {} : { hint }),
  }
  const list = Object.entries(facts).map(([k, v]) => `<dt>${k}</dt><dd>${escaped(v)}</dd>`)
  return [
    `<details class="case" id="${id}" data-words="${words}" data-outcome="${outcome}" data-area="${clause.slice(0, 3)}"${isOpen}>`,
    `<summary><code>${id}</code><span class="title">${escaped(title)}</span><span class="soft">${clause} ${level}</span><span class="tag ${outcome}">${WORDS[outcome]}</span></summary>`,
    `<div class="inside"><blockquote>${escaped(quote)}</blockquote><dl>${list.join('')}</dl>`,
    stepsOf(one),
    exchanges.length === 0 ? '' : transcriptOf(exchanges),
    '</div></details>',
  ].join('')
}

function stepsOf({ steps }: ReportedCase): string {
  if (steps.length === 0) return ''
  const rows = steps.map(({ step, expected, observed }) => {
    const isSame = expected === observed
    const cells = [step, expected, observed].map((text) => `<td>${escaped(text)}</td>`)
    return `<tr${isSame ? '' : ' class="failed"'}>${cells.join('')}</tr>`
  })
  return `<table><thead><tr><th>step</th><th>expected</th><th>seen</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function transcriptOf(exchanges: readonly Exchange[]): string {
  const items = exchanges.map((one) => {
    const messages = messagesIn(`${one.requestBody} ${one.responseBody}`)
    const decoded = messages.map(
      ({ header, payload }) =>
        `${JSON.stringify(header)}\n${JSON.stringify(payload, undefined, 1)}`,
    )
    const text = [
      `${one.at} ms  ${one.from} → ${one.to}`,
      `${one.method} ${one.url}`,
      ...Object.entries(one.requestHeaders).map(([k, v]) => `${k}: ${v}`),
      ...(one.requestBody === '' ? [] : ['', one.requestBody.slice(0, 4000)]),
      `← ${one.status}`,
      ...(one.responseBody === '' ? [] : [one.responseBody.slice(0, 4000)]),
      ...(decoded.length === 0 ? [] : ['', 'Messages in it:', ...decoded]),
    ]
    return `<pre>${escaped(text.join('\n'))}</pre>`
  })
  return `<details><summary>Both sides of the wire: ${exchanges.length} exchanges</summary><div class="inside">${items.join('')}</div></details>`
}
