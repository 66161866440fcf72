// Who a peer is: its keys and endpoints from {issuer}/.well-known/parley, cached. Only issuers that
// the caller names are ever asked; no address is taken from a message's header.

import { isJsonObject, peekClaims } from '../protocol/decode.ts'
import type { MetaMessage } from '../protocol/generated/messages.ts'
import { isIssuer } from '../protocol/identifiers.ts'
import type { JwkSet, KeyResolver } from '../protocol/key-set.ts'
import { keyRecordOf } from '../protocol/key-set.ts'
import type { KeyRecord } from '../protocol/keys.ts'
import { ANYONE, parsePayload, typOf } from '../protocol/messages.ts'
import type { Refusal } from '../protocol/refusals.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { parseStrictJson } from '../protocol/strict-json.ts'
import { verifyMessage } from '../protocol/verify.ts'
import { type Fetch, fetchBounded } from './bounded-fetch.ts'

/** What a peer says of itself, signed with one of its own keys. */
export interface PeerMetadata {
  readonly issuer: string
  readonly jwks: JwkSet
  readonly endpoints: MetaMessage['endpoints']
}

/** Why a peer's metadata cannot be used now. */
export interface DirectoryRefusal {
  readonly code: 'issuer' | 'key-unavailable' | 'metadata'
  readonly detail?: string
}

/** What discovery needs of the host. */
export interface DirectoryOptions {
  readonly fetch: Fetch
  /** Epoch seconds. */
  readonly clock: () => number
  readonly allowLoopbackHttp: boolean
}

/** Finds peers' keys and endpoints. */
export interface Directory {
  /** Refuses `issuer`, `key-unavailable` (not reachable now) and `metadata` (not believable). */
  metadata(issuer: string): Promise<Result<PeerMetadata, DirectoryRefusal>>
  /**
   * Resolves a key of exactly the issuer asked for; unknown ones cause one refresh a minute at most.
   * Spec: KEY-05.
   */
  readonly resolveKey: KeyResolver
}

interface Entry {
  readonly metadata: PeerMetadata
  readonly fetchedAt: number
}

/** A revoked key is trusted for no longer than this. */
const FRESH_SECONDS = 300
/** The last good set stands in for so long while its owner cannot be reached. */
const STALE_SECONDS = 86_400
const REFRESH_SECONDS = 60
/** A peer of which nothing is known yet is asked again after so long. */
const RETRY_SECONDS = 5
const MAX_PEERS = 1000
const MAX_DOCUMENT_BYTES = 65_536
const DEADLINE_MS = 5000

/**
 * Creates a directory with its own cache of at most 1,000 peers: fetched anew after 5 minutes, the
 * last good answer for 24 hours when that fails. Spec: KEY-04, KEY-05.
 */
export function createDirectory(options: DirectoryOptions): Directory {
  const cache = createCache(options)
  return {
    async metadata(issuer) {
      const entry = await cache.current(issuer)
      return entry.ok ? ok(entry.value.metadata) : entry
    },
    async resolveKey({ kid }, issuer) {
      const cached = await cache.current(issuer)
      if (!cached.ok) return err({ code: 'key-unavailable' })
      const found = keyIn(cached.value, kid)
      if (found.ok) return found
      const refreshed = await cache.refreshed(issuer)
      return refreshed.ok ? keyIn(refreshed.value, kid) : err({ code: 'key-unavailable' })
    },
  }
}

type Found = Result<Entry, DirectoryRefusal>

interface Cache {
  /** At most 5 minutes old, or the last good one while its owner cannot be reached. */
  current(issuer: string): Promise<Found>
  /** Fetched in the last minute, if need be now. */
  refreshed(issuer: string): Promise<Found>
}

