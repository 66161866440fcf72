import { describe, expect, it } from 'vitest'
import type { Channel } from '../../../src/domain/compliance/profile.ts'
import { decideSending, decideStep } from '../../../src/domain/dunning/decide-step.ts'
import type { Act, StepDefinition } from '../../../src/domain/dunning/journey-definition.ts'
import { askedAgent } from '../../../src/domain/dunning/step-key.ts'
import { at, DAY, type FactChanges, factsOf, HOUR, NOW } from './support-facts.ts'
import { made, message } from './support-journeys.ts'

const ask = { anchor: 'trigger', daysAfterPrevious: 0 } as const
const notice: Act = { do: 'notice', termDays: 14 }
const charge: Act = { do: 'charge', rule: 'interest' }
const task: Act = { do: 'task', task: 'look', withinWorkingDays: 1 }
const known = (...channels: Channel[]) => ({ reach: { known: new Set(channels) } })

/** Decides on the second step of a journey, so that nothing holds for the first one alone. */
function decide(step: StepDefinition, changes: FactChanges = {}) {
  const journey = made(message('before', 0, ask), step)
  return decideStep({ journey, step, facts: factsOf(changes) })
}

const skipped = (reason: string) => ({ kind: 'skip', reason })
const acting = (...acts: Act[]): StepDefinition => ({ id: 'acts', ...ask, offsetDays: 0, acts })

describe('where no law is known', () => {
  it.each([
    ['a notice', notice],
    ['a charge', charge],
  ])('%s is left out', (_, act) => {
    const step = message('formal', 0, { ...ask, acts: [act] })
    expect(decide(step, { law: null })).toEqual(skipped('law-unknown'))
    expect(decide(step)).toMatchObject({ kind: 'take' })
  })

  it('a step that only charges is taken, and finds nothing to charge', () => {
    expect(decide(acting(charge), { law: null })).toMatchObject({ kind: 'take', channels: [] })
  })

  it('a friendly reminder goes in the hours of its step', () => {
    const step = message('friendly', 0, ask)
    expect(decide(step, { law: null })).toMatchObject({ kind: 'take', channels: ['email'] })
    expect(decide(step, { law: null, now: at('2026-03-10', '18:00') })).toMatchObject({
      reason: 'outside-window',
      until: at('2026-03-11', '09:00'),
    })
  })

  it('a firm word is for a person', () => {
    const step = message('firm', 0, { ...ask, tone: 'T4' })
    expect(decide(step, { law: null })).toEqual(skipped('tone-not-allowed'))
    expect(decide(step)).toMatchObject({ kind: 'take' })
  })
})

describe('a step after the term of a notice', () => {
  const step = message('after', 1, { ...ask, anchor: 'notice-term-end' })
  const sent = (noticeLastDay: string) => ({ notice: 'sent', anchors: { noticeLastDay } }) as const

  it('waits while the notice has not left', () => {
    expect(decide(step, { notice: 'under-way' })).toEqual({
      kind: 'defer',
      until: NOW + DAY,
      reason: 'notice-under-way',
    })
  })

  it('waits for the end of its term, and is taken on the day after', () => {
    expect(decide(step, sent('2026-03-10'))).toEqual({
      kind: 'defer',
      until: at('2026-03-11', '09:00'),
      reason: 'not-due-yet',
    })
    expect(decide(step, sent('2026-03-09'))).toMatchObject({ kind: 'take' })
  })

  it.each(['none', 'undelivered'] as const)('is left out where the notice is %s', (state) => {
    expect(decide(step, { notice: state })).toEqual(skipped('notice-missing'))
  })
})

describe('what a step counts from', () => {
  it.each(['pay-day', 'promise-day'] as const)(
    'leaves it out where it is unknown: %s',
    (anchor) => {
      const step = message('one', 0, { ...ask, anchor })
      expect(decide(step)).toEqual(skipped('anchor-unknown'))
      const anchors = { payDay: 9, dueDate: '2026-03-08', anchorDay: '2026-03-09' }
      expect(decide(step, { anchors })).toMatchObject({ kind: 'take' })
    },
  )

  it('has a step wait until it is due', () => {
    const step = message('one', 3, ask)
    expect(decide(step)).toMatchObject({ reason: 'not-due-yet', until: at('2026-03-13', '09:00') })
    expect(decide(step, { now: at('2026-03-13', '09:00') })).toMatchObject({ kind: 'take' })
  })

  it('has a step wait for its days after the one before', () => {
    const step = { ...message('one', 0, ask), daysAfterPrevious: 2 }
    const stepsDone = [{ stepId: 'before', at: at('2026-03-09', '16:00') }]
    expect(decide(step, { stepsDone })).toMatchObject({
      reason: 'not-due-yet',
      until: at('2026-03-11', '09:00'),
    })
    expect(decide(step)).toMatchObject({ kind: 'take' })
  })
})

