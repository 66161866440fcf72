import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AssignJourneyInput,
  assignJourney,
  BUCKETS,
  bucketOf,
  type DrawnDebtor,
  faultOfShares,
  type JourneyAssignment,
} from '../../../src/domain/dunning/assign-journey.ts'

const ASSIGNMENT: JourneyAssignment = {
  segment: 'default',
  champion: 'calm',
  challenger: 'brisk',
  challengerPercent: 30,
  holdOutPercent: 10,
}

const JOURNEYS: AssignJourneyInput['journeys'] = new Map([
  ['own', {}],
  ['calm', {}],
  ['brisk', {}],
  ['business', { audience: [{ fact: 'party', op: 'is', value: 'b2b' }] }],
  ['dutch', { audience: [{ fact: 'country', op: 'is', value: 'NL' }] }],
  ['tagged', { audience: [{ fact: 'tag', op: 'is', value: 'vip' }] }],
  ['large', { audience: [{ fact: 'amount', op: 'at-least', value: amount('100.00') }] }],
])

function amount(value: string) {
  return { value, currency: 'EUR' }
}

const debtor = (n: number, more: Partial<DrawnDebtor> = {}): DrawnDebtor => {
  return { creditorId: 'cr_1', debtorId: `db_${n}`, party: 'b2c', country: 'BE', ...more }
}

function assigned(change: Partial<JourneyAssignment> | null, who = debtor(1)) {
  const assignment = change === null ? null : { ...ASSIGNMENT, ...change }
  return assignJourney({ assignment, journeys: JOURNEYS, fallback: 'own' }, who)
}

const PEOPLE = Array.from({ length: 20_000 }, (_, n) => debtor(n))
const inArm = (change: Partial<JourneyAssignment>, arm: string) => {
  return new Set(PEOPLE.flatMap((it) => (assigned(change, it).arm === arm ? [it.debtorId] : [])))
}

describe('the journey of a claim', () => {
  it('is the own one of the creditor where nothing is stated for the segment', () => {
    expect(assigned(null)).toEqual({ journeyId: 'own', arm: null })
  })

  it('is the champion, outside of any comparison, where nothing is compared', () => {
    const alone = { challenger: null, challengerPercent: 0, holdOutPercent: 0 }
    expect(assigned(alone)).toEqual({ journeyId: 'calm', arm: null })
  })

  it('is that of the arm, and none in the hold-out', () => {
    const found = new Set(PEOPLE.map((it) => JSON.stringify(assigned({}, it))))
    expect([...found].map((it) => JSON.parse(it))).toEqual(
      expect.arrayContaining([
        { journeyId: 'calm', arm: 'champion' },
        { journeyId: 'brisk', arm: 'challenger' },
        { journeyId: null, arm: 'hold-out' },
      ]),
    )
    expect(found.size).toBe(3)
  })
})

describe('a draw', () => {
  it('gives each arm its share of the people', () => {
    expect(inArm({}, 'hold-out').size / PEOPLE.length).toBeCloseTo(0.1, 1.9)
    expect(inArm({}, 'challenger').size / PEOPLE.length).toBeCloseTo(0.3, 1.9)
    expect(inArm({ holdOutPercent: 0, challengerPercent: 100 }, 'champion').size).toBe(0)
    expect(inArm({ holdOutPercent: 100, challengerPercent: 0 }, 'hold-out').size).toBe(20_000)
  })

  it('spreads people over the buckets as chance does (chi-square, 99 degrees of freedom)', () => {
    const counts = new Array<number>(100).fill(0)
    for (const it of PEOPLE) {
      const tile = Math.floor((bucketOf(it, 'a/b/c') * 100) / BUCKETS)
      counts[tile] = (counts[tile] ?? 0) + 1
    }
    const expected = PEOPLE.length / 100
    const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
    // The 0.1 % and 99.9 % points of the distribution.
    expect(chiSquare).toBeGreaterThan(61)
    expect(chiSquare).toBeLessThan(149)
  })

  it('is the same for ever: known buckets of known ids', () => {
    expect([1, 2, 3].map((n) => bucketOf(debtor(n), 'default/calm/brisk'))).toEqual([
      5266, 6530, 292,
    ])
  })

  it('is the same for a person however the shares grow', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat({ max: 50 }),
        fc.nat({ max: 50 }),
        fc.nat({ max: 50 }),
        (n, held, some, more) => {
          const before = assigned({ holdOutPercent: held, challengerPercent: some }, debtor(n))
          const percent = Math.max(some, more)
          const after = assigned({ holdOutPercent: held, challengerPercent: percent }, debtor(n))
          if (before.arm !== 'champion') expect(after).toEqual(before)
          expect(assigned({ holdOutPercent: held, challengerPercent: some }, debtor(n))).toEqual(
            before,
          )
        },
      ),
    )
  })

  it('is another one for another comparison', () => {
    const first = inArm({}, 'challenger')
    const second = inArm({ challenger: 'own' }, 'challenger')
    const both = [...first].filter((it) => second.has(it)).length
    expect(both / first.size).toBeCloseTo(0.3, 1.5)
  })
})

describe('who is not meant by both journeys', () => {
  const business = debtor(1, { party: 'b2b' })

  it('is not compared, and gets the champion', () => {
    const change = { challenger: 'business', challengerPercent: 100, holdOutPercent: 0 }
    expect(assigned(change)).toEqual({ journeyId: 'calm', arm: null })
    expect(assigned(change, business)).toEqual({ journeyId: 'business', arm: 'challenger' })
  })

  it('gets the own journey of the creditor where the champion is meant for others', () => {
    const dutch = { champion: 'dutch', challenger: null, challengerPercent: 0, holdOutPercent: 100 }
    expect(assigned(dutch)).toEqual({ journeyId: 'own', arm: null })
    expect(assigned(dutch, debtor(1, { country: 'NL' })).arm).toBe('hold-out')
  })

  it.each(['tagged', 'large', 'gone'])('is everybody for the journey "%s"', (champion) => {
    expect(assigned({ champion })).toEqual({ journeyId: 'own', arm: null })
  })
})

describe('shares', () => {
  it.each([
    [{}, null],
    [{ challengerPercent: 90 }, null],
    [{ challenger: null, challengerPercent: 0 }, null],
    [{ challengerPercent: 91 }, /101 % together/],
    [{ challenger: null }, /name the challenger/],
  ] as const)('%j', (change, fault) => {
    const found = faultOfShares({ ...ASSIGNMENT, ...change })
    if (fault === null) expect(found).toBeNull()
    else expect(found).toMatch(fault)
  })
})
