// What the statements behind the figures share: the period, the segment, and how events are read.
import { sql } from 'kysely'

/** A period of a creditor: days, both included, and the instants at which it begins and ends. */
export interface KpiPeriod {
  creditorId: string
  /** One segment alone; null for all. */
  segment: string | null
  from: string
  to: string
  /** Start of `from`, and start of the day after `to`, in epoch seconds. */
  start: number
  end: number
  timeZone: string
}

/** Claims of the segment that is asked for. */
export const ofSegment = (segment: string | null) =>
  segment === null ? sql`true` : sql`c.segment = ${segment}`

/** The same for rows that are not joined with their claim. */
export const inSegment = (row: 'e' | 'm' | 't', { creditorId, segment }: KpiPeriod) =>
  segment === null
    ? sql`true`
    : sql`exists (select from claims c where c.creditor_id = ${creditorId}
        and c.claim_id = ${sql.ref(`${row}.claim_id`)} and c.segment = ${segment})`

/** A message that asks for something; answers to what a person did are none. */
export const ASKS = sql`m.is_contact and m.told_in is null`

/** Amounts in events are decimal texts with exactly the digits of their currency. */
export const minorOf = (name: string) => sql`replace(e.data ->> ${sql.lit(name)}, '.', '')::numeric`
