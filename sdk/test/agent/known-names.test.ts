import { describe, expect, it } from 'vitest'
import { resemblesKnown } from '../../src/agent/known-names.ts'
import type { ActiveEnrolment } from '../../src/index.ts'
import { IBAN } from '../support/fixtures.ts'

const KNOWN: ActiveEnrolment = {
  ...{ state: 'active', id: 'e1', version: 1, server: 'https://a.example', sub: 's', thr: 't' },
  creditor: { id: 'cr1', name: 'Stadtwerke', account: { iban: IBAN } },
  ...{ announced: null, pullUrl: 'https://a.example/', messagesUrl: 'https://a.example/' },
  ...{ enrolledAt: 100, keys: { current: null, next: null, former: [] }, looksLike: null },
  lane: { messages: [], owed: [], underWay: null, isDoubtful: false },
}
const OTHER = { server: 'https://b.example', creditorId: 'cr1', name: 'Stadtwerkе', since: 100 }

describe('the names of known creditors', () => {
  it.each([
    ['a Cyrillic letter in the place of a Latin one', {}, 'Stadtwerke'],
    ['the very name', { name: 'Stadtwerke' }, 'Stadtwerke'],
    [
      'another creditor of the same server',
      { server: 'https://a.example', creditorId: 'cr2' },
      'Stadtwerke',
    ],
    ['the same creditor', { server: 'https://a.example' }, null],
    ['another name', { name: 'Gaswerk' }, null],
    ['a creditor that was known before', { since: 99 }, null],
  ])('[TXT-03] against %s', (_, changes, expected) => {
    expect(resemblesKnown([KNOWN], { ...OTHER, ...changes })).toBe(expected)
  })

  it('[TXT-03] are those of ended enrolments, too', () => {
    const ended = { ...KNOWN, state: 'ended', endedBy: 'agent', endedAt: 100 } as const
    expect(resemblesKnown([ended], OTHER)).toBe('Stadtwerke')
  })
})