describe('a person who has just seen the request in the app', () => {
  const step = message('first', 0, ask)
  const seen = (ago: number) => {
    const facts = factsOf({ conversation: 'timed-out', presentedAt: NOW - ago * HOUR })
    return { journey: made(step, message('second', 9)), step, facts }
  }

  it('is left alone for three days', () => {
    expect(decideStep(seen(1))).toEqual({
      kind: 'defer',
      until: at('2026-03-13', '09:00'),
      reason: 'seen-by-person',
    })
    expect(decideStep(seen(71))).toMatchObject({ until: at('2026-03-10', '11:00') })
    expect(decideStep(seen(72))).toMatchObject({ kind: 'take' })
  })

  it('is left alone before the first step and no other', () => {
    expect(decide(step, { presentedAt: NOW - HOUR })).toMatchObject({ kind: 'take' })
  })
})

describe('acts alone', () => {
  const night = at('2026-03-15', '03:00')
  const contacts = [{ at: night - HOUR, channels: ['email'] }] as const

  it('are taken at night, on a Sunday, whatever was said before', () => {
    expect(decide(acting(task), { now: night, contacts })).toEqual({
      kind: 'take',
      step: acting(task),
      channels: [],
    })
    const said = message('said', 0, ask)
    expect(decide(said, { now: night, contacts })).toMatchObject({ reason: 'contact-budget' })
  })

  it('are taken although nothing is outstanding, and not once the claim is closed', () => {
    expect(decide(acting(task), { outstandingMinor: 0n })).toMatchObject({ kind: 'take' })
    expect(decide(acting(task), { claim: 'settled' })).toEqual(skipped('settled'))
    expect(decide(message('said', 0, ask), { outstandingMinor: 0n })).toEqual(
      skipped('nothing-outstanding'),
    )
  })

  it('wait for the end of a hold', () => {
    const holds = [{ reason: 'pause', until: night }] as const
    expect(decide(acting(task), { holds })).toEqual({
      kind: 'defer',
      until: night,
      reason: 'held-pause',
    })
  })
})

describe('a step whose words reach nobody', () => {
  const said = (...acts: Act[]) => message('said', 0, { ...ask, acts })

  it('has its task all the same', () => {
    expect(decide(said(task), known())).toEqual({
      kind: 'take',
      step: said(task),
      channels: [],
      unreachable: 'no-address',
    })
    expect(decide(said(task))).toMatchObject({ kind: 'take', channels: ['email'] })
  })

  it.each([
    ['a notice', notice],
    ['a charge', charge],
  ])('is left out with %s, which is nothing without words', (_, act) => {
    expect(decide(said(act), known())).toEqual(skipped('no-address'))
    expect(decide(said(act), { reach: { closed: ['email'] } })).toEqual(skipped('channel-closed'))
    expect(decide(said(act))).toMatchObject({ kind: 'take' })
  })
})

describe('an answer', () => {
  const answer = message('answer', 0, { ...ask, purpose: 'service' })
  const contacts = [{ at: NOW - HOUR, channels: ['email'] }] as const

  it('is no contact for the budget', () => {
    expect(decide(answer, { contacts })).toMatchObject({ kind: 'take' })
    expect(decide(message('asks', 0, ask), { contacts })).toMatchObject({
      reason: 'contact-budget',
    })
  })

  it('keeps to the hours', () => {
    expect(decide(answer, { now: at('2026-03-10', '18:00') })).toMatchObject({
      reason: 'outside-window',
    })
  })

  it('is given in any situation', () => {
    const now = { conversation: 'agreed' } as const
    const journey = { ...made(message('before', 0, ask), answer), stopWhen: ['settled'] } as const
    expect(decideStep({ journey, step: answer, facts: factsOf(now) })).toMatchObject({
      kind: 'take',
    })
    expect(decide(answer, now)).toEqual(skipped('agreed'))
  })
})

