// How long each class of data is kept: schedules by country, as the catalog states them.
import { addMonthsAnchored, type Day } from '@parley/sdk/protocol'

export type DataClass =
  /** Amounts, days and numbers of invoices and payments; no name, address or account. */
  | 'accounting-records'
  /** Everything that says who somebody is, or what was said. */
  | 'person'
  /** Names and accounts on money that was never matched. */
  | 'money-of-nobody'
  | 'words-in-tasks'
  | 'refund-files'
  /** What was learnt about a customer; what is still right is learnt again. */
  | 'learnt-facts'
  /** Replies that are kept for the same request again. */
  | 'kept-replies'

export interface RetentionSource {
  readonly id: string
  readonly title: string
  readonly citation: string
  readonly readOn: string
  readonly level: 'law' | 'case-law' | 'policy' | 'unverified'
  readonly note?: string
}

export interface RetentionSchedule {
  readonly class: DataClass
  /** `keep`: the law obliges to, for that long; the others happen once the months are over. */
  readonly action: 'keep' | 'erase' | 'empty' | 'delete'
  readonly months: number
  readonly from: 'end-of-year' | 'last-claim-closed' | 'booked' | 'ended' | 'made'
  readonly sources: readonly string[]
}

/** What holds in a country. */
export interface RetentionRules {
  readonly id: string
  /** Null for the rules where a country has none. */
  readonly country: string | null
  readonly title: string
  readonly sources: readonly RetentionSource[]
  readonly schedules: readonly RetentionSchedule[]
}

/** How many months a creditor keeps what no law obliges it to keep, where it has stated so itself. */
export type OwnMonths = { readonly [Class in Exclude<DataClass, 'accounting-records'>]?: number }

/** The rules with what the creditor has stated; what the law obliges to keep stays as it is. */
export function withOwnMonths(rules: RetentionRules, own: OwnMonths): RetentionRules {
  return {
    ...rules,
    schedules: rules.schedules.map((schedule) => {
      const { class: name } = schedule
      const months = name === 'accounting-records' ? undefined : own[name]
      return months === undefined ? schedule : { ...schedule, months }
    }),
  }
}

/** The rules of every country, and those where a country has none. */
export interface RetentionBook {
  of(country: string): RetentionRules
}

/** What the schema of the catalog cannot say. */
export function findRetentionFaults({ sources, schedules }: RetentionRules): string[] {
  const known = new Set(sources.map(({ id }) => id))
  const unknown = schedules.flatMap((it) => it.sources.filter((id) => !known.has(id)))
  const classes = schedules.map((it) => it.class)
  const twice = classes.filter((name, at) => classes.indexOf(name) !== at)
  const missing = CLASSES.filter((name) => !classes.includes(name))
  return [
    ...unknown.map((id) => `source "${id}" is not listed`),
    ...twice.map((name) => `class "${name}" stands twice`),
    ...missing.map((name) => `class "${name}" is missing`),
  ]
}

const CLASSES: readonly DataClass[] = [
  'accounting-records',
  'person',
  'money-of-nobody',
  'words-in-tasks',
  'refund-files',
  'learnt-facts',
  'kept-replies',
]

/** The schedule of a class; every set of rules has one. */
export function scheduleOf(rules: RetentionRules, name: DataClass): RetentionSchedule {
  const schedule = rules.schedules.find((it) => it.class === name)
  if (schedule === undefined) throw new Error(`${rules.id} says nothing about ${name}`)
  return schedule
}

/** What stays after an erasure, until when, and by which law. */
export interface KeptRecords {
  class: DataClass
  /** The last day. */
  until: Day
  sources: RetentionSource[]
}

/** What the law obliges to keep of somebody whose last booking was on `lastDay`. */
export function keptByLaw(rules: RetentionRules, lastDay: Day): KeptRecords {
  const { class: name, months, sources } = scheduleOf(rules, 'accounting-records')
  const yearEnd = `${lastDay.slice(0, 4)}-12-31`
  const until = `${Number(yearEnd.slice(0, 4)) + Math.ceil(months / 12)}-12-31`
  return { class: name, until, sources: rules.sources.filter(({ id }) => sources.includes(id)) }
}

/** The day before which something must be for a schedule to be over on `today`. */
export function cutOff({ months }: Pick<RetentionSchedule, 'months'>, today: Day): Day {
  return addMonthsAnchored(today, -months)
}
