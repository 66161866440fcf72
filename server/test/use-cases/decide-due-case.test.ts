import { describe, expect, it } from 'vitest'
import type { HoldReason } from '../../src/domain/dunning/journey.ts'
import type { JourneyDefinition } from '../../src/domain/dunning/journey-definition.ts'
import { askedAgent } from '../../src/domain/dunning/step-key.ts'
import type { HoldRecord } from '../../src/storage/case-records.ts'
import type { DunningCase } from '../../src/storage/dunning-cases.ts'
import { type DecideDeps, decideDueCase } from '../../src/use-cases/decide-due-case.ts'
import { at, DAY, HOUR, NOW } from '../domain/dunning/support-facts.ts'
import { journeyOf, made, message } from '../domain/dunning/support-journeys.ts'
import { DECIDE_DEPS, type DueCaseChanges, dueCase, hold } from '../support/due-cases.ts'

const decide = (changes: DueCaseChanges = {}, deps: Partial<DecideDeps> = {}) =>
  decideDueCase({ ...DECIDE_DEPS, ...deps }, dueCase(changes))

/** The shipped journeys and this one. */
function withJourney(journey: JourneyDefinition): Partial<DecideDeps> {
  return { journeys: new Map([...DECIDE_DEPS.journeys, [journey.id, journey]]) }
}

const FRIENDLY = { journeyId: 'friendly-default', journeyVersion: 1 }
const done = (...ids: string[]) => ids.map((stepId) => ({ stepId, at: NOW - 20 * DAY }))

describe('a due case', () => {
  it('has its step taken and the next one planned', () => {
    expect(decide()).toMatchObject({
      advance: { kind: 'take', step: { id: 'first-notice' }, channels: ['email'] },
      standing: {
        ...FRIENDLY,
        stepsDone: [{ stepId: 'first-notice', at: NOW }],
        nextStep: 'reminder',
        nextActionAt: at('2026-04-03', '09:00'),
        round: 1,
      },
      ended: undefined,
    })
  })

  it('keeps its place when its step is put off', () => {
    const contacts = [{ at: NOW - 24 * HOUR, channels: ['email' as const] }]
    expect(decide({ contacts })).toMatchObject({
      advance: { kind: 'defer', reason: 'contact-budget' },
      standing: { nextStep: 'first-notice', nextActionAt: NOW + 24 * HOUR, stepsDone: [] },
    })
  })

  it('rests before the step that comes next, so that its charges are added in time', () => {
    const on = { journeyId: 'bot-first', nextStep: 'first-notice' }
    const records = { holds: [hold('other')] }
    expect(decide({ dunningCase: on, records })).toMatchObject({
      advance: { kind: 'skip', reason: 'other-segment', after: { kind: 'rest' } },
      standing: { nextStep: 'reminder', nextActionAt: NOW + DAY },
    })
  })

  it('ends idle when the claim is closed, and exhausted after the last step', () => {
    expect(decide({ claim: { state: 'settled' } })).toMatchObject({
      standing: undefined,
      ended: 'idle',
    })
    const last = { stepsDone: done('reminder'), nextStep: 'second-reminder' }
    const late = { now: at('2026-04-20', '10:00'), dunningCase: last }
    expect(decide(late)).toMatchObject({
      advance: { kind: 'take', step: { id: 'second-reminder' } },
      standing: undefined,
      ended: 'exhausted',
    })
  })

  it('waits for a person where its journey is not known', () => {
    expect(decide({ journey: undefined })).toMatchObject({
      advance: { kind: 'wait', reason: 'journey-unknown', until: NOW + DAY },
      standing: { nextStep: 'first-notice', nextActionAt: NOW + DAY },
    })
  })

  it('waits for a person where the law of the debtor forbids its journey', () => {
    const fee = message('fee', 5, { acts: [{ do: 'charge', rule: 'no-such-rule' }] })
    const journey = made(fee)
    const on = { journey, dunningCase: { journeyId: 'made', nextStep: 'fee' } }
    expect(decide(on)).toMatchObject({
      advance: { kind: 'wait', reason: 'journey-against-law', until: NOW + DAY },
    })
    expect(decide({ ...on, journey: made(message('fee', 5)) })).toMatchObject({
      advance: { kind: 'defer', reason: 'not-due-yet' },
    })
  })

  it('waits for another sweep until the silence of its agent was told', () => {
    const silent = { claim: { conversation: 'received' } } as const
    expect(decide(silent)).toBeUndefined()
    expect(decide({ claim: { conversation: 'timed-out' } })?.advance.kind).toBe('take')
    const held = { ...silent, records: { holds: [hold('other')] } }
    expect(decide(held)).toMatchObject({ advance: { reason: 'held-other' } })
  })

  it('waits for another sweep until the charges of its step were added', () => {
    const own = {
      now: at('2026-06-01', '10:00'),
      debtor: { party: 'b2b', country: 'FR', contact: { email: 'a@example.org' } },
      claim: { currency: 'EUR', dueDate: '2026-05-20' },
    } as const
    const on = { journeyId: 'b2b-europe', nextStep: 'accruing', stepsDone: done('all-fine') }
    expect(decide({ ...own, dunningCase: on })).toBeUndefined()
    const charged = { ...on, chargedStep: 'accruing' }
    expect(decide({ ...own, dunningCase: charged })).toMatchObject({
      advance: { kind: 'take', step: { id: 'accruing' } },
    })
  })
})

