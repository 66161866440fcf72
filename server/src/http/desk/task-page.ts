// One task: what the person said, what is owed, what comes next, what can be done, and the timeline.

import { outstandingOf } from '../../domain/claim/claim.ts'
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import { eventFacts, eventTitle } from '../../domain/desk/event-words.ts'
import { proposalOf } from '../../domain/desk/proposals.ts'
import { taskKind } from '../../domain/desk/task-kinds.ts'
import {
  describeFact,
  describeGrounds,
  describeReasons,
} from '../../domain/wording/describe-fact.ts'
import { formatReferenceForPeople } from '../../domain/wording/format-for-people.ts'
import type { Wording } from '../../domain/wording/wording.ts'
import type { DeskSession } from '../../use-cases/desk-session.ts'
import type { ClaimTaskView, TaskView } from '../../use-cases/read-tasks.ts'
import { renderActs, STANDING_HOLD_WORDS } from './act-forms.ts'
import { renderDeskPage } from './desk-frame.ts'
import { ageText, dayText, instantText, moneyText } from './format-for-staff.ts'
import { renderRefund } from './refund-section.ts'
import { renderUrgency } from './tasks-page.ts'

export interface TaskPage {
  readonly nonce: string
  readonly session: DeskSession
  readonly now: number
  readonly detail: ClaimTaskView
  readonly wording: Wording
  /** Why the last act was refused. */
  readonly problem: string | null
}

/** Renders a task. One that was ended offers no act. */
export function renderTask(page: TaskPage): string {
  const { detail, session, nonce, problem } = page
  const { title } = taskKind(detail.kind)
  const alert =
    problem === null ? null : html`<div class="alert" role="alert"><p>${problem}</p></div>\n`
  const main = html`${alert}<div class="two"><div>
${renderTaskHead(page)}${detail.refund && renderRefund(detail.refund)}${renderScript(detail)}${renderContested(page)}${renderWords(detail)}${renderGaps(detail)}${detail.state === 'open' ? renderActs({ detail, session }) : null}</div>
<div>
${renderClaim(page)}${renderPerson(detail)}</div></div>
${renderTimeline(page)}`
  return renderDeskPage({
    title: problem === null ? title : `${title}: something is wrong`,
    nonce,
    session,
    main,
  })
}

/** Renders the page for a task that the creditor does not have. */
export function renderNoSuchTask({ session, nonce }: Pick<TaskPage, 'session' | 'nonce'>): string {
  const main = html`<section class="card"><h1>There is no such task</h1>
<p><a href="/desk">To the open tasks</a></p></section>
`
  return renderDeskPage({ title: 'No such task', nonce, session, main })
}

/** What the task is, how urgent, and how it ended. */
export function renderTaskHead({
  detail,
  session,
  now,
}: {
  readonly detail: TaskView
  readonly session: DeskSession
  readonly now: number
}): SafeHtml {
  const { title, advice } = taskKind(detail.kind)
  const { timeZone } = session
  const end =
    detail.endedAt === null
      ? html`<p class="quiet small">${ageText(detail.createdAt, now)} · due ${instantText(detail.dueAt, timeZone)}</p>`
      : html`<p><strong>${detail.state === 'done' ? 'Done' : 'Dismissed'}</strong> by <bdi>${oneLine(detail.endedBy ?? '')}</bdi>, ${instantText(detail.endedAt, timeZone)}</p>`
  return html`<section class="card">
<h1>${title} ${detail.state === 'open' ? renderUrgency(detail.urgency) : null}</h1>
<p>${advice}</p>
${end}
</section>
`
}

/** What to say in a call, in the customer's language. */
function renderScript({ script }: ClaimTaskView): SafeHtml | null {
  if (script === null) return null
  return html`<section class="card" aria-labelledby="script" lang="${script.language}">
<h2 id="script"><bdi>${oneLine(script.heading)}</bdi></h2>
<ol class="script">
${script.points.map((point) => html`<li><bdi>${oneLine(point)}</bdi></li>\n`)}</ol>
</section>
`
}

function renderWords({ text, channel, proposed }: ClaimTaskView): SafeHtml | null {
  if (text === null && proposed === null) return null
  const from = channel === null ? 'What was said' : `What was said (${channel})`
  const would = proposed === null ? null : proposalOf(proposed)
  return html`<section class="card" aria-labelledby="words">
<h2 id="words">${from}</h2>
${text === null ? null : html`<blockquote class="words"><bdi>${text}</bdi></blockquote>`}
${would === null ? null : html`<p class="quiet">A machine would ${would.words}. You decide.</p>`}
</section>
`
}

