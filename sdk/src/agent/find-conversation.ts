// Finds the conversation about a request by what an app knows of it.

import { err, ok, type Result } from '../protocol/result.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import type { AgentContext } from './context.ts'
import type { ThreadKey } from './store.ts'

/** The id of a request; the key of its conversation where two creditors use the same id. */
export type RequestRef = string | ThreadKey

/** Refuses `not-found` for an id that no conversation has, or those of several creditors. */
export async function findConversation(
  { store }: Pick<AgentContext, 'store'>,
  ref: RequestRef,
): Promise<Result<ThreadKey, AgentRefusal>> {
  if (typeof ref !== 'string') return ok(ref)
  const threads = (await store.threads()).filter(({ request }) => request.requestId === ref)
  const latest = threads.reduce<(typeof threads)[number] | undefined>(
    (kept, one) => (kept === undefined || one.request.iat >= kept.request.iat ? one : kept),
    undefined,
  )
  const issuers = new Set(threads.map(({ request }) => request.iss))
  if (latest === undefined || issuers.size > 1) return err({ code: 'not-found' })
  return ok({ enrolmentId: latest.enrolmentId, thr: latest.thr })
}
