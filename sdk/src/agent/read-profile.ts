// The debtor's own copy of what a creditor has learnt: fetched with the pull address, signed by the
// creditor, in no thread. Spec: PRF-01.
import { fetchBounded } from '../peer/bounded-fetch.ts'
import type { ProfileMessage } from '../protocol/generated/messages.ts'
import { JOSE_MEDIA_TYPE, parsePayload, typOf } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { verifyMessage } from '../protocol/verify.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { activeEnrolment } from './change-enrolment.ts'
import type { AgentContext } from './context.ts'

/**
 * Fetches and verifies the profile. Refuses `not-found`, `peer-refused` (an agent that enrolled by a
 * link), `unreachable`, `sub`, `schema` and the codes of the strict layer.
 */
export async function readProfile(
  context: AgentContext,
  enrolmentId: string,
): Promise<Result<ProfileMessage, AgentRefusal>> {
  const enrolment = await activeEnrolment(context, enrolmentId)
  if (enrolment === undefined) return err({ code: 'not-found' })
  const reply = await fetchBounded(context.fetch, {
    url: `${enrolment.pullUrl}/profile`,
    headers: { accept: JOSE_MEDIA_TYPE },
  })
  if (!reply.ok) return err({ code: 'unreachable', detail: reply.error.code })
  const { status, mediaType, text } = reply.value
  if (status === 403) return err({ code: 'peer-refused', detail: 'peer-not-party' })
  if (status === 404) return err({ code: 'not-found' })
  if (status !== 200 || mediaType !== JOSE_MEDIA_TYPE) {
    return err({ code: 'unreachable', detail: `status-${status}` })
  }
  const verified = await verifyMessage(text, {
    typ: typOf('profile'),
    keys: context.directory.resolveKey,
    now: context.clock(),
    audience: context.iss,
    issuer: enrolment.server,
    allowLoopbackHttp: context.allowLoopbackHttp,
  })
  if (!verified.ok) return verified
  const { payload } = verified.value
  if (payload.sub !== enrolment.sub) return err({ code: 'sub' })
  const parsed = parsePayload('profile', payload)
  return parsed.ok ? ok(parsed.value) : err({ code: 'schema', detail: parsed.error.pointer })
}
