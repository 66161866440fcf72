// How a customer stands, for choosing what to do next: what was learnt, in the words of a decision.
import type { Channel } from '../compliance/profile.ts'

export interface CustomerStanding {
  chanceOfSelfCure: number | null
  ability: 'able' | 'strained' | 'unknown'
  willingness: 'willing' | 'unwilling' | 'unknown'
  /** Chance of an answer, 0…1. */
  contactability: Partial<Record<Channel, number>>
  /** Local hour 0–23. */
  bestHour: number | null
  fragile: boolean
  /** Ids of learnt facts it stands on. */
  facts: readonly string[]
}
