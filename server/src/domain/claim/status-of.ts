// What a signed status says of a claim: its state, what is owed, disputed and held, and what comes
// next. One place, so that every message about a claim tells the same.
import { type CommonClaims, formatAmount, type StatusMessage } from '@parley/sdk/protocol'
import { type CreditMoney, creditLeft } from '../credit/credit-owed.ts'
import type { Arm } from '../dunning/assign-journey.ts'
import { type PlanSituationOnWire, planOnWire } from '../plan/plan-on-wire.ts'
import { owedOf } from './amount-as-of.ts'
import { type ClaimMoney, type ClaimState, type ConversationState, disputedOf } from './claim.ts'
import { type ClaimHold, leadingHold, reasonOnWire } from './holds.ts'

export type StatusBody = Omit<StatusMessage, keyof CommonClaims>

export interface StatusFacts {
  readonly claim: ClaimMoney &
    CreditMoney & {
      readonly claimId: string
      readonly currency: string
      readonly state: ClaimState
      readonly conversation: ConversationState
      readonly disputed: bigint
      readonly arm: Arm | null
    }
  /** Holds that were not released. */
  readonly holds: readonly ClaimHold[]
  readonly now: number
  readonly agreementId?: string | undefined
  /** How far the agreed plan has come. */
  readonly plan?: PlanSituationOnWire | undefined
}

/** The body of a status. `hold` is the one that stands longest, without `until` when it is open. */
export function statusOf({ claim, holds, now, agreementId, plan }: StatusFacts): StatusBody {
  const { currency } = claim
  const disputed = disputedOf(claim)
  const credit = creditLeft(claim)
  const hold = claim.state === 'open' ? leadingHold(holds, now) : undefined
  return {
    requestId: claim.claimId,
    claim: claim.state,
    conversation: claim.conversation,
    outstanding: formatAmount({ minor: owedOf(claim), currency }),
    ...(credit > 0n ? { creditOwed: formatAmount({ minor: credit, currency }) } : {}),
    ...(disputed > 0n ? { disputed: formatAmount({ minor: disputed, currency }) } : {}),
    ...(hold === undefined ? {} : { hold: holdOnWire(hold) }),
    ...(agreementId === undefined ? {} : { agreementId }),
    ...(plan === undefined ? {} : { plan: planOnWire(plan, currency) }),
    nextStep: nextStepOf(claim, hold),
  }
}

function holdOnWire({ reason, until }: ClaimHold): NonNullable<StatusMessage['hold']> {
  const told = reasonOnWire(reason)
  return until === null ? { reason: told } : { reason: told, until }
}

/** A person is turned to unless all is settled, a plan stands, the creditor has to decide, or it is held out. */
function nextStepOf(
  { state, conversation, arm }: StatusFacts['claim'],
  hold: ClaimHold | undefined,
): 'human-channel' | 'none' {
  if (state !== 'open') return 'none'
  if (hold !== undefined && reasonOnWire(hold.reason) === 'assistance') return 'human-channel'
  const rests = hold !== undefined || conversation === 'agreed' || arm === 'hold-out'
  return rests ? 'none' : 'human-channel'
}
