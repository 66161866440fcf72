import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CapRule, Channel } from '../../../src/domain/compliance/profile.ts'
import {
  CONTACT_MEMORY_DAYS,
  type Contact,
  earliestContact,
  earliestUnderCaps,
} from '../../../src/domain/dunning/contact-budget.ts'
import { LAW } from '../compliance/support-law.ts'

describe('earliestContact', () => {
  const hour = 3_600
  const day = 86_400
  const now = 1_800_000_000

  it('lets the first message go at once', () => {
    expect(earliestContact(now, [])).toBe(now)
  })

  it('keeps 48 hours between two messages', () => {
    expect(earliestContact(now, [now - 47 * hour])).toBe(now + hour)
    expect(earliestContact(now, [now - 48 * hour])).toBe(now)
  })

  it('sends two messages in seven days and no third', () => {
    expect(earliestContact(now, [now - 3 * day, now - 6 * day])).toBe(now + day)
    expect(earliestContact(now, [now - 6 * day, now - 3 * day])).toBe(now + day)
    expect(earliestContact(now, [now - 3 * day, now - 7 * day])).toBe(now)
  })

  it('holds the budget whenever people write', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 10 * day }), { maxLength: 40 })
    fc.assert(
      fc.property(gaps, (waits) => {
        const sent: number[] = []
        let clock = now
        for (const wait of waits) {
          clock = earliestContact(clock + wait, sent)
          sent.push(clock)
        }
        sent.forEach((time, index) => {
          const before = sent.slice(0, index)
          expect(before.filter((other) => other > time - 7 * day).length).toBeLessThan(2)
          expect(before.every((other) => time - other >= 48 * hour)).toBe(true)
        })
      }),
    )
  })
})

describe('earliestUnderCaps', () => {
  const hour = 3_600
  const day = 86_400
  const now = 1_800_000_000
  const cap = (more: Partial<CapRule>): CapRule => ({
    ...{ channel: 'any', max: 9, perDays: 7, hoursApart: 0, afterConversation: false, sources: [] },
    ...more,
  })
  const ago = (days: number, channel: Channel = 'email'): Contact => ({
    at: now - days * day,
    channels: [channel],
  })
  function earliest(contacts: Contact[], caps: CapRule[], ...channels: Channel[]) {
    return earliestUnderCaps(now, contacts, { channels, caps })
  }

  it('keeps the budget of the house where the law asks for less, or for nothing', () => {
    expect(earliest([ago(1)], [cap({})], 'email')).toBe(now + day)
    expect(earliest([ago(1)], [], 'email')).toBe(now + day)
    expect(earliest([ago(2)], [cap({})], 'email')).toBe(now)
  })

  it('keeps a cap of the law that is stricter', () => {
    expect(earliest([ago(5)], [cap({ max: 1 })], 'email')).toBe(now + 2 * day)
    expect(earliest([ago(7)], [cap({ max: 1 })], 'email')).toBe(now)
    expect(earliest([ago(3)], [cap({ hoursApart: 96 })], 'email')).toBe(now + day)
    expect(earliest([ago(4)], [cap({ hoursApart: 96 })], 'email')).toBe(now)
  })

  it('counts a cap of one channel by that channel, for steps that use it', () => {
    const calls = cap({ channel: 'phone', max: 1, perDays: 14 })
    expect(earliest([ago(8, 'phone')], [calls], 'phone')).toBe(now + 6 * day)
    expect(earliest([ago(8, 'phone')], [calls], 'email', 'phone')).toBe(now + 6 * day)
    expect(earliest([ago(8, 'phone')], [calls], 'email')).toBe(now)
    expect(earliest([ago(8, 'email')], [calls], 'phone')).toBe(now)
  })

  it('counts a cap of any channel by all of them', () => {
    const any = cap({ max: 2, perDays: 14 })
    expect(earliest([ago(8, 'sms'), ago(9, 'letter')], [any], 'email')).toBe(now + 5 * day)
    expect(earliest([ago(8, 'sms')], [any], 'email')).toBe(now)
  })

  it('takes a call for a conversation, after which a law wants silence', () => {
    const calls = cap({ channel: 'phone', max: 7, afterConversation: true })
    expect(earliest([ago(3, 'phone')], [calls], 'phone')).toBe(now + 4 * day)
    expect(earliest([ago(7, 'phone')], [calls], 'phone')).toBe(now)
    expect(earliest([ago(3, 'phone')], [{ ...calls, afterConversation: false }], 'phone')).toBe(now)
  })

  it('waits for what a clock that went back has put into the future', () => {
    expect(earliest([{ at: now + hour, channels: ['email'] }], [], 'email')).toBe(now + 49 * hour)
  })

  it('has contacts read back for longer than any shipped cap spans', () => {
    const spans = [...LAW.profiles.values()].flatMap(({ versions }) =>
      versions.flatMap(({ caps }) => caps.map(({ perDays }) => perDays)),
    )
    expect(Math.max(...spans)).toBeLessThan(CONTACT_MEMORY_DAYS)
  })
})
