// Sends the kept answer of a conversation. The same bytes go out until a reply settles the matter, so
// a lost reply costs nothing.

import { postMessage } from '../peer/post-message.ts'
import { JOSE_MEDIA_TYPE } from '../protocol/messages.ts'
import { activeEnrolment } from './change-enrolment.ts'
import type { AgentContext } from './context.ts'
import type { ThreadKey } from './store.ts'
import { type Delivery, takeReply } from './take-reply.ts'
import { openMessage } from './thread.ts'

/** Most answers sent in one call; the last menu comes long before. */
const MAX_ROUNDS = 8

/** Sends what waits in a conversation, and again while the creditor's replies call for answers. */
export async function deliverAnswer(
  context: AgentContext,
  key: ThreadKey,
): Promise<Exclude<Delivery, 'again'>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const message = openMessage(await context.store.thread(key))
    const enrolment = await activeEnrolment(context, key.enrolmentId)
    if (message === null || enrolment === undefined) return 'done'
    const reply = await postMessage(context.fetch, {
      url: enrolment.messagesUrl,
      body: message.jws,
      mediaType: JOSE_MEDIA_TYPE,
    })
    const delivery = await takeReply(context, key, { message, reply })
    if (delivery !== 'again') return delivery
  }
  return 'waiting'
}
