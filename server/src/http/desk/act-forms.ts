// The forms of a task: one for each act that fits, the proposed one open. Every form carries the token of
// the session.

import { disputedOf } from '../../domain/claim/claim.ts'
import { WRITE_OFF_REASONS } from '../../domain/claim/end-claim.ts'
import { type HtmlValue, html, type SafeHtml } from '../../domain/content/safe-html.ts'
import { proposalOf } from '../../domain/desk/proposals.ts'
import { type TaskActionKind, taskKind } from '../../domain/desk/task-kinds.ts'
import type { DeskSession } from '../../use-cases/desk-session.ts'
import type { ClaimTaskView } from '../../use-cases/read-tasks.ts'
import { ACTION_WORDS } from './action-words.ts'
import { csrfField } from './desk-frame.ts'
import { moneyText } from './format-for-staff.ts'

interface FormContext {
  readonly detail: ClaimTaskView
  readonly session: DeskSession
}

/** Reasons for which staff let reminders rest; each in plain words. */
export const HOLD_WORDS = {
  hardship: 'The customer cannot pay now',
  'already-paid': 'The customer has paid; we look for it',
  promise: 'The customer promised a day',
  moratorium: 'A moratorium stands',
  deceased: 'The customer has died',
  insolvency: 'The customer is insolvent',
  assistance: 'We help the customer',
  negotiation: 'We talk about a plan',
  'request-of-debtor': 'The customer asked for time',
  other: 'Another reason',
} as const

/** Why reminders rest; some of it nobody sets by hand. */
export const STANDING_HOLD_WORDS = {
  ...HOLD_WORDS,
  'collection-failed': 'A direct debit or card payment failed',
  dispute: 'The bill is disputed',
} as const

/** Renders every act that fits the task. */
export function renderActs(context: FormContext): SafeHtml {
  const kinds = actionsOf(context.detail)
  return html`<section class="card" id="act" aria-labelledby="act-title">
<h2 id="act-title">What you can do</h2>
<div class="acts">
${kinds.map((kind, index) => renderAct(kind, index === 0, context))}</div>
</section>
`
}

/** The acts that fit and are possible, what a machine proposes first. */
function actionsOf(detail: ClaimTaskView): readonly TaskActionKind[] {
  const { proposed, kind } = detail
  const first = proposed === null ? undefined : proposalOf(proposed).action
  const fitting = taskKind(kind).actions
  const all = first === undefined || !fitting.includes(first) ? fitting : [first, ...fitting]
  const possible = [...new Set(all)].filter((action) => isPossible(action, detail))
  return possible.length === 0 ? ['none'] : possible
}

function isPossible(kind: TaskActionKind, { paymentRequest, gaps }: ClaimTaskView): boolean {
  const { claim, holds } = paymentRequest
  if (kind === 'release-hold') return holds.some(({ reason }) => reason !== 'dispute')
  if (kind === 'resolve-dispute') return holds.some(({ reason }) => reason === 'dispute')
  if (kind === 'set-hold') return claim.state === 'open'
  if (kind === 'write-off') return claim.state === 'open' || claim.state === 'handed-over'
  return kind !== 'approve-hand-over' || gaps.length === 0
}

function renderAct(kind: TaskActionKind, isOpen: boolean, context: FormContext): SafeHtml {
  const { title, submit } = ACTION_WORDS[kind]
  const { taskId } = context.detail
  const outcome = kind === 'refuse-hand-over' ? 'dismissed' : 'done'
  const form = html`<form method="post" action="/desk/tasks/${taskId}">
${csrfField(context.session)}<input type="hidden" name="act" value="${kind}">
${FIELDS[kind]?.(context) ?? null}${renderNote(kind)}
<div class="row"><button type="submit" name="outcome" value="${outcome}">${submit}</button>
${kind === 'none' ? html`<button class="quiet-button" type="submit" name="outcome" value="dismissed">Not needed</button>` : null}</div>
</form>`
  return isOpen
    ? html`<details class="act" open><summary>${title}</summary>${form}</details>\n`
    : html`<details class="act"><summary>${title}</summary>${form}</details>\n`
}

function renderNote(kind: TaskActionKind): SafeHtml {
  const id = `note-${kind}`
  return html`<div class="field"><label for="${id}">Note for the timeline (if you like)</label>
<input type="text" id="${id}" name="note" maxlength="500"></div>`
}

type Fields = (context: FormContext) => HtmlValue

const FIELDS: Partial<Record<TaskActionKind, Fields>> = {
  'resolve-dispute': ({ detail }) => {
    const { claim } = detail.paymentRequest
    const disputed = moneyText(disputedOf(claim), claim.currency)
    return html`<fieldset class="field"><legend>${disputed} is disputed</legend>
<label class="radio"><input type="radio" name="resolution" value="upheld" required> The customer is right</label>
<label class="radio"><input type="radio" name="resolution" value="rejected" required> The bill is right</label></fieldset>
<div class="field"><label for="credit">What you take off, in ${claim.currency}</label>
<input type="text" id="credit" name="credit" inputmode="decimal" maxlength="24" aria-describedby="credit-hint">
<p class="hint" id="credit-hint">All that is disputed when it is empty; only if the customer is right.</p></div>
<div class="field"><label for="text">Told to the customer’s agent (if you like)</label>
<input type="text" id="text" name="text" maxlength="105"></div>
`
  },
  'set-hold': ({ detail: { proposed } }) => {
    const proposal = proposed === null ? null : proposalOf(proposed)
    const options = Object.entries(HOLD_WORDS).map(([reason, words]) =>
      reason === proposal?.hold
        ? html`<option value="${reason}" selected>${words}</option>`
        : html`<option value="${reason}">${words}</option>`,
    )
    return html`<div class="field"><label for="hold">Why</label>
<select id="hold" name="hold">${options}</select></div>
<div class="field"><label for="until">Until the end of</label>
<input type="date" id="until" name="until" value="${proposal?.day ?? ''}" aria-describedby="until-hint">
<p class="hint" id="until-hint">Until somebody ends it when it is empty.</p></div>
`
  },
  'release-hold': ({ detail }) => {
    const reasons = detail.paymentRequest.holds.map(({ reason }) => reason)
    const settable = reasons.filter((reason) => reason !== 'dispute')
    return html`<div class="field"><label for="release">Which pause ends</label>
<select id="release" name="release">${settable.map(
      (reason) => html`<option value="${reason}">${STANDING_HOLD_WORDS[reason]}</option>`,
    )}</select></div>
`
  },
  'write-off': () => html`<div class="field"><label for="write-off">Why</label>
<select id="write-off" name="writeOff">${WRITE_OFF_REASONS.map(
    (reason) => html`<option value="${reason}">${reason.replaceAll('-', ' ')}</option>`,
  )}</select>
<p class="hint">Nobody is asked for it any more. Money that comes all the same is still booked.</p></div>
`,
  'approve-hand-over':
    () => html`<p>The file is complete. From then on nobody here writes to the customer.</p>
`,
}
