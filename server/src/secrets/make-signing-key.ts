// A new key of the server, its private half encrypted before anybody stores it.
import { exportPrivateJwk, generateSigningKey } from '@parley/sdk/protocol'
import type { NewSigningKey } from '../storage/signing-keys.ts'
import type { Vault } from '../use-cases/deps.ts'

/** Makes an ES256 key. */
export async function makeSigningKey(vault: Vault): Promise<NewSigningKey> {
  const key = await generateSigningKey('ES256', { extractable: true })
  const encryptedPrivateJwk = vault.seal(JSON.stringify(await exportPrivateJwk(key)))
  return { kid: key.kid, alg: key.alg, publicJwk: key.publicJwk, encryptedPrivateJwk }
}
