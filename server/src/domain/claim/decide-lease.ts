// The lease: one bank at a time may pay a plan line. The fencing number rises with every lease, so
// that a bank which lost its lease cannot report under it.
import { err, formatAmount, ok, type PaymentMessage, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../refusal.ts'
import { type ClaimState, openOf } from './claim.ts'

export interface Lease {
  bankIss: string
  fencing: number
  lockedUntil: number
  state: 'leased' | 'pending' | 'settled' | 'rejected'
}

export interface LeaseFacts {
  now: number
  bankIss: string
  claim: { state: ClaimState; currency: string; outstanding: bigint }
  /** Whether the line is outside of what the debtor disputes. Spec: PAY-07. */
  isUndisputed: boolean
  line:
    | { line: number; amount: bigint; paid: bigint; credited: bigint; endToEndId: string }
    | undefined
  lease: Lease | undefined
  /** Another agreement took the place of the one that the bank pays under. */
  isReplaced?: boolean
}

/** How long a bank may take between the lease and its report. */
export const LEASE_SECONDS = 300

export interface LeaseDecision {
  /** The lease as it is afterwards, or undefined when nothing changes. */
  lease: Lease | undefined
  granted: boolean
  /** ISO 20022 or own code that says why not. */
  reason?: string
}

/**
 * Decides on a payment message. Refuses `line-unknown`, `currency-mismatch`, `amount-invalid`,
 * `lease-fencing`; a lease that is not granted is an answer, not a refusal.
 */
export function decidePayment(
  facts: LeaseFacts,
  payment: Pick<PaymentMessage, 'status' | 'amount' | 'endToEndId' | 'fencing'>,
): Result<LeaseDecision, Refusal> {
  // Money that was on its way is credited to the plan in force when it arrives (PAY-11).
  if (facts.isReplaced === true) return ok({ lease: undefined, granted: false, reason: 'SUPD' })
  const mismatch = refuseMismatch(facts, payment)
  if (mismatch !== undefined) return err(mismatch)
  if (payment.status === 'ACCP') return ok(decideLease(facts))
  const { lease, bankIss } = facts
  if (lease === undefined || lease.bankIss !== bankIss || lease.fencing !== payment.fencing) {
    return err(refusal('lease-fencing', 'this lease is not the current one', '/fencing'))
  }
  const state = ({ PDNG: 'pending', ACSC: 'settled', RJCT: 'rejected' } as const)[payment.status]
  return ok({ lease: { ...lease, state }, granted: state !== 'rejected' })
}

function decideLease({
  now,
  bankIss,
  claim,
  isUndisputed,
  line,
  lease,
}: LeaseFacts): LeaseDecision {
  const no = (reason: string): LeaseDecision => ({ lease: undefined, granted: false, reason })
  if (claim.state === 'settled') return no('PAID')
  if (claim.state !== 'open') return no('CNCL')
  if (line === undefined || line.paid > 0n) return no('PAID')
  // The bank may pay the agreed amount only, and less is owed on this line.
  if (line.credited > 0n) return no(openOf(line) === 0n ? 'PAID' : 'CRED')
  if (claim.outstanding < line.amount) return no('PAID')
  if (!isUndisputed) return no('DISP')
  const isBusy = lease?.state === 'pending' || lease?.state === 'settled'
  const isHeld = lease?.state === 'leased' && lease.lockedUntil > now
  if (isBusy || isHeld) return no('LOCK')
  return {
    lease: {
      bankIss,
      fencing: (lease?.fencing ?? 0) + 1,
      lockedUntil: now + LEASE_SECONDS,
      state: 'leased',
    },
    granted: true,
  }
}

function refuseMismatch(
  { line, claim }: LeaseFacts,
  payment: Pick<PaymentMessage, 'amount' | 'endToEndId'>,
): Refusal | undefined {
  if (line === undefined || line.endToEndId !== payment.endToEndId) {
    return refusal('line-unknown', 'the plan has no such line', '/line')
  }
  if (payment.amount.currency !== claim.currency) {
    return refusal('currency-mismatch', `the claim is in ${claim.currency}`, '/amount/currency')
  }
  const expected = formatAmount({ minor: line.amount, currency: claim.currency }).value
  if (payment.amount.value !== expected) {
    return refusal('amount-invalid', `the line is over ${expected}`, '/amount/value')
  }
  return undefined
}
