// The digest of a body in a header field (RFC 9530): SHA-256 over the bytes on the wire.
import { parseDictionary, serializeDictionary } from 'structured-headers'

/** The value of `Content-Digest` for a body. */
export async function contentDigest(body: Uint8Array): Promise<string> {
  return serializeDictionary({ 'sha-256': [await sha256(body), new Map()] })
}

/** Whether a `Content-Digest` has `sha-256` and it is that of the body; others are not looked at. */
export async function isDigestOf(field: string, body: Uint8Array): Promise<boolean> {
  const given = digestBytes(field)
  if (given === undefined) return false
  const wanted = new Uint8Array(await sha256(body))
  return given.length === wanted.length && given.every((byte, i) => byte === wanted[i])
}

function digestBytes(field: string): Uint8Array | undefined {
  try {
    const value = parseDictionary(field).get('sha-256')?.[0]
    return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined
  } catch {
    return undefined
  }
}

async function sha256(body: Uint8Array): Promise<ArrayBuffer> {
  return await crypto.subtle.digest('SHA-256', body as Uint8Array<ArrayBuffer>)
}
