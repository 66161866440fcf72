// Looks into messages that a test has in its hands, without verifying them.
import { peekClaims } from '../../src/protocol/index.ts'

export function payloadOf(jws: string | undefined): Record<string, unknown> {
  const peeked = peekClaims(jws)
  return peeked.ok ? { ...peeked.value.payload } : {}
}

export function kidOf(jws: string | undefined): string {
  const peeked = peekClaims(jws)
  return peeked.ok ? peeked.value.header.kid : ''
}

export function thrOf(jws: string): string {
  return String(payloadOf(jws).thr)
}
