// Tells a creditor that its message arrived and that the person has seen it, in a thread beside the
// conversation. It never holds the conversation up: what cannot be told now waits. Spec: DLV-04.

import { sha256Base64Url } from '../protocol/hash.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { activeEnrolment } from './change-enrolment.ts'
import { type AgentContext, changeThread } from './context.ts'
import { flushLane, type LaneDelivery, type LaneOwner } from './flush-lane.ts'
import { withdrawn, withOwed } from './lane.ts'
import { signingKeyOf } from './own-keys.ts'
import type { ThreadKey, ThreadRecord } from './store.ts'

/** Owes the acknowledgement of one message of the creditor. */
export function withAck(
  thread: ThreadRecord,
  { status, ref }: { readonly status: 'RCVD' | 'PRES'; readonly ref: string },
): ThreadRecord {
  const { requestId } = thread.request
  const acks = withOwed(thread.acks, { kind: 'ack', body: { requestId, status, ref } })
  return { ...thread, acks }
}

/**
 * Owes `PRES` for the newest message of the creditor. Refuses `not-found` and `busy`.
 */
export async function owePresented(
  context: AgentContext,
  key: ThreadKey,
): Promise<Result<null, AgentRefusal>> {
  type Owed = Result<null, AgentRefusal>
  const owed = await changeThread<Owed>(context, key, async (thread) => {
    const shown = thread?.messages.findLast(({ from }) => from === 'creditor')
    if (thread === undefined || shown === undefined) {
      return { thread: null, outcome: err({ code: 'not-found' }) }
    }
    return { thread: withAck(thread, { status: 'PRES', ref: shown.hash }), outcome: ok(null) }
  })
  return owed ?? err({ code: 'busy' })
}

/** Tells whether acknowledgements of a conversation wait. */
export function hasAcks({ acks }: ThreadRecord): boolean {
  return acks.owed.length > 0 || acks.underWay !== null
}

/** Sends the acknowledgements that wait; one that the creditor has no place for is dropped. */
export async function flushAcks(context: AgentContext, key: ThreadKey): Promise<LaneDelivery> {
  const owner = ackLane(context, key)
  const delivery = await flushLane(context, owner)
  if (delivery.state !== 'behind') return delivery
  await owner.change((lane) => {
    const back = withdrawn(lane)
    return { lane: { ...back, owed: back.owed.slice(1) } }
  })
  return delivery
}

function ackLane(context: AgentContext, key: ThreadKey): LaneOwner {
  return {
    async load() {
      const thread = await context.store.thread(key)
      const enrolment = await activeEnrolment(context, key.enrolmentId)
      if (thread === undefined || enrolment === undefined || !hasAcks(thread)) return undefined
      const { server, sub, messagesUrl: url } = enrolment
      const thr = await sha256Base64Url(`parley-ack:${key.thr}`)
      const signingKey = await signingKeyOf(context, enrolment)
      return { lane: thread.acks, address: { server, sub, thr, url, key: signingKey } }
    },
    async change(change) {
      await changeThread<null>(context, key, async (thread) => {
        const changed = thread === undefined ? null : await change(thread.acks)
        if (thread === undefined || changed === null) return { thread: null, outcome: null }
        return { thread: { ...thread, acks: changed.lane }, outcome: null }
      })
    },
  }
}
