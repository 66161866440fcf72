// What parties say to each other. A signature is stood in for by a keyed hash behind the same two functions:
// it holds who said what, and costs microseconds where the real one costs a thousand times that. The real
// ones are held by the vectors and the conformance cases.
import { createHash, createHmac, hash } from 'node:crypto'

/**
 * WebCrypto hashes in a thread of its own, which costs more than the hash. The same SHA-256 in this thread, for
 * as long as a simulation runs; returns what puts the other one back.
 */
export function hashInThisThread(): () => void {
  const { subtle } = globalThis.crypto
  const digest: typeof subtle.digest = async (_algorithm, data) => {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data)
    return new Uint8Array(createHash('sha256').update(bytes).digest()).buffer
  }
  Object.defineProperty(subtle, 'digest', { value: digest, configurable: true })
  return () => {
    delete (subtle as { digest?: unknown }).digest
  }
}

export interface Signed {
  readonly kind: string
  readonly iss: string
  readonly jti: string
  readonly thr: string
  readonly seq: number
  readonly prev: string | null
  /** Epoch seconds. */
  readonly iat: number
  readonly exp: number
  readonly body: object
  readonly signature: string
}

export type Unsigned = Omit<Signed, 'signature'>

export const hashOfText = (text: string) => hash('sha256', text, 'base64url')

/** Stands for what the next message names as `prev`. */
export function hashOf({ kind, iss, jti, thr, seq, prev, iat, exp, body }: Unsigned): string {
  return hashOfText(JSON.stringify([kind, iss, jti, thr, seq, prev, iat, exp, body]))
}

/** Nobody knows another's key: whoever signs passes its own name. */
export const seal = (name: string, hash: string) =>
  createHmac('sha256', `key of ${name}`).update(hash).digest('base64url')

export function sign(name: string, message: Unsigned): Signed {
  return { ...message, signature: seal(name, hashOf(message)) }
}

export const isSignedBy = (name: string, message: Signed) =>
  message.iss === name && message.signature === seal(name, hashOf(message))
