// When people were addressed, as the budget of contacts counts it: a step is one contact, by however
// many channels it was said.
import type { Channel } from '../domain/compliance/profile.ts'
import type { Contact } from '../domain/dunning/contact-budget.ts'
import type { SentContact } from '../storage/human-messages.ts'

/** Puts messages of one step together. */
export function contactsFrom(sent: readonly SentContact[]): Contact[] {
  const bySteps = new Map<string, { at: number; channels: Channel[] }>()
  for (const { claimId, step, channel, at } of sent) {
    const key = `${claimId} ${step}`
    const known = bySteps.get(key) ?? { at, channels: [] }
    bySteps.set(key, {
      at: Math.max(known.at, at),
      channels: [...known.channels, channel as Channel],
    })
  }
  return [...bySteps.values()]
}
