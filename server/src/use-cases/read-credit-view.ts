// What the page of a claim shows of money that is owed to its person: the offer that stands, and where the
// latest refund goes.
import { type Day, dayInZone, type Money } from '@parley/sdk/protocol'
import { creditLeft } from '../domain/credit/credit-owed.ts'
import type { CreditChoice } from '../domain/credit/decide-offer.ts'
import type { Claim } from '../storage/claims.ts'
import { standingOffer } from '../storage/credit-offers.ts'
import { openClaimsBeside } from '../storage/customer-credit.ts'
import { refundsOfClaim } from '../storage/refunds.ts'
import { readCreditSituation } from './credit-situation.ts'
import type { Deps } from './deps.ts'
import { hintOf } from './prepare-credit-choice.ts'

/** The offer as the page shows it. */
export interface CreditOnPage {
  creditId: string
  amount: Money
  choices: readonly CreditChoice[]
  defaultChoice: CreditChoice | null
  defaultOn: Day
  /** The account that the money came from, all but its country and end hidden; null when it is not known. */
  origin: string | null
  /** The number of the open bill that it may pay. */
  bill: string | null
}

export interface CreditView {
  offer: CreditOnPage | null
  refund: { amount: Money; account: string; isPaid: boolean } | null
}

/** Reads it; most claims have neither. */
export async function readCreditView(
  deps: Pick<Deps, 'db' | 'clock' | 'vault'>,
  claim: Claim,
  timeZone: string,
): Promise<CreditView> {
  if (claim.overpaid === 0n && claim.givenBack === 0n) return { offer: null, refund: null }
  const [refund] = (await refundsOfClaim(deps.db, claim)).filter(({ state }) => {
    return state !== 'refused' && state !== 'withdrawn' && state !== 'returned'
  })
  return {
    offer: await offerOf(deps, claim, timeZone),
    refund:
      refund === undefined
        ? null
        : {
            amount: { minor: refund.amount, currency: refund.currency },
            account: hintOf(refund.account),
            isPaid: refund.state === 'paid',
          },
  }
}

async function offerOf(
  deps: Pick<Deps, 'db' | 'clock' | 'vault'>,
  claim: Claim,
  timeZone: string,
): Promise<CreditOnPage | null> {
  if (creditLeft(claim) === 0n) return null
  const offer = await standingOffer(deps.db, claim)
  if (offer === undefined) return null
  const situation = await readCreditSituation(deps, claim)
  const [bill] = await openClaimsBeside(deps.db, claim, 1)
  const origin = situation?.origin
  return {
    creditId: offer.creditId,
    amount: { minor: offer.amount, currency: offer.currency },
    choices: offer.choices.filter((choice) => choice !== 'set-off' || bill !== undefined),
    defaultChoice: offer.defaultChoice,
    defaultOn: dayInZone(offer.defaultAt, timeZone),
    origin: origin === undefined ? null : hintOf(origin),
    bill: bill?.invoiceNumber ?? null,
  }
}
