// What the JSON Schema of a journey cannot say. Run once on every journey before any claim uses it.

import { DUNNING_TEMPLATE_TONES } from '../content/message-templates.ts'
import type { Journey, JourneyStep } from './journey.ts'

/**
 * Lists the faults of a journey that has passed its schema; an empty list means that it may run.
 *
 * Reported: step ids used twice, a window that ends before it begins, a tone that is not the
 * template's, a tone softer than the one before, and a step due before the one before it.
 */
export function findJourneyFaults(journey: Journey): string[] {
  const ids = journey.steps.map((step) => step.id)
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
  return [
    ...repeated.map((id) => `step id "${id}" is used twice`),
    ...journey.steps.flatMap(faultsOfStep),
    ...journey.steps.slice(1).flatMap((step, index) => faultsOfOrder(journey.steps[index], step)),
  ]
}

function faultsOfStep(step: JourneyStep): string[] {
  const faults: string[] = []
  if (step.window.from >= step.window.to) {
    faults.push(`step "${step.id}": the window ends before it begins`)
  }
  const tone = DUNNING_TEMPLATE_TONES[step.template]
  if (tone !== step.tone) {
    faults.push(`step "${step.id}": template "${step.template}" has tone ${tone}, not ${step.tone}`)
  }
  return faults
}

function faultsOfOrder(before: JourneyStep | undefined, step: JourneyStep): string[] {
  if (before === undefined) return []
  const faults: string[] = []
  if (step.tone < before.tone) {
    faults.push(`step "${step.id}": softer (${step.tone}) than the step before (${before.tone})`)
  }
  if (step.anchor === before.anchor && step.offsetDays < before.offsetDays) {
    faults.push(`step "${step.id}": due before the step before it`)
  }
  return faults
}