/** Fetches once for many askers, and leaves a peer alone for a while after each attempt. */
function createCache(options: DirectoryOptions): Cache {
  const entries = new Map<string, Entry>()
  const attempts = new Map<string, number>()
  const pending = new Map<string, Promise<Found>>()
  /** What lies ahead was noted before the clock was set back: nobody knows how long ago. */
  function since(at = Infinity): number {
    const seconds = options.clock() - at
    return seconds < 0 ? Infinity : seconds
  }

  async function load(issuer: string): Promise<Found> {
    const now = options.clock()
    remember(attempts, issuer, now)
    const fetched = await fetchMetadata(issuer, options)
    if (!fetched.ok) return fetched
    const entry = { metadata: fetched.value, fetchedAt: now }
    remember(entries, issuer, entry)
    return ok(entry)
  }

  /** Fetches unless that was tried within `pause` seconds. */
  function fetchUnlessTried(issuer: string, pause: number): Promise<Found> {
    const running = pending.get(issuer)
    if (running !== undefined) return running
    if (since(attempts.get(issuer)) < pause) {
      return Promise.resolve(err({ code: 'key-unavailable', detail: 'tried a moment ago' }))
    }
    const loading = load(issuer).finally(() => pending.delete(issuer))
    pending.set(issuer, loading)
    return loading
  }

  return {
    async current(issuer) {
      const known = entries.get(issuer)
      if (since(known?.fetchedAt) < FRESH_SECONDS && known !== undefined) return ok(known)
      const pause = known === undefined ? RETRY_SECONDS : REFRESH_SECONDS
      const fetched = await fetchUnlessTried(issuer, pause)
      const mayStandIn = !fetched.ok && fetched.error.code === 'key-unavailable'
      return mayStandIn && known !== undefined && since(known.fetchedAt) <= STALE_SECONDS
        ? ok(known)
        : fetched
    },
    async refreshed(issuer) {
      const known = entries.get(issuer)
      const isRecent = since(attempts.get(issuer)) < REFRESH_SECONDS
      if (isRecent && known !== undefined) return ok(known)
      return fetchUnlessTried(issuer, REFRESH_SECONDS)
    },
  }
}

function keyIn({ metadata }: Entry, kid: string): Result<KeyRecord, Refusal> {
  const [published, ...twins] = metadata.jwks.keys.filter((key) => key.kid === kid)
  if (published === undefined || twins.length > 0) return err({ code: 'key-unknown' })
  const record = keyRecordOf(published)
  return record.ok ? record : err({ code: 'key-unknown', detail: record.error.code })
}

async function fetchMetadata(
  issuer: string,
  options: DirectoryOptions,
): Promise<Result<PeerMetadata, DirectoryRefusal>> {
  const { allowLoopbackHttp } = options
  if (!isIssuer(issuer, { allowLoopbackHttp }) || !issuer.startsWith('http')) {
    return err({ code: 'issuer' })
  }
  const reply = await fetchBounded(options.fetch, {
    url: `${issuer}/.well-known/parley`,
    headers: { accept: 'application/json' },
    maxBytes: MAX_DOCUMENT_BYTES,
    timeoutMs: DEADLINE_MS,
  })
  if (!reply.ok) return err({ code: 'key-unavailable', detail: reply.error.code })
  const { status, mediaType, text } = reply.value
  if (status !== 200 || mediaType !== 'application/json') {
    return err({ code: 'key-unavailable', detail: `status ${status}` })
  }
  const document = parseStrictJson(text)
  if (!document.ok || !isJsonObject(document.value)) return err({ code: 'metadata' })
  return readSignedMetadata(document.value.signedMetadata, issuer, options)
}

/** The signed form alone is believed: its own keys must have signed it, for exactly this issuer. */
async function readSignedMetadata(
  jws: unknown,
  issuer: string,
  { clock, allowLoopbackHttp }: DirectoryOptions,
): Promise<Result<PeerMetadata, DirectoryRefusal>> {
  const peeked = peekClaims(jws)
  if (!peeked.ok) return err({ code: 'metadata', detail: peeked.error.code })
  const unverified = parsePayload('meta', peeked.value.payload)
  if (!unverified.ok) return err({ code: 'metadata', detail: unverified.error.pointer })
  const jwks = unverified.value.jwks as unknown as JwkSet
  const verified = await verifyMessage(jws, {
    typ: typOf('meta'),
    keys: jwks,
    now: clock(),
    audience: ANYONE,
    issuer,
    allowLoopbackHttp,
  })
  if (!verified.ok) return err({ code: 'metadata', detail: verified.error.code })
  return ok({ issuer, jwks, endpoints: unverified.value.endpoints })
}

function remember<T>(map: Map<string, T>, issuer: string, value: T): void {
  map.delete(issuer)
  map.set(issuer, value)
  const [oldest] = map.keys()
  if (map.size > MAX_PEERS && oldest !== undefined) map.delete(oldest)
}
