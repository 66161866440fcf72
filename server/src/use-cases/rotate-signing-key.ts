// The server's own keys: the next, and the one that is no longer trusted. The next is
// published before it signs, and the former verifies as long as a message that it signed. Spec:
// KEY-02, KEY-03.
import { err, ok, type Result } from '@parley/sdk/protocol'
import { nextKeyAt, signingKeyAt } from '../domain/key-chain.ts'
import type { Database, Tx } from '../storage/database.ts'
import {
  allSigningKeys,
  insertSigningKey,
  moveSigningKey,
  type NewSigningKey,
  retireSigningKey,
  revokeStoredKey,
  type StoredSigningKey,
} from '../storage/signing-keys.ts'
import type { Clock } from './deps.ts'
import { DEFAULT_LIFETIME_SECONDS } from './prepare-message.ts'

interface KeyDeps {
  db: Database
  clock: Clock
  /** Makes a key whose private half is encrypted already. */
  makeKey(): Promise<NewSigningKey>
}

/** Why a rotation or revocation did not happen; `detail` is a sentence for the operator. */
export interface KeyChangeRefusal {
  code: 'rotation-under-way' | 'key-unknown' | 'outrun'
  detail: string
}

/** What an operator did: the key that signs from `signsFrom` on, and what became of the former. */
export interface KeyChange {
  kid: string
  signsFrom: number
}

/**
 * Publishes the next key at once; it signs after `overlapSeconds`. The former stays published, and
 * is believed until the last message that it signed has expired. Refuses `rotation-under-way`.
 */
export async function rotateSigningKey(
  deps: KeyDeps,
  { overlapSeconds }: { overlapSeconds: number },
): Promise<Result<KeyChange, KeyChangeRefusal>> {
  const fresh = await deps.makeKey()
  return await deps.db.transaction().execute(async (tx) => {
    const now = deps.clock.now()
    const keys = await ownKeys(tx)
    const next = nextKeyAt(keys, now)
    if (next !== undefined) {
      return err({ code: 'rotation-under-way', detail: `${next.kid} takes over already` })
    }
    const signsFrom = now + overlapSeconds
    const former = signingKeyAt(keys, now)
    const row = { ...fresh, createdAt: now, signsFrom, replaces: newestOf(keys) }
    if (!(await insertSigningKey(tx, row))) return err(somebodyElse())
    if (former !== undefined) {
      await retireSigningKey(tx, former.kid, signsFrom + DEFAULT_LIFETIME_SECONDS)
    }
    return ok({ kid: fresh.kid, signsFrom })
  })
}

/**
 * Takes the trust from a key at once. When it was the one that signs, the next takes over now, or a
 * new one is made; when it was the next, the present one goes on. Refuses `key-unknown`.
 */
export async function revokeSigningKey(
  deps: KeyDeps,
  { kid, reason }: { kid: string; reason: string },
): Promise<Result<KeyChange, KeyChangeRefusal>> {
  const fresh = await deps.makeKey()
  return await deps.db.transaction().execute(async (tx) => {
    const now = deps.clock.now()
    const before = await ownKeys(tx)
    if (!(await revokeStoredKey(tx, kid, { at: now, reason }))) {
      return err({ code: 'key-unknown', detail: `there is no key ${kid} that could be revoked` })
    }
    const rest = before.filter((key) => key.kid !== kid)
    const wasSigning = signingKeyAt(before, now)?.kid === kid
    if (!wasSigning) return ok(await goOn(tx, rest, now))
    const next = nextKeyAt(rest, now)
    if (next !== undefined) {
      await moveSigningKey(tx, next.kid, now)
      return ok({ kid: next.kid, signsFrom: now })
    }
    const row = { ...fresh, createdAt: now, signsFrom: now, replaces: newestOf(before) }
    return (await insertSigningKey(tx, row))
      ? ok({ kid: fresh.kid, signsFrom: now })
      : err(somebodyElse())
  })
}

/** The present key has no end when nothing follows it any more. */
async function goOn(tx: Tx, keys: readonly StoredSigningKey[], now: number): Promise<KeyChange> {
  const present = signingKeyAt(keys, now)
  if (present === undefined) throw new Error('the store has no key that signs')
  if (nextKeyAt(keys, now) === undefined) await retireSigningKey(tx, present.kid, null)
  return { kid: present.kid, signsFrom: present.signsFrom }
}

async function ownKeys(tx: Tx): Promise<StoredSigningKey[]> {
  return (await allSigningKeys(tx)).filter(({ alg }) => alg === 'ES256')
}

/** The end of the chain, revoked or not: each key is replaced once. */
function newestOf(keys: readonly StoredSigningKey[]): string {
  return keys[0]?.kid ?? ''
}

function somebodyElse(): KeyChangeRefusal {
  return { code: 'outrun', detail: 'another key was made at the same time: look at the list' }
}
