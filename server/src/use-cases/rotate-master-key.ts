// Another master key takes over: all that the former one sealed or wrapped is put under the present one.
// Nothing that was sealed with data keys is touched, so this takes seconds, whatever the store holds.
import type { Database } from '../storage/database.ts'
import { contextOf } from '../storage/keyring.ts'
import {
  pageOfSecrets,
  replaceSecret,
  SECRET_KINDS,
  type SecretKind,
} from '../storage/master-sealed.ts'
import { keysWrappedByOthers, rewrapKeys } from '../storage/person-keys.ts'
import type { Vault } from './deps.ts'

interface RotateDeps {
  db: Database
  vault: Vault
}

const BATCH = 500

/** How many of each kind were put under the present master key. */
export type Rewrapped = Record<SecretKind | 'data keys', number>

/**
 * Puts everything under the present master key. Both keys open meanwhile; what was done stays done, so
 * that a run that was cut off is simply run again. @throws when neither key opens something.
 */
export async function rotateMasterKey(deps: RotateDeps): Promise<Rewrapped> {
  const done = { 'data keys': await rewrapDataKeys(deps) } as Rewrapped
  for (const kind of SECRET_KINDS) done[kind] = await resealSecrets(deps, kind)
  return done
}

async function rewrapDataKeys({ db, vault }: RotateDeps): Promise<number> {
  for (let done = 0; ; ) {
    const found = await keysWrappedByOthers(db, { keyId: vault.keyId, limit: BATCH })
    if (found.length === 0) return done
    const rewrapped = found.map((key) => {
      const context = contextOf(key)
      return { ...key, wrapped: vault.seal(vault.open(key.wrapped, context), context) }
    })
    await rewrapKeys(db, vault.keyId, rewrapped)
    done += found.length
  }
}

async function resealSecrets({ db, vault }: RotateDeps, kind: SecretKind): Promise<number> {
  let done = 0
  for (let after = ''; ; ) {
    const page = await pageOfSecrets(db, kind, { after, limit: BATCH })
    for (const secret of page) {
      const resealed = vault.reseal(secret.sealed, secret.context)
      if (resealed === undefined) continue
      await replaceSecret(db, kind, secret, resealed)
      done += 1
    }
    const last = page.at(-1)
    if (last === undefined) return done
    after = last.id
  }
}
