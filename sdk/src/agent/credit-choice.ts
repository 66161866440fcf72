// What an agent says about money that a creditor owes its person: by the person's rules, or as the person
// has chosen. Nothing is said that the creditor did not offer. Spec: CRD-02, CRD-04.

import type { Account, CreditMessage } from '../protocol/generated/messages.ts'
import type { AgentContext } from './context.ts'
import type { Inquiry } from './inquire.ts'
import { withInquiry } from './inquiry.ts'
import type { DecisionPolicy } from './policy.ts'
import type { ThreadRecord } from './store.ts'

/** What may happen with a credit. */
export type CreditChoice = CreditMessage['choices'][number]

/** What the person chooses for a credit. */
export interface PersonCreditChoice {
  readonly choice: CreditChoice
  /** With `refund-to-account`, which a person of the creditor checks. */
  readonly account?: Account
  /** Whose account it is. */
  readonly holder?: string
  /** With `set-off`: the request to pay; the first due without. */
  readonly setOffRequestId?: string
}

/**
 * Returns what the person's rules choose for a credit; null where the person is to be asked: when the
 * rules say so, or when the creditor does not offer what they say.
 *
 * @example
 * import { BALANCED_WEIGHTS, chosenByPolicy } from '@parley/sdk'
 * const policy = { buffer: 0n, comfortTarget: 0n, weights: BALANCED_WEIGHTS }
 * chosenByPolicy({ choices: ['refund-to-origin', 'next-bill'] }, policy) // => 'refund-to-origin'
 * chosenByPolicy({ choices: ['next-bill'] }, policy) // => null
 */
export function chosenByPolicy(
  { choices }: Pick<CreditMessage, 'choices'>,
  { credit: wanted = 'refund-to-origin', quiet = false }: DecisionPolicy,
): Exclude<CreditChoice, 'refund-to-account'> | null {
  if (quiet || wanted === 'ask') return null
  return choices.includes(wanted) ? wanted : null
}

/** Answers the credit of a conversation by the person's rules; one for the person stays open. */
export async function withCreditChoice(
  context: AgentContext,
  thread: ThreadRecord,
): Promise<ThreadRecord> {
  const { credit } = thread
  const choice = credit === null ? null : chosenByPolicy(credit, await context.readPolicy())
  if (credit === null || choice === null) return thread
  const body = { creditId: credit.creditId, choice }
  return withInquiry(context, thread, { kind: 'credit-choice', body })
}

/** The person chooses; refuses `credit-unknown` for what is not offered. */
export function creditInquiry(
  { credit }: Pick<ThreadRecord, 'credit'>,
  chosen: PersonCreditChoice,
): Inquiry {
  return {
    kind: 'credit-choice',
    body: { creditId: credit?.creditId ?? '', ...chosen },
    objection: (thread) => {
      const isOpen = thread.credit !== null && thread.credit.creditId === credit?.creditId
      const isOffered = thread.credit?.choices.includes(chosen.choice) === true
      return isOpen && isOffered ? null : { code: 'credit-unknown' }
    },
  }
}
