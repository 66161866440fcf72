import { describe, expect, it } from 'vitest'
import { findFollowFaults } from '../../../src/domain/dunning/check-follows.ts'
import { findJourneyFaults } from '../../../src/domain/dunning/check-journey.ts'
import {
  areExclusive,
  type Condition,
  type Facts,
  faultOfCondition,
  meetsAll,
} from '../../../src/domain/dunning/journey-conditions.ts'
import { costOf, type JourneyDefinition } from '../../../src/domain/dunning/journey-definition.ts'
import { missingFor, requirementsOf } from '../../../src/domain/dunning/runnable-journey.ts'
import { JOURNEYS, journeyOf, made, message } from './support-journeys.ts'

const euros = (value: string) => ({ value, currency: 'EUR' })
const task = { do: 'task', task: 'look', withinWorkingDays: 1 } as const

describe('a condition', () => {
  it.each<[string, Condition, Facts, Facts]>([
    ['is', { fact: 'party', op: 'is', value: 'b2c' }, { party: 'b2c' }, { party: 'b2b' }],
    [
      'is one of several',
      { fact: 'tag', op: 'is', value: 'a' },
      { tag: ['a', 'b'] },
      { tag: ['b'] },
    ],
    [
      'is not',
      { fact: 'country', op: 'is-not', value: 'FI' },
      { country: 'SE' },
      { country: 'FI' },
    ],
    ['in', { fact: 'country', op: 'in', value: ['BE'] }, { country: 'BE' }, { country: 'NL' }],
    ['flag', { fact: 'has-agent', op: 'is', value: true }, { 'has-agent': true }, {}],
    [
      'at least',
      { fact: 'late-percent', op: 'at-least', value: 50 },
      { 'late-percent': 50 },
      { 'late-percent': 49 },
    ],
    [
      'at most, to the cent',
      { fact: 'amount', op: 'at-most', value: euros('15.00') },
      { amount: euros('15.00') },
      { amount: euros('15.01') },
    ],
    [
      'at most, never in another currency',
      { fact: 'amount', op: 'at-most', value: euros('15.00') },
      { amount: euros('9.00') },
      { amount: { value: '9.00', currency: 'SEK' } },
    ],
    ['what is not known', { fact: 'tag', op: 'is-not', value: 'a' }, { tag: 'b' }, {}],
  ])('%s: is met, and is not', (_, condition, met, unmet) => {
    expect(meetsAll([condition], met)).toBe(true)
    expect(meetsAll([condition], unmet)).toBe(false)
  })

  it('asks of a fact only what its kind can answer', () => {
    const fault = (condition: unknown) => faultOfCondition(condition as Condition)
    expect(fault({ fact: 'party', op: 'at-least', value: 'b2c' })).toMatch(/cannot be asked/)
    expect(fault({ fact: 'amount', op: 'at-most', value: 15 })).toBe(
      '"amount" at-most needs a money',
    )
    expect(fault({ fact: 'amount', op: 'at-most', value: euros('15.001') })).not.toBeNull()
    expect(fault({ fact: 'country', op: 'in', value: 'BE' })).toMatch(/needs a list of texts/)
    expect(fault({ fact: 'amount', op: 'at-most', value: euros('15.00') })).toBeNull()
  })

  it('excludes another about the same fact alone', () => {
    const is = (value: string): Condition => ({ fact: 'promise', op: 'is', value })
    const isNot = (value: string): Condition => ({ fact: 'promise', op: 'is-not', value })
    expect(areExclusive([is('kept')], [is('broken')])).toBe(true)
    expect(areExclusive([is('kept')], [isNot('kept')])).toBe(true)
    expect(areExclusive([is('kept')], [isNot('broken')])).toBe(false)
    expect(areExclusive([is('kept')], [{ fact: 'dispute', op: 'is', value: 'open' }])).toBe(false)
    const tag = (value: string): Condition => ({ fact: 'tag', op: 'is', value })
    expect(areExclusive([tag('a')], [tag('b')])).toBe(false)
  })
})

