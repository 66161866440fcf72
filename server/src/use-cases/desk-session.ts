// Who sits at the desk: a creditor's API key and the name of the person open a session, which travels as a
// sealed text and is stored nowhere. A key that is revoked ends all its sessions at once.
import { createHash, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result, toBase64Url } from '@parley/sdk/protocol'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import { findCreditorIdByKeyHash, readCreditor } from '../storage/creditors.ts'
import type { Deps } from './deps.ts'

type SessionDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'vault'>

/** A person at the desk of a creditor. */
export interface DeskSession {
  creditorId: string
  creditorName: string
  timeZone: string
  /** The member of staff, as the timeline will name them. */
  by: string
  /** Every form holds it; nobody else's page can know it. */
  csrf: string
}

/** How long a session lasts: a working day. */
export const SESSION_SECONDS = 8 * 3_600

/** What is sealed; the purpose keeps other sealed texts from passing for a session. */
interface Sealed {
  purpose: 'desk-session'
  creditorId: string
  keyHash: string
  by: string
  csrf: string
  until: number
}

/** Opens a session. Refuses `text-invalid` (the name) and `not-found` (no such key). */
export async function openDeskSession(
  deps: SessionDeps,
  { apiKey, by }: { apiKey: string; by: string },
): Promise<Result<string, Refusal>> {
  const refused = textRefusal(by, 70, '/by')
  if (refused !== undefined) return err(refused)
  const keyHash = createHash('sha256').update(apiKey).digest()
  const creditorId = await acrossCreditors(() => findCreditorIdByKeyHash(deps.db, keyHash))
  if (creditorId === undefined) return err(refusal('not-found', 'there is no such key'))
  const sealed: Sealed = {
    purpose: 'desk-session',
    creditorId,
    keyHash: toBase64Url(keyHash),
    by,
    csrf: toBase64Url(deps.ids.randomBytes(16)),
    until: deps.clock.now() + SESSION_SECONDS,
  }
  return ok(toBase64Url(deps.vault.seal(JSON.stringify(sealed))))
}

/** Reads a session; undefined for one that is over, revoked, or none of ours. */
export async function readDeskSession(
  deps: SessionDeps,
  text: string,
): Promise<DeskSession | undefined> {
  const sealed = unseal(deps, text)
  if (sealed === undefined || sealed.until <= deps.clock.now()) return undefined
  const { creditorId, by, csrf } = sealed
  const keyHash = Buffer.from(sealed.keyHash, 'base64url')
  const owner = await acrossCreditors(() => findCreditorIdByKeyHash(deps.db, keyHash))
  if (owner !== creditorId) return undefined
  const read = () => readCreditor(deps.db, creditorId)
  const { name: creditorName, timeZone } = await forCreditor(creditorId, read)
  return { creditorId, creditorName, timeZone, by, csrf }
}

/** Runs `work` for the creditor at whose desk somebody sits. */
export function atDeskOf<T>({ creditorId }: DeskSession, work: () => T): T {
  return forCreditor(creditorId, work)
}

/** Tells whether a form was made for this session. */
export function isFormOf({ csrf }: DeskSession, token: string | undefined): boolean {
  const [own, given] = [Buffer.from(csrf), Buffer.from(token ?? '')]
  return own.length === given.length && timingSafeEqual(own, given)
}

function unseal({ vault }: SessionDeps, text: string): Sealed | undefined {
  try {
    const value = JSON.parse(vault.open(Buffer.from(text, 'base64url'))) as Partial<Sealed>
    return value.purpose === 'desk-session' ? (value as Sealed) : undefined
  } catch {
    // Whatever does not open was not sealed by us: it is nobody's session.
    return undefined
  }
}
