// The server's signer: its key is made on the first start and kept encrypted in the store.
import {
  AGREEMENT_TYP,
  agreementSignature,
  exportPrivateJwk,
  generateSigningKey,
  importSigningKey,
  type SigningKey,
  signMessage,
} from '@parley/sdk/protocol'
import type { Database } from '../storage/database.ts'
import {
  allSigningKeys,
  insertSigningKeyOnce,
  type StoredSigningKey,
} from '../storage/signing-keys.ts'
import type { Clock, Signer, Vault } from '../use-cases/deps.ts'

/** Loads the active ES256 key, making it when there is none. */
export async function openSigner(deps: {
  db: Database
  vault: Vault
  clock: Clock
}): Promise<Signer> {
  const active = (await activeKey(deps.db)) ?? (await makeKey(deps))
  return signerOver(await importSigningKey(JSON.parse(deps.vault.open(active.encryptedPrivateJwk))))
}

/** A signer over a key that is in memory already. */
export function signerOver(key: SigningKey): Signer {
  return {
    kid: key.kid,
    sign: (typ, payload) => signMessage(typ, payload, key),
    signAgreement: (payload) => agreementSignature(payload, AGREEMENT_TYP, key),
  }
}

async function activeKey(db: Database): Promise<StoredSigningKey | undefined> {
  return (await allSigningKeys(db)).find((key) => key.alg === 'ES256' && key.retiredAt === null)
}

async function makeKey(deps: {
  db: Database
  vault: Vault
  clock: Clock
}): Promise<StoredSigningKey> {
  const key = await generateSigningKey('ES256', { extractable: true })
  await insertSigningKeyOnce(deps.db, {
    kid: key.kid,
    alg: key.alg,
    publicJwk: key.publicJwk,
    encryptedPrivateJwk: deps.vault.seal(JSON.stringify(await exportPrivateJwk(key))),
    createdAt: deps.clock.now(),
  })
  const stored = await activeKey(deps.db)
  if (stored === undefined) throw new Error('the signing key was not stored')
  return stored
}
