import { describe, expect, it } from 'vitest'
import type { Hold, HoldReason } from '../../../src/domain/dunning/journey.ts'
import type { Facts } from '../../../src/domain/dunning/journey-conditions.ts'
import {
  isAfterRest,
  isLighter,
  journeyForLife,
  leadingLife,
  livesOf,
} from '../../../src/domain/dunning/special-journeys.ts'
import { stepIdOf, stepKey } from '../../../src/domain/dunning/step-key.ts'
import { NOW, stepOf } from './support-facts.ts'
import { JOURNEYS, journeyOf } from './support-journeys.ts'

const LIVES = [
  ['deceased', 'deceased-or-insolvent'],
  ['insolvency', 'deceased-or-insolvent'],
  ['moratorium', 'moratorium'],
  ['hardship', 'hardship'],
  ['dispute', 'dispute'],
  ['already-paid', 'already-paid'],
  ['promise', 'promise-to-pay'],
] as const
const OTHERS = ['negotiation', 'pause', 'assistance', 'request-of-debtor', 'other'] as const

const holds = (...reasons: HoldReason[]): Hold[] =>
  reasons.map((reason) => ({ reason, until: null }))
const called = (standing: readonly Hold[], known: Facts = { party: 'b2c' }) =>
  journeyForLife(JOURNEYS.journeys.values(), standing, known)?.id

describe('what happens in a life', () => {
  it.each(LIVES)('%s calls for the journey %s', (reason, journey) => {
    expect(called(holds(reason))).toBe(journey)
    expect(livesOf(journeyOf(journey))).toContain(reason)
  })

  it.each(LIVES.map(([reason], index) => [reason, index] as const))(
    '%s weighs more than all after it, and less than all before it',
    (reason, index) => {
      const lighter = LIVES.slice(index).map(([it]) => it)
      expect(leadingLife(holds(...lighter.toReversed(), ...OTHERS))?.reason).toBe(reason)
      for (const [heavier] of LIVES.slice(0, index)) {
        expect(leadingLife(holds(reason, heavier))?.reason).toBe(heavier)
      }
    },
  )

  it.each(OTHERS)('a hold for %s is none', (reason) => {
    expect(leadingLife(holds(reason))).toBeUndefined()
    expect(called(holds(reason))).toBeUndefined()
    expect(called(holds(reason, 'promise'))).toBe('promise-to-pay')
  })

  it('calls for no journey that is for another kind of debtor', () => {
    expect(called(holds('hardship'), { party: 'b2b' })).toBeUndefined()
    expect(called(holds('hardship'), {})).toBeUndefined()
    expect(called(holds('hardship'), { party: 'b2c' })).toBe('hardship')
  })

  it('is of no concern to a journey of another kind', () => {
    expect(livesOf(journeyOf('friendly-default'))).toEqual([])
    expect(livesOf(journeyOf('unreachable'))).toEqual([])
  })
})

describe('isLighter', () => {
  it('compares a hold with the heaviest life of a journey', () => {
    const hardship = journeyOf('hardship')
    expect(isLighter('dispute', hardship)).toBe(true)
    expect(isLighter('hardship', hardship)).toBe(false)
    expect(isLighter('moratorium', hardship)).toBe(false)
    expect(isLighter('insolvency', journeyOf('deceased-or-insolvent'))).toBe(true)
  })

  it('finds nothing lighter among holds and journeys of another kind', () => {
    for (const reason of OTHERS) expect(isLighter(reason, journeyOf('hardship'))).toBe(false)
    expect(isLighter('promise', journeyOf('friendly-default'))).toBe(false)
  })
})

describe('isAfterRest', () => {
  const dispute = journeyOf('dispute')
  const ended = { holds: [], anchors: { holdEndedAt: NOW } }

  it('holds for what was to be said while the hold stood', () => {
    expect(isAfterRest(dispute, stepOf(dispute, 'evidence'), ended)).toBe(true)
    const stands = { ...ended, holds: holds('dispute') }
    expect(isAfterRest(dispute, stepOf(dispute, 'evidence'), stands)).toBe(false)
    const open = { holds: [], anchors: { holdEndedAt: null } }
    expect(isAfterRest(dispute, stepOf(dispute, 'evidence'), open)).toBe(false)
  })

  it('holds for nothing that is meant for afterwards', () => {
    expect(isAfterRest(dispute, stepOf(dispute, 'go-on'), ended)).toBe(false)
    const paid = journeyOf('already-paid')
    expect(isAfterRest(paid, stepOf(paid, 'go-on'), ended)).toBe(false)
    const promise = journeyOf('promise-to-pay')
    expect(isAfterRest(promise, stepOf(promise, 'new-date'), ended)).toBe(false)
  })

  it('holds for no step of another kind of journey', () => {
    const friendly = journeyOf('friendly-default')
    expect(isAfterRest(friendly, stepOf(friendly, 'reminder'), ended)).toBe(false)
  })
})

describe('the name of a step', () => {
  it('is its id in the first round and tells every later one apart', () => {
    expect([1, 2, 12].map((round) => stepKey('reminder', round))).toEqual([
      'reminder',
      'reminder~2',
      'reminder~12',
    ])
    expect(['reminder', 'reminder~2', 'reminder~12'].map(stepIdOf)).toEqual(
      Array(3).fill('reminder'),
    )
  })
})
