// One message for several claims of one person: a plain reminder of one names the others, in place of a
// second message two days later.

import type { Channel } from '../compliance/profile.ts'
import { isContact, type StepDefinition } from './journey-definition.ts'

/** A step that is about to be told by one channel. */
export interface ToldStep {
  readonly step: StepDefinition
  readonly channels: readonly Channel[]
}

/**
 * Tells whether a step can be told in the message of another: both are reminders without effect in law
 * and without acts, and they go by the same single channel. What a firmer word says of one claim is
 * never said of another.
 */
export function canShareMessage(lead: ToldStep, other: ToldStep): boolean {
  const [channel, ...more] = lead.channels
  const isSame = more.length === 0 && other.channels.length === 1 && other.channels[0] === channel
  return isSame && channel === 'email' && isPlain(lead.step) && isPlain(other.step)
}

function isPlain(step: StepDefinition): boolean {
  const { tone = 'T1', acts = [] } = step
  return isContact(step) && acts.length === 0 && tone <= 'T3'
}
