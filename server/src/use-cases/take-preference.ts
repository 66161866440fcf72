// What the debtor wishes, told by the agent, by consent. Spec: ENR-08.
import { err, ok, type PreferenceMessage, parsePayload, type Result } from '@parley/sdk/protocol'
import type { Preferences } from '../domain/claim/debtor.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { keepWishes } from './manage-consents.ts'
import type { EnrolmentEffect, EnrolmentNotice } from './receive-enrolment-message.ts'

/** The agent shows its person words of its own; the clause of the protocol says what they are asked. */
const TEXT_VERSION = 'ENR-08'

/**
 * A member that is absent stays as it was, null withdraws it. Refuses `schema`, and `peer-not-party`
 * from an agent that holds a link alone: a link may have been forwarded.
 */
export async function takePreference({
  enrolment,
  message,
}: EnrolmentNotice): Promise<Result<EnrolmentEffect, Refusal>> {
  const parsed = parsePayload('preference', message.payload)
  if (!parsed.ok) return err(refusal('schema', parsed.error.detail, parsed.error.pointer))
  if (enrolment.onlyClaimId !== null) {
    const detail = 'a link enrols for one claim: wishes of the debtor need an activation code'
    return err(refusal('peer-not-party', detail))
  }
  const { told, withdrawn } = wishesOf(parsed.value)
  const wishes = { told, withdrawn, channel: 'agent', textVersion: TEXT_VERSION } as const
  return ok((tx, deps) => keepWishes(deps, tx, enrolment, wishes))
}

function wishesOf({ channel, payDay, language }: PreferenceMessage): {
  told: Preferences
  withdrawn: (keyof Preferences)[]
} {
  const wishes = { channel, payDay, language }
  const entries = Object.entries(wishes)
  const told = Object.fromEntries(entries.filter(([, value]) => value != null))
  const withdrawn = entries.filter(([, value]) => value === null).map(([name]) => name)
  return { told: told as Preferences, withdrawn: withdrawn as (keyof Preferences)[] }
}
