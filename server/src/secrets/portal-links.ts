// Links to the portal: a claim id and a MAC over it, so that no table of links is needed and a
// link can be written again at any time. The MAC key is a secret of the server that outlives its master key.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Database } from '../storage/database.ts'
import { keyringOf } from '../storage/keyring.ts'
import type { PortalLinks } from '../use-cases/deps.ts'

const TOKEN = /^([0-9A-Z]{26})([A-Za-z0-9_-]{22})$/
const CLAIM_PREFIX = 'pr_'

/** Makes `/p/<claim><mac>` links: 26 characters of the claim id and a 128-bit MAC. */
export function createPortalLinks(secret: Buffer, publicUrl: string): PortalLinks {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'parley portal links', 32))
  const macOf = (id: string) =>
    createHmac('sha256', key).update(id).digest().subarray(0, 16).toString('base64url')
  return {
    urlOf(claimId) {
      const id = claimId.slice(CLAIM_PREFIX.length)
      return `${publicUrl}/p/${id}${macOf(id)}`
    },
    claimOf(token) {
      const [, id, mac] = TOKEN.exec(token) ?? []
      if (id === undefined || mac === undefined) return undefined
      const isOurs = timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(id)))
      return isOurs ? `${CLAIM_PREFIX}${id}` : undefined
    },
  }
}

/** The secret of a store behind its portal links. */
export async function portalSecret(db: Database): Promise<Buffer> {
  return await keyringOf(db).secret(db, 'portal links')
}
