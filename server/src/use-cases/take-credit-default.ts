// What happens with a credit that nobody has said anything about: what its offer stated. And what waits for
// a next bill pays it as soon as there is one.
import { offersWithNextBill, standingOffer } from '../storage/credit-offers.ts'
import { chooseCredit } from './choose-credit.ts'
import type { Deps } from './deps.ts'
import type { ChoiceDeps } from './prepare-credit-choice.ts'

type DefaultDeps = ChoiceDeps & Pick<Deps, 'outboxChanged'>

/**
 * Does what the offer of a claim stated for want of an answer. An offer that was answered, withdrawn or
 * has no default stays as it is; where the default is not possible any more a new offer follows the next change.
 */
export async function takeCreditDefault(
  deps: DefaultDeps,
  key: { creditorId: string; claimId: string },
): Promise<void> {
  const offer = await standingOffer(deps.db, key)
  if (offer === undefined || offer.state !== 'open' || offer.defaultChoice === null) return
  const { creditId, defaultChoice: choice } = offer
  const chosen = await chooseCredit(deps, { ...key, creditId, choice, by: 'default' })
  if (chosen.ok || choice === 'refund-to-origin') return
  // The bill that it was to pay is paid by now: the money goes back.
  await chooseCredit(deps, { ...key, creditId, choice: 'refund-to-origin', by: 'default' })
}

/** Lets credits that wait for a next bill pay it; returns how many did. */
export async function payNextBills(
  deps: DefaultDeps,
  { limit }: { limit: number },
): Promise<number> {
  const waiting = await offersWithNextBill(deps.db, { limit })
  let paid = 0
  for (const { creditorId, claimId, creditId, toClaimId: setOffClaimId } of waiting) {
    const wanted = { creditorId, claimId, creditId, choice: 'set-off', setOffClaimId } as const
    const chosen = await chooseCredit(deps, { ...wanted, by: 'default' })
    if (chosen.ok) paid++
  }
  return paid
}
