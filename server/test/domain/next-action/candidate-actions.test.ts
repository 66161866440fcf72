import { dayInZone, instantInZone } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelsLeft, chooseChannels } from '../../../src/domain/dunning/choose-channels.ts'
import { earliestContact } from '../../../src/domain/dunning/contact-budget.ts'
import type { StepDefinition } from '../../../src/domain/dunning/journey-definition.ts'
import { openFrom } from '../../../src/domain/dunning/next-step.ts'
import { candidateActions } from '../../../src/domain/next-action/candidate-actions.ts'
import {
  ALL_CHANNELS,
  DAY,
  type FactChanges,
  factsOf,
  HOUR,
  NOW,
  placeIn,
  stepOf,
  ZONE,
} from '../dunning/support-facts.ts'
import { JOURNEYS, message } from '../dunning/support-journeys.ts'
import { VALUES } from './support-standing.ts'

const JOURNEY = JOURNEYS.journeys.get('consumer-mixed')
if (JOURNEY === undefined) throw new Error('no journey')
const WINDOW = { from: '09:00', to: '18:00', weekdays: [1, 2, 3, 4, 5] } as const
const reminder = message('one', 1, { channels: ['email', 'sms'], tone: 'T2', window: WINDOW })

interface Asked {
  step?: StepDefinition
  facts?: FactChanges
  waits?: number
  bestHour?: number | null
}

function candidates({ step = reminder, facts = {}, waits = 0, bestHour = null }: Asked = {}) {
  const known = factsOf({ reach: { known: ALL_CHANNELS }, ...facts })
  const choice = chooseChannels(step, known.reach, known.law)
  const channels = choice.kind === 'channels' ? choice.channels : []
  const question = { journey: { ...(JOURNEY as NonNullable<typeof JOURNEY>) }, step, facts: known }
  return candidateActions({ question, channels, standing: { bestHour }, waits, values: VALUES })
}

const said = (asked?: Asked) =>
  candidates(asked).actions.map(({ kind, channel, hour }) => `${kind} ${channel} ${hour}`)

describe('what may be done at a step', () => {
  it('is the journey’s own first, then its other channels and hours, then a day of waiting', () => {
    expect(said()).toEqual([
      'remind email 10',
      'remind email 12',
      'remind email 15',
      'remind email 9',
      'remind sms 10',
      'remind sms 12',
      'remind sms 15',
      'remind sms 9',
      'wait null 10',
    ])
  })

  it('adds the person’s own hour where the window is open then', () => {
    expect(said({ bestHour: 16 })).toContain('remind sms 16')
    expect(said({ bestHour: 20 })).not.toContain('remind sms 20')
  })

  it('knows no hour where the clock of the person is not known', () => {
    const place = placeIn(factsOf().law, ZONE, 'Europe/Lisbon')
    expect(said({ facts: { place } })).toEqual(['remind email 10', 'remind sms 10', 'wait null 10'])
  })

  it('keeps to the channel that the person wishes', () => {
    const reach = { known: ALL_CHANNELS, preferred: 'sms' } as const
    const channels = candidates({ facts: { reach } }).actions.map(({ channel }) => channel)
    expect(new Set(channels)).toEqual(new Set(['sms', null]))
  })

  it('puts a step off so many days and no longer', () => {
    const isWaiting = (waits: number) =>
      candidates({ waits }).actions.some((it) => it.kind === 'wait')
    const { mostWaits } = VALUES.choice
    expect(isWaiting(mostWaits - 1)).toBe(true)
    expect(isWaiting(mostWaits)).toBe(false)
  })

  it('calls an agent’s message, a call and an offer by their names', () => {
    expect(said({ step: { ...reminder, channels: ['app'] } })[0]).toBe('bot app 10')
    expect(said({ step: { ...reminder, channels: ['phone'] } })[0]).toBe('person phone 10')
    expect(said({ step: { ...reminder, template: 'plan-offer-t2' } })[0]).toBe(
      'offer-plan email 10',
    )
  })
})

describe('a step without a choice', () => {
  const task = { do: 'task', task: 'look-into-dispute', withinWorkingDays: 1 } as const
  it.each([
    ['formal-step', { step: { ...reminder, tone: 'T4' } }],
    ['formal-step', { step: { ...reminder, tone: 'T5' } }],
    ['step-with-acts', { step: { ...reminder, acts: [{ do: 'notice' }] } }],
    ['step-with-acts', { step: { ...reminder, acts: [{ do: 'hand-over-review' }] } }],
    ['step-with-acts', { step: { ...reminder, acts: [{ do: 'write-off' }] } }],
    ['step-with-acts', { step: { ...reminder, acts: [task] } }],
    ['every-channel', { step: { ...reminder, reach: 'all' } }],
    ['no-message', { step: stepOf(JOURNEY, 'hand-over-review') }],
    ['law-unknown', { facts: { law: null } }],
    ['hold-stands', { facts: { holds: [{ reason: 'dispute', until: null }] } }],
  ] as [string, Asked][])('%s', (fixed, asked) => {
    const found = candidates(asked)
    expect(found.fixed).toBe(fixed)
    expect(found.actions).toHaveLength(1)
    expect(found.actions[0]?.at).toBe(NOW)
    expect(candidates().fixed).toBe(null)
  })

  it('is a dispute that a person handles', () => {
    const facts = { holds: [{ reason: 'dispute', until: null }] } as const
    const step = { ...stepOf(JOURNEY, 'hand-over-review'), acts: [task] }
    expect(said({ step, facts })).toEqual(['handle-dispute null 10'])
    expect(said({ step })).toEqual(['person null 10'])
  })
})

describe('candidates at random', () => {
  const asked = fc.record({
    now: fc.integer({ min: 0, max: 200 * 24 }).map((hours) => NOW + hours * HOUR),
    closed: fc.subarray(['email', 'sms', 'letter'] as const),
    channels: fc.subarray(['email', 'sms', 'letter', 'whatsapp', 'app'] as const, { minLength: 1 }),
    contactsAgo: fc.array(fc.integer({ min: 0, max: 31 * 24 }), { maxLength: 3 }),
    bestHour: fc.option(fc.integer({ min: 0, max: 23 })),
    waits: fc.integer({ min: 0, max: 5 }),
  })

  it('are never outside of the window, the law’s hours, the budget or the open channels', () => {
    fc.assert(
      fc.property(asked, ({ now, closed, channels, contactsAgo, bestHour, waits }) => {
        const step = { ...reminder, channels }
        const contacts = contactsAgo.map((ago) => ({
          at: now - ago * HOUR,
          channels: ['email'] as const,
        }))
        const facts = { now, contacts, reach: { known: ALL_CHANNELS, closed } }
        const known = factsOf(facts)
        const { channels: left } = channelsLeft(step, known.reach, known.law)
        if (left.length === 0) return
        const { actions } = candidates({ step, facts, bestHour, waits })
        const times = contacts.map(({ at }) => at)
        for (const action of actions) {
          expect(action.at - now).toBeLessThanOrEqual(action.kind === 'wait' ? 5 * DAY : DAY)
          if (action.at > now) expect(openFrom(action.at, step, known.place)).toBe(action.at)
          if (action.channel === null) continue
          expect(left).toContain(action.channel)
          if (action.at > now) expect(earliestContact(action.at, times)).toBe(action.at)
          const midnight = instantInZone(dayInZone(action.at, ZONE), '00:00', ZONE)
          expect(Math.floor((action.at - midnight) / HOUR)).toBe(action.hour)
        }
      }),
    )
  })
})