describe('where the country of a debtor has several zones', () => {
  it('an evening in one of them is too late in another', () => {
    const now = at('2026-03-10', '17:00', 'America/New_York')
    const american = { country: 'US', timeZone: null }
    const own = { now, claim: { currency: 'USD' } }
    // Eleven in the morning in Honolulu: open in all zones at once.
    expect(decide({ ...own, debtor: american })?.advance.kind).toBe('take')
    const early = { ...own, now: now - 4 * HOUR }
    expect(decide({ ...early, debtor: american })).toMatchObject({
      advance: { kind: 'defer', reason: 'outside-window' },
      standing: { nextActionAt: at('2026-03-10', '09:00', 'Pacific/Honolulu') },
    })
    const known = { country: 'US', timeZone: 'America/New_York' }
    expect(decide({ ...early, debtor: known })?.advance.kind).toBe('take')
  })

  it('a sum in another currency is under no law that is known', () => {
    const move = decide({ claim: { currency: 'USD' } })
    expect(move?.facts?.law).toBeNull()
    expect(decide()?.facts?.law?.profile.id).toBe('be-b2c')
  })
})

describe('something that happens in a life', () => {
  const started = { stepsDone: done('first-notice'), nextStep: 'reminder' }
  const late = at('2026-04-08', '10:00')

  it.each<[HoldReason & HoldRecord['reason'], string, string]>([
    ['dispute', 'dispute', 'received'],
    ['hardship', 'hardship', 'help'],
    ['already-paid', 'already-paid', 'which-payment'],
    ['moratorium', 'moratorium', 'full-stop'],
    ['insolvency', 'deceased-or-insolvent', 'stop'],
  ])('%s puts the case on the journey %s', (reason, journeyId, nextStep) => {
    const holds = [hold(reason)]
    expect(decide({ dunningCase: started, records: { holds } })).toEqual({
      due: expect.anything(),
      facts: expect.anything(),
      advance: { kind: 'switch' },
      standing: {
        journeyId,
        journeyVersion: 1,
        stepsDone: [],
        nextStep,
        nextActionAt: NOW - HOUR,
        triggerAt: NOW - HOUR,
        anchorDay: null,
        resumes: { ...FRIENDLY, stepsDone: started.stepsDone },
        round: 2,
      },
      ended: undefined,
    })
  })

  it('a promise counts from its day', () => {
    const records = { holds: [hold('promise')], promisesMade: 1, promisedDay: '2026-03-20' }
    expect(decide({ dunningCase: started, records })).toMatchObject({
      standing: {
        ...{ journeyId: 'promise-to-pay', nextStep: 'note', anchorDay: '2026-03-20' },
        nextActionAt: at('2026-03-19', '09:00'),
      },
    })
  })

  it('counts from the hold that stands, not from a heavier one that is over', () => {
    const over = hold('hardship', { createdAt: NOW - 90 * DAY, until: NOW - DAY })
    const records = { holds: [over, hold('promise')], promisesMade: 1, promisedDay: '2026-03-20' }
    expect(decide({ dunningCase: started, records })).toMatchObject({
      standing: {
        ...{ journeyId: 'promise-to-pay', anchorDay: '2026-03-20', triggerAt: NOW - HOUR },
      },
    })
  })

  it('moves nothing for a hold of another kind, or on a closed claim', () => {
    const other = decide({ dunningCase: started, records: { holds: [hold('other')] } })
    expect(other).toMatchObject({ advance: { kind: 'defer' }, standing: FRIENDLY })
    const records = { holds: [hold('dispute')] }
    expect(decide({ claim: { state: 'cancelled' }, records })).toMatchObject({
      advance: { reason: 'cancelled' },
      ended: 'idle',
    })
  })

  it('waits for a person where the law forbids its journey, and stops no other case', () => {
    const early = { from: '07:00', to: '08:00', weekdays: [1] }
    const asking = made(message('ask', 0, { anchor: 'trigger', window: early }))
    const life = { ...asking, triggers: ['dispute'], speaksDuring: ['dispute'] } as const
    const deps = { journeys: new Map<string, JourneyDefinition>([['made', life]]) }
    const records = { holds: [hold('dispute')] }
    expect(decide({ dunningCase: started, records }, deps)).toMatchObject({
      advance: { kind: 'switch' },
      standing: { journeyId: 'made', nextStep: 'ask', nextActionAt: NOW + DAY },
    })
    const on = { journeyId: 'made', nextStep: 'ask' }
    expect(decide({ journey: life, dunningCase: on, records }, deps)).toMatchObject({
      advance: { kind: 'wait', reason: 'journey-against-law' },
    })
  })

  it('that weighs more takes over, and the first journey is the one that goes on', () => {
    const resumes = { ...FRIENDLY, stepsDone: started.stepsDone }
    const on = { journeyId: 'dispute', nextStep: 'evidence', round: 2, resumes }
    const holds = [hold('dispute'), hold('hardship')]
    expect(decide({ dunningCase: on, records: { holds } })).toMatchObject({
      advance: { kind: 'switch' },
      standing: { journeyId: 'hardship', nextStep: 'help', nextActionAt: NOW - HOUR, resumes },
    })
    const lighter = [hold('dispute'), hold('promise')]
    expect(decide({ dunningCase: on, records: { holds: lighter } })).toMatchObject({
      standing: { journeyId: 'dispute' },
    })
  })

  it('begins although a hold without an end stands beside it: it is looked at each day', () => {
    const holds = [hold('other'), hold('hardship')]
    expect(decide({ dunningCase: started, records: { holds } })).toMatchObject({
      advance: { kind: 'switch' },
      standing: { journeyId: 'hardship', nextStep: 'help', nextActionAt: NOW + DAY },
    })
  })

  it('during the search for a person leads back to the journey before that', () => {
    const resumes = { ...FRIENDLY, stepsDone: started.stepsDone }
    const on = { journeyId: 'unreachable', nextStep: 'letter', resumes }
    expect(decide({ dunningCase: on, records: { holds: [hold('dispute')] } })).toMatchObject({
      standing: { journeyId: 'dispute', resumes },
    })
  })

  it('and is over: the journey before goes on where it stood', () => {
    const resumes = { ...FRIENDLY, stepsDone: started.stepsDone }
    const on = { journeyId: 'hardship', nextStep: 'second-review', round: 2, resumes }
    const stepsDone = done('second-review')
    expect(decide({ now: late, dunningCase: { ...on, stepsDone } })).toMatchObject({
      advance: { kind: 'end', after: { kind: 'resume', levelsLower: 0 } },
      standing: {
        ...FRIENDLY,
        ...{ stepsDone: started.stepsDone, nextStep: 'reminder', resumes: null, round: 3 },
        nextActionAt: at('2026-04-03', '09:00'),
      },
    })
  })
})

