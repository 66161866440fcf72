// Writes an agreement into the caller's transaction: the plan's lines replace those before, money that
// came in since the request goes to the earliest lines, and the journey to people ends.
import { type Agreement, type LateTerms, parseAmount } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import {
  insertAgreement,
  type KeptAgreement,
  replaceAgreement,
  type NewAgreement as StoredNewAgreement,
} from '../storage/agreements.ts'
import { type Claim, changeClaim, replacePlanLines } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import { endDunning } from '../storage/dunning-cases.ts'
import { appendEvent } from '../storage/events.ts'
import { clearLeases } from '../storage/payment-leases.ts'
import { Outrun } from './retry-when-outrun.ts'

export interface NewAgreement {
  claim: Claim
  agreement: Agreement
  jws: StoredNewAgreement['jws']
  acceptedBy: StoredNewAgreement['acceptedBy']
  /** What the request said that follows when an instalment is late. */
  lateTerms: LateTerms
  /** The agreement whose place it takes. */
  former: KeptAgreement | undefined
  at: number
}

/** @throws {Outrun} when the claim changed since the decision. */
export async function writeAgreement(tx: Tx, made: NewAgreement): Promise<void> {
  const { claim, agreement, former, at } = made
  const total = minorOf(agreement.total)
  // Less than the claim's own principal when money came in before the request was made.
  const requested = minorOf(agreement.principal)
  const open = outstandingOf(claim)
  const receivedSince = open < requested ? requested - open : 0n
  const changed = await changeClaim(tx, claim, {
    conversation: 'agreed',
    dunning: 'idle',
    // What a plan before has cost is part of what another is made over.
    price: claim.price + total - requested,
  })
  if (!changed) throw new Outrun()
  await replacePlanLines(tx, claim, linesAfter(agreement, receivedSince))
  if (former !== undefined) {
    await replaceAgreement(tx, former, at)
    await clearLeases(tx, claim)
  }
  await insertAgreement(tx, {
    creditorId: claim.creditorId,
    agreementId: agreement.agreementId,
    claimId: claim.claimId,
    debtorId: claim.debtorId,
    acceptedBy: made.acceptedBy,
    plan: agreement.plan,
    total,
    bankIss: agreement.payBy?.bank ?? null,
    jws: made.jws,
    agreedAt: at,
    lateTerms: made.lateTerms,
    mayReplan: former === undefined,
  })
  await endDunning(tx, claim)
  await appendEvent(tx, {
    creditorId: claim.creditorId,
    claimId: claim.claimId,
    type: former === undefined ? 'negotiation.agreed' : 'plan.replanned',
    at,
    data: {
      ...(former === undefined ? {} : { formerAgreementId: former.agreementId }),
      agreementId: agreement.agreementId,
      acceptedBy: made.acceptedBy,
      instalments: agreement.plan.instalments,
      interval: agreement.plan.interval,
      firstDueDate: agreement.plan.firstDueDate,
      total: agreement.total.value,
      currency: agreement.total.currency,
    },
  })
}

function linesAfter(agreement: Agreement, received: bigint) {
  let left = received
  return agreement.lines.map((line) => {
    const amount = minorOf(line.amount)
    const part = left < amount ? left : amount
    left -= part
    return {
      line: line.line,
      dueDate: line.dueDate,
      amount,
      paid: part,
      credited: 0n,
      endToEndId: line.endToEndId,
    }
  })
}

function minorOf(amount: { value: string; currency: string }): bigint {
  const parsed = parseAmount(amount)
  if (!parsed.ok) throw new Error('an agreement of our own making has no valid amount')
  return parsed.value.minor
}
