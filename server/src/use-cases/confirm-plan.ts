// The word of confirmation for a plan that a person agreed to on the page: what was agreed, once.
import type { KeptAgreement } from '../storage/agreements.ts'
import type { Claim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import { answerChannel } from './answer-channel.ts'
import { planConfirmedStep } from './compose-answer.ts'
import type { Deps, Tx } from './deps.ts'
import { queueAnswer } from './queue-answer.ts'

/** Queues the confirmation at the first look at the plan; who agreed by agent has the agreement itself. */
export async function confirmPlan(
  deps: Pick<Deps, 'clock' | 'ids' | 'laws' | 'servedChannels'>,
  tx: Tx,
  made: { claim: Claim; agreement: KeptAgreement; isFirstLook: boolean },
): Promise<void> {
  const { claim, agreement, isFirstLook } = made
  if (!isFirstLook || agreement.acceptedBy !== 'portal' || claim.state !== 'open') return
  const debtor = await findDebtor(tx, claim)
  const creditor = await readCreditor(tx, claim.creditorId)
  const channel = debtor && answerChannel(deps, { claim, debtor, creditor })
  if (channel === undefined) return
  const step = planConfirmedStep(agreement.agreementId)
  await queueAnswer(deps, tx, { claim, step, channel, template: 'plan-confirmed' })
}
