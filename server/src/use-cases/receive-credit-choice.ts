// The agent chooses what happens with a credit. Answered by a status that shows what is still owed to the
// debtor. Spec: CRD-02.
import { type CreditChoiceMessage, ok, type Result } from '@parley/sdk/protocol'
import type { Refusal } from '../domain/refusal.ts'
import type { StoredReply } from '../storage/column-types.ts'
import { isChosenBefore, offerOf } from './choose-credit.ts'
import {
  type ExchangeDeps,
  exchange,
  type FromAgent,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import { readCreditSituation } from './credit-situation.ts'
import type { Deps } from './deps.ts'
import { type ChoicePointers, prepareChoice } from './prepare-credit-choice.ts'

const POINTERS: ChoicePointers = {
  choice: '/choice',
  iban: '/account/iban',
  holder: '/holder',
  claim: '/setOffRequestId',
}

/** Refuses `credit-unknown`, `credit-chosen`, and as prepareChoice does. */
export async function receiveCreditChoice(
  deps: ExchangeDeps & Pick<Deps, 'vault' | 'laws'>,
  { thread, message, payload }: FromAgent<CreditChoiceMessage>,
): Promise<Result<StoredReply, Refusal>> {
  const told = await readSituation(deps, thread)
  const situation = await readCreditSituation(deps, thread)
  if (situation === undefined) throw new Error(`there is no claim ${thread.claimId}`)
  const { creditId, choice, account, holder, setOffRequestId } = payload
  const offer = await offerOf(deps, situation, { creditId, choice })
  if (!offer.ok) return offer
  const said = { thread, message, now: told.now }
  if (isChosenBefore(offer.value, { choice })) {
    return ok(await exchange(deps, said, { kind: 'status', body: statusAfter(told) }))
  }
  const chosen = await prepareChoice(
    deps,
    { situation, offer: offer.value },
    {
      at: POINTERS,
      chosen: {
        choice,
        by: 'agent',
        ...(account === undefined ? {} : { iban: account.iban }),
        ...(holder === undefined ? {} : { holder }),
        ...(setOffRequestId === undefined ? {} : { setOffClaimId: setOffRequestId }),
      },
    },
  )
  if (!chosen.ok) return chosen
  const { after, write } = chosen.value
  const body = statusAfter(told, { claim: after })
  return ok(await exchange(deps, said, { kind: 'status', body, write }))
}
