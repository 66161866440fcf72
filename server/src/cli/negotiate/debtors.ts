// The debtors that can be made to negotiate: the SDK's agent with its strategies, and two that try to
// get more than it would.
import { type Decision, type DecisionPolicy, decide } from '@parley/sdk'
import {
  addDays,
  envelopeRows,
  formatAmount,
  type InstalmentLaw,
  type Menu,
} from '@parley/sdk/protocol'
import type { DebtorKind } from './player-kinds.ts'
import { cashFlowOf, decisionPolicyOf, type Scenario } from './scenario.ts'

/** What a debtor does with a menu. */
export type DebtorPlayer = (menu: Menu, counterMade: boolean) => Decision

/** The share of its own best plan below which a hard-liner takes nothing. */
const HARD_LINE_SHARE = 0.95

/** Makes a player; it knows the law and its household, and of the creditor what the menus say. */
export function debtorOf(kind: DebtorKind, scenario: Scenario): DebtorPlayer {
  const policy = { ...decisionPolicyOf(scenario), law: lawOf(scenario) }
  switch (kind) {
    case 'fair':
    case 'patient':
      return (menu, counterMade) =>
        answer(scenario, { ...policy, strategy: kind }, { menu, counterMade })
    case 'best-response':
      // Knows that the last menu is the whole policy, and waits for it.
      return ({ envelope: _, ...menu }, counterMade) =>
        answer(scenario, { ...policy, strategy: 'patient' }, { menu, counterMade })
    case 'hard-line': {
      const minUtility = hardLine(scenario, policy)
      return (menu, counterMade) =>
        answer(scenario, { ...policy, minUtility }, { menu, counterMade })
    }
  }
}

function answer(
  scenario: Scenario,
  policy: DecisionPolicy,
  { menu, counterMade }: { menu: Menu; counterMade: boolean },
): Decision {
  const { request, today } = scenario
  return decide({
    principal: { minor: BigInt(request.principalCents), currency: request.currency },
    menu,
    today,
    cashFlow: cashFlowOf(scenario),
    policy,
    history: { counterMade, answersMade: 0, confirmed: false, partlyPaid: false, commitments: [] },
  })
}

function lawOf({ legal, request }: Scenario): InstalmentLaw {
  const { freeOfChargeOnly, maxAprBps, maxFeeCents } = legal
  const maxFee = formatAmount({ minor: BigInt(maxFeeCents), currency: request.currency })
  return { freeOfChargeOnly, maxAprBps, maxFee }
}

/** The least utility of a hard-liner: near the best of all plans in the public domain. */
function hardLine(scenario: Scenario, policy: DecisionPolicy): number {
  const least = policy.minUtility ?? 0
  const best = answer(scenario, policy, { menu: wholeDomain(scenario), counterMade: true })
  if (best.kind !== 'accept') return least
  return least + HARD_LINE_SHARE * ((best.plan.outlook?.utility ?? least) - least)
}

function wholeDomain(scenario: Scenario): Menu {
  const { domain, request, today } = scenario
  const { currency } = request
  const bounds = {
    countedFrom: today,
    firstDueFrom: addDays(today, domain.minNoticeDays),
    firstDueTo: addDays(today, domain.maxFirstDueDays),
    lastDueTo: addDays(today, domain.maxDurationDays),
    maxInstalments: domain.maxInstallments,
    minInstalment: formatAmount({ minor: 100n, currency }),
    intervals: domain.intervals,
    prices: domain.priceLevelsBps.map((priceBps) => ({ priceBps })),
    law: lawOf(scenario),
  }
  const rows = envelopeRows(bounds, { minor: BigInt(request.principalCents), currency })
  const names = { menuId: 'domain', policyVersion: 1, policyHash: '' }
  return { ...names, tier: 0, final: true, rows }
}
