// What the JSON Schema of a journey cannot say. Run once on every journey before any claim uses it.

import { DUNNING_TEMPLATES, isCallTemplate } from '../content/message-templates.ts'
import { type Condition, faultOfCondition } from './journey-conditions.ts'
import {
  actOf,
  COST_CLASSES,
  channelsOf,
  costOf,
  type JourneyDefinition,
  type StepDefinition,
} from './journey-definition.ts'
import { livesOf } from './special-journeys.ts'

/**
 * Lists the faults of a journey that has passed its schema; an empty list means that it is sound.
 *
 * Reported: step ids used twice, a window that ends before it begins, a tone that is not the
 * template's, a tone softer than the one before, a step due before the one before it, a service
 * message that is firm or costs something, a condition that cannot be asked, an anchor that nothing
 * before it sets, a step dearer than the limit, and a journey that rests in its own trigger.
 */
export function findJourneyFaults(journey: JourneyDefinition): string[] {
  const ids = journey.steps.map((step) => step.id)
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
  return [
    ...repeated.map((id) => `step id "${id}" is used twice`),
    ...faultsOfConditions('the audience', journey.audience),
    ...faultsOfTriggers(journey),
    ...journey.steps.flatMap((step) => faultsOfStep(step, journey)),
    ...journey.steps.flatMap((step, index) => faultsOfAnchor(step, journey.steps.slice(0, index))),
    ...faultsOfTones(journey.steps),
    ...journey.steps.slice(1).flatMap((step, index) => faultsOfOrder(journey.steps[index], step)),
  ]
}

function faultsOfTriggers(journey: JourneyDefinition): string[] {
  const { speaksDuring = [] } = journey
  return livesOf(journey)
    .filter((life) => !speaksDuring.includes(life))
    .map(
      (life) => `trigger "${life}": the journey would rest in its own hold; speaksDuring lacks it`,
    )
}

function faultsOfStep(step: StepDefinition, { costLimit }: JourneyDefinition): string[] {
  const faults = [...faultsOfMessage(step), ...faultsOfConditions(`step "${step.id}"`, step.onlyIf)]
  const cost = costOf(step)
  if (costLimit !== undefined && COST_CLASSES.indexOf(cost) > COST_CLASSES.indexOf(costLimit)) {
    faults.push(`step "${step.id}": costs "${cost}", more than the limit "${costLimit}"`)
  }
  return faults
}

function faultsOfMessage(step: StepDefinition): string[] {
  const { id, window, template, tone } = step
  const faults: string[] = []
  if (window !== undefined && window.from >= window.to) {
    faults.push(`step "${id}": the window ends before it begins`)
  }
  const known = template === undefined ? undefined : toneOfTemplate(template)
  if (known !== tone) {
    faults.push(`step "${id}": template "${template}" has tone ${known}, not ${tone}`)
  }
  const isCall = template !== undefined && isCallTemplate(template)
  if (isCall && channelsOf(step).some((channel) => channel !== 'phone')) {
    faults.push(`step "${id}": template "${template}" is for a call, not to be sent`)
  }
  if (step.purpose !== 'service') return faults
  if (tone !== 'T1') faults.push(`step "${id}": a service message is friendly (T1), not ${tone}`)
  if (actOf(step, 'notice') !== undefined || actOf(step, 'charge') !== undefined) {
    faults.push(`step "${id}": a service message is no notice and adds no charge`)
  }
  return faults
}

/** The name of a template ends with its tone; those that are written state it themselves. */
function toneOfTemplate(template: string): string {
  const written: Readonly<Record<string, { tone: string }>> = DUNNING_TEMPLATES
  return written[template]?.tone ?? template.slice(-2).toUpperCase()
}

function faultsOfConditions(where: string, conditions: readonly Condition[] = []): string[] {
  return conditions.flatMap((condition) => {
    const fault = faultOfCondition(condition)
    return fault === null ? [] : [`${where}: ${fault}`]
  })
}

function faultsOfAnchor(step: StepDefinition, before: readonly StepDefinition[]): string[] {
  if (step.anchor === 'previous-step' && before.length === 0) {
    return [`step "${step.id}": there is no step before it`]
  }
  const isOpened = before.some((it) => actOf(it, 'notice') !== undefined)
  return step.anchor === 'notice-term-end' && !isOpened
    ? [`step "${step.id}": no step before it gives notice, so no term ends`]
    : []
}

function faultsOfTones(steps: readonly StepDefinition[]): string[] {
  const escalating = steps.filter(
    (step) => channelsOf(step).length > 0 && step.purpose !== 'service' && step.aside !== true,
  )
  return escalating.slice(1).flatMap((step, index) => {
    const { tone: before } = escalating[index] ?? {}
    const isSofter = before !== undefined && step.tone !== undefined && step.tone < before
    return isSofter
      ? [`step "${step.id}": softer (${step.tone}) than the step before (${before})`]
      : []
  })
}

function faultsOfOrder(before: StepDefinition | undefined, step: StepDefinition): string[] {
  const isSame = before !== undefined && step.anchor === before.anchor
  return isSame && step.anchor !== 'previous-step' && step.offsetDays < before.offsetDays
    ? [`step "${step.id}": due before the step before it`]
    : []
}
