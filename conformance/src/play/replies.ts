// The small parts of a played creditor's answers.
import { createPublicKey, verify } from 'node:crypto'
import type { JWK } from 'jose'
import { type Claims, decodeJws, hashOf } from '../wire/jws.ts'
import { amountOf } from '../wire/money.ts'
import { type PlanTerms, planOf } from '../wire/plan.ts'
import type { Place } from './agent.ts'
import type { Bill } from './bill.ts'
import type { Answer } from './host.ts'

/** A refusal over HTTP (PRB-01). */
export function problem(status: number, code: string, headers: object = {}): Answer {
  const body = { type: `urn:parley:problem:${code}`, title: code, status, code }
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(body),
  }
}

/** The place after the last message of a thread. */
export function placeAfter({ thr, messages }: { thr: string; messages: readonly string[] }): Place {
  const last = messages.at(-1)
  return { thr, seq: messages.length, prev: last === undefined ? null : hashOf(last) }
}

/** Where a claim stands, of which nothing was paid. */
export function statusOf(bill: Bill | null, conversation: string, claim = 'open') {
  const { requestId = '', amount = amountOf(0n, 'EUR') } = bill ?? {}
  const outstanding = claim === 'open' ? amount : amountOf(0n, amount.currency)
  return { requestId, claim, conversation, outstanding, nextStep: 'none' }
}

/** The plan that an `accept` names, or null. */
export function acceptedPlan({ menu }: Bill, claims: Claims): PlanTerms | null {
  const row = menu.rows.find(({ rowId }) => rowId === claims['rowId'])
  const day = String(claims['firstDueDate'])
  const isOffered = claims['menuId'] === menu.menuId && row !== undefined
  return isOffered && row.firstDueFrom <= day && day <= row.firstDueTo ? planOf(row, day) : null
}

/** Whether a party's detached signature over an agreement is good (AGR-04). */
export function isAgreementSigned(text: string, detached: unknown, jwk: JWK): boolean {
  const { protected: head, signature } = detached as { protected: string; signature: string }
  const header = decodeJws(`${head}.e30.`)?.header
  if (header?.['typ'] !== 'parley-agreement+jwt') return false
  const data = Buffer.from(`${head}.${Buffer.from(text).toString('base64url')}`)
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const bytes = Buffer.from(signature, 'base64url')
  return jwk.kty === 'EC'
    ? verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, bytes)
    : verify(null, data, key, bytes)
}

/** The key that an enrolment brings along; a text that is none brings an empty one. */
export function keyIn(jws: string): JWK {
  return (decodeJws(jws)?.payload['jwk'] ?? {}) as JWK
}
