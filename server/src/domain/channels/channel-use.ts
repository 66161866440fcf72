// May a channel carry some words to a debtor? The profile says what law and policy allow, the matrix
// what carriers take; a message needs both. The one place that asks.

import type { Source } from '../compliance/evidence.ts'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { Channel, ComplianceProfile } from '../compliance/profile.ts'
import type { Tone } from '../content/message-templates.ts'
import { type ChannelMatrix, channelEligibility } from './channel-matrix.ts'

/** Who has a say. */
export interface ChannelLimits {
  readonly law: LawInForce
  /** What carriers take; without: whatever the profile allows. */
  readonly carriers?: ChannelMatrix | undefined
}

/** What may be done; `by` names who forbids it. */
export type ChannelUse =
  | { readonly verdict: 'allowed' | 'allowed-with-opt-in' }
  | {
      readonly verdict: 'forbidden'
      readonly by: 'profile' | 'carrier'
      readonly sources: readonly Source[]
    }

const COURTEOUS: readonly Tone[] = ['T1', 'T2']

/**
 * Tells whether a channel may carry a tone to the debtors of a profile, from the creditor itself. A
 * channel that the profile does not list, or that no row of the matrix allows, carries nothing.
 */
export function channelUse(
  { law, carriers }: ChannelLimits,
  { channel, tone }: { channel: Channel; tone: Tone },
): ChannelUse {
  const own = law.version.channels.find((rule) => rule.channel === channel)
  if (own?.use !== 'any' && !(own?.use === 'courteous' && COURTEOUS.includes(tone))) {
    const sources = law.profile.sources.filter(({ id }) => own?.sources.includes(id) === true)
    return { verdict: 'forbidden', by: 'profile', sources }
  }
  return carriers === undefined
    ? { verdict: 'allowed' }
    : carrierUse(carriers, { channel, tone, profile: law.profile })
}

function carrierUse(
  carriers: ChannelMatrix,
  { channel, tone, profile }: { channel: Channel; tone: Tone; profile: ComplianceProfile },
): ChannelUse {
  const { country, party } = profile
  const asked = { country, party, role: 'first-party', tone, channel } as const
  const { verdict, rule } = channelEligibility(carriers, asked)
  if (verdict !== 'forbidden') return { verdict }
  const sources = carriers.sources.flatMap((source) => {
    return rule?.source === source.id ? [{ ...source, level: rule.level, note: rule.note }] : []
  })
  return { verdict, by: 'carrier', sources }
}
