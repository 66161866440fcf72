// One task about money that nobody has placed: what the bank said, what it may be for and why, what is odd,
// and the forms that place it.
import { outstandingOf } from '../../domain/claim/claim.ts'
import { html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { oneLine } from '../../domain/content/safe-text.ts'
import {
  CAUTION_WORDS,
  decisionWords,
  EVIDENCE_WORDS,
  SET_ASIDE_WORDS,
} from '../../domain/desk/evidence-words.ts'
import { taskKind } from '../../domain/desk/task-kinds.ts'
import { groupByFour } from '../../domain/wording/format-for-people.ts'
import type { DeskSession } from '../../use-cases/desk-session.ts'
import type { CandidateView } from '../../use-cases/read-bank-transaction.ts'
import type { BookingTaskView } from '../../use-cases/read-tasks.ts'
import { ACTION_WORDS } from './action-words.ts'
import { csrfField, renderDeskPage } from './desk-frame.ts'
import { dayText, instantText, moneyText } from './format-for-staff.ts'
import { renderTaskHead } from './task-page.ts'

export interface BookingTaskPage {
  readonly nonce: string
  readonly session: DeskSession
  readonly now: number
  readonly detail: BookingTaskView
  /** Why the last act was refused. */
  readonly problem: string | null
}

/** Bills that one form can share the money among. */
const ROWS = 3

/** Renders a task about money. One that was ended offers no act. */
export function renderBookingTask(page: BookingTaskPage): string {
  const { detail, session, nonce, problem } = page
  const { title, actions } = taskKind(detail.kind)
  const alert =
    problem === null ? null : html`<div class="alert" role="alert"><p>${problem}</p></div>\n`
  const canMatch = detail.state === 'open' && actions.includes('match-payment')
  const main = html`${alert}<div class="two"><div>
${renderTaskHead(page)}${renderCautions(detail)}${renderCandidates(page, canMatch)}${canMatch ? renderNumbers(page) : null}${detail.state === 'open' ? renderSetAside(page) : null}</div>
<div>
${renderMoney(page)}</div></div>
${renderHistory(page)}`
  return renderDeskPage({
    title: problem === null ? title : `${title}: something is wrong`,
    nonce,
    session,
    main,
  })
}

function renderMoney({ detail: { booking } }: BookingTaskPage): SafeHtml {
  const { amount, currency, bookingDate, details, direction, reason } = booking.booking
  const { debtorName, debtorIban, structuredReferences, unstructured, endToEndId } = details
  const rows: [string, string | undefined][] = [
    [
      direction === 'credit' ? 'Came in' : 'Went back',
      bookingDate ? dayText(bookingDate) : undefined,
    ],
    ['Payer', debtorName],
    ['Account', debtorIban === undefined ? undefined : groupByFour(debtorIban)],
    ['Reference', structuredReferences.join(', ') || undefined],
    ['Text', unstructured.join(' ') || undefined],
    ['End-to-end id', endToEndId],
    ['Why it waits', decisionWords(reason)],
  ]
  return html`<section class="card" aria-labelledby="money">
<h2 id="money">${moneyText(amount, currency)}</h2>
<dl class="facts">${rows.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [html`<div><dt>${name}</dt><dd><bdi>${oneLine(value)}</bdi></dd></div>\n`],
  )}</dl>
</section>
`
}

function renderCautions({ booking: { cautions } }: BookingTaskView): SafeHtml | null {
  if (cautions.length === 0) return null
  return html`<section class="card" aria-labelledby="cautions">
<h2 id="cautions">Be careful</h2>
<ul class="gaps">${cautions.map((caution) => html`<li>${CAUTION_WORDS[caution]}</li>`)}</ul>
<p class="quiet">Pay nothing back before you know who paid, and why.</p>
</section>
`
}

function renderCandidates(page: BookingTaskPage, canMatch: boolean): SafeHtml | null {
  const { candidates } = page.detail.booking
  if (candidates.length === 0) return null
  return html`<section class="card" id="act" aria-labelledby="candidates">
<h2 id="candidates">What it may be for, the likeliest first</h2>
${candidates.map((candidate, index) => renderCandidate(page, candidate, { index, canMatch }))}</section>
`
}

function renderCandidate(
  { detail, session }: BookingTaskPage,
  { claim, debtorName, score, reasons }: CandidateView,
  { index, canMatch }: { index: number; canMatch: boolean },
): SafeHtml {
  const why = reasons.map((reason) => EVIDENCE_WORDS[reason]).join('; ')
  const owed = claim.state === 'cancelled' ? 0n : outstandingOf(claim)
  const number = oneLine(claim.invoiceNumber)
  const submit = ACTION_WORDS['match-payment'].submit
  const form = html`<form method="post" action="/desk/tasks/${detail.taskId}">
${csrfField(session)}<input type="hidden" name="act" value="match-payment"><input type="hidden" name="number-1" value="${claim.invoiceNumber}">
<button type="submit" name="outcome" value="done" aria-label="${submit}: bill ${number}">${submit}</button>
</form>`
  return html`<div class="candidate"><h3 id="candidate-${index}">Bill <bdi>${number}</bdi>, <bdi>${oneLine(debtorName)}</bdi></h3>
<p>${moneyText(owed, claim.currency)} owed, due ${dayText(claim.dueDate)}, ${claim.state.replaceAll('-', ' ')}</p>
<p class="quiet small">${score} points: ${why}</p>
${canMatch ? form : null}</div>
`
}

function renderNumbers({ detail, session }: BookingTaskPage): SafeHtml {
  const { currency } = detail.booking.booking
  const { title, submit } = ACTION_WORDS['match-payment']
  const rows = Array.from({ length: ROWS }, (_, index) => index + 1)
  return html`<section class="card" aria-labelledby="numbers">
<h2 id="numbers">${title}</h2>
<form method="post" action="/desk/tasks/${detail.taskId}">
${csrfField(session)}<input type="hidden" name="act" value="match-payment">
${rows.map(
  (
    row,
  ) => html`<div class="field"><label for="number-${row}">Number of ${row === 1 ? 'the bill' : 'another bill'}</label>
<input type="text" id="number-${row}" name="number-${row}" maxlength="64" autocomplete="off"${row === 1 ? html` required` : null}>
<label for="amount-${row}">Its share in ${currency} (if not all)</label>
<input type="text" id="amount-${row}" name="amount-${row}" inputmode="decimal" maxlength="24"></div>
`,
)}<p class="hint">The shares are all of the money. What is more than a bill owes is noted as too much.</p>
${renderNote('match')}<button type="submit" name="outcome" value="done">${submit}</button>
</form>
</section>
`
}

function renderSetAside({ detail, session }: BookingTaskPage): SafeHtml {
  const { title, submit } = ACTION_WORDS['set-aside']
  return html`<section class="card" aria-labelledby="aside">
<h2 id="aside">${title}</h2>
<form method="post" action="/desk/tasks/${detail.taskId}">
${csrfField(session)}<input type="hidden" name="act" value="set-aside">
<div class="field"><label for="set-aside">Why it is for no bill</label>
<select id="set-aside" name="setAside">${Object.entries(SET_ASIDE_WORDS).map(
    ([reason, words]) => html`<option value="${reason}">${words}</option>`,
  )}</select></div>
${renderNote('aside')}<button class="quiet-button" type="submit" name="outcome" value="done">${submit}</button>
</form>
</section>
`
}

function renderNote(form: string): SafeHtml {
  return html`<div class="field"><label for="note-${form}">Note for the history (if you like)</label>
<input type="text" id="note-${form}" name="note" maxlength="500"></div>
`
}

function renderHistory({ detail, session }: BookingTaskPage): SafeHtml {
  const items = detail.booking.history.toReversed().map(({ at, state, by, reason, note }) => {
    const who = by === null ? 'by the rules' : html`by <bdi>${oneLine(by)}</bdi>`
    const said = note === null ? null : html` · <bdi>${oneLine(note)}</bdi>`
    return html`<li><strong>${state.replaceAll('-', ' ')}</strong>: ${decisionWords(reason)}, ${who}<br>
<span class="quiet small">${instantText(at, session.timeZone)}${said}</span></li>
`
  })
  return html`<section class="card" aria-labelledby="history">
<h2 id="history">What was decided, the newest first</h2>
<ol class="timeline" reversed>
${items}</ol>
</section>
`
}
