import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCarriers } from '../../../src/catalog-files.ts'
import {
  type ChannelMatrix,
  type ChannelQuestion,
  type ChannelRule,
  channelEligibility,
  findChannelFaults,
} from '../../../src/domain/channels/channel-matrix.ts'
import { inForce, shipped } from '../compliance/support-law.ts'

const channels = loadCarriers()

/** The channels of the profiles. */
const LISTED = inForce(shipped('nl-b2c')).version.channels.map(({ channel }) => channel)

const ASK: ChannelQuestion = {
  country: 'NL',
  party: 'b2c',
  role: 'first-party',
  tone: 'T1',
  channel: 'email',
}

const RULE: ChannelRule = {
  country: '*',
  party: '*',
  role: '*',
  tones: '*',
  channel: 'email',
  verdict: 'allowed',
  source: 's',
  level: 'policy',
  note: 'n',
}

function matrix(...rules: Partial<ChannelRule>[]): ChannelMatrix {
  const sources = [{ id: 's', title: 't', citation: 'c', readOn: '2026-01-01' }]
  return { version: 1, sources, rules: rules.map((it) => ({ ...RULE, ...it })) }
}

function verdict(question: Partial<ChannelQuestion>, of: ChannelMatrix = channels): string {
  return channelEligibility(of, { ...ASK, ...question }).verdict
}

describe('the shipped matrix', () => {
  it.each([
    [{}, 'allowed'],
    [{ channel: 'sms' }, 'allowed'],
    [{ channel: 'sms', tone: 'T4' }, 'forbidden'],
    [{ channel: 'sms', country: 'US' }, 'allowed-with-opt-in'],
    [{ channel: 'sms', country: 'US', tone: 'T4' }, 'forbidden'],
    [{ channel: 'sms', country: 'US', role: 'third-party' }, 'forbidden'],
    [{ channel: 'letter', tone: 'T5' }, 'allowed'],
    [{ channel: 'letter', role: 'third-party' }, 'forbidden'],
    [{ channel: 'letter', role: 'third-party', country: 'FR' }, 'allowed'],
    [{ channel: 'email', role: 'third-party' }, 'forbidden'],
    [{ channel: 'email', role: 'third-party', country: 'US' }, 'allowed-with-opt-in'],
    [{ channel: 'phone', tone: 'T5' }, 'forbidden'],
    [{ channel: 'app' }, 'allowed-with-opt-in'],
    [{ channel: 'registered-letter', tone: 'T5' }, 'allowed'],
  ] as const)('answers %j with %s', (question, expected) => {
    expect(verdict(question)).toBe(expected)
  })

  it('forbids WhatsApp to everybody', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('NL', 'FR', 'US', 'BR', 'XX'),
        fc.constantFrom('first-party', 'third-party'),
        fc.constantFrom('T1', 'T2', 'T3', 'T4', 'T5'),
        (country, role, tone) => {
          expect(verdict({ channel: 'whatsapp', country, role, tone })).toBe('forbidden')
        },
      ),
    )
  })

  it('names every channel and a source for every rule', () => {
    const named = new Set(channels.rules.map(({ channel }) => channel))
    expect([...named].sort()).toEqual([...LISTED].sort())
    expect(findChannelFaults(channels)).toEqual([])
  })
})

describe('channelEligibility', () => {
  it('forbids what no rule speaks of', () => {
    expect(channelEligibility(matrix({ country: 'FR' }), ASK)).toEqual({
      verdict: 'forbidden',
      reason: 'no-rule',
    })
    expect(verdict({ country: 'FR' }, matrix({ country: 'FR' }))).toBe('allowed')
  })

  it('takes a permission that nobody has verified for none', () => {
    expect(channelEligibility(matrix({ level: 'unverified' }), ASK)).toMatchObject({
      verdict: 'forbidden',
      reason: 'unverified',
    })
    expect(verdict({}, matrix({ level: 'unverified', verdict: 'forbidden' }))).toBe('forbidden')
  })

  it('lets the rule that names more decide, and of equal ones the strictest', () => {
    const general = { verdict: 'forbidden' } as const
    expect(verdict({}, matrix(general, { country: 'NL' }))).toBe('allowed')
    expect(verdict({}, matrix(general, { tones: ['T1'] }))).toBe('allowed')
    expect(verdict({}, matrix({ ...general, country: 'NL' }, { tones: ['T1'] }))).toBe('forbidden')
    expect(verdict({}, matrix({ tones: ['T1', 'T2'] }, { ...general, tones: ['T1'] }))).toBe(
      'forbidden',
    )
  })

  it('does not fall back on a wider permission when the closer one is unverified', () => {
    expect(verdict({}, matrix({}, { country: 'NL', level: 'unverified' }))).toBe('forbidden')
  })
})

describe('findChannelFaults', () => {
  it('reports unknown sources and rules for the same case', () => {
    expect(findChannelFaults(matrix({ source: 'x' }, {}))).toEqual([
      'source "x" is not listed',
      'two rules for ["*","*","*","*","email"]',
    ])
    expect(findChannelFaults(matrix({}))).toEqual([])
  })
})
