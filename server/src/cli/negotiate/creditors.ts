// The creditors that can be made to negotiate: the server's own engine, and two that post less.
import type { Menu } from '@parley/sdk/protocol'
import { HIDDEN_TIERS, OPEN_TIERS } from '../../domain/negotiation/policy.ts'
import type { CreditorKind } from './player-kinds.ts'

/** How a creditor sets its tiers. */
export interface CreditorPlayer {
  tiers: number[]
  publishEnvelope: boolean
  /** Says that its first menu is its last, and concedes nothing. */
  isHard: boolean
}

/** `hidden` keeps the envelope from the debtor. */
export function creditorOf(kind: CreditorKind, { hidden }: { hidden: boolean }): CreditorPlayer {
  const isHard = kind === 'hard-line'
  const tiers = hidden ? HIDDEN_TIERS : OPEN_TIERS
  return {
    tiers: kind === 'one-menu' ? [0] : [...tiers],
    publishEnvelope: !hidden && !isHard,
    isHard,
  }
}

/** A menu as the creditor sends it. */
export function sentMenu({ isHard }: CreditorPlayer, menu: Menu): Menu {
  return isHard ? { ...menu, final: true } : menu
}
