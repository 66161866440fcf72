// Who calls: a creditor by API key, or the operator or the mail server by a token of the configuration.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { SecurityScheme } from './api-document.ts'

export interface Caller {
  creditorId: string
}

export type Authenticate = (
  scheme: SecurityScheme,
  token: string | undefined,
) => Promise<Caller | undefined>

const NOBODY: Caller = { creditorId: '' }

/** A revoked key works no longer than this. */
const CACHE_SECONDS = 5
const MAX_CACHED = 10_000

export interface AuthenticateDeps {
  operatorToken: string | undefined
  incomingSecret: string | undefined
  findCreditorIdByKeyHash(hash: Buffer): Promise<string | undefined>
}

/** Checks tokens; keys that were found are remembered for five seconds. */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const cache = new Map<string, { creditorId: string; until: number }>()
  return async (scheme, token) => {
    if (scheme === 'none') return NOBODY
    if (token === undefined) return undefined
    if (scheme !== 'apiKey') return isSame(token, deps[scheme]) ? NOBODY : undefined
    const hash = createHash('sha256').update(token).digest()
    const name = hash.toString('base64url')
    const known = cache.get(name)
    // The system's clock on purpose: how long a cache lives is no business time.
    const now = performance.now() / 1000
    if (known !== undefined && known.until > now) return { creditorId: known.creditorId }
    const creditorId = await deps.findCreditorIdByKeyHash(hash)
    if (creditorId === undefined) return undefined
    if (cache.size >= MAX_CACHED) cache.clear()
    cache.set(name, { creditorId, until: now + CACHE_SECONDS })
    return { creditorId }
  }
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(headers.authorization ?? '')?.[1]
}

function isSame(token: string, expected: string | undefined): boolean {
  if (expected === undefined) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(token), digest(expected))
}
