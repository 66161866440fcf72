// A customer, a member of staff for it, or the time that has passed chooses what happens with a credit.
// The agent on the thread is told by a signed status.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type CreditOffer, findCreditOffer, latestOffer } from '../storage/credit-offers.ts'
import { endTasksOfKind } from '../storage/tasks.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { readSituation, statusAfter } from './conversation-exchange.ts'
import { type CreditSituation, readCreditSituation } from './credit-situation.ts'
import type { Deps } from './deps.ts'
import {
  type ChoiceDeps,
  type ChoicePointers,
  type ChosenCredit,
  prepareChoice,
} from './prepare-credit-choice.ts'
import { prepareMessage } from './prepare-message.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'

type ChooseDeps = ChoiceDeps & Pick<Deps, 'outboxChanged'>

export interface ChooseCredit extends ChosenCredit {
  creditorId: string
  claimId: string
  /** The offer that was shown; the one that stands without. */
  creditId?: string
}

const POINTERS: ChoicePointers = {
  choice: '/choice',
  iban: '/account/iban',
  holder: '/holder',
  claim: '/setOffPaymentRequestId',
}

/**
 * Chooses; the same choice again has no further effect. Refuses `text-invalid` (who noted it),
 * `not-found`, `credit-unknown` (no such offer, or the amount is another one by now), `credit-chosen`,
 * and as prepareChoice does.
 */
export async function chooseCredit(
  deps: ChooseDeps,
  command: ChooseCredit,
): Promise<Result<CreditOffer, Refusal>> {
  const refused = textRefusal(command.by, 70, '/by')
  if (refused !== undefined) return err(refused)
  return await retryWhenOutrun(() => choose(deps, command))
}

async function choose(
  deps: ChooseDeps,
  command: ChooseCredit,
): Promise<Result<CreditOffer, Refusal>> {
  const situation = await readCreditSituation(deps, command)
  if (situation === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const offer = await offerOf(deps, situation, command)
  if (!offer.ok) return offer
  if (isChosenBefore(offer.value, command)) return offer
  const chosen = await prepareChoice(
    deps,
    { situation, offer: offer.value },
    { chosen: command, at: POINTERS },
  )
  if (!chosen.ok) return chosen
  const { after, write } = chosen.value
  const { now } = situation
  const told = await readSituation(deps, command)
  const thread = await conversationOf(deps, after)
  const reason = { code: `credit-${command.choice}` }
  const body = { ...statusAfter(told, { claim: after }), reason }
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  await deps.db.transaction().execute(async (tx) => {
    await write(tx)
    await appendToConversation(tx, thread, status, now)
    const kind = 'ask-where-to-refund'
    await endTasksOfKind(tx, after, { kind, at: now, by: command.by })
  })
  deps.outboxChanged()
  const left = await findCreditOffer(deps.db, offer.value)
  return ok(left ?? offer.value)
}

/** The offer that is meant; only the one that stands may be chosen on. */
export async function offerOf(
  { db }: Pick<Deps, 'db'>,
  { claim, standing }: CreditSituation,
  { creditId, choice }: Pick<ChooseCredit, 'creditId' | 'choice'>,
): Promise<Result<CreditOffer, Refusal>> {
  const { creditorId, claimId } = claim
  const offer =
    creditId === undefined
      ? (standing ?? (await latestOffer(db, claim)))
      : await findCreditOffer(db, { creditorId, creditId })
  if (offer === undefined || offer.claimId !== claimId) {
    return err(refusal('credit-unknown', 'no such credit is offered any more: look at the latest'))
  }
  if (offer.state === 'withdrawn') {
    return err(refusal('credit-unknown', 'this credit is not there any more'))
  }
  if (offer.state === 'chosen' && offer.choice !== choice) {
    return err(refusal('credit-chosen', `${offer.choice} was chosen before: it holds`))
  }
  return ok(offer)
}

/** The same once more: a refund to an account that was named before stays with that one. */
export function isChosenBefore(
  { state, choice }: CreditOffer,
  wanted: Pick<ChosenCredit, 'choice'>,
): boolean {
  return state !== 'open' && choice === wanted.choice
}
