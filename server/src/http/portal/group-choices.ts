// Puts the rows of a menu into an order that helps: by how many payments they take, and the one that
// costs least in front. Loses none: a person is offered what a bot is.
import { sumOfPayments } from '../../domain/wording/describe-plan.ts'
import type { PlanChoice } from './page-model.ts'

/** Rows of a like number of payments: one in sight, the others behind it. */
export interface ChoiceGroup {
  readonly fewest: number
  readonly most: number
  readonly lead: PlanChoice
  readonly others: readonly PlanChoice[]
}

/** Largest number of payments of each group; up to six payments have a group of their own. */
const LARGEST = [1, 2, 3, 4, 5, 6, 9, 12, 24]

/** Groups choices from the fewest payments to the most; at most ten groups. */
export function groupChoices(choices: readonly PlanChoice[]): ChoiceGroup[] {
  const groups = new Map<number, PlanChoice[]>()
  for (const choice of choices) {
    const size = LARGEST.find((largest) => choice.lines.length <= largest) ?? Infinity
    groups.set(size, [...(groups.get(size) ?? []), choice])
  }
  return [...groups.entries()].toSorted(([a], [b]) => a - b).flatMap(([, group]) => toGroup(group))
}

function toGroup(choices: readonly PlanChoice[]): ChoiceGroup[] {
  const [lead, ...others] = choices.toSorted(byHelpfulness)
  if (lead === undefined) return []
  const counts = choices.map(({ lines }) => lines.length)
  return [{ fewest: Math.min(...counts), most: Math.max(...counts), lead, others }]
}

/** Fewer payments, less to pay, on the pay day that the person told, in equal parts. */
function byHelpfulness(a: PlanChoice, b: PlanChoice): number {
  return (
    a.lines.length - b.lines.length ||
    Number(sumOfPayments(a.lines).minor - sumOfPayments(b.lines).minor) ||
    Number(b.payDay !== undefined) - Number(a.payDay !== undefined) ||
    Number(a.hasDownPayment ?? false) - Number(b.hasDownPayment ?? false)
  )
}
