// Why a menu, a row or a refusal is as it is, in one English sentence each, for the creditor's eyes: the
// timeline and the preview of a policy. Names nothing that the debtor did not send.
import type { Menu, MenuRow, PlanInterval } from '@parley/sdk/protocol'
import type { PolicyTerms } from './policy.ts'

/** Which menu it was, of how many, and how much of the creditor's range its plans keep. */
export interface TierPlace {
  tier: number
  of: number
  /** In basis points; 0 for the last menu. */
  share: number
}

const RHYTHM: Readonly<Record<PlanInterval, string>> = {
  P1W: 'weekly',
  P2W: 'two-weekly',
  P1M: 'monthly',
}

/** Says what a menu holds. */
export function explainMenu({ tier, of, share }: TierPlace): string {
  const name = `menu ${tier + 1} of ${of}`
  if (share === 0) return `${name}: every plan that your policy and the law allow`
  return `${name}: the plans that leave you at least ${percent(share)} of what your policy can bring`
}

/** Says what an answer led to: another menu. */
export function explainNextMenu(answer: 'counter' | 'decline', next: TierPlace): string {
  const did =
    answer === 'counter' ? 'proposed a plan outside your policy' : 'declined the menu before'
  return `The agent ${did}, so it was offered ${explainMenu(next)}.`
}

/** Says why a negotiation ended without agreement. */
export function explainEnd(
  ends: 'refused' | 'impasse',
  answer: 'counter' | 'decline',
  { tier, of }: TierPlace,
): string {
  const reached = `after menu ${tier + 1} of ${of}`
  if (ends === 'refused') return `The agent declined your last offer, ${reached}.`
  return answer === 'counter'
    ? `The agent proposed plans outside your policy only, ${reached}.`
    : `The agent said that no plan at all can be paid, ${reached}.`
}

/** Says why a row of a menu is offered for these first days and no others. */
export function explainRow(
  row: MenuRow,
  { isLast, widest }: { isLast: boolean; widest: MenuRow },
): string {
  const plan = `${describeShape(row)} from ${row.firstDueFrom} to ${row.firstDueTo}`
  const isWhole = widest.firstDueTo === row.firstDueTo
  if (isLast || isWhole) return `${plan}: as late as your policy allows.`
  return `${plan}: a later start would leave you less than this menu keeps.`
}

/** Says why a number of instalments is in no menu, for each that the policy names and none shows. */
export function explainMissing(terms: PolicyTerms, rows: readonly MenuRow[]): string[] {
  return Array.from({ length: terms.maxInstalments - 1 }, (_, index) => index + 2)
    .filter((count) => !rows.some(({ instalments }) => instalments === count))
    .map(
      (count) =>
        `${count} instalments are not offered: each would be below ${terms.minInstalment}, or the last would come after ${terms.maxDurationDays} days.`,
    )
}

/** The place of a menu among those of its negotiation. */
export function placeOf({ tier }: Pick<Menu, 'tier'>, tiers: readonly number[]): TierPlace {
  return { tier, of: tiers.length, share: tiers[tier] ?? 0 }
}

function describeShape({
  instalments,
  interval,
  priceBps,
  downPaymentBps,
  payDay,
}: MenuRow): string {
  const start = interval === null ? 'One payment' : `${instalments} ${RHYTHM[interval]} instalments`
  return [
    start,
    ...(downPaymentBps === undefined ? [] : [`the first of ${percent(downPaymentBps)}`]),
    ...(payDay === undefined ? [] : [`the others on day ${payDay} of the month`]),
    ...(priceBps === 0
      ? []
      : [`with a ${priceBps < 0 ? 'rebate' : 'fee'} of ${percent(Math.abs(priceBps))}`]),
  ].join(', ')
}

function percent(bps: number): string {
  return `${bps / 100} %`
}
