import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOf, moveAfter } from '../../../src/domain/delivery/provider-outcome.ts'
import { fullBucket, takeToken } from '../../../src/domain/delivery/token-bucket.ts'

describe('takeToken', () => {
  const rate = { perSecond: 0.5, burst: 2 }

  it('gives the burst at once, then one every two seconds', () => {
    let bucket = fullBucket(rate, 100)
    const waits = [100, 100, 100, 101, 102, 102].map((now) => {
      const taken = takeToken(bucket, rate, now)
      bucket = taken.bucket
      return taken.waitSeconds
    })
    expect(waits).toEqual([0, 0, 2, 1, 0, 2])
  })

  it('gives nothing for a clock that steps back', () => {
    const empty = { tokens: 0, at: 100 }
    expect(takeToken(empty, rate, 50)).toEqual({ bucket: empty, waitSeconds: 2 })
  })

  it('never gives more than the burst and what the time brings', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        (steps, burst, perSecond) => {
          const bounded = { burst, perSecond }
          let now = 0
          let taken = 0
          let bucket = fullBucket(bounded, now)
          for (const step of steps) {
            now += step
            const next = takeToken(bucket, bounded, now)
            bucket = next.bucket
            if (next.waitSeconds === 0) taken += 1
          }
          expect(taken).toBeLessThanOrEqual(burst + now * perSecond)
        },
      ),
    )
  })
})

describe('moveAfter', () => {
  it.each([
    ['permanent', 'recipient', undefined, 'give-up'],
    ['permanent', 'message', undefined, 'give-up'],
    ['permanent', 'provider', undefined, 'other-provider'],
    ['permanent', 'network', undefined, 'other-provider'],
    ['temporary', 'provider', undefined, 'other-provider'],
    ['temporary', 'network', undefined, 'other-provider'],
    ['temporary', 'recipient', undefined, 'same-provider-later'],
    ['unknown', 'network', undefined, 'await-report'],
    ['unknown', 'provider', true, 'same-provider-later'],
  ] as const)('after %s by the %s (repeatable: %s) comes %s', (kind, blames, mayRepeat, move) => {
    const known = mayRepeat === undefined ? {} : { mayRepeat }
    expect(moveAfter({ kind, blames, code: 'x', ...known })).toBe(move)
  })
})

describe('costOf', () => {
  it.each([
    ['0.0495', 3, '0.1485'],
    ['0.1', 10, '1.0'],
    ['2', 3, '6'],
    ['0.0001', 1, '0.0001'],
    ['9007199254740993.01', 2, '18014398509481986.02'],
  ] as const)('%s times %i is %s, to the last digit', (value, count, expected) => {
    expect(costOf({ value, currency: 'EUR' }, count)).toEqual({ value: expected, currency: 'EUR' })
  })
})
