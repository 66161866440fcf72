// Which journeys the scheduler of this server can run, and what it lacks for the others. A journey of
// which it would leave out a word is not run at all.

import { DUNNING_TEMPLATES } from '../content/message-templates.ts'
import { channelsOf, type JourneyDefinition, type StepDefinition } from './journey-definition.ts'

/**
 * What a server must be able to do, as `kind:name`: `channel:letter`, `act:charge`, `anchor:pay-day`,
 * `trigger:dispute`, `text:formal-notice-t4`, `fact:party`, `during:dispute`, `purpose:service`.
 */
export type Requirement = `${string}:${string}`

/** What the scheduler of this server can do; any text that is written counts among it. */
const ABILITIES: ReadonlySet<string> = new Set([
  'channel:email',
  'channel:sms',
  'channel:letter',
  'channel:registered-letter',
  'channel:phone',
  'channel:app',
  'anchor:respond-by',
  'anchor:legal-term',
  'anchor:trigger',
  'anchor:previous-step',
  'anchor:notice-term-end',
  'anchor:pay-day',
  'anchor:promise-day',
  'anchor:instalment-day',
  'anchor:hold-end',
  'trigger:issued',
  'trigger:due',
  'trigger:promise',
  'trigger:instalment',
  'trigger:dispute',
  'trigger:already-paid',
  'trigger:hardship',
  'trigger:moratorium',
  'trigger:deceased',
  'trigger:insolvency',
  'trigger:unreachable',
  'trigger:collection-failed',
  'trigger:journey-ended',
  'trigger:credit',
  'during:promise',
  'during:dispute',
  'during:already-paid',
  'during:hardship',
  'during:assistance',
  'during:moratorium',
  'during:deceased',
  'during:insolvency',
  'during:collection-failed',
  'purpose:service',
  'act:bot',
  'act:notice',
  'act:charge',
  'act:stop-charges',
  'act:task',
  'act:collect-again',
  'act:follow',
  'act:resume',
  'act:hand-over-review',
  'act:refund',
  'act:carry-over',
  'act:write-off',
  'fact:party',
  'fact:country',
  'fact:amount',
  'fact:has-agent',
  'fact:mobile-known',
  'fact:pay-day-known',
  'fact:reminders-sent',
  'fact:promise',
  'fact:broken-promises',
  'fact:dispute',
  'fact:collection-failure',
  'fact:payment-found',
  'fact:in-hardship',
  'fact:charges-agreed',
  'fact:fourth-missed-date',
  'fact:missed-instalments',
  'fact:plan-done',
  'fact:replan-offered',
  'fact:times-carried-over',
  ...Object.keys(DUNNING_TEMPLATES).map((template) => `text:${template}`),
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
