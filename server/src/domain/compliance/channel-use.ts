// Which words a channel may carry to a debtor.

import type { Tone } from '../content/message-templates.ts'
import type { Channel, ProfileVersion } from './profile.ts'

const COURTEOUS: readonly Tone[] = ['T1', 'T2']

/** Tells whether a channel may carry a tone; one that the profile does not list carries nothing. */
export function mayCarry(
  { channels }: Pick<ProfileVersion, 'channels'>,
  channel: Channel,
  tone: Tone,
): boolean {
  const use = channels.find((rule) => rule.channel === channel)?.use ?? 'never'
  return use === 'any' || (use === 'courteous' && COURTEOUS.includes(tone))
}
