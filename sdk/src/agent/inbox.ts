// The agent's HTTP inbox: one signed message in, one status out. 202 means kept; the answer to the
// creditor goes out on its own, not in this reply.

import { problemResponse, readPost } from '../peer/problem.ts'
import { MAX_MESSAGE_LENGTH } from '../protocol/decode.ts'
import { JOSE_MEDIA_TYPE } from '../protocol/messages.ts'
import type { AgentContext } from './context.ts'
import { receiveMessage } from './receive.ts'
import type { ThreadKey } from './store.ts'

/**
 * Takes a pushed message. Answers 202 for a kept or known message, 200 with a signed `noted` for one
 * of an enrolment's own thread (ENR-04), otherwise RFC 9457 problems: 400
 * malformed, 401 not believable, 404 no such enrolment, 405, 409 sequence, 410 expired, 413, 415,
 * 422 content, 503 try again. `afterwards` is called with the conversation that got something new.
 */
export async function handlePush(
  context: AgentContext,
  request: Request,
  afterwards: (key: ThreadKey) => void,
): Promise<Response> {
  const body = await readPost(request, {
    mediaType: JOSE_MEDIA_TYPE,
    maxBytes: MAX_MESSAGE_LENGTH,
  })
  if (!body.ok) return problemResponse(body.error.code)
  const received = await receiveMessage(context, body.value, 'push')
  if (!received.ok) return problemResponse(received.error.code)
  const { thread, effect, reply } = received.value
  if (effect === 'stored' && thread !== null) afterwards(thread)
  if (reply !== undefined) {
    return new Response(reply, { headers: { 'content-type': JOSE_MEDIA_TYPE } })
  }
  return new Response(null, { status: 202 })
}