/** What the customer says is not right, as the customer read it. */
function renderContested({ detail, wording }: TaskPage): SafeHtml | null {
  const { contested, debtor } = detail
  if (contested === null) return null
  const { contest, fact } = contested
  const speaker = { language: 'en', wording } as const
  const body =
    fact === null
      ? html`<p>The step <strong>${contest.subject}</strong> of this bill.</p>\n`
      : html`<p>${describeFact(fact.fact, speaker)}</p>
<p class="quiet small">${describeGrounds(fact.fact, speaker)}</p>
${describeReasons(fact, speaker).map((line) => html`<p class="quiet small">${line}</p>\n`)}`
  return html`<section class="card" aria-labelledby="contested">
<h2 id="contested">What is contested</h2>
${body}<p class="small"><a href="/desk/customers/${debtor.debtorId}">Everything that we know of this customer</a></p>
</section>
`
}

function renderGaps({ gaps }: ClaimTaskView): SafeHtml | null {
  if (gaps.length === 0) return null
  return html`<section class="card" aria-labelledby="gaps">
<h2 id="gaps">What the case file lacks</h2>
<ul class="gaps">${gaps.map(({ detail }) => html`<li>${detail}</li>`)}</ul>
<p class="quiet">A hand-over can be approved once nothing is left here.</p>
</section>
`
}

function renderClaim({ detail, session }: TaskPage): SafeHtml {
  const { claim, nextStep, holds, portalUrl } = detail.paymentRequest
  const { timeZone } = session
  const at = nextStep.at === null ? '' : `${instantText(nextStep.at, timeZone)}: `
  return html`<section class="card" aria-labelledby="claim">
<h2 id="claim">Bill <bdi>${oneLine(claim.invoiceNumber)}</bdi></h2>
<dl class="facts">
<div><dt>Owed</dt><dd>${moneyText(outstandingOf(claim), claim.currency)} of ${moneyText(claim.principal, claim.currency)}</dd></div>
<div><dt>Due</dt><dd>${dayText(claim.dueDate)}</dd></div>
<div><dt>State</dt><dd>${claim.state.replaceAll('-', ' ')}</dd></div>
<div><dt>Reference</dt><dd>${formatReferenceForPeople(claim)}</dd></div>
${holds.map(({ reason, until }) => {
  const end = until === null ? 'until somebody ends it' : `until ${instantText(until, timeZone)}`
  return html`<div><dt>Reminders rest</dt><dd>${STANDING_HOLD_WORDS[reason]}, ${end}</dd></div>\n`
})}<div><dt>What comes next</dt><dd>${at}${nextStep.reason}</dd></div>
</dl>
<p class="small"><a href="${portalUrl}" rel="noreferrer">The customer’s page</a></p>
</section>
`
}

function renderPerson({ debtorName, debtor }: ClaimTaskView): SafeHtml {
  const { contact, language, preferences, closedChannels } = debtor
  const rows: [string, string | undefined][] = [
    ['Phone', contact.phone],
    ['E-mail', contact.email],
    ['Address', contact.postalAddress?.lines.join(', ')],
    ['Language', preferences.language ?? language ?? undefined],
    ['Wants to be reached by', preferences.channel],
    ['Pay day', preferences.payDay === undefined ? undefined : String(preferences.payDay)],
    ['Wants nothing by', closedChannels.length === 0 ? undefined : closedChannels.join(', ')],
  ]
  const known = rows.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [html`<div><dt>${name}</dt><dd><bdi>${oneLine(value)}</bdi></dd></div>\n`],
  )
  return html`<section class="card" aria-labelledby="person">
<h2 id="person"><bdi>${oneLine(debtorName ?? debtor.name)}</bdi></h2>
${known.length === 0 ? html`<p>We know nothing but the name.</p>` : html`<dl class="facts">${known}</dl>`}
<p class="small"><a href="/desk/customers/${debtor.debtorId}">What we know of this customer, and why</a></p>
</section>
`
}

function renderTimeline({ detail, session }: TaskPage): SafeHtml {
  const items = detail.timeline.map((event) => {
    const facts = eventFacts(event).map(({ name, value }) => {
      const text = name === 'until' ? instantText(Number(value), session.timeZone) : String(value)
      return `${name} ${oneLine(text)}`
    })
    return html`<li><strong>${eventTitle(event.type)}</strong><br>
<span class="quiet small">${instantText(event.at, session.timeZone)}${facts.length === 0 ? '' : ` · ${facts.join(' · ')}`}</span></li>
`
  })
  return html`<section class="card" aria-labelledby="timeline">
<h2 id="timeline">What happened, the newest first</h2>
<ol class="timeline" reversed>
${items}</ol>
</section>
`
}
