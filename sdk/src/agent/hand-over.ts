// Gives a signed agreement to the bank that may pay it. The bank takes the same agreement any number
// of times with one effect, so this repeats until it has answered.

import { postMessage } from '../peer/post-message.ts'
import { JOSE_JSON_MEDIA_TYPE } from '../protocol/messages.ts'
import { type AgentContext, changeThread } from './context.ts'
import { CLOCK_CODE } from './problem-codes.ts'
import type { HandOver, ThreadAgreement, ThreadKey, ThreadRecord } from './store.ts'

/** The bank pays a line of the former agreement at this moment, or its clock is behind. Spec: PAY-21. */
const PASSING_CODES: ReadonlySet<string> = new Set(['payment-under-way', CLOCK_CODE])

/** Hands over the agreement of a conversation, if one waits for it. */
export async function handOver(context: AgentContext, key: ThreadKey): Promise<void> {
  const thread = await context.store.thread(key)
  if (!waitsForBank(thread)) return
  const { agreement, handOver } = thread
  const reply = await postMessage(context.fetch, {
    url: `${handOver.bank}/parley/agreements`,
    body: agreement.jws,
    mediaType: JOSE_JSON_MEDIA_TYPE,
  })
  if (reply.kind === 'json' && reply.value.agreementId === agreement.agreementId) {
    await settle(context, key, { ...handOver, state: 'done' })
    context.emit({ type: 'handed-over', thread: key, bank: handOver.bank })
  } else if (reply.kind === 'problem' && !PASSING_CODES.has(reply.code)) {
    await settle(context, key, { ...handOver, state: 'refused', code: reply.code })
    context.emit({ type: 'hand-over-refused', thread: key, code: reply.code })
  } else {
    const code = 'code' in reply ? reply.code : 'reply-unexpected'
    context.emit({ type: 'waiting', thread: key, code })
  }
}

/** Tells whether an agreement in force still has to reach its bank. */
export function waitsForBank(thread: ThreadRecord | undefined): thread is ThreadRecord & {
  readonly agreement: ThreadAgreement
  readonly handOver: HandOver
} {
  return (
    thread?.stage === 'agreed' && thread.agreement !== null && thread.handOver?.state === 'pending'
  )
}

async function settle(context: AgentContext, key: ThreadKey, handOver: HandOver): Promise<void> {
  await changeThread<null>(context, key, async (thread) => {
    const settled: ThreadRecord | null =
      thread?.handOver?.state === 'pending' ? { ...thread, handOver } : null
    return { thread: settled, outcome: null }
  })
}
