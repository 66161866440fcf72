// How often a person hears from the creditor at most, over all claims and channels together.
// Messages between bots cost nothing here; neither do answers to something the person did.

import type { CapRule, Channel } from '../compliance/profile.ts'

/** At most `messages` in any `days` days, and at least `hoursApart` between two of them. */
export interface ContactBudget {
  readonly messages: number
  readonly days: number
  readonly hoursApart: number
}

/** Two messages in seven days, 48 hours apart: a policy stricter than the law asks for. */
export const DEFAULT_CONTACT_BUDGET: ContactBudget = { messages: 2, days: 7, hoursApart: 48 }

/** A person was addressed, once by however many channels; `at` in epoch seconds. */
export interface Contact {
  readonly at: number
  readonly channels: readonly Channel[]
}

/**
 * Returns the earliest instant, `now` or later, at which one more message fits the budget.
 *
 * `contactTimes` are the instants (epoch seconds, any order) at which the person was addressed.
 */
export function earliestContact(
  now: number,
  contactTimes: readonly number[],
  budget: ContactBudget = DEFAULT_CONTACT_BUDGET,
): number {
  const newestFirst = [...contactTimes].sort((a, b) => b - a)
  const last = newestFirst[0]
  // When this one leaves the span of days, one message fewer than the maximum is left in it.
  const mustLeave = newestFirst[budget.messages - 1]
  return Math.max(
    now,
    last === undefined ? now : last + budget.hoursApart * 3_600,
    mustLeave === undefined ? now : mustLeave + budget.days * 86_400,
  )
}

/** The same under the house's budget and every cap of the law that binds one of the channels. */
export function earliestUnderCaps(
  now: number,
  contacts: readonly Contact[],
  { channels, caps }: { channels: readonly Channel[]; caps: readonly CapRule[] },
): number {
  const own = earliestContact(
    now,
    contacts.map(({ at }) => at),
  )
  const bounds = caps.flatMap(({ channel, max, perDays, ...cap }) => {
    if (channel !== 'any' && !channels.includes(channel)) return []
    const counted = contacts.filter((it) => channel === 'any' || it.channels.includes(channel))
    // What nobody has written down may well have been a conversation.
    const hoursApart = cap.afterConversation
      ? Math.max(cap.hoursApart, perDays * 24)
      : cap.hoursApart
    const budget = { messages: max, days: perDays, hoursApart }
    return [
      earliestContact(
        now,
        counted.map(({ at }) => at),
        budget,
      ),
    ]
  })
  return Math.max(own, ...bounds)
}

/** So many days back contacts are read: more than any cap of the catalog spans. */
export const CONTACT_MEMORY_DAYS = 31