describe('findJourneyFaults, in the wider language,', () => {
  it.each<[string, JourneyDefinition, RegExp]>([
    [
      'a journey that rests in its own trigger',
      { ...made(message('one', 1)), triggers: ['dispute'] },
      /would rest in its own hold/,
    ],
    [
      'a condition that cannot be asked',
      { ...made(message('one', 1)), audience: [{ fact: 'party', op: 'at-most', value: 'b2c' }] },
      /the audience: "party" is a text/,
    ],
    [
      'a script for a call that would be sent',
      made(message('one', 1, { template: 'call-t1' })),
      /template "call-t1" is for a call, not to be sent/,
    ],
    [
      'a firm service message',
      made(message('one', 1, { purpose: 'service', tone: 'T3', template: 'any-t3' })),
      /a service message is friendly/,
    ],
    [
      'a service message with a charge',
      made(message('one', 1, { purpose: 'service', acts: [{ do: 'charge', rule: 'interest' }] })),
      /adds no charge/,
    ],
    [
      'the end of a term that nothing opened',
      made(message('one', 1, { anchor: 'notice-term-end' })),
      /so no term ends/,
    ],
    [
      'a first step after the one before',
      made(message('one', 1, { anchor: 'previous-step' })),
      /there is no step before it/,
    ],
    [
      'a step above the limit of costs',
      { ...made(message('one', 1, { acts: [task] })), costLimit: 'low' },
      /costs "person", more than the limit "low"/,
    ],
  ])('reports %s', (_, journey, fault) => {
    expect(findJourneyFaults(journey)).toEqual([expect.stringMatching(fault)])
    expect(findJourneyFaults(made(message('one', 1)))).toEqual([])
  })

  it('lets a word beside the escalation be softer, and measures the next by the firm one', () => {
    const firm = message('firm', 1, { tone: 'T3', template: 'any-t3' })
    const soft = message('soft', 5)
    const aside = { ...soft, aside: true } as const
    expect(findJourneyFaults(made(firm, soft))).toHaveLength(1)
    expect(findJourneyFaults(made(firm, aside))).toEqual([])
    expect(findJourneyFaults(made(firm, aside, message('last', 9)))).toEqual([
      'step "last": softer (T1) than the step before (T3)',
    ])
  })

  it('reports a journey or a step to follow that is not there', () => {
    const follows = (journey: string, fromStep: string) => {
      const step = { ...message('go-on', 5), acts: [{ do: 'follow', journey, fromStep } as const] }
      return findFollowFaults(new Map([...JOURNEYS.definitions, ['made', made(step)]]))
    }
    expect(follows('consumer-mixed', 'legal-reminder')).toEqual([])
    expect(follows('nowhere', 'legal-reminder')[0]).toMatch(/there is no journey "nowhere"/)
    expect(follows('consumer-mixed', 'first')[0]).toMatch(/"consumer-mixed" has no step "first"/)
  })
})

describe('a journey that this server', () => {
  it('can run lacks nothing, and each of the others names what it lacks', () => {
    const { definitions, journeys, unsupportedJourneys } = JOURNEYS
    expect(missingFor(journeyOf('friendly-default'))).toEqual([])
    expect([...journeys.keys(), ...unsupportedJourneys.keys()].toSorted()).toEqual(
      [...definitions.keys()].toSorted(),
    )
    for (const [id, journey] of definitions) {
      expect(missingFor(journey), id).toEqual(unsupportedJourneys.get(id) ?? [])
    }
  })

  it.each<[string, Partial<JourneyDefinition>]>([
    ['fact:tag', { audience: [{ fact: 'tag', op: 'is', value: 'strategic' }] }],
    ['trigger:paid', { triggers: ['paid'] }],
    ['during:pause', { speaksDuring: ['pause'] }],
    ['channel:whatsapp', { steps: [message('one', 1, { channels: ['email', 'whatsapp'] })] }],
    ['text:nowhere-t1', { steps: [message('one', 1, { template: 'nowhere-t1' })] }],
    [
      'fact:service-can-stop',
      {
        steps: [
          message('one', 1, { onlyIf: [{ fact: 'service-can-stop', op: 'is', value: true }] }),
        ],
      },
    ],
  ])('cannot run for want of %s names it', (requirement, change) => {
    const written = message('one', 1, { template: 'payment-request-t1' })
    const journey = { ...made(written), ...change }
    expect(missingFor(made(written))).toEqual([])
    expect(missingFor(journey)).toContain(requirement)
    expect(requirementsOf(journey)).toContain(requirement)
  })

  it.each<[string, Partial<JourneyDefinition>]>([
    ['fact:party', { audience: [{ fact: 'party', op: 'is', value: 'b2c' }] }],
    ['during:dispute', { speaksDuring: ['dispute'] }],
    ['channel:letter', { steps: [message('one', 1, { channels: ['email', 'letter'] })] }],
    ['anchor:pay-day', { steps: [message('one', 1, { anchor: 'pay-day' })] }],
    ['purpose:service', { steps: [message('one', 1, { purpose: 'service' })] }],
    ['act:task', { steps: [message('one', 1, { acts: [task] })] }],
  ])('masters %s, which a journey asks of it all the same', (requirement, change) => {
    const journey = { ...made(message('one', 1)), ...change }
    expect(requirementsOf(journey)).toContain(requirement)
    expect(missingFor(journey)).not.toContain(requirement)
  })

  it('costs as much as its dearest part', () => {
    expect(costOf(message('one', 1))).toBe('low')
    expect(costOf(message('one', 1, { channels: ['email', 'letter'] }))).toBe('postage')
    expect(costOf(message('one', 1, { acts: [task] }))).toBe('person')
    const carried = { id: 'a', anchor: 'legal-term', offsetDays: 1, daysAfterPrevious: 0 } as const
    expect(costOf({ ...carried, acts: [{ do: 'carry-over' }] })).toBe('none')
  })
})
