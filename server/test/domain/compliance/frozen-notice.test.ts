import { describe, expect, it } from 'vitest'
import type { CaseFacts } from '../../../src/domain/compliance/case-facts.ts'
import { addsUp, freezeNotice } from '../../../src/domain/compliance/frozen-notice.ts'
import { caseOf, inForce, notice, quoteOf, shipped } from './support-law.ts'

const BE = shipped('be-b2c')

function freeze(facts: CaseFacts, channel: 'email' | 'sms' = 'email') {
  const quote = quoteOf(BE, facts)
  return freezeNotice(inForce(BE), { facts, quote }, { noticeId: 'nt_1', channel })
}

describe('freezeNotice', () => {
  it('announces the cost to come, the last day and the day after', () => {
    const frozen = freeze(caseOf({ asOf: '2026-03-10' }))
    expect(frozen).toMatchObject({
      profile: 'be-b2c',
      version: 1,
      total: 100_000n,
      parts: [{ label: 'Principal', minor: 100_000n }],
      announced: { lastDay: '2026-03-24', fee: 9_000n, feeFrom: '2026-03-25' },
    })
  })

  it('opens, as announced, the term under which the cost is charged', () => {
    const announced = freeze(caseOf({ asOf: '2026-03-10' })).announced
    if (announced === null) throw new Error('nothing announced')
    const sent = notice('2026-03-10', {
      statedFee: announced.fee,
      statedLastDay: announced.lastDay,
    })
    const { lines } = quoteOf(BE, caseOf({ notices: [sent], asOf: announced.feeFrom }))
    const damages = lines.find(({ rule }) => rule === 'damages')
    expect(damages).toMatchObject({
      notCharged: null,
      minor: announced.fee,
      from: announced.feeFrom,
    })
  })

  it('states every charged part, and a total that is their sum', () => {
    const frozen = freeze(caseOf({ notices: [notice('2026-03-10')] }))
    expect(frozen.parts.map(({ label, minor }) => [label, minor])).toEqual([
      ['Principal', 100_000n],
      ['Interest for late payment, 2026-H1', 1_919n],
      ['Fixed damages', 9_000n],
    ])
    expect(frozen.total).toBe(110_919n)
    expect(frozen.announced).toBeNull()
    expect(addsUp(frozen)).toBe(true)
    expect(addsUp({ ...frozen, total: frozen.total + 1n })).toBe(false)
  })

  it('announces nothing by a channel that opens no term, or when nothing is owed', () => {
    expect(freeze(caseOf({ asOf: '2026-03-10' }), 'sms').announced).toBeNull()
    const payments = [{ day: '2026-03-05', minor: 100_000n }]
    expect(freeze(caseOf({ asOf: '2026-03-10', payments })).announced).toBeNull()
  })

  it('announces nothing before the claim is late', () => {
    expect(freeze(caseOf({ asOf: '2026-03-01' })).announced).toBeNull()
    expect(freeze(caseOf({ asOf: '2026-03-02' })).announced).not.toBeNull()
  })

  it('announces no cost that is unverified', () => {
    const sources = BE.profile.sources.map((it) => ({ ...it, level: 'unverified' as const }))
    const law = { ...BE, profile: { ...BE.profile, sources } }
    const facts = caseOf({ asOf: '2026-03-10' })
    const key = { noticeId: 'nt_1', channel: 'email' } as const
    const frozen = freezeNotice(inForce(law), { facts, quote: quoteOf(law, facts) }, key)
    expect(frozen.announced?.fee).toBe(0n)
  })

  it('cannot be changed afterwards', () => {
    const frozen = freeze(caseOf({ asOf: '2026-03-10' }))
    expect([frozen, frozen.parts, frozen.parts[0], frozen.announced].every(Object.isFrozen)).toBe(
      true,
    )
  })
})