describe('going on after a life', () => {
  const now = at('2026-05-20', '10:00')
  const taken = done('first-notice', 'reminder')
  const back = (stepsDone: DunningCase['stepsDone'], more: DueCaseChanges = {}) => {
    const resumes = { ...FRIENDLY, stepsDone }
    const on = { journeyId: 'already-paid', nextStep: 'go-on', round: 2, resumes }
    return decide({ now, dunningCase: on, ...more })
  }

  it('some levels lower takes the last step once more, under another name', () => {
    expect(back(taken)).toMatchObject({
      advance: { kind: 'take', step: { id: 'go-on' } },
      standing: { ...FRIENDLY, stepsDone: done('first-notice'), nextStep: 'reminder', round: 3 },
    })
  })

  it('takes the first step once more where nothing else was said', () => {
    expect(back(done('first-notice'))).toMatchObject({
      standing: { stepsDone: [], nextStep: 'first-notice' },
    })
    expect(back([])).toMatchObject({ standing: { stepsDone: [], nextStep: 'first-notice' } })
  })

  it('counts no asking of the agent as a level', () => {
    expect(back([...taken, ...done(askedAgent('second-reminder'))])).toMatchObject({
      standing: { stepsDone: done('first-notice'), nextStep: 'reminder' },
    })
  })

  it('waits while another hold stands without an end, and leaves out no step meanwhile', () => {
    const resumes = { ...FRIENDLY, stepsDone: done('first-notice') }
    const on = { journeyId: 'hardship', round: 2, resumes, stepsDone: done('second-review') }
    const records = { holds: [hold('other')] }
    expect(decide({ now, dunningCase: on, records })).toMatchObject({
      standing: { ...FRIENDLY, nextStep: 'reminder', nextActionAt: now + DAY },
    })
    expect(decide({ now, dunningCase: on })).toMatchObject({
      standing: { ...FRIENDLY, nextStep: 'reminder', nextActionAt: at('2026-04-03', '09:00') },
    })
  })

  it('is exhausted where the journey before is no longer known', () => {
    expect(back(taken, { resumed: undefined })).toMatchObject({
      standing: undefined,
      ended: 'exhausted',
    })
  })
})

