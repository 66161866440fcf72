// The one way in which a running agent changes an enrolment, and how it finds one.

import type { AgentContext } from './context.ts'
import type { ActiveEnrolment, EndedEnrolment, Enrolment } from './enrolment.ts'
import type { LaneOwner } from './flush-lane.ts'
import type { LaneChange } from './lane.ts'
import { publicHalf, signingKeyOf } from './own-keys.ts'

/** What a change comes to: a record to keep, or none, and an outcome. */
export interface EnrolmentChange<T> {
  readonly enrolment: Enrolment | null
  readonly outcome: T
}

const MAX_ATTEMPTS = 8

/**
 * Changes one enrolment by compare-and-set and starts over when another process was faster;
 * `version` is set here. Returns null when it never won.
 */
export function changeEnrolment<T>(
  context: AgentContext,
  id: string,
  change: (enrolment: Enrolment | undefined) => Promise<EnrolmentChange<T>>,
): Promise<T | null> {
  return context.exclusive(async () => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const kept = await findEnrolment(context, id)
      const { enrolment, outcome } = await change(kept)
      if (enrolment === null) return outcome
      const version = (kept?.version ?? 0) + 1
      if (await context.store.saveEnrolment({ ...enrolment, version })) return outcome
    }
    return null
  })
}

/** Finds an enrolment in any state. */
export async function findEnrolment(
  { store }: Pick<AgentContext, 'store'>,
  id: string,
): Promise<Enrolment | undefined> {
  return (await store.enrolments()).find((enrolment) => enrolment.id === id)
}

/** Finds an enrolment that is in force. */
export async function activeEnrolment(
  context: Pick<AgentContext, 'store'>,
  id: string,
): Promise<ActiveEnrolment | undefined> {
  const enrolment = await findEnrolment(context, id)
  return enrolment?.state === 'active' ? enrolment : undefined
}

/** The thread of an enrolment as a lane. Only a `revoke` goes out after the end. */
export function enrolmentLane(context: AgentContext, id: string): LaneOwner {
  return {
    async load() {
      const enrolment = await findEnrolment(context, id)
      if (enrolment === undefined || enrolment.state === 'pending') return undefined
      const { server, sub, thr, messagesUrl: url, lane } = enrolment
      const key = await signingKeyOf(context, enrolment)
      return { lane, address: { server, sub, thr, url, key } }
    },
    async change(change) {
      const refusedAs = await changeEnrolment<string | null>(context, id, async (enrolment) => {
        if (enrolment === undefined || enrolment.state === 'pending') return NOTHING
        const changed = await change(enrolment.lane)
        if (changed === null) return NOTHING
        const outcome = changed.outcome?.refusedAs ?? null
        return { enrolment: taken(enrolment, changed), outcome }
      })
      if (refusedAs === null) return
      const refusal = { code: 'peer-refused', detail: refusedAs } as const
      context.emit({ type: 'refused', thread: null, refusal })
    },
  }
}

const NOTHING = { enrolment: null, outcome: null }

/** A `rekey` that was noted makes the next key the one that signs; one that was refused drops it. */
function taken(
  enrolment: ActiveEnrolment | EndedEnrolment,
  { lane, outcome }: LaneChange,
): Enrolment {
  const { keys } = enrolment
  if (outcome?.message.kind !== 'rekey' || keys.next === null) return { ...enrolment, lane }
  if (outcome.refusedAs !== null) return { ...enrolment, lane, keys: { ...keys, next: null } }
  const former = keys.current === null ? keys.former : [...keys.former, publicHalf(keys.current)]
  return { ...enrolment, lane, keys: { current: keys.next, next: null, former } }
}
