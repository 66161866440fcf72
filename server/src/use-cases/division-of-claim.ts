// How money for a claim divides over costs, interest and principal: read when there is more than the
// principal, which most claims never have.
import { type Amount, formatAmount } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { allocationOrder } from '../domain/compliance/allocation-order.ts'
import { owedFor } from '../domain/compliance/charge-items.ts'
import {
  addDivisions,
  type DebtPart,
  type Division,
  dividePayment,
  owedByPart,
} from '../domain/matching/divide-payment.ts'
import { chargesOf } from '../storage/charges.ts'
import type { Claim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import { type Payment, paymentsOfClaim } from '../storage/payments.ts'
import type { Deps } from './deps.ts'
import { lawOfClaim } from './step-facts-of-claim.ts'

type DivisionDeps = Pick<Deps, 'db' | 'laws'>

/** What a claim consists of, and in which order it is paid. */
interface Debt {
  readonly costs: bigint
  readonly interest: bigint
  readonly order: readonly DebtPart[]
}

/** How so much more money for a claim divides; null when all of it is for the principal. */
export async function divisionOf(
  deps: DivisionDeps,
  claim: Claim,
  credited: bigint,
): Promise<Division | null> {
  if (claim.charges === 0n || credited === 0n) return null
  const debt = await readDebt(deps, claim)
  const payments = await standing(deps, claim)
  const outstanding = outstandingOf(claim)
  const divided = payments.map(({ division }) => division)
  return dividePayment(credited, owedByPart({ ...debt, outstanding, divided }), debt.order)
}

/** What is still owed of each part; null for a claim that is principal alone. */
export async function owedParts(deps: DivisionDeps, claim: Claim): Promise<Division | null> {
  if (claim.charges === 0n) return null
  const debt = await readDebt(deps, claim)
  const divided = (await standing(deps, claim)).map(({ division }) => division)
  return owedByPart({ ...debt, outstanding: outstandingOf(claim), divided })
}

/**
 * The payments that pay for more than before, since another went back, with their divisions: what each
 * had paid too much divides over what is owed again.
 */
export async function divisionsAgain(
  deps: DivisionDeps,
  claim: Claim,
  { before, moved }: { before: readonly Payment[]; moved: readonly Payment[] },
): Promise<Payment[]> {
  if (claim.charges === 0n || moved.length === 0) return [...moved]
  const debt = await readDebt(deps, claim)
  const now = new Map(before.map((payment) => [payment.paymentId, payment]))
  const divided: Payment[] = []
  for (const payment of moved) {
    const was = now.get(payment.paymentId)
    const more = (was?.overpaid ?? 0n) - payment.overpaid
    const paid = [...now.values()].reduce((sum, one) => sum + one.amount - one.overpaid, 0n)
    const outstanding = outstandingOf({ ...claim, paid })
    const all = [...now.values()].map(({ division }) => division)
    const added = dividePayment(
      more,
      owedByPart({ ...debt, outstanding, divided: all }),
      debt.order,
    )
    const first = was?.division ?? {
      costs: 0n,
      interest: 0n,
      principal: payment.amount - (was?.overpaid ?? 0n),
    }
    const after = { ...payment, division: addDivisions(first, added) }
    now.set(payment.paymentId, after)
    divided.push(after)
  }
  return divided
}

/** The wire form. */
export function divisionOnWire(
  { costs, interest, principal }: Division,
  currency: string,
): Record<DebtPart, Amount> {
  const money = (minor: bigint) => formatAmount({ minor, currency })
  return { costs: money(costs), interest: money(interest), principal: money(principal) }
}

async function standing(deps: DivisionDeps, claim: Claim): Promise<Payment[]> {
  const payments = await paymentsOfClaim(deps.db, claim)
  return payments.filter(({ reversedAt }) => reversedAt === null)
}

async function readDebt(deps: DivisionDeps, claim: Claim): Promise<Debt> {
  const debtor = await findDebtor(deps.db, claim)
  if (debtor === undefined) throw new Error(`claim ${claim.claimId} has no debtor`)
  const creditor = await readCreditor(deps.db, claim.creditorId)
  const law = lawOfClaim(deps.laws, { claim, debtor, creditor })
  const items = await chargesOf(deps.db, claim)
  const interestRule = law?.version.interest?.rule
  const sumOf = (isInterest: boolean) =>
    items
      .filter(({ rule }) => (rule === interestRule) === isInterest)
      .reduce((sum, item) => sum + owedFor(item), 0n)
  return { interest: sumOf(true), costs: sumOf(false), order: allocationOrder(law) }
}