describe('a step that leads to another journey', () => {
  const now = at('2026-05-20', '10:00')
  const on = { journeyId: 'pay-day-aligned', nextStep: 'go-on' }
  const debtor = { preferences: { payDay: 30 } }

  it('begins there with the named step, what is before it left out', () => {
    expect(decide({ now, debtor, dunningCase: on })).toMatchObject({
      advance: { kind: 'take', step: { id: 'go-on' } },
      standing: {
        ...{ journeyId: 'consumer-mixed', nextStep: 'legal-reminder', triggerAt: now },
        stepsDone: [
          { stepId: 'reminder', at: now },
          { stepId: 'second-reminder', at: now },
        ],
        // Five days after the step before, which was passed over today.
        nextActionAt: at('2026-05-26', '09:00'),
      },
    })
  })

  it('begins with the first step where none is named', () => {
    const go = { id: 'go', anchor: 'trigger', offsetDays: 0, daysAfterPrevious: 0 } as const
    const journey = made({ ...go, acts: [{ do: 'follow', journey: 'small-creditor' }] })
    const own = { now, journey, dunningCase: { journeyId: 'made', nextStep: 'go' } }
    expect(decide(own)).toMatchObject({
      standing: { journeyId: 'small-creditor', nextStep: 'reminder', stepsDone: [] },
    })
    const gone = made({ ...go, acts: [{ do: 'follow', journey: 'nowhere' }] })
    expect(decide({ ...own, journey: gone })).toMatchObject({
      standing: undefined,
      ended: 'exhausted',
    })
  })
})

describe('a person who is reached nowhere', () => {
  const debtor = { contact: {} }

  it('is looked for, and the journey goes on afterwards', () => {
    expect(decide({ debtor })).toMatchObject({
      advance: { kind: 'skip', reason: 'no-address' },
      standing: {
        ...{ journeyId: 'unreachable', nextStep: 'ask-agent', stepsDone: [], nextActionAt: NOW },
        resumes: { ...FRIENDLY, stepsDone: [{ stepId: 'first-notice', at: NOW }] },
      },
    })
  })

  it('is looked for as well where the channel was closed, and not where words are too firm', () => {
    expect(decide({ debtor: { closedChannels: ['email'] } })).toMatchObject({
      standing: { journeyId: 'unreachable' },
    })
    const served = { servedChannels: new Set(['letter'] as const) }
    expect(decide({}, served)).toMatchObject({
      advance: { kind: 'skip', reason: 'channel-not-served' },
      standing: { ...FRIENDLY, nextStep: 'reminder' },
    })
  })

  it('is looked for once: a later round goes on with its steps', () => {
    const before = { debtor, dunningCase: { round: 2 }, records: { wasSought: true } }
    expect(decide(before)).toMatchObject({
      advance: { kind: 'skip', reason: 'no-address' },
      standing: { ...FRIENDLY, nextStep: 'reminder', round: 2 },
    })
  })

  it('has the step that was missed taken afterwards', () => {
    const now = at('2026-05-20', '10:00')
    const resumes = { ...FRIENDLY, stepsDone: done('first-notice') }
    const on = { journeyId: 'unreachable', nextStep: 'go-on', stepsDone: done('search'), resumes }
    expect(decide({ now, dunningCase: on })).toMatchObject({
      advance: { kind: 'take', step: { id: 'go-on' } },
      standing: { ...FRIENDLY, nextStep: 'first-notice', stepsDone: [], round: 2 },
    })
  })

  it('ends the claim’s journey where the catalog has none for it', () => {
    const journeys = new Map([['friendly-default', journeyOf('friendly-default')]])
    expect(decide({ debtor }, { journeys })).toMatchObject({ standing: FRIENDLY })
  })
})

describe('a step that asks the agent first', () => {
  const bot = { do: 'bot', message: 'reminder', waitHours: 24 } as const
  const journey = made(
    message('first', 0, { anchor: 'trigger', acts: [bot] }),
    message('second', 30, { anchor: 'trigger' }),
  )
  const on = { journeyId: 'made', nextStep: 'first' }
  const records = { hasAgent: true }

  it('keeps its place with the mark that it was asked', () => {
    expect(decide({ journey, dunningCase: on, records }, withJourney(journey))).toMatchObject({
      advance: { kind: 'ask-agent', step: { id: 'first' } },
      standing: {
        nextStep: 'first',
        nextActionAt: NOW + DAY,
        stepsDone: [{ stepId: askedAgent('first'), at: NOW }],
      },
    })
    expect(decide({ journey, dunningCase: on }, withJourney(journey))?.advance.kind).toBe('take')
  })
})
