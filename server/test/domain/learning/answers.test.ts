import { describe, expect, it } from 'vitest'
import type { Channel } from '../../../src/domain/compliance/profile.ts'
import { learnBestHour, learnContactability } from '../../../src/domain/learning/answers.ts'
import { EMPTY_RECORD, eventOf, secondsOf } from '../../support/customer-records.ts'

const DAY = 86_400
const now = secondsOf('2026-06-10T08:00:00Z')

function message(channel: Channel, sentAt: number, hasArrived = true) {
  return { messageId: `hm_${sentAt}`, claimId: 'pr_1', channel, sentAt, hasArrived }
}

function reply(at: number, action = 'record-promise') {
  return { origin: `reply-${at}`, claimId: 'pr_1', channel: 'email', action, at }
}

describe('who can be reached where', () => {
  const contactability = (record: object) => {
    const facts = learnContactability({ ...EMPTY_RECORD, ...record }, now)
    return facts.map(({ value: { channel, sent, answered } }) => ({ channel, sent, answered }))
  }

  it('counts an answer for the last message before it', () => {
    const messages = [message('letter', now - 20 * DAY), message('email', now - 18 * DAY)]
    const replies = [reply(now - 17 * DAY)]
    expect(contactability({ messages, replies })).toEqual([
      { channel: 'email', sent: 1, answered: 1 },
      { channel: 'letter', sent: 1, answered: 0 },
    ])
  })

  it.each([
    { why: 'came a week later', replies: [reply(now - 12 * DAY)] },
    { why: 'said stop', replies: [reply(now - 19 * DAY, 'stop-channel')] },
  ])('takes nothing for an answer that $why', ({ replies }) => {
    const messages = [message('sms', now - 20 * DAY)]
    expect(contactability({ messages, replies })).toEqual([
      { channel: 'sms', sent: 1, answered: 0 },
    ])
  })

  it('says nothing of what did not arrive, or may still be answered', () => {
    const messages = [message('sms', now - 20 * DAY, false), message('email', now - DAY)]
    expect(contactability({ messages })).toEqual([])
  })

  it('is drawn to what is believed while little was sent', () => {
    const messages = [message('email', now - 20 * DAY)]
    const [fact] = learnContactability({ ...EMPTY_RECORD, messages }, now)
    expect(fact).toMatchObject({ value: { chance: 0.24 }, confidence: 0.2 })
  })

  it('counts requests to the agent, and their answers', () => {
    const events = [
      eventOf('payment-request.delivered', '2026-05-01T08:00:00Z'),
      eventOf('payment-request.presented', '2026-05-01T09:00:00Z'),
    ]
    expect(contactability({ events })).toEqual([{ channel: 'app', sent: 1, answered: 1 }])
  })
})

describe('the best hour', () => {
  const hourOf = (instants: readonly string[]) => {
    const replies = instants.map((instant) => reply(secondsOf(instant)))
    return learnBestHour({ ...EMPTY_RECORD, replies }, 'Europe/Brussels')?.value.hour ?? null
  }

  it('is where answers come, in the zone of the person', () => {
    const days = [1, 2, 3, 4, 5, 6, 7, 8]
    expect(hourOf(days.map((day) => `2026-05-0${day}T18:10:00Z`))).toBe(19)
  })

  it('is not claimed where chance would explain it', () => {
    expect(hourOf([10, 12, 14, 18, 20].map((hour) => `2026-05-01T${hour}:00:00Z`))).toBeNull()
    expect(hourOf([1, 2, 3, 4].map((day) => `2026-05-0${day}T18:00:00Z`))).toBeNull()
  })
})
