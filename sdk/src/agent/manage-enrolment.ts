// What the person does with an enrolment: end it, give the agent another key, tell wishes, confirm an
// account. Each is kept first and told to the creditor afterwards. Spec: ENR-05 to ENR-08.

import type { PreferenceMessage } from '../protocol/generated/messages.ts'
import { exportPrivateJwk, generateSigningKey, type PublicJwk } from '../protocol/keys.ts'
import { signRekeyProof } from '../protocol/rekey-proof.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { changeEnrolment, type EnrolmentChange } from './change-enrolment.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment } from './enrolment.ts'
import { type OwedMessage, withOwed } from './lane.ts'
import { publicHalf } from './own-keys.ts'

/** Wishes of the person, by consent; a member left out stays as it was, null withdraws it. */
export type Preferences = Pick<PreferenceMessage, 'payDay' | 'channel' | 'language'>

/** The next key of an enrolment. */
export interface NextKey {
  readonly enrolmentId: string
  /** For the person's bank, which has to know it before it takes agreements signed with it. */
  readonly publicJwk: PublicJwk
}

type Changed<T> = Result<T, AgentRefusal>

/** Ends an enrolment at once. Refuses `not-found` for one that is not in force. */
export function endEnrolment(context: AgentContext, id: string): Promise<Changed<null>> {
  return changeActive<null>(context, id, async (enrolment) => {
    // What waited to be said has no meaning any more; what is under way may have arrived.
    const lane = withOwed({ ...enrolment.lane, owed: [] }, { kind: 'revoke', body: {} })
    const ended = { state: 'ended', endedBy: 'agent', endedAt: context.clock() } as const
    return { enrolment: { ...enrolment, ...ended, lane }, outcome: ok(null) }
  })
}

/**
 * Ends an enrolment that its creditor has ended, by the word of the creditor's server alone. Refuses
 * `not-found` for one that is not in force.
 */
export function endDisowned(context: AgentContext, id: string): Promise<Changed<null>> {
  return changeActive<null>(context, id, async (enrolment) => {
    const ended = { state: 'ended', endedBy: 'creditor', endedAt: context.clock() } as const
    const lane = { ...enrolment.lane, owed: [] }
    return { enrolment: { ...enrolment, ...ended, lane }, outcome: ok(null) }
  })
}

/**
 * Makes the next key and owes its `rekey`; both are kept together, before anything is sent. A
 * rotation that has not been noted yet goes on with the key that it made.
 */
export function prepareNextKey(context: AgentContext, id: string): Promise<Changed<NextKey>> {
  return changeActive<NextKey>(context, id, async (enrolment) => {
    const waiting = enrolment.keys.next
    if (waiting !== null) {
      const publicJwk = publicHalf(waiting)
      return { enrolment: null, outcome: ok({ enrolmentId: id, publicJwk }) }
    }
    const { server, thr, keys } = enrolment
    const next = await generateSigningKey(context.key.alg, { extractable: true })
    const jwk = publicHalf(next.publicJwk)
    const proof = await signRekeyProof({ iss: context.iss, aud: server, thr }, next)
    const said: OwedMessage = { kind: 'rekey', body: { jwk, proof } }
    return {
      enrolment: {
        ...enrolment,
        keys: { ...keys, next: await exportPrivateJwk(next) },
        lane: withOwed(enrolment.lane, said),
      },
      outcome: ok({ enrolmentId: id, publicJwk: jwk }),
    }
  })
}

/** Owes a `preference`; `content-invalid` for a pay day or a language that is none. */
export async function owePreferences(
  context: AgentContext,
  id: string,
  { payDay, channel, language }: Preferences,
): Promise<Changed<null>> {
  const isDay = payDay == null || (Number.isInteger(payDay) && payDay >= 1 && payDay <= 31)
  const isLanguage = language == null || /^[a-z]{2}$/.test(language)
  if (!isDay || !isLanguage) return err({ code: 'content-invalid' })
  const body = {
    consent: true,
    ...(payDay === undefined ? {} : { payDay }),
    ...(channel === undefined ? {} : { channel }),
    ...(language === undefined ? {} : { language }),
  }
  return changeActive<null>(context, id, async (enrolment) => ({
    enrolment: { ...enrolment, lane: withOwed(enrolment.lane, { kind: 'preference', body }) },
    outcome: ok(null),
  }))
}

/** The person has checked an announced account. `not-found` when none is announced. */
export function confirmAnnounced(
  context: AgentContext,
  id: string,
  iban: string,
): Promise<Changed<null>> {
  return changeActive<null>(context, id, async (enrolment) => {
    const { announced } = enrolment
    if (announced === null || announced.creditor.account.iban !== iban) {
      return { enrolment: null, outcome: err({ code: 'not-found' }) }
    }
    const confirmed = { ...announced, isConfirmed: true }
    return { enrolment: { ...enrolment, announced: confirmed }, outcome: ok(null) }
  })
}

async function changeActive<T>(
  context: AgentContext,
  id: string,
  change: (enrolment: ActiveEnrolment) => Promise<EnrolmentChange<Changed<T>>>,
): Promise<Changed<T>> {
  const changed = await changeEnrolment<Changed<T>>(context, id, async (enrolment) =>
    enrolment?.state === 'active'
      ? change(enrolment)
      : { enrolment: null, outcome: err({ code: 'not-found' }) },
  )
  return changed ?? err({ code: 'busy' })
}
