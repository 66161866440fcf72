// Which journeys the scheduler of this server can run, and what it lacks for the others. A journey of
// which it would leave out a word is not run at all.

import { err, ok, type Result } from '@parley/sdk/protocol'
import { DUNNING_TEMPLATE_TONES, type DunningTemplate } from '../content/message-templates.ts'
import type { Journey, JourneyStep, StepAnchor } from './journey.ts'
import { channelsOf, type JourneyDefinition, type StepDefinition } from './journey-definition.ts'

/**
 * What a server must be able to do, as `kind:name`: `channel:letter`, `act:charge`, `anchor:pay-day`,
 * `trigger:dispute`, `text:formal-notice-t4`, `fact:party`, `during:dispute`, `purpose:service`.
 */
export type Requirement = `${string}:${string}`

/** What the scheduler of this server can do; any text that is written counts among it. */
const ABILITIES: ReadonlySet<string> = new Set([
  'channel:email',
  'anchor:respond-by',
  'anchor:legal-term',
  'trigger:issued',
  'trigger:due',
  ...Object.keys(DUNNING_TEMPLATE_TONES).map((template) => `text:${template}`),
])

/** Lists all that a journey asks of a server, each once, in alphabetical order. */
export function requirementsOf(journey: JourneyDefinition): Requirement[] {
  const { triggers = [], audience = [], speaksDuring = [], steps } = journey
  const all: Requirement[] = [
    ...triggers.map((trigger): Requirement => `trigger:${trigger}`),
    ...audience.map(({ fact }): Requirement => `fact:${fact}`),
    ...speaksDuring.map((hold): Requirement => `during:${hold}`),
    ...steps.flatMap(requirementsOfStep),
  ]
  return [...new Set(all)].sort()
}

/** Lists what this server lacks to run a journey; empty where it can. */
export function missingFor(journey: JourneyDefinition): Requirement[] {
  return requirementsOf(journey).filter((requirement) => !ABILITIES.has(requirement))
}

/** Turns a journey into what the scheduler runs, or names everything that the server lacks for it. */
export function runnableJourney(journey: JourneyDefinition): Result<Journey, Requirement[]> {
  const missing = missingFor(journey)
  if (missing.length > 0) return err(missing)
  const { id, version, title, audience, segments, stopWhen } = journey
  const steps = journey.steps.map(runnableStep)
  return ok({ id, version, title, ...(audience && { audience }), segments, stopWhen, steps })
}

function requirementsOfStep(step: StepDefinition): Requirement[] {
  const { anchor, template, purpose = 'payment', onlyIf = [], acts = [] } = step
  return [
    `anchor:${anchor}`,
    ...channelsOf(step).map((channel): Requirement => `channel:${channel}`),
    ...(template === undefined ? [] : [`text:${template}` as const]),
    ...(purpose === 'service' ? ['purpose:service' as const] : []),
    ...onlyIf.map(({ fact }): Requirement => `fact:${fact}`),
    ...acts.map((act): Requirement => `act:${act.do}`),
  ]
}

/** @throws {Error} for a step with a word that the scheduler does not know: `ABILITIES` is wrong. */
function runnableStep(step: StepDefinition): JourneyStep {
  const { id, anchor, offsetDays, daysAfterPrevious, template, tone, window } = step
  const complete = window !== undefined && tone !== undefined
  if (!complete || !isRunAnchor(anchor) || !isWritten(template)) {
    throw new Error(`step "${id}" cannot be run`)
  }
  const message = { channel: 'email', template, tone, window } as const
  return { id, anchor, offsetDays, daysAfterPrevious, ...message }
}

function isRunAnchor(anchor: string): anchor is StepAnchor {
  return ABILITIES.has(`anchor:${anchor}`)
}

function isWritten(template: string | undefined): template is DunningTemplate {
  return template !== undefined && Object.hasOwn(DUNNING_TEMPLATE_TONES, template)
}
