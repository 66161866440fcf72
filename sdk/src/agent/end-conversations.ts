// What the end of an enrolment does to its conversations: what was not agreed is not answered any more.

import { type AgentContext, changeThread } from './context.ts'
import { ended, restored } from './thread.ts'

/** Ends the open conversations of an enrolment; agreements stay. Safe to repeat. */
export async function endConversations(context: AgentContext, enrolmentId: string): Promise<void> {
  for (const { thr, enrolmentId: id } of await context.store.threads()) {
    if (id !== enrolmentId) continue
    const key = { enrolmentId, thr }
    const isEnded = await changeThread<boolean>(context, key, async (thread) => {
      const isOpen = thread !== undefined && thread.stage !== 'ended' && thread.stage !== 'agreed'
      if (isOpen && thread.former !== null) return { thread: restored(thread), outcome: false }
      return isOpen
        ? { thread: ended(thread, 'enrolment-ended'), outcome: true }
        : { thread: null, outcome: false }
    })
    if (isEnded === true) context.emit({ type: 'ended', thread: key, ending: 'enrolment-ended' })
  }
}
