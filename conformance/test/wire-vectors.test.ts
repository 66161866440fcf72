// The suite computes plans, agreements and hops by itself; the vectors of the specification say how.
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { type AgreementFacts, agreementText } from '../src/wire/agreement.ts'
import { dueDays, type Interval } from '../src/wire/days.ts'
import { envelopeRows, isLawful } from '../src/wire/envelope.ts'
import { faultOfHop, type HopRequest } from '../src/wire/hop.ts'
import { share, split } from '../src/wire/money.ts'
import { linesOf, type PlanTerms, planHash } from '../src/wire/plan.ts'

interface Vector {
  id: string
  title: string
  operation?: string
  // biome-ignore lint/suspicious/noExplicitAny: each operation has a form of its own.
  input: any
  // biome-ignore lint/suspicious/noExplicitAny: each operation has a form of its own.
  expect: any
}

function vectorsOf(file: string, operation: string): Vector[] {
  const url = new URL(`../../spec/vectors/${file}.json`, import.meta.url)
  const { vectors } = JSON.parse(readFileSync(url, 'utf8')) as { vectors: Vector[] }
  return vectors.filter((one) => one.operation === operation && one.expect.ok)
}

describe('what the suite computes', () => {
  it.each(vectorsOf('money', 'basis-points'))(
    'a share: $id $title',
    ({ input, expect: wanted }) => {
      expect(String(share(BigInt(input.minor), input.bps))).toBe(wanted.minor)
    },
  )

  it.each(vectorsOf('money', 'split'))('a split: $id $title', ({ input, expect: wanted }) => {
    expect(split(BigInt(input.minor), input.parts).map(String)).toEqual(wanted.parts)
  })

  it.each(vectorsOf('dates', 'due-days'))('days: $id $title', ({ input, expect: wanted }) => {
    const { count, interval, first, payDay } = input as {
      count: number
      interval: Interval
      first: string
      payDay?: number
    }
    const rhythm = { instalments: count, interval, ...(payDay === undefined ? {} : { payDay }) }
    expect(dueDays(rhythm, first)).toEqual(wanted.days)
  })

  it.each(vectorsOf('plans', 'schedule'))('a plan: $id $title', ({ input, expect: wanted }) => {
    const terms = input.terms as PlanTerms
    expect(linesOf(input.principal, terms)).toEqual(wanted.lines)
    expect(planHash(input.principal, terms)).toBe(wanted.planHash)
  })

  it.each(vectorsOf('envelopes', 'envelope-rows'))(
    'rows of an envelope: $id $title',
    ({ input, expect: wanted }) => {
      expect(envelopeRows(input.principal, input.envelope)).toEqual(wanted.rows)
    },
  )

  it.each(vectorsOf('envelopes', 'lawful'))('the law: $id $title', ({ input, expect: wanted }) => {
    expect(isLawful(input.principal, input.terms, input.facts)).toBe(wanted.lawful)
  })

  it.each(vectorsOf('agreements', 'derive'))(
    'an agreement: $id $title',
    ({ input, expect: wanted }) => {
      expect(agreementText(input as AgreementFacts)).toBe(wanted.bytes)
    },
  )
})

describe('hops', () => {
  const file = JSON.parse(
    readFileSync(new URL('../../spec/vectors/hops.json', import.meta.url), 'utf8'),
  ) as {
    common: { jwks: { keys: (JWK & { kid: string; alg: 'ES256' | 'Ed25519' })[] } }
    vectors: (Vector & { now: number; request: HopRequest })[]
  }
  const keys = file.common.jwks.keys.map((jwk) => ({
    kid: jwk.kid,
    alg: jwk.alg,
    publicKey: createPublicKey({ key: jwk as never, format: 'jwk' }),
  }))

  it.each(file.vectors)('$id $title', ({ request, now, expect: wanted }) => {
    expect(faultOfHop(request, { keys, now }) === undefined).toBe(wanted.ok)
  })
})
