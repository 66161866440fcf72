import { describe, expect, it } from 'vitest'
import { eventFacts, eventTitle } from '../../../src/domain/desk/event-words.ts'
import { proposalOf } from '../../../src/domain/desk/proposals.ts'
import { readTaskDetails } from '../../../src/domain/desk/task-details.ts'
import { taskKind, urgencyOf } from '../../../src/domain/desk/task-kinds.ts'
import { readApiDocument } from '../../../src/http/api-document.ts'
import { loadJourneys } from '../../../src/journey-files.ts'

const DAY = 86_400

describe('a kind of task', () => {
  const named = [...loadJourneys().definitions.values()]
    .flatMap(({ steps }) => steps.flatMap(({ acts = [] }) => acts))
    .flatMap((act) => (act.do === 'task' ? [act.task] : []))

  it.each([...new Set(named)])('%s of a journey has words of its own or readable ones', (kind) => {
    const { title, advice, actions } = taskKind(kind)
    expect(title).toMatch(/^[A-Z](?:[^-]|e-)*[^.]$/)
    expect(advice).toMatch(/\.$/)
    expect(actions.length).toBeGreaterThan(0)
  })

  it('that nobody described is named by its code and may be ended', () => {
    expect(taskKind('feed-the-cat')).toMatchObject({ title: 'Feed the cat' })
    expect(taskKind('constructor').actions).toContain('none')
  })
})

it('an event of the API has words of its own', () => {
  const { EventType } = readApiDocument().components.schemas as Record<string, { enum?: string[] }>
  for (const type of EventType?.enum ?? []) expect(eventTitle(type)).toMatch(/^[A-Z]/)
  expect(eventTitle('some.other-thing')).toBe('some other thing')
})

it('the particulars of an event are what a person wants to know of it', () => {
  const data = { amount: '20.00', currency: 'EUR', jws: 'a..b', taskId: 'tk_1', action: 'none' }
  expect(eventFacts({ type: 'payment.received', data: { ...data, by: 'Kim' } })).toEqual([
    { name: 'amount', value: '20.00 EUR' },
    { name: 'by', value: 'Kim' },
  ])
})

it('a task is urgent by the time that is left', () => {
  const now = 100 * DAY
  const at = [now - 1, now, now + DAY - 1, now + DAY].map((due) => urgencyOf(due, now))
  expect(at).toEqual(['overdue', 'today', 'today', 'later'])
})

describe('the details of a task', () => {
  const NOTHING = { channel: null, text: null, proposed: null, script: null }

  it.each([
    [null, NOTHING],
    ['no JSON', NOTHING],
    ['7', NOTHING],
    ['null', NOTHING],
    ['{"text":7,"channel":{},"proposed":[]}', NOTHING],
    ['{"text":"hi","channel":"sms"}', { ...NOTHING, text: 'hi', channel: 'sms' }],
    ['{"proposed":"call-back"}', { ...NOTHING, proposed: { kind: 'call-back', day: null } }],
    [
      '{"proposed":{"kind":"record-promise","day":"2026-03-25"}}',
      { ...NOTHING, proposed: { kind: 'record-promise', day: '2026-03-25' } },
    ],
  ])('%s are read with care', (json, expected) => {
    expect(readTaskDetails(json)).toEqual(expected)
  })

  it('propose the act that comes closest, and only a real day', () => {
    expect(proposalOf({ kind: 'record-promise', day: '2026-03-25' })).toEqual({
      words: 'note a promise (2026-03-25)',
      action: 'set-hold',
      hold: 'promise',
      day: '2026-03-25',
    })
    expect(proposalOf({ kind: 'record-promise', day: '2026-02-30' })).not.toHaveProperty('day')
    expect(proposalOf({ kind: 'toString', day: null })).toEqual({ words: 'toString' })
  })
})