describe('a step that asks the agent first', () => {
  const bot: Act = { do: 'bot', message: 'reminder', waitHours: 24 }
  const step = { ...message('one', 0, { ...ask, acts: [bot] }), daysAfterPrevious: 4 }
  const withAgent = known('app', 'email')
  const asked = (ago: number) => [
    { stepId: 'before', at: NOW - 9 * DAY },
    { stepId: askedAgent('one'), at: NOW - ago * HOUR },
  ]

  it('asks, waits as long as it says, and then writes to the person', () => {
    expect(decide(step, withAgent)).toEqual({ kind: 'ask-agent', step, waitUntil: NOW + DAY })
    expect(decide(step, { ...withAgent, stepsDone: asked(23) })).toEqual({
      kind: 'defer',
      until: NOW + HOUR,
      reason: 'agent-asked-first',
    })
    expect(decide(step, { ...withAgent, stepsDone: asked(24) })).toMatchObject({
      kind: 'take',
      channels: ['email'],
    })
  })

  it('writes to the person at once where there is no agent', () => {
    expect(decide(step)).toMatchObject({ kind: 'take', channels: ['email'] })
  })

  it('asks only when the step may be taken', () => {
    const now = at('2026-03-10', '18:00')
    expect(decide(step, { ...withAgent, now })).toMatchObject({ reason: 'outside-window' })
    expect(decide(step, { ...withAgent, claim: 'settled' })).toEqual(skipped('settled'))
  })

  it('asks no agent that has the request already', () => {
    const request: Act = { do: 'bot', message: 'request', waitHours: 24 }
    expect(decide({ ...step, acts: [request] }, withAgent)).toMatchObject({ kind: 'take' })
  })

  it('is done once it has asked, where it has no words of its own', () => {
    const alone = { ...acting(bot), id: 'one' }
    expect(decide(alone, withAgent)).toMatchObject({ kind: 'ask-agent' })
    expect(decide(alone, { ...withAgent, stepsDone: asked(1) })).toMatchObject({
      kind: 'take',
      channels: [],
    })
    expect(decide(alone)).toMatchObject({ kind: 'take', channels: [] })
  })
})

describe('decideSending, just before a message leaves,', () => {
  const step = message('one', 0, { ...ask, channels: ['email', 'letter'] })
  function send(changes: FactChanges = {}, channel: Channel = 'letter') {
    const facts = factsOf({ ...known('email', 'letter'), ...changes })
    return decideSending({ journey: made(step), step, facts }, channel)
  }

  it('lets it go by the channel for which it was written', () => {
    expect(send()).toEqual({ kind: 'take', step, channels: ['letter'] })
    expect(send({}, 'email')).toEqual({ kind: 'take', step, channels: ['email'] })
  })

  it('lets it go although its step is done and due another day', () => {
    const stepsDone = [{ stepId: 'one', at: NOW - HOUR }]
    expect(send({ stepsDone, anchors: { triggerAt: NOW + DAY } })).toMatchObject({ kind: 'take' })
  })

  it.each<[string, FactChanges]>([
    ['settled', { claim: 'settled' }],
    ['agreed', { conversation: 'agreed' }],
    ['nothing-outstanding', { outstandingMinor: 0n }],
    ['channel-closed', { reach: { known: new Set(['letter']), closed: ['letter'] } }],
    ['no-address', known('email')],
  ])('drops it: %s', (reason, changes) => {
    expect(send(changes)).toEqual(skipped(reason))
  })

  it.each<[string, FactChanges, number]>([
    ['held-pause', { holds: [{ reason: 'pause', until: NOW + HOUR }] }, NOW + HOUR],
    [
      'agent-may-answer',
      { conversation: 'negotiating', anchors: { respondBy: NOW + HOUR } },
      NOW + HOUR,
    ],
    ['contact-budget', { contacts: [{ at: NOW - 47 * HOUR, channels: ['sms'] }] }, NOW + HOUR],
    ['outside-window', { now: at('2026-03-10', '20:00') }, at('2026-03-11', '09:00')],
  ])('puts it off: %s', (reason, changes, until) => {
    expect(send(changes)).toEqual({ kind: 'defer', until, reason })
  })
})
