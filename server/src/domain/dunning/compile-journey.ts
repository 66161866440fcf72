// Before a journey may speak for a creditor: is every step of it allowed to be taken under a profile?
// What comes out may run; what may not is refused with the law that says so. Decides for no claim:
// the moment of sending is judged by itself, once more.

import { err, ok, type Result } from '@parley/sdk/protocol'
import { type ChannelLimits, channelUse } from '../channels/channel-use.ts'
import { type EvidenceLevel, evidenceOf } from '../compliance/evidence.ts'
import type { LawInForce } from '../compliance/law-in-force.ts'
import type { Channel, ComplianceProfile, Ground } from '../compliance/profile.ts'
import { checkCharges, type PlacedCharge } from './check-charges.ts'
import { checkContacts, checkStops } from './check-contacts.ts'
import { checkNotices } from './check-notices.ts'
import { type Condition, type Facts, meetsAll } from './journey-conditions.ts'
import {
  actOf,
  type CostClass,
  channelsOf,
  costOf,
  type JourneyDefinition,
  type StepDefinition,
} from './journey-definition.ts'
import { type JourneyRefusal, type JudgedJourney, refuse } from './journey-refusal.ts'
import { isNotice, type PlacedStep, placeSteps, termDaysOf } from './place-steps.ts'
import { type Requirement, requirementsOf } from './runnable-journey.ts'

/** What is compiled. */
export interface CompileInput extends ChannelLimits {
  readonly journey: JourneyDefinition
}

/** A journey that may run under one version of one profile. */
export interface CompiledJourney {
  readonly journey: JourneyDefinition
  readonly profile: string
  readonly profileVersion: number
  readonly steps: readonly CompiledStep[]
  /** What a server must be able to do to run it. */
  readonly requires: readonly Requirement[]
  /** Sentences: what the profile makes of the journey, such as an optional charge left out. */
  readonly remarks: readonly string[]
}

/** A step with what the profile adds to it. */
export interface CompiledStep extends PlacedStep {
  readonly channels: readonly Channel[]
  /** Those of them that reach only a person who has agreed to it. */
  readonly optIn: readonly Channel[]
  readonly cost: CostClass
  readonly isNotice: boolean
  /** The days that a notice of this step gives; null where it gives none. */
  readonly termDays: number | null
  /** What the message has to mention by law. */
  readonly mentions: readonly string[]
  readonly charges: readonly CompiledCharge[]
}

/** A charge that a step makes where the grounds of the case allow it. */
export interface CompiledCharge {
  readonly rule: string
  readonly title: string
  readonly needs: readonly Ground[]
  readonly level: EvidenceLevel
}

/** Compiles a journey, or lists every reason why it may not run, in the order of its steps. */
export function compileJourney(input: CompileInput): Result<CompiledJourney, JourneyRefusal[]> {
  const { journey, law, carriers } = input
  const elsewhere = checkAudience(journey, law)
  // Rules of another country would only confuse.
  if (elsewhere.length > 0) return err(elsewhere)
  const placed = placeSteps(journey.steps, law.version)
  const judged = { placed, law, carriers }
  const { charges, refusals, leftOut } = checkCharges(judged)
  const order = new Map(journey.steps.map(({ id }, index) => [id, index]))
  const all = [
    ...checkContacts(judged),
    ...checkStops(journey, judged),
    ...checkNotices(judged),
    ...refusals,
  ].sort((a, b) => (order.get(a.step ?? '') ?? -1) - (order.get(b.step ?? '') ?? -1))
  if (all.length > 0) return err(all)
  return ok({
    journey,
    profile: law.profile.id,
    profileVersion: law.version.version,
    steps: compileSteps(judged, charges),
    requires: requirementsOf(journey),
    remarks: leftOut,
  })
}

/** Tells whether a journey is meant for the debtors of a profile. */
export function isMeantFor(
  { audience = [] }: JourneyDefinition,
  profile: Pick<ComplianceProfile, 'country' | 'party'>,
): boolean {
  return meetsAll(audience.filter(isAboutProfile), factsOfProfile(profile))
}

function checkAudience({ audience = [] }: JourneyDefinition, law: LawInForce): JourneyRefusal[] {
  const facts = factsOfProfile(law.profile)
  const unmet = audience.filter((it) => isAboutProfile(it) && !meetsAll([it], facts))
  return unmet.map(({ fact, op, value }) => {
    const code = fact === 'country' ? 'other-country' : 'other-party'
    const wanted = Array.isArray(value) ? value.join(', ') : String(value)
    const detail = `The journey is for ${fact} ${op} ${wanted}; "${law.profile.id}" is another.`
    return refuse(law, { code, step: null, sources: [] }, detail)
  })
}

function isAboutProfile({ fact }: Condition): boolean {
  return fact === 'country' || fact === 'party'
}

/** Public bodies come under the profile of businesses. */
function factsOfProfile({ country, party }: Pick<ComplianceProfile, 'country' | 'party'>): Facts {
  return { country, party: party === 'b2b' ? ['b2b', 'g2b'] : [party] }
}

function compileSteps(
  { placed, law, carriers }: JudgedJourney,
  charges: readonly PlacedCharge[],
): CompiledStep[] {
  const firstNotice = placed.find(({ step }) => isNotice(step, law.version))
  return placed.map((at) => {
    const { step } = at
    const gives = actOf(step, 'notice') !== undefined
    return {
      ...at,
      channels: channelsOf(step),
      optIn: channelsOf(step).filter((channel) => {
        const use = channelUse({ law, carriers }, { channel, tone: step.tone ?? 'T1' })
        return use.verdict === 'allowed-with-opt-in'
      }),
      cost: costOf(step),
      isNotice: isNotice(step, law.version),
      termDays: gives ? termDaysOf(step, law.version) : null,
      mentions: mentionsOf(step, { law, isFirst: at === firstNotice }),
      charges: charges.flatMap((charge) => (charge.at === at ? [compileCharge(charge, law)] : [])),
    }
  })
}

function mentionsOf(
  step: StepDefinition,
  { law, isFirst }: { law: LawInForce; isFirst: boolean },
): string[] {
  const { mentions, freeNotice } = law.version
  if (!isNotice(step, law.version)) return []
  const gives = actOf(step, 'notice') !== undefined
  const said = mentions.filter(({ on }) => {
    return on === 'every-notice' || (isFirst && on === 'first-notice')
  })
  const own = gives ? (freeNotice?.mentions ?? []) : []
  return [...new Set([...own, ...said.flatMap((rule) => rule.mentions)])]
}

function compileCharge({ rule }: PlacedCharge, law: LawInForce): CompiledCharge {
  const level = evidenceOf(rule, law.profile.sources)
  return { rule: rule.rule, title: rule.title, needs: rule.needs, level }
}
