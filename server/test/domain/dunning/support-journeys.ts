// The shipped journeys, and short ways to change and compile one.

import type { Law } from '../../../src/domain/compliance/law-in-force.ts'
import {
  type CompiledJourney,
  compileJourney,
} from '../../../src/domain/dunning/compile-journey.ts'
import type {
  JourneyDefinition,
  StepDefinition,
} from '../../../src/domain/dunning/journey-definition.ts'
import type { JourneyRefusal } from '../../../src/domain/dunning/journey-refusal.ts'
import { loadJourneys } from '../../../src/journey-files.ts'
import { inForce, shipped } from '../compliance/support-law.ts'

export const JOURNEYS = loadJourneys()

export function journeyOf(id: string): JourneyDefinition {
  const journey = JOURNEYS.definitions.get(id)
  if (journey === undefined) throw new Error(`no journey ${id}`)
  return journey
}

/** A message by e-mail, friendly, on weekdays in office hours. */
export function message(id: string, offsetDays: number, more: Partial<StepDefinition> = {}) {
  const window = { from: '09:00', to: '18:00', weekdays: [1, 2, 3, 4, 5] }
  const said = { template: 'any-t1', tone: 'T1', window } as const
  const place = { anchor: 'legal-term', offsetDays, daysAfterPrevious: 0 } as const
  const channels = more.channels === undefined ? ({ channel: 'email' } as const) : {}
  return { id, ...place, ...channels, ...said, ...more } satisfies StepDefinition
}

/** A journey for everybody with the given steps. */
export function made(...steps: StepDefinition[]): JourneyDefinition {
  const { segments, stopWhen } = journeyOf('friendly-default')
  return { id: 'made', version: 1, title: 'Made for a test', segments, stopWhen, steps }
}

export function compiled(journey: JourneyDefinition, law: Law): CompiledJourney {
  const result = compileJourney({ journey, law: inForce(law) })
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

/** The refusals of a journey under a shipped profile or another law; none where it compiles. */
export function refusals(journey: JourneyDefinition, law: Law | string): readonly JourneyRefusal[] {
  const known = typeof law === 'string' ? shipped(law) : law
  const result = compileJourney({ journey, law: inForce(known) })
  return result.ok ? [] : result.error
}

export function codes(journey: JourneyDefinition, law: Law | string): string[] {
  return refusals(journey, law).map(({ code, step }) => `${code} ${step ?? '-'}`)
}
