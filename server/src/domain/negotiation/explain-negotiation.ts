// What a menu holds and why a negotiation went on or ended, in one English sentence each, for the
// creditor's eyes: the timeline and the preview of a policy. Names nothing about the debtor.
import type { Menu } from '@parley/sdk/protocol'

/** Which menu it was, of how many, and how much of the creditor's range its plans keep. */
export interface TierPlace {
  tier: number
  of: number
  /** In basis points; 0 for the last menu. */
  share: number
}

/** Says what a menu holds. */
export function explainMenu({ tier, of, share }: TierPlace): string {
  const name = `menu ${tier + 1} of ${of}`
  if (share === 0) return `${name}: every plan that your policy and the law allow`
  return `${name}: the plans worth at least ${percent(share)} to you, on a scale from your worst plan to your best`
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

/** The place of a menu among those of its negotiation. */
export function placeOf({ tier }: Pick<Menu, 'tier'>, tiers: readonly number[]): TierPlace {
  return { tier, of: tiers.length, share: tiers[tier] ?? 0 }
}

/** Basis points as a person reads them: `2.5 %`. */
export function percent(bps: number): string {
  return `${bps / 100} %`
}
