// Encrypts small secrets at rest with AES-256-GCM under the master key of the configuration, and the data
// keys with which personal fields are sealed. While a master key is being replaced, the former one still
// opens what it sealed.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { Vault } from '../use-cases/deps.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A vault over 32-byte keys. `open` throws when neither key is the one that sealed. */
export function createVault(masterKey: Buffer, formerMasterKey?: Buffer): Vault {
  const openAny = (sealed: Buffer, context: string): string => {
    const plain =
      openWith(masterKey, sealed, context) ??
      (formerMasterKey && openWith(formerMasterKey, sealed, context))
    if (plain !== undefined) return plain
    throw new Error(
      'a stored secret does not open: PARLEY_MASTER_KEY is not the one it was sealed with',
    )
  }
  const seal = (plain: string, context = '') => sealWith(masterKey, plain, context)
  return {
    keyId: createHash('sha256')
      .update('parley master key')
      .update(masterKey)
      .digest('hex')
      .slice(0, 16),
    seal,
    open: (sealed, context = '') => openAny(sealed, context),
    reseal(sealed, context = '') {
      if (openWith(masterKey, sealed, context) !== undefined) return undefined
      return seal(openAny(sealed, context), context)
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', masterKey, '', `parley ${purpose}`, 32)),
  }
}

function sealWith(key: Buffer, plain: string, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

function openWith(key: Buffer, sealed: Buffer, context: string): string | undefined {
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(tag)
  const body = sealed.subarray(NONCE_BYTES + TAG_BYTES)
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
