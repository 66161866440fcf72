// Encrypts small secrets at rest with AES-256-GCM under the master key of the configuration.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Vault } from '../use-cases/deps.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A vault over a 32-byte key. `open` throws when the key is not the one that sealed. */
export function createVault(masterKey: Buffer): Vault {
  return {
    seal(plain) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', masterKey, nonce)
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
    },
    open(sealed) {
      const nonce = sealed.subarray(0, NONCE_BYTES)
      const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', masterKey, nonce)
      decipher.setAuthTag(tag)
      const body = sealed.subarray(NONCE_BYTES + TAG_BYTES)
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new Error(
          'a stored secret does not open: PARLEY_MASTER_KEY is not the one it was sealed with',
          { cause },
        )
      }
    },
  }
}
