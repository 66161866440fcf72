// The notices of a journey, judged by the profile: how they arrive, how soon they come, and whether
// the one that has to be free comes before anything formal.

import type { LawInForce } from '../compliance/law-in-force.ts'
import { actOf, channelsOf, type StepDefinition } from './journey-definition.ts'
import { type JourneyRefusal, type JudgedJourney, refuse } from './journey-refusal.ts'
import { isNotice, type PlacedStep } from './place-steps.ts'

/** Judges every notice, and what needs one before it. */
export function checkNotices({ placed, law }: JudgedJourney): JourneyRefusal[] {
  const notices = placed.filter(({ step }) => isNotice(step, law.version))
  return [
    ...notices.flatMap((notice) => checkNotice(notice, law)),
    ...notices.slice(1).flatMap((notice, index) => checkDistance(notices[index], notice, law)),
    ...checkFreeNotice({ placed, law }),
  ]
}

function checkNotice({ step, afterDue }: PlacedStep, law: LawInForce): JourneyRefusal[] {
  const { delivery, notices, freeNotice } = law.version
  const refusals: JourneyRefusal[] = []
  const arrives = channelsOf(step).some((channel) => delivery.some((it) => it.channel === channel))
  if (!arrives) {
    const sources = delivery.flatMap((rule) => rule.sources)
    const detail = `No notice arrives by ${channelsOf(step).join(' or ') || 'no channel'}.`
    refusals.push(refuse(law, { code: 'notice-channel', step: step.id, sources }, detail))
  }
  // Whoever has not yet paid on the due day is late on the day after.
  const first = notices.minDaysAfterDue + 1
  if ((afterDue ?? Number.NEGATIVE_INFINITY) < first) {
    const detail = `A notice comes at the earliest ${first} day(s) after the due day.`
    const at = { code: 'notice-too-soon', step: step.id, sources: notices.sources } as const
    refusals.push(refuse(law, at, detail))
  }
  const stated = actOf(step, 'notice')?.termDays
  if (freeNotice !== null && stated !== undefined && stated < freeNotice.termDays) {
    const detail = `It gives ${stated} days; the law asks for ${freeNotice.termDays}.`
    const at = { code: 'term-too-short', step: step.id, sources: freeNotice.sources } as const
    refusals.push(refuse(law, at, detail))
  }
  return refusals
}

function checkDistance(
  before: PlacedStep | undefined,
  { step, day }: PlacedStep,
  law: LawInForce,
): JourneyRefusal[] {
  const { minDaysBetween, sources } = law.version.notices
  if (before === undefined || day - before.day >= minDaysBetween) return []
  const detail = `It is ${day - before.day} day(s) after the notice "${before.step.id}"; at least ${minDaysBetween} must lie between.`
  return [refuse(law, { code: 'notices-too-close', step: step.id, sources }, detail)]
}

/** The first formal step of a journey without the free reminder that the profile asks for. */
function checkFreeNotice({ placed, law }: JudgedJourney): JourneyRefusal[] {
  const { freeNotice } = law.version
  if (freeNotice === null) return []
  const noticeAt = placed.findIndex(({ step }) => actOf(step, 'notice') !== undefined)
  const formalAt = placed.findIndex(({ step }) => isFormal(step))
  if (formalAt === -1 || (noticeAt !== -1 && noticeAt <= formalAt)) return []
  const step = placed[formalAt]?.step.id ?? null
  const detail = `The reminder without charge that gives ${freeNotice.termDays} days has to come first.`
  return [refuse(law, { code: 'free-notice-missing', step, sources: freeNotice.sources }, detail)]
}

function isFormal(step: StepDefinition): boolean {
  const isFirm = step.tone !== undefined && step.tone >= 'T4'
  return isFirm || actOf(step, 'hand-over-review') !== undefined
}
