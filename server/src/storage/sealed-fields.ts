// Personal fields as they lie in the store: AES-256-GCM under the key of their person, bound to creditor,
// person, and the place where they stand. A sealed field names its person, so that it can be opened
// wherever it is read.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Database, Tx } from './database.ts'
import { type KeyOwner, keyringOf } from './keyring.ts'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `place` is table, field, and the row where the row has a name that never changes. */
export interface PlainField extends KeyOwner {
  place: string
  text: string
}

export interface SealedField {
  creditorId: string
  place: string
  /** Null where there is nothing. */
  sealed: Buffer | null
}

/** Seals texts. For a person who was erased a key is drawn and thrown away: nobody opens it again. */
export async function sealFields(
  db: Database | Tx,
  fields: readonly PlainField[],
): Promise<Buffer[]> {
  const keyOf = await keyringOf(db).keysOf(db, fields)
  return fields.map((field) => sealWith(keyOf(field) ?? randomBytes(32), field))
}

/** Seals one text. */
export async function sealField(db: Database | Tx, field: PlainField): Promise<Buffer> {
  const keyOf = await keyringOf(db).keysOf(db, [field])
  return sealWith(keyOf(field) ?? randomBytes(32), field)
}

/** Opens fields, in their order; null where there is nothing, or nothing that can be opened any more. */
export async function openFields(
  db: Database | Tx,
  fields: readonly SealedField[],
): Promise<(string | null)[]> {
  const owned = fields.flatMap(({ creditorId, sealed }) =>
    sealed === null ? [] : [{ creditorId, personId: ownerOf(sealed) }],
  )
  const keyOf = await keyringOf(db).keysOf(db, owned)
  return fields.map(({ creditorId, place, sealed }) => {
    if (sealed === null) return null
    const owner = { creditorId, personId: ownerOf(sealed) }
    const key = keyOf(owner)
    return key === null ? null : openWith(key, { ...owner, place, sealed })
  })
}

/** Opens one field. */
export async function openField(db: Database | Tx, field: SealedField): Promise<string | null> {
  const [text = null] = await openFields(db, [field])
  return text
}

/** The person under whose key a field is sealed. */
export function ownerOf(sealed: Buffer): string {
  return sealed.subarray(2, 2 + sealed.readUInt8(1)).toString('latin1')
}

/** Seals a text with a key at hand. */
export function sealWith(key: Buffer, { creditorId, personId, place, text }: PlainField): Buffer {
  const head = Buffer.concat([
    Buffer.from([VERSION, personId.length]),
    Buffer.from(personId, 'latin1'),
  ])
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(aadOf({ creditorId, personId, place }))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body])
}

function openWith(
  key: Buffer,
  { creditorId, personId, place, sealed }: KeyOwner & { place: string; sealed: Buffer },
): string {
  const start = 2 + sealed.readUInt8(1)
  const nonce = sealed.subarray(start, start + NONCE_BYTES)
  const tag = sealed.subarray(start + NONCE_BYTES, start + NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(aadOf({ creditorId, personId, place }))
  decipher.setAuthTag(tag)
  try {
    const body = decipher.update(sealed.subarray(start + NONCE_BYTES + TAG_BYTES))
    return Buffer.concat([body, decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new Error(`a sealed field does not open: ${place}`, { cause })
  }
}

function aadOf({ creditorId, personId, place }: KeyOwner & { place: string }): Buffer {
  return Buffer.from(`${VERSION}\n${creditorId}\n${personId}\n${place}`)
}
