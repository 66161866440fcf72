// What is known of money that is owed to a customer when an offer, a choice or a refund is decided.
import { dayInZone } from '@parley/sdk/protocol'
import { creditOf } from '../domain/credit/credit-owed.ts'
import { type OriginAccount, originOf } from '../domain/credit/origin-of-credit.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { type CreditOffer, standingOffer } from '../storage/credit-offers.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import { openClaimsBeside, originsOfPayments } from '../storage/customer-credit.ts'
import { type Refund, refundsOfClaim } from '../storage/refunds.ts'
import type { Deps } from './deps.ts'

export type CreditDeps = Pick<Deps, 'db' | 'clock'>

export interface CreditSituation {
  claim: Claim
  creditor: CreditorRow
  /** Of the claim, in minor units; below zero when money was given back that was not there. */
  credit: bigint
  standing: CreditOffer | undefined
  /** Newest first. */
  refunds: Refund[]
  /** Where the credit, or the offer that stands, came from; undefined where nothing may go there. */
  origin: OriginAccount | undefined
  /** Open claims of the debtor, the first due first. */
  openClaims: Claim[]
  today: string
  now: number
}

/** The most open claims that an offer names. */
const MOST_OPEN_CLAIMS = 20

/** Reads it; undefined for a claim that is not this creditor's. The claim is read first. */
export async function readCreditSituation(
  { db, clock }: CreditDeps,
  key: { creditorId: string; claimId: string },
): Promise<CreditSituation | undefined> {
  const claim = await findClaim(db, key)
  if (claim === undefined) return undefined
  const now = clock.now()
  const creditor = await readCreditor(db, claim.creditorId)
  const refunds = await refundsOfClaim(db, claim)
  const credit = creditOf(claim)
  return {
    claim,
    creditor,
    credit,
    standing: await standingOffer(db, claim),
    refunds,
    origin: hasFailed(refunds)
      ? undefined
      : originOf(await originsOfPayments(db, claim), givenBack(refunds), credit),
    openClaims: await openClaimsBeside(db, claim, MOST_OPEN_CLAIMS),
    today: dayInZone(now, creditor.timeZone),
    now,
  }
}

/** Where money came back from, or somebody said no, nothing goes by itself a second time. */
function hasFailed(refunds: readonly Refund[]): boolean {
  return refunds.some(({ state, target }) => {
    return target === 'origin' && (state === 'returned' || state === 'refused')
  })
}

function givenBack(refunds: readonly Refund[]) {
  return refunds
    .filter(({ state }) => state !== 'withdrawn' && state !== 'refused' && state !== 'returned')
    .map(({ account, amount }) => ({ iban: account?.iban ?? '', minor: amount }))
}
