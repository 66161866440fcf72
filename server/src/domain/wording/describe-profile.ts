// What the file of a customer counts, and why the customer was written to, as the customer reads it.
import { type Day, dayInZone } from '@parley/sdk/protocol'
import type { CustomerCounts } from '../learning/customer-profile.ts'
import type { Speaker } from './describe-fact.ts'
import { formatDayForPeople } from './format-for-people.ts'

/** The counts, one sentence each. */
export function describeCounts(
  { claims, promises, plans, disputes, wishesTold }: CustomerCounts,
  { language, wording, timeZone }: Speaker & { readonly timeZone: string },
): string[] {
  const told = wishesTold === null ? 'no' : 'yes'
  const day =
    wishesTold === null ? '' : formatDayForPeople(dayInZone(wishesTold.at, timeZone), language)
  return [
    wording.say(language, 'profile.counts.claims', { ...claims }),
    wording.say(language, 'profile.counts.promises', { ...promises }),
    wording.say(language, 'profile.counts.plans', { ...plans }),
    wording.say(language, 'profile.counts.disputes', { ...disputes }),
    wording.say(language, 'profile.wishes', { told, day }),
  ]
}

/** A message that addressed the customer about a bill. */
export interface Writing {
  readonly channel: string
  /** Epoch seconds. */
  readonly sentAt: number
}

/** Why the customer was written to about a bill; null: nobody wrote. */
export function describeWriting(
  wrote: Writing | null,
  { language, wording, timeZone, dueDate }: Speaker & { timeZone: string; dueDate: Day },
): string {
  if (wrote === null) return wording.say(language, 'profile.why.none')
  const sentOn = dayInZone(wrote.sentAt, timeZone)
  const key = sentOn > dueDate ? 'profile.why.body' : 'profile.why.before'
  return wording.say(language, key, {
    day: formatDayForPeople(sentOn, language),
    channel: wrote.channel,
    due: formatDayForPeople(dueDate, language),
  })
}
