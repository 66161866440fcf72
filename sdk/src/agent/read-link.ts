// Reads the request behind the one link of a bill, so that it can be shown before it is claimed. What
// is read here may be shown and nothing else: it is addressed to anyone. Spec: LNK-01, LNK-02.

import { fetchBounded } from '../peer/bounded-fetch.ts'
import type { RequestMessage } from '../protocol/generated/messages.ts'
import { isIssuer } from '../protocol/identifiers.ts'
import { ANYONE, JOSE_MEDIA_TYPE, parsePayload, typOf } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { verifyMessage } from '../protocol/verify.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { checkRequest } from './check-content.ts'
import type { AgentContext } from './context.ts'
import { resemblesKnown } from './known-names.ts'
import { type CreditorStanding, standingOf } from './trust.ts'

/** What the person may see before the agent claims the request. */
export interface LinkedRequest {
  /** Issuer of the creditor's server. */
  readonly server: string
  /** The token with which `enrol` claims it. */
  readonly link: string
  readonly request: RequestMessage
  /** Name of another known creditor that this one's looks like: a warning to be shown. */
  readonly looksLike: string | null
  /** Who says that the creditor is who it says it is; to be shown. */
  readonly trust: CreditorStanding
}

const LINK_PATH = /^\/p\/([A-Za-z0-9_-]{32,128})$/

/**
 * Fetches and verifies the unaddressed request behind a link.
 *
 * Refuses `link` (no address of this kind), `unreachable`, `not-found`, `schema`,
 * `content-invalid` and the codes of the strict layer.
 */
export async function readLink(
  context: AgentContext,
  url: string,
): Promise<Result<LinkedRequest, AgentRefusal>> {
  const { allowLoopbackHttp } = context
  const parsed = URL.parse(url)
  const link = LINK_PATH.exec(parsed?.pathname ?? '')?.[1]
  if (parsed === null || link === undefined || parsed.username !== '') return err({ code: 'link' })
  const server = parsed.origin
  if (!isIssuer(server, { allowLoopbackHttp })) return err({ code: 'link' })
  const reply = await fetchBounded(context.fetch, {
    url: `${server}/p/${link}`,
    headers: { accept: JOSE_MEDIA_TYPE },
  })
  if (!reply.ok) return err({ code: 'unreachable', detail: reply.error.code })
  const { status, mediaType, text } = reply.value
  if (status === 404 || status === 410) return err({ code: 'not-found' })
  if (status !== 200 || mediaType !== JOSE_MEDIA_TYPE) {
    return err({ code: 'unreachable', detail: `status-${status}` })
  }
  const request = await readRequest(context, server, text)
  if (!request.ok) return request
  const { id: creditorId, name } = request.value.creditor
  const named = { server, creditorId, name, since: context.clock() }
  const looksLike = resemblesKnown(await context.store.enrolments(), named)
  const trust = await standingOf(context, { server, creditorId })
  return ok({ server, link, request: request.value, looksLike, trust })
}

async function readRequest(
  context: AgentContext,
  issuer: string,
  jws: string,
): Promise<Result<RequestMessage, AgentRefusal>> {
  const verified = await verifyMessage(jws, {
    typ: typOf('request'),
    keys: context.directory.resolveKey,
    now: context.clock(),
    audience: ANYONE,
    issuer,
    allowLoopbackHttp: context.allowLoopbackHttp,
  })
  if (!verified.ok) return verified
  if (verified.value.payload.sub !== ANYONE) return err({ code: 'sub' })
  const parsed = parsePayload('request', verified.value.payload)
  if (!parsed.ok) return err({ code: 'schema', detail: parsed.error.pointer })
  const sound = checkRequest(parsed.value)
  return sound.ok ? ok(parsed.value) : sound
}
