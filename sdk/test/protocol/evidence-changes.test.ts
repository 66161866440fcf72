// Any single character of a bundle that is changed is noticed.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyEvidence } from '../../src/protocol/evidence.ts'
import { caseBundle } from './evidence-fixtures.ts'
import { flip, withMessages } from './spoil-evidence.ts'

const good = await caseBundle()

describe('verifyEvidence, any single character', () => {
  it('notices every change of one character of any message', async () => {
    const places = good.threads.flatMap(({ messages }, thread) =>
      messages.map((jws, message) => ({ thread, message, jws })),
    )
    const character = fc
      .constantFrom(...places)
      .chain((place) =>
        fc.tuple(fc.constant(place), fc.nat(place.jws.length - 1), fc.integer({ min: 1, max: 64 })),
      )
    await fc.assert(
      fc.asyncProperty(character, async ([{ thread, message, jws }, index, by]) => {
        const spoilt = withMessages(good, thread, (messages) =>
          messages.with(message, flip(jws, index, by)),
        )
        const { ok, faults } = await verifyEvidence(spoilt)
        expect(ok).toBe(false)
        const places = faults.map(({ where }) => [where.thread, where.message])
        expect(places).toContainEqual([good.threads[thread]?.thr, message])
      }),
      { numRuns: 400 },
    )
  })

  it('notices every change of one character of an agreement', async () => {
    const text = JSON.stringify(good.agreements)
    const inside = [...text.matchAll(/"(?:payload|protected|signature)":"([^"]+)"/g)].flatMap(
      (match) => {
        const start = match.index + match[0].length - 1 - (match[1]?.length ?? 0)
        return [...(match[1] ?? '')].map((_, offset) => start + offset)
      },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...inside),
        fc.integer({ min: 1, max: 64 }),
        async (index, by) => {
          const agreements = JSON.parse(flip(text, index, by)) as unknown
          const { ok, faults } = await verifyEvidence({ ...good, agreements })
          expect(ok).toBe(false)
          expect(faults[0]?.where).toEqual({ agreement: 1 })
        },
      ),
      { numRuns: 400 },
    )
  })
})
