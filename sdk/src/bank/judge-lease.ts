// What the creditor's answer to a lease request means for the line. Pure; asked on the record that is
// about to be saved, so that limits, lease and state agree.

import { addDays, type Day } from '../protocol/days.ts'
import type { StatusMessage } from '../protocol/generated/messages.ts'
import { parseAmountOrZero } from '../protocol/money.ts'
import { type AuthorisationFacts, authorise } from './authorise.ts'
import { findLine, type LineRecord } from './customer.ts'

/** What a judgement depends on. */
export interface LeaseFacts extends AuthorisationFacts {
  readonly status: StatusMessage
  /** The day on which the rail executes what it gets now. */
  readonly executionDay: Day
  /** Epoch seconds. */
  readonly now: number
  /** A lease that ends within these seconds is not used. */
  readonly marginSeconds: number
  /** How long the outcome may stay open. */
  readonly reconcileSeconds: number
}

/** Reasons after which no lease for the line will ever be granted. */
const FINAL_REASONS: ReadonlySet<string> = new Set(['PAID', 'CNCL', 'revision-superseded'])

/** A lease that names this line and is complete. */
interface Grant {
  readonly fencing: number
  readonly until: number
}

/**
 * Judges the answer to a lease request and returns the line as it is to be kept.
 *
 * `stopped` when the claim is no longer open (`claim-…`), another agreement is in force
 * (`agreement-superseded`), less is outstanding than the line (`paid-otherwise`), or the lease is
 * refused as PAID, CNCL or for a former revision; `scheduled` again when it is refused for another
 * reason (`lease-…`, for the next day), is too short or not newer than the last (`lease-expired`),
 * the line reaches into what is disputed (`disputed`, for the next day), or the payment is not
 * authorised (the code of `authorise`); otherwise `paying`. A lease that is granted and not used is
 * given back with an RJCT report, which does not tell the creditor about limits. Spec: PAY-03,
 * PAY-07.
 */
export function judgeLease(facts: LeaseFacts): LineRecord {
  const { customer, key, status, today, now, marginSeconds, executionDay } = facts
  const line = findLine(customer, key)?.line
  if (line === undefined) throw new TypeError('no such line')
  const grant = grantFor(line, status)
  const { claim } = status
  if (claim !== 'open') {
    return unused({ ...line, state: 'stopped', code: `claim-${claim}` }, grant, 'claim-not-open')
  }
  if (status.agreementId !== undefined && status.agreementId !== key.agreementId) {
    const code = 'agreement-superseded'
    return unused({ ...line, state: 'stopped', code }, grant, code)
  }
  const due = minorIn(line.amount, line)
  const outstanding = minorIn(status.outstanding, line)
  if (outstanding < due) {
    const code = 'paid-otherwise'
    return unused({ ...line, state: 'stopped', code }, grant, code)
  }
  if (outstanding - disputedIn(status, line, outstanding) < due) {
    const waiting = { ...line, state: 'scheduled', code: 'disputed' } as const
    return unused({ ...waiting, notBefore: addDays(today, 1) }, grant, 'disputed')
  }
  if (grant === null) return withoutLease(line, status, today)
  if (!(now < grant.until - marginSeconds) || grant.fencing <= (line.fencing ?? 0)) {
    return { ...line, state: 'scheduled', code: 'lease-expired' }
  }
  const authorised = authorise(facts)
  if (!authorised.ok) {
    const { code } = authorised.error
    return unused({ ...line, state: 'scheduled', code }, grant, 'not-authorised')
  }
  const { fencing, until } = grant
  const reconcileBy = now + facts.reconcileSeconds
  return {
    ...{ ...line, state: 'paying', code: null, fencing, leaseUntil: until, paidOn: today },
    ...{ executionDay, reconcileBy, escalatedAt: null },
  }
}

function grantFor(line: LineRecord, { lease }: StatusMessage): Grant | null {
  if (lease?.granted !== true || lease.line !== line.line) return null
  const { fencing, until } = lease
  return fencing === undefined || until === undefined ? null : { fencing, until }
}

function withoutLease(line: LineRecord, { lease }: StatusMessage, today: Day): LineRecord {
  const reason = lease?.reason?.code ?? 'refused'
  const code = `lease-${reason}`
  return FINAL_REASONS.has(reason)
    ? { ...line, state: 'stopped', code }
    : { ...line, state: 'scheduled', code, notBefore: addDays(today, 1) }
}

function unused(line: LineRecord, grant: Grant | null, code: string): LineRecord {
  if (grant === null) return line
  return { ...line, fencing: grant.fencing, owed: { status: 'RJCT', code } }
}

/** What is disputed; a part that cannot be read counts as everything. */
function disputedIn({ disputed }: StatusMessage, line: LineRecord, outstanding: bigint): bigint {
  if (disputed === undefined) return 0n
  const minor = minorIn(disputed, line)
  return minor < 0n ? outstanding : minor
}

/** Minor units of an amount in the line's currency; another one, or none, is less than nothing. */
function minorIn(amount: unknown, { amount: { currency } }: LineRecord): bigint {
  const parsed = parseAmountOrZero(amount)
  return parsed.ok && parsed.value.currency === currency ? parsed.value.minor : -1n
}
