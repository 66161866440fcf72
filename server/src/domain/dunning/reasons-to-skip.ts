// Why a step is left out: it is done, untrue by now, not meant for this claim, or nothing to send. Pure.
import { compareDays, dayInZone } from '@parley/sdk/protocol'
import type { Unreachable } from './choose-channels.ts'
import { segmentOf } from './claim-segment.ts'
import type { StopCondition } from './journey.ts'
import { meetsAll } from './journey-conditions.ts'
import {
  actOf,
  isContact,
  isForPlans,
  type JourneyDefinition,
  type StepDefinition,
} from './journey-definition.ts'
import { dueAt } from './next-step.ts'
import { isAfterRest } from './special-journeys.ts'
import type { StepFacts, StepInQuestion } from './step-facts.ts'

/** Why a step is not taken at all. */
export type SkipReason =
  | StopCondition
  | 'already-done'
  | 'nothing-outstanding'
  | 'other-segment'
  | 'condition-not-met'
  | 'rest-is-over'
  | 'anchor-unknown'
  | 'notice-missing'
  | 'law-unknown'
  | 'instalment-paid'
  | 'instalment-day-over'
  | Unreachable

/** Looks at a step that is planned. */
export function reasonToSkip(input: StepInQuestion): SkipReason | null {
  const { journey, step, facts } = input
  if (facts.stepsDone.some(({ stepId }) => stepId === step.id)) return 'already-done'
  const now = reasonToSkipNow(input)
  if (now !== null) return now
  const due = dueAt({ journey, stepsDone: facts.stepsDone, facts }, step)
  // What is not due yet may still come to be met.
  const isDue = due !== null && due <= facts.now
  if (isDue && !meetsAll(step.onlyIf ?? [], facts.known)) return 'condition-not-met'
  // Whoever lifted the hold early has made what would only have been said meanwhile needless.
  if (step.onlyIf === undefined && isAfterRest(journey, step, facts)) return 'rest-is-over'
  return due === null ? reasonOfAnchor(step, facts) : null
}

/** Looks at a step wherever it stands in its journey. */
export function reasonToSkipNow({ journey, step, facts }: StepInQuestion): SkipReason | null {
  const stop = journey.stopWhen.find((condition) => isMet(condition, facts))
  if (stop !== undefined) return stop
  if (isContact(step) && facts.outstandingMinor <= 0n) return 'nothing-outstanding'
  if (isForPlans(journey) && facts.instalmentMinor <= 0n) return 'instalment-paid'
  if (isContact(step) && isAnnouncedLate(step, facts)) return 'instalment-day-over'
  return isContact(step) ? (reasonOfSegment(journey, facts) ?? reasonOfLaw(step, facts)) : null
}

/** A step that announces an instalment has nothing to say after its day: others speak of late ones. */
function isAnnouncedLate({ anchor, offsetDays }: StepDefinition, facts: StepFacts): boolean {
  const { anchorDay, timeZone } = facts.anchors
  if (anchor !== 'instalment-day' || offsetDays >= 0 || anchorDay === null) return false
  return compareDays(dayInZone(facts.now, timeZone), anchorDay) > 0
}

function reasonOfSegment(journey: JourneyDefinition, facts: StepFacts): SkipReason | null {
  const segment = segmentOf({ ...facts, respondBy: facts.anchors.respondBy })
  const speaks =
    segment === 'agreed' ? isForPlans(journey) : journey.segments.some((own) => own === segment)
  return speaks || segment === 'agent-may-answer' ? null : 'other-segment'
}

/** Without a known law nobody is given a term, and nothing is added to what is owed. */
function reasonOfLaw(step: StepDefinition, { law }: StepFacts): SkipReason | null {
  const isFormal = actOf(step, 'notice') !== undefined || actOf(step, 'charge') !== undefined
  return law === null && isFormal ? 'law-unknown' : null
}

function isMet(condition: StopCondition, facts: StepFacts): boolean {
  switch (condition) {
    case 'agreed':
      return facts.conversation === 'agreed'
    case 'partly-paid':
      return facts.paidMinor > 0n
    default:
      return facts.claim === condition
  }
}

/** A step that counts from a notice needs one that has arrived. */
function reasonOfAnchor(step: StepDefinition, { notice, holds }: StepFacts): SkipReason | null {
  if (step.anchor === 'notice-term-end') return notice === 'under-way' ? null : 'notice-missing'
  if (step.anchor === 'hold-end' && holds.length > 0) return null
  return 'anchor-unknown'
}
