// What an agency may report about a claim that is with it, and what follows: always a task for a person,
// and a dispute besides. No report books money: the bank statement does.
import {
  type Amount,
  compareDays,
  err,
  formatAmount,
  ok,
  parseAmount,
  parseDay,
  type Result,
} from '@parley/sdk/protocol'
import { type ClaimMoney, type ClaimState, outstandingOf } from '../claim/claim.ts'
import { textRefusal } from '../claim/issue-claim.ts'
import { type Refusal, refusal } from '../refusal.ts'

export const AGENCY_REPORT_KINDS = ['paid', 'disputed', 'uncollectable', 'note'] as const

export type AgencyReportKind = (typeof AGENCY_REPORT_KINDS)[number]

export interface AgencyReport {
  readonly kind: AgencyReportKind
  /** What was paid, or is disputed; all that is owed when it is left out. */
  readonly amount?: Amount
  /** When it was paid or said. */
  readonly day?: string
  readonly text?: string
}

/** The task that each kind of report calls for, and how many days a person has for it. */
export const TASKS_OF_REPORTS: Readonly<Record<AgencyReportKind, { kind: string; days: number }>> =
  {
    paid: { kind: 'look-for-payment', days: 2 },
    disputed: { kind: 'look-into-dispute', days: 5 },
    uncollectable: { kind: 'decide-on-claim', days: 10 },
    note: { kind: 'read-agency-note', days: 5 },
  }

/**
 * The amount that a report is about, in minor units. Refuses `claim-settled`, `not-handed-over`,
 * `currency-mismatch`, `amount-invalid` (none of this currency, or more disputed than is owed),
 * `date-invalid`, `date-outside-window` (a day to come) and `text-invalid` (a note without a text too).
 */
export function decideReport(
  claim: ClaimMoney & { readonly state: ClaimState; readonly currency: string },
  report: AgencyReport,
  today: string,
): Result<bigint, Refusal> {
  const refused = refuseState(claim.state) ?? refuseDay(report, today) ?? refuseText(report)
  if (refused !== undefined) return err(refused)
  const owed = outstandingOf(claim)
  const { amount, kind } = report
  if (amount === undefined) return ok(owed)
  if (amount.currency !== claim.currency) {
    const detail = `the claim is in ${claim.currency}`
    return err(refusal('currency-mismatch', detail, '/amount/currency'))
  }
  const parsed = parseAmount(amount)
  if (!parsed.ok) {
    return err(refusal('amount-invalid', 'not an amount of this currency', '/amount/value'))
  }
  const { minor } = parsed.value
  if (kind !== 'disputed' || minor <= owed) return ok(minor)
  const text = formatAmount({ minor: owed, currency: claim.currency }).value
  return err(refusal('amount-invalid', `no more than ${text} is owed`, '/amount/value'))
}

function refuseState(state: ClaimState): Refusal | undefined {
  if (state === 'handed-over') return undefined
  return state === 'settled'
    ? refusal('claim-settled', 'nothing is owed any more')
    : refusal('not-handed-over', `the claim is ${state}, not with an agency`)
}

function refuseDay({ day }: AgencyReport, today: string): Refusal | undefined {
  if (day === undefined) return undefined
  const parsed = parseDay(day)
  if (!parsed.ok) return refusal('date-invalid', 'use a calendar day YYYY-MM-DD', '/day')
  return compareDays(parsed.value, today) > 0
    ? refusal('date-outside-window', 'a report is about today or before', '/day')
    : undefined
}

function refuseText({ kind, text }: AgencyReport): Refusal | undefined {
  if (text !== undefined) return textRefusal(text, 2_000, '/text')
  return kind === 'note' ? refusal('text-invalid', 'a note needs its text', '/text') : undefined
}
