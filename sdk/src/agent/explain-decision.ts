// Tells the person what the agent did, in one English sentence. For the person's eyes only.

import type { Amount } from '../protocol/money.ts'
import type { AskDecision, AskReason, Decision, DeclineReason } from './decide.ts'
import type { ChosenPlan, PlanOutlook } from './plan-search.ts'

const RHYTHM = { P1W: 'weekly', P2W: 'two-weekly', P1M: 'monthly' } as const

const NO_PLAN: Readonly<Record<DeclineReason, string>> = {
  buffer: 'your balance would fall below your buffer',
  'payment-limit': 'every payment would be above your limit for one payment',
  'day-limit': 'the payments of a day would be above your daily limit',
  'creditor-limit': 'the payments to this creditor would be above your limit for a month',
  'month-limit': 'the payments of a month would be above your monthly limit',
  'too-late': 'the last payment would come later than you allow',
  unlawful: 'the plans that you could pay cost more than the law allows',
  'not-liked': 'no plan was good enough for you',
  'better-later': 'the next menu will probably hold a plan that suits both sides better',
  refuse: 'you told me to refuse bills',
  'no-rows': 'the creditor offered no plan that can still be paid',
  person: 'you said no',
}

const NEEDS_YOU: Readonly<Record<AskReason, string>> = {
  amount: 'it is above the amount that I may agree to alone',
  currency: 'it is in a currency that I do not plan for',
  'possible-duplicate': 'it seems to be a bill that you have already',
  'unusual-amount': 'it is much more than this creditor billed before',
  'look-alike': 'the name of the creditor looks like that of another one you know',
  'account-change': 'the creditor wants its money on another account than before',
  disputed: 'you dispute a part of it',
  'partly-paid': 'part of it has been paid already',
  answers: 'this conversation has gone on for too long',
}

/**
 * Explains a decision in one sentence of plain English, with exact amounts and ISO 8601 days.
 *
 * @example
 * import { explainDecision } from '@parley/sdk'
 * explainDecision({
 *   ...{ kind: 'decline', menuId: 'v1-0', nothingAcceptable: true, reason: 'buffer' },
 * }) // => 'I declined, because your balance would fall below your buffer.'
 */
export function explainDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'accept':
      return decision.plan.outlook === null
        ? `You chose ${describePlan(decision.plan)}.`
        : `I agreed to ${describePlan(decision.plan)}: the best of ${decision.fitting} plans ` +
            `that you can pay, and ${describeOutlook(decision.plan.outlook)}.`
    case 'counter':
      if (decision.reason === 'better-later') {
        return (
          `I proposed ${describePlan(decision.plan)}: the creditor's policy allows it, and its ` +
          'menus so far held nothing as good for both sides.'
        )
      }
      return (
        `I proposed ${describePlan(decision.plan)}, because with the creditor's own plans ` +
        `${NO_PLAN[decision.reason]}.`
      )
    case 'decline':
      if (decision.reason === 'better-later') return `I wait, because ${NO_PLAN['better-later']}.`
      return `I declined, because ${NO_PLAN[decision.reason]}.`
    case 'ask':
      return `I need your yes for this bill of ${money(decision.amount)}, because ${whyAsked(
        decision,
      )}${decision.proposal === null ? '' : `; I would take ${describePlan(decision.proposal.plan)}`}.`
    case 'quiet':
      return 'I did not answer, because you told me to stay quiet.'
  }
}

function whyAsked({ reason, warnings }: AskDecision): string {
  const reasons = new Set<AskReason>([reason, ...warnings.map(({ code }) => code)])
  return [...reasons].map((one) => NEEDS_YOU[one]).join(', and ')
}

function describePlan({ terms, total, lines }: ChosenPlan): string {
  const [first, second] = lines
  if (terms.interval === null || first === undefined || second === undefined) {
    return `one payment of ${money(total)} on ${terms.firstDueDate}`
  }
  const days = terms.payDay === undefined ? '' : ` and then on day ${terms.payDay} of each month`
  const sum = `from ${terms.firstDueDate}${days} (${money(total)} in all)`
  if (terms.downPaymentBps !== undefined) {
    const rest = `${lines.length - 1} ${RHYTHM[terms.interval]} payments of ${money(second.amount)}`
    return `${money(first.amount)} first and ${rest} ${sum}`
  }
  const isEqual = first.amount.value === second.amount.value
  const each = isEqual ? `of ${money(first.amount)}` : `of up to ${money(first.amount)}`
  return `${lines.length} ${RHYTHM[terms.interval]} payments ${each} ${sum}`
}

function describeOutlook({ headroom, lowestOn }: PlanOutlook): string {
  return `at the lowest point, on ${lowestOn}, ${money(headroom)} stay above your buffer`
}

function money({ value, currency }: Amount): string {
  return `${value} ${currency}`
}
