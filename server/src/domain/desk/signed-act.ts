// What is signed when somebody acts on a claim: exactly what the timeline then shows, so that anybody
// with the published keys can check who did what and when. The signature travels detached.
import { encodeUtf8 } from '@parley/sdk/protocol'

/** The `typ` of a signed act. */
export const ACT_TYP = 'parley-act+jwt'

/** An act as the timeline keeps it. */
export interface Act {
  /** Our issuer. */
  readonly iss: string
  readonly paymentRequestId: string
  readonly type: string
  /** Epoch seconds. */
  readonly at: number
  readonly data: Readonly<Record<string, string | number | boolean | null>>
}

/**
 * The bytes that are signed: UTF-8 JSON of `iss`, `paymentRequestId`, `type`, `at` and `data`, with the
 * members of `data` by name and without `jws`, which holds the signature.
 */
export function actBytes({ iss, paymentRequestId, type, at, data }: Act): Uint8Array {
  const facts = Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => name !== 'jws')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
  return encodeUtf8(JSON.stringify({ iss, paymentRequestId, type, at, data: facts }))
}

/** A compact JWS without its payload (RFC 7515, appendix F). */
export function detached(jws: string): string {
  const [header = '', , signature = ''] = jws.split('.')
  return `${header}..${signature}`
}
