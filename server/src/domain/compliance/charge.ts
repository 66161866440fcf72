// One line of what the law allows to be asked beside the principal: charged, or not and why not.

import type { Day } from '@parley/sdk/protocol'
import type { EvidenceLevel } from './evidence.ts'

/** What a rule comes to for one period of one claim. */
export interface Charge {
  readonly rule: string
  readonly title: string
  /** A half-year (`2026-H1`), `once`, or `notice:<id>`; with claim and rule it names the item. */
  readonly period: string
  /** Minor units that are due, or would be; always 0 for what has no rate. */
  readonly minor: bigint
  readonly formula: string
  /** The first day on which it may be asked; null while that is open. */
  readonly from: Day | null
  /** Null: charged. */
  readonly notCharged: NotCharged | null
  readonly level: EvidenceLevel
  readonly sources: readonly string[]
}

/** Why a line is shown and not charged. */
export type NotCharged =
  /** No text that anybody has read proves it. */
  | 'unverified'
  /** The creditor does not show that the contract provides for it, or what else the rule needs. */
  | 'needs-ground'
  /** The half-year has no rate. */
  | 'no-rate'
  /** The notice that has to come first was not sent, or did not count. */
  | 'no-notice'
  /** It begins on a later day. */
  | 'not-yet'
  /** Nothing was owed any more when it would have begun. */
  | 'nothing-owed'
  /** The notice crossed the payment that settled the claim. */
  | 'crossed-payment'
  /** The notice came too soon after the one before. */
  | 'too-soon'
  /** As many notices as the law allows have been charged. */
  | 'too-many'
  /** The notice did not arrive. */
  | 'undelivered'
  /** Charges rest. */
  | 'stopped'
