// Why a journey may not run under a profile: a code for programs, a sentence for people, and the text
// of the law or the policy that says so.

import type { ChannelLimits } from '../channels/channel-use.ts'
import type { Source } from '../compliance/evidence.ts'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { PlacedStep } from './place-steps.ts'

/** What a journey does that its profile does not allow. */
export type JourneyRefusalCode =
  /** The profile is of a country, or of a kind of debtor, that the journey is not for. */
  | 'other-country'
  | 'other-party'
  /** The channel may not carry the tone, or nothing at all. */
  | 'tone-on-channel'
  /** The window of the step is open when nobody may be addressed. */
  | 'outside-hours'
  /** More contacts in some days than the cap, or too few hours between two. */
  | 'cap-exceeded'
  | 'contacts-too-close'
  /** Asks for payment while something rests, or adds charges then. */
  | 'contact-during-stop'
  | 'charge-during-stop'
  /** A notice by a channel by which none arrives, too soon after the due day, or after another one. */
  | 'notice-channel'
  | 'notice-too-soon'
  | 'notices-too-close'
  /** A formal step without the reminder that has to be free, or a shorter term than the law's. */
  | 'free-notice-missing'
  | 'term-too-short'
  /** A charge that the profile does not know, or that nobody has verified. */
  | 'charge-not-in-law'
  | 'charge-unverified'
  /** A charge before the notice or the end of the term for which it has to wait. */
  | 'charge-before-notice'
  | 'charge-before-term'
  /** A sum due once asked twice, or more fees for notices than the profile allows. */
  | 'charge-twice'
  | 'too-many-fees'
  /** A fee for a notice that must be free, by a channel without a fee, or too soon after another. */
  | 'fee-on-free-notice'
  | 'fee-channel'
  | 'fee-too-soon'

export interface JourneyRefusal {
  readonly code: JourneyRefusalCode
  /** The step at fault; null for the journey as a whole. */
  readonly step: string | null
  /** A sentence. */
  readonly detail: string
  readonly sources: readonly Source[]
}

/** What every check looks at: the steps in their places, the law, and what carriers take. */
export interface JudgedJourney extends ChannelLimits {
  readonly placed: readonly PlacedStep[]
}

/** Builds a refusal; the sources by their ids in the profile. */
export function refuse(
  law: LawInForce,
  at: { code: JourneyRefusalCode; step: string | null; sources: readonly string[] },
  detail: string,
): JourneyRefusal {
  const sources = law.profile.sources.filter(({ id }) => at.sources.includes(id))
  return { code: at.code, step: at.step, detail, sources }
}
