// The keys of parties that have an address, from `{issuer}/.well-known/parley`. Fetches only the
// address of an issuer that the caller expects, never one that a message's header names, and no
// more often than once a minute, whoever asks. Spec: KEY-05.
import {
  ANYONE,
  err,
  isIssuer,
  type JwkSet,
  type KeyRecord,
  type KeyResolver,
  keyRecordOf,
  ok,
  parsePayload,
  parseStrictJson,
  type Refusal,
  type Result,
  typOf,
  verifyMessage,
} from '@parley/sdk/protocol'
import type { Clock, PeerKeys } from '../use-cases/deps.ts'
import type { HttpCaller } from '../use-cases/outbound-ports.ts'

export interface PeerKeysOptions {
  readonly client: HttpCaller
  readonly clock: Clock
  /** Lets `http://127.0.0.1` and `http://localhost` be issuers, for development and the demo. */
  readonly allowLoopback: boolean
  /** How many issuers are remembered (1,000); the one that was asked for longest ago goes first. */
  readonly maxIssuers?: number
}

type Keys = ReadonlyMap<string, KeyRecord>

interface Entry {
  keys: Keys | undefined
  fetchedAt: number
  triedAt: number
  underway: Promise<void> | undefined
}

interface Cache extends PeerKeysOptions {
  readonly entries: Map<string, Entry>
  fetches: number
}

/** A revoked key is trusted no longer than this. */
const FRESH_SECONDS = 300
const RETRY_SECONDS = 60
/** Keys that could not be fetched again for a day are no longer believed: one may be revoked. */
const MAX_STALE_SECONDS = 86_400
const MAX_ISSUERS = 1_000
const MAX_METADATA_BYTES = 64 * 1024
const DEADLINE_MS = 5_000
/** Anybody may name an issuer: more fetches than this are not under way at once. */
const MAX_FETCHES = 16

/**
 * Builds the cache. A resolver answers `key-unavailable` while an issuer's keys cannot be had, and
 * `key-unknown` for a key that the issuer does not publish or for a message of another issuer.
 */
export function createPeerKeys(options: PeerKeysOptions): PeerKeys {
  const cache: Cache = { ...options, entries: new Map(), fetches: 0 }
  return {
    resolverFor: (issuer): KeyResolver => {
      return async ({ kid }, claimedIssuer) => {
        const hasAddress = isIssuer(issuer, { allowLoopbackHttp: options.allowLoopback })
        if (claimedIssuer !== issuer || !hasAddress || issuer.startsWith('urn:')) {
          return err({ code: 'key-unknown', detail: 'no keys are published for this issuer' })
        }
        return await findKey(cache, issuer, kid)
      }
    },
  }
}

async function findKey(
  cache: Cache,
  issuer: string,
  kid: string,
): Promise<Result<KeyRecord, Refusal>> {
  const entry = entryOf(cache, issuer)
  if (since(cache, entry.fetchedAt) >= FRESH_SECONDS || !entry.keys?.has(kid)) {
    await refresh(cache, entry, issuer)
  }
  const isBelieved = since(cache, entry.fetchedAt) < MAX_STALE_SECONDS
  if (entry.keys === undefined || !isBelieved) return err({ code: 'key-unavailable' })
  const record = entry.keys.get(kid)
  return record === undefined ? err({ code: 'key-unknown' }) : ok(record)
}

/** What lies ahead was noted before the clock was set back: nobody knows how long ago. */
function since({ clock }: Cache, at: number): number {
  const seconds = clock.now() - at
  return seconds < 0 ? Infinity : seconds
}

/** Fetches once for all who wait, at most once a minute; on failure the old keys stay. */
async function refresh(cache: Cache, entry: Entry, issuer: string): Promise<void> {
  if (entry.underway === undefined) {
    const now = cache.clock.now()
    if (since(cache, entry.triedAt) < RETRY_SECONDS || cache.fetches >= MAX_FETCHES) return
    entry.triedAt = now
    cache.fetches += 1
    entry.underway = fetchKeys(cache, issuer)
      .then((keys) => {
        if (keys !== undefined) Object.assign(entry, { keys, fetchedAt: now })
      })
      .finally(() => {
        entry.underway = undefined
        cache.fetches -= 1
      })
  }
  await entry.underway
}

/** Moves an issuer to the young end of the map, making it and dropping the oldest when needed. */
function entryOf({ entries, maxIssuers = MAX_ISSUERS }: Cache, issuer: string): Entry {
  const known = entries.get(issuer)
  const entry = known ?? {
    keys: undefined,
    fetchedAt: -Infinity,
    triedAt: -Infinity,
    underway: undefined,
  }
  entries.delete(issuer)
  entries.set(issuer, entry)
  if (entries.size > maxIssuers) {
    const [oldest] = entries.keys()
    if (oldest !== undefined) entries.delete(oldest)
  }
  return entry
}

async function fetchKeys(options: PeerKeysOptions, issuer: string): Promise<Keys | undefined> {
  const reply = await options.client.request({
    method: 'GET',
    url: `${issuer}/.well-known/parley`,
    headers: { accept: 'application/json' },
    maxBytes: MAX_METADATA_BYTES,
    deadlineMs: DEADLINE_MS,
  })
  if (!reply.ok || reply.value.status !== 200) return undefined
  return await keysOf(reply.value.body.toString('utf8'), issuer, options)
}

/** The keys of a metadata document, when its signed form holds and says the same issuer. */
async function keysOf(
  text: string,
  issuer: string,
  { clock, allowLoopback }: PeerKeysOptions,
): Promise<Keys | undefined> {
  const document = parseStrictJson(text)
  if (!document.ok || !isMetadata(document.value) || document.value.issuer !== issuer) {
    return undefined
  }
  const { jwks, signedMetadata } = document.value
  const verified = await verifyMessage(signedMetadata, {
    typ: typOf('meta'),
    keys: jwks,
    now: clock.now(),
    audience: ANYONE,
    issuer,
    allowLoopbackHttp: allowLoopback,
  })
  if (!verified.ok) return undefined
  const meta = parsePayload('meta', verified.value.payload)
  if (!meta.ok) return undefined
  const keys = recordsOf(meta.value.jwks.keys)
  return keys.has(verified.value.kid) ? keys : undefined
}

interface Metadata {
  readonly issuer: string
  readonly jwks: JwkSet
  readonly signedMetadata: string
}

function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== 'object' || value === null) return false
  const { jwks, signedMetadata } = value as Partial<Record<keyof Metadata, unknown>>
  if (typeof jwks !== 'object' || jwks === null || typeof signedMetadata !== 'string') return false
  return Array.isArray((jwks as { keys?: unknown }).keys)
}

/** Keys by name. A name that stands twice is believed for neither; unfit keys are left out. */
function recordsOf(published: readonly unknown[]): Map<string, KeyRecord> {
  const records = new Map<string, KeyRecord>()
  const doubles = new Set<string>()
  for (const jwk of published) {
    const record = keyRecordOf(jwk)
    if (!record.ok) continue
    if (records.has(record.value.kid)) doubles.add(record.value.kid)
    records.set(record.value.kid, record.value)
  }
  for (const kid of doubles) records.delete(kid)
  return records
}
