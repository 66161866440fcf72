// What the law and the creditor's own policy say about one kind of debtor in one country: data,
// dated, each statement with its sources. The same shape as `catalog/compliance/compliance.schema.json`.
// Amounts are decimal texts in the profile's currency, percentages decimal texts, weekdays ISO (1 is
// Monday, 7 is Sunday).

import type { Currency, Day } from '@parley/sdk/protocol'
import type { DebtPart } from '../matching/divide-payment.ts'
import type { Source, Sourced } from './evidence.ts'

/** One country and kind of debtor, for a creditor who collects its own claims. */
export interface ComplianceProfile {
  readonly id: string
  /** ISO 3166-1, or `EU` for what the Directive asks of every member. */
  readonly country: string
  readonly party: 'b2c' | 'b2b'
  readonly title: string
  readonly currency: Currency
  /** The calendar of public holidays that delivery and contact go by. */
  readonly calendar: string
  /** Every IANA zone of the country: whoever's zone is unknown is protected by all of them. */
  readonly zones: readonly string[]
  readonly sources: readonly Source[]
  /** Oldest first, without gap or overlap. */
  readonly versions: readonly ProfileVersion[]
}

/** What held from `validFrom` to `validTo`, both included; the last one is open. */
export interface ProfileVersion {
  readonly version: number
  readonly validFrom: Day
  readonly validTo: Day | null
  readonly interest: InterestRule | null
  readonly fees: readonly FeeRule[]
  readonly allocation: AllocationRule
  /** The reminder without charge that must come before whatever waits for its term; null: none. */
  readonly freeNotice: FreeNoticeRule | null
  /** How notices arrive; one sent by a channel that is not listed has no effect in law. */
  readonly delivery: readonly DeliveryRule[]
  readonly notices: NoticeRule
  readonly mentions: readonly MentionRule[]
  readonly contact: ContactRule
  readonly caps: readonly CapRule[]
  readonly channels: readonly ChannelRule[]
  readonly stops: readonly StopRule[]
  readonly retention: readonly RetentionRule[]
}

/** What must be so in the case at hand before some rule may charge. */
export type Ground = 'agreed' | 'fourth-missed-date'

/**
 * When a charge begins: the day after the due day; the day after the term of the free notice; the day
 * after the first notice arrives; or the first of these where the due day was agreed, the third where
 * it was not.
 */
export type ChargeStart =
  | 'day-after-due'
  | 'free-notice-term'
  | 'first-notice'
  | 'agreed-due-or-notice'

/** Simple interest on what is outstanding, each day 1/365 of a year. */
export interface InterestRule extends Sourced {
  readonly rule: string
  readonly title: string
  /** Id of the rate series. */
  readonly series: string
  readonly marginPp: string
  /** The rate of each half-year in turn, or that of the half-year in which the interest starts. */
  readonly follows: 'half-year' | 'start'
  readonly startsFrom: ChargeStart
  readonly needs: readonly Ground[]
}

/** A sum that is due once, or for each notice of a kind. */
export interface FeeRule extends Sourced {
  readonly rule: string
  readonly title: string
  readonly kind: 'once' | 'per-notice'
  readonly startsFrom: ChargeStart
  /** Ascending by `from`; the first begins at zero. */
  readonly bands: readonly FeeBand[]
  readonly min: string | null
  readonly max: string | null
  /** Whether a payment before the charge begins makes it smaller. */
  readonly recomputeOnPartPayment: boolean
  readonly needs: readonly Ground[]
  /** Present for `per-notice` alone. */
  readonly perNotice?: PerNotice
}

/** From the amount `from` on: `flat`, and `percent` of what exceeds `over`. */
export interface FeeBand {
  readonly from: string
  readonly flat: string
  readonly percent: string
  readonly over: string
}

/** Which notices cost something. */
export interface PerNotice {
  readonly kind: NoticeKind
  /** Ordinal of the first one that does, 1 for the very first. */
  readonly firstPaid: number
  readonly maxCount: number
  /** Days since the notice before, or since the due day. */
  readonly minDaysBefore: number
  readonly channels: readonly Channel[]
}

export type NoticeKind = 'reminder' | 'demand'
export type Channel =
  | 'email'
  | 'letter'
  | 'registered-letter'
  | 'sms'
  | 'phone'
  | 'whatsapp'
  | 'app'

/** In which order a payment pays the parts of one claim, unless the debtor may say and says otherwise. */
export interface AllocationRule extends Sourced {
  readonly order: readonly DebtPart[]
}

/** A notice without charge that gives a term. */
export interface FreeNoticeRule extends Sourced {
  readonly termDays: number
  /** A notice that states no cost to come, or a wrong one, opens nothing. */
  readonly mustStateFee: boolean
  readonly mentions: readonly string[]
}

/**
 * A notice counts as delivered on the `days`-th day after it was sent that is not left out (0: the
 * same day); its term begins `termStartsAfter` days later.
 */
export interface DeliveryRule extends Sourced {
  readonly channel: Channel
  readonly days: number
  readonly skipWeekdays: readonly number[]
  readonly skipHolidays: boolean
  readonly termStartsAfter: number
}

/** When notices may follow each other. */
export interface NoticeRule extends Sourced {
  /** At least so many whole days between the due day and the first notice. */
  readonly minDaysAfterDue: number
  readonly minDaysBetween: number
}

/** What must be said, and where. */
export interface MentionRule extends Sourced {
  readonly on: 'invoice' | 'first-notice' | 'every-notice'
  readonly mentions: readonly string[]
}

/** When a person may be addressed, on the person's own clock; `from` inclusive, `to` exclusive. */
export interface ContactRule extends Sourced {
  readonly windows: readonly { weekdays: readonly number[]; from: string; to: string }[]
  readonly closedOnHolidays: boolean
}

/** At most `max` contacts in any `perDays` days, and so many hours apart. */
export interface CapRule extends Sourced {
  readonly channel: Channel | 'any'
  readonly max: number
  readonly perDays: number
  readonly hoursApart: number
  /** Also none within `perDays` days after a conversation. */
  readonly afterConversation: boolean
}

/** What a channel may carry: anything, friendly words before a formal notice (T1, T2), nothing. */
export interface ChannelRule extends Sourced {
  readonly channel: Channel
  readonly use: 'any' | 'courteous' | 'never'
}

export type StopKind =
  | 'dispute'
  | 'plan'
  | 'mediation'
  | 'moratorium'
  | 'hardship'
  | 'deceased'
  | 'insolvency'

/** What rests while something else has its turn. */
export interface StopRule extends Sourced {
  readonly kind: StopKind
  readonly title: string
  /** How long where its end is not known; null: until somebody ends it. */
  readonly days: number | null
  readonly contact: 'stops' | 'continues'
  readonly interest: 'stops' | 'runs'
  readonly fees: 'stop' | 'continue'
}

/** How long something is kept. */
export interface RetentionRule extends Sourced {
  readonly what: 'invoices' | 'claims' | 'contact-history'
  readonly years: number
}
