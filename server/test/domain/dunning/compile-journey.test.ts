import { describe, expect, it } from 'vitest'
import { loadCarriers } from '../../../src/catalog-files.ts'
import type { ChannelRule } from '../../../src/domain/channels/channel-matrix.ts'
import { compileJourney, isMeantFor } from '../../../src/domain/dunning/compile-journey.ts'
import type { StepDefinition } from '../../../src/domain/dunning/journey-definition.ts'
import { changed, inForce, LAW, shipped } from '../compliance/support-law.ts'
import {
  codes,
  compiled,
  JOURNEYS,
  journeyOf,
  made,
  message,
  refusals,
} from './support-journeys.ts'

const carriers = loadCarriers()
const firm = { template: 'firm-t3', tone: 'T3' } as const
const formal = { template: 'formal-t4', tone: 'T4' } as const
const notice = { ...firm, acts: [{ do: 'notice' }] } as const
const letter = { channel: 'letter' } as const

function charge(rule: string, more: { optional?: true } = {}) {
  return { acts: [{ do: 'charge', rule, ...more } as const] }
}

function alone(id: string, more: Partial<StepDefinition>): StepDefinition {
  return { id, anchor: 'legal-term', offsetDays: 10, daysAfterPrevious: 0, ...more }
}

describe('every shipped journey', () => {
  const pairs = [...JOURNEYS.definitions.values()].flatMap((journey) => {
    const profiles = [...LAW.profiles.values()].filter((profile) => isMeantFor(journey, profile))
    return profiles.map(({ id }) => [journey.id, id] as const)
  })

  it('is meant for at least one profile, thirty-one of them beside the two that run today', () => {
    expect(JOURNEYS.definitions.size).toBe(33)
    expect(new Set(pairs.map(([id]) => id)).size).toBe(33)
    expect(pairs.length).toBeGreaterThan(400)
  })

  it.each(pairs)('%s is allowed under %s', (id, profile) => {
    expect(refusals(journeyOf(id), profile)).toEqual([])
    const law = inForce(shipped(profile))
    expect(compileJourney({ journey: journeyOf(id), law, carriers })).toMatchObject({ ok: true })
  })

  it.each([...LAW.profiles.keys()])('has a journey to start with under %s', (profile) => {
    expect(refusals(journeyOf('small-creditor'), profile)).toEqual([])
  })
})

describe('a compiled journey', () => {
  it('states the term, the mentions and the charges that the law of the country gives', () => {
    const { steps, profile, profileVersion } = compiled(
      journeyOf('nl-consumer-wik'),
      shipped('nl-b2c'),
    )
    expect([profile, profileVersion]).toEqual(['nl-b2c', 1])
    expect(steps.find(({ step }) => step.id === 'fourteen-day-letter')).toMatchObject({
      afterDue: 12,
      channels: ['email', 'letter'],
      cost: 'postage',
      isNotice: true,
      termDays: 14,
      mentions: shipped('nl-b2c').profile.versions[0]?.freeNotice?.mentions,
      charges: [],
    })
    // By e-mail the notice arrives on day 13, its term is day 14 to day 27.
    expect(steps.find(({ step }) => step.id === 'costs-added')).toMatchObject({
      afterDue: 28,
      charges: [
        { rule: 'collection-costs', level: 'case-law' },
        { rule: 'interest', level: 'law' },
      ],
    })
  })

  it('says what a server must be able to do, each once', () => {
    expect(compiled(journeyOf('key-account'), shipped('eu-b2b')).requires).toEqual([
      'act:task',
      'anchor:legal-term',
      'channel:email',
      'fact:party',
      'fact:tag',
      'text:shared-statement-t1',
      'trigger:due',
    ])
  })

  it('leaves out an optional charge that the profile does not allow, and says so', () => {
    const { steps, remarks } = compiled(journeyOf('b2b-europe'), shipped('dk-b2b'))
    const accruing = steps.find(({ step }) => step.id === 'accruing')
    expect(accruing?.charges.map(({ rule }) => rule)).toEqual(['interest'])
    expect(remarks).toHaveLength(1)
    expect(remarks[0]).toMatch(/"accruing" leaves out "fee-once": Nobody has verified/)
  })

  it('takes a carrier that refuses a tone at its word', () => {
    const journey = made(message('one', 3, { channel: 'sms' }))
    const law = inForce(shipped('nl-b2c'))
    expect(compileJourney({ journey, law }).ok).toBe(true)
    const source = { id: 'carrier', title: 'Terms', citation: 'Terms', readOn: '2026-11-21' }
    const rule: ChannelRule = {
      country: '*',
      party: '*',
      role: '*',
      tones: '*',
      channel: 'sms',
      verdict: 'forbidden',
      source: 'carrier',
      level: 'policy',
      note: 'Not here.',
    }
    const carriers = { version: 1, sources: [source], rules: [rule] }
    expect(compileJourney({ journey, law, carriers })).toMatchObject({
      error: [{ code: 'tone-on-channel', step: 'one', sources: [{ ...source, level: 'policy' }] }],
    })
  })
})

describe('refuses, with the law that says so,', () => {
  it('a profile of another country or kind of debtor', () => {
    expect(codes(journeyOf('nl-consumer-wik'), 'be-b2c')).toEqual(['other-country -'])
    expect(codes(journeyOf('nl-consumer-wik'), 'nl-b2b')).toEqual(['other-party -'])
    expect(codes(journeyOf('nl-consumer-wik'), 'nl-b2c')).toEqual([])
    expect(codes(journeyOf('public-body'), 'nl-b2b')).toEqual([])
  })

  it('a charge whose free notice does not come first', () => {
    const late = message('costs', 40, { ...formal, ...charge('collection-costs') })
    expect(codes(made(late), 'nl-b2c')).toContain('charge-before-notice costs')
    const [first] = refusals(made(late), 'nl-b2c')
    expect(first?.sources.map(({ level }) => level)).toContain('law')
    const ordered = [message('notice', 5, notice), { ...late, anchor: 'notice-term-end' } as const]
    expect(codes(made(...ordered), 'nl-b2c')).toEqual([])
  })

  it('a charge on the last day of the term, and none on the day after', () => {
    const after = (offsetDays: number) => {
      const more = { anchor: 'notice-term-end', ...formal, ...charge('damages') } as const
      return made(message('notice', 5, notice), message('damages', offsetDays, more))
    }
    expect(codes(after(0), 'be-b2c')).toContain('charge-before-term damages')
    expect(codes(after(1), 'be-b2c')).toEqual([])
  })

  it('a charge before the day after the due day', () => {
    expect(codes(made(message('sum', 0, charge('flat-sum'))), 'eu-b2b')).toEqual([
      'charge-before-term sum',
    ])
    expect(codes(made(message('sum', 1, charge('flat-sum'))), 'eu-b2b')).toEqual([])
  })

  it('a sum twice that the law gives once', () => {
    const steps = [1, 8].map((day) => message(`day-${day}`, day, charge('flat-sum')))
    expect(codes(made(...steps), 'eu-b2b')).toEqual(['charge-twice day-8'])
    expect(codes(made(...steps.slice(1)), 'eu-b2b')).toEqual([])
  })

  it('a fourth fee for a Danish reminder', () => {
    const days = [10, 20, 30, 40]
    const steps = days.map((day) =>
      message(`day-${day}`, day, { ...firm, ...charge('reminder-fee') }),
    )
    const [refusal, ...more] = refusals(made(...steps), 'dk-b2c')
    expect(refusal).toMatchObject({ code: 'too-many-fees', step: 'day-40' })
    expect(refusal?.sources).toMatchObject([{ id: 'rykker', citation: 'Renteloven, § 9b' }])
    expect(more).toEqual([])
    expect(codes(made(...steps.slice(0, 3)), 'dk-b2c')).toEqual([])
  })

  it('a second Swedish reminder fee', () => {
    const steps = [5, 15].map((day) => {
      return message(`day-${day}`, day, { ...firm, ...charge('reminder-fee') })
    })
    expect(codes(made(...steps), 'se-b2c')).toEqual(['too-many-fees day-15'])
    expect(codes(made(...steps.slice(1)), 'se-b2c')).toEqual([])
  })

  it('a fee less than ten days after the Danish reminder before', () => {
    const at = (day: number) => message('fee', day, { ...firm, ...charge('reminder-fee') })
    expect(codes(made(at(9)), 'dk-b2c')).toEqual(['fee-too-soon fee'])
    expect(codes(made(at(10)), 'dk-b2c')).toEqual([])
  })

  it('a fee for the first German letter, for an e-mail, and for another kind of notice', () => {
    const fee = (day: number, more: Partial<StepDefinition>) => {
      return message(`day-${day}`, day, { ...firm, ...charge('reminder-letter'), ...more })
    }
    const first = message('first', 5, firm)
    expect(codes(made(fee(5, letter)), 'de-b2c')).toEqual(['fee-on-free-notice day-5'])
    expect(codes(made(first, fee(15, {})), 'de-b2c')).toEqual(['fee-channel day-15'])
    expect(codes(made(first, fee(15, letter)), 'de-b2c')).toEqual([])
    const demand = message('fee', 12, { ...firm, ...charge('collection-fee') })
    expect(codes(made(demand), 'dk-b2c')).toEqual(['fee-on-free-notice fee'])
    const acts = [{ do: 'notice', kind: 'demand' } as const, ...(demand.acts ?? [])]
    expect(codes(made({ ...demand, acts }), 'dk-b2c')).toEqual([])
  })

  it('a fee for a letter to a French consumer', () => {
    const fee = message('letter', 20, { ...letter, ...firm, ...charge('fee-per-notice') })
    const [refusal] = refusals(made(fee), 'fr-b2c')
    expect(refusal).toMatchObject({ code: 'charge-not-in-law', step: 'letter' })
    expect(refusal?.sources).toMatchObject([{ id: 'l111-8', level: 'law' }])
    const { acts: _, ...free } = fee
    expect(codes(made(free), 'fr-b2c')).toEqual([])
  })

  it('a charge that nobody has verified', () => {
    const step = message('sum', 5, charge('flat-sum'))
    expect(codes(made(step), 'dk-b2b')).toEqual(['charge-unverified sum'])
    expect(codes(made(step), 'be-b2b')).toEqual([])
    const interest = message('interest', 20, charge('interest'))
    expect(codes(made(message('formal', 5, firm), interest), 'fr-b2c')).toEqual([
      'charge-unverified interest',
    ])
    const doubted = changed('nl-b2c', ({ freeNotice }, { sources }) => ({
      freeNotice: freeNotice && { ...freeNotice, sources: [sources[0]?.id ?? '', 'nowhere'] },
    }))
    expect(codes(journeyOf('nl-consumer-wik'), doubted)).toEqual(['charge-unverified costs-added'])
  })

  it('a reminder in a moratorium, and a charge', () => {
    const rests = (...steps: StepDefinition[]) => {
      return { ...made(...steps), triggers: ['moratorium'], speaksDuring: ['moratorium'] } as const
    }
    const asks = message('reminder', 5)
    const [refusal] = refusals(rests(asks), 'uk-b2c')
    expect(refusal).toMatchObject({ code: 'contact-during-stop', step: 'reminder' })
    expect(refusal?.sources.length).toBeGreaterThan(0)
    expect(codes(rests({ ...asks, anchor: 'hold-end' }), 'uk-b2c')).toEqual([])
    expect(codes(rests({ ...asks, purpose: 'service' }), 'uk-b2c')).toEqual([])
    const charges = rests(alone('charge', charge('interest')))
    expect(codes(charges, 'nl-b2c')).toEqual(['charge-during-stop charge'])
  })

  it('whatever is asked in a stop that the profile does not know', () => {
    const silent = changed('nl-b2c', () => ({ stops: [] }))
    const journey = { ...made(message('reminder', 5)), speaksDuring: ['hardship'] } as const
    expect(codes(journey, silent)).toEqual(['contact-during-stop reminder'])
    expect(codes(made(message('reminder', 5)), silent)).toEqual([])
  })

  it('a charge beside the instalments of a plan, which may be asked for', () => {
    const plan = (more: Partial<StepDefinition>) => {
      return { ...made(message('part', 3, more)), triggers: ['instalment'] } as const
    }
    expect(codes(plan(charge('interest')), 'nl-b2c')).toEqual(['charge-during-stop part'])
    expect(codes(plan({}), 'nl-b2c')).toEqual([])
  })

  it('a formal tone by a channel that bans it', () => {
    const by = (tone: 'T2' | 'T4', channel: 'sms' | 'whatsapp') => {
      return made(message('text', 5, { channel, tone, template: `any-${tone.toLowerCase()}` }))
    }
    const [refusal] = refusals(by('T4', 'whatsapp'), 'us-b2b')
    expect(refusal).toMatchObject({ code: 'tone-on-channel', step: 'text' })
    expect(refusal?.sources).toMatchObject([{ id: 'whatsapp' }])
    expect(codes(by('T4', 'sms'), 'us-b2b')).toEqual(['tone-on-channel text'])
    expect(codes(by('T2', 'whatsapp'), 'us-b2b')).toEqual([])
    const unlisted = changed('us-b2b', () => ({ channels: [] }))
    expect(codes(by('T2', 'sms'), unlisted)).toEqual(['tone-on-channel text'])
  })

  it('any step of a fallback order that its last channel may not carry', () => {
    const step = message('either', 20, { channels: ['letter', 'sms'], ...firm })
    expect(codes(made(step), 'nl-b2c')).toEqual(['tone-on-channel either'])
    expect(codes(made({ ...step, channels: ['letter', 'email'] }), 'nl-b2c')).toEqual([])
  })

  it('a window that is open when the profile is closed', () => {
    const window = { from: '07:30', to: '18:00', weekdays: [1, 2] }
    const [refusal] = refusals(made(message('early', 5, { window })), 'nl-b2c')
    expect(refusal).toMatchObject({ code: 'outside-hours', step: 'early' })
    expect(refusal?.detail).toContain('07:30 to 18:00 on Monday, Tuesday')
    const open = { ...window, from: '08:00', to: '20:00' }
    expect(codes(made(message('early', 5, { window: open })), 'nl-b2c')).toEqual([])
    const sunday = { ...open, weekdays: [7] }
    expect(codes(made(message('sunday', 5, { window: sunday })), 'nl-b2c')).toHaveLength(1)
    expect(codes(made(message('sunday', 5, { window: sunday })), 'us-b2c')).toEqual([])
  })

  it('a third contact in seven days', () => {
    const on = (...days: number[]) => made(...days.map((day) => message(`day-${day}`, day)))
    const [refusal] = refusals(on(1, 4, 7), 'nl-b2c')
    expect(refusal).toMatchObject({ code: 'cap-exceeded', step: 'day-7' })
    expect(refusal?.sources).toMatchObject([{ id: 'policy-caps' }])
    expect(codes(on(1, 4, 8), 'nl-b2c')).toEqual([])
  })

  it('two contacts less than 48 hours apart', () => {
    const pair = (days: number, more: Partial<StepDefinition> = {}) => {
      return made(message('one', 1), message('two', 1 + days, more))
    }
    expect(codes(pair(1), 'nl-b2c')).toEqual(['contacts-too-close two'])
    expect(codes(pair(2), 'nl-b2c')).toEqual([])
    expect(codes(pair(1, { daysAfterPrevious: 2 }), 'nl-b2c')).toEqual([])
    expect(codes(pair(1, { purpose: 'service' }), 'nl-b2c')).toEqual([])
  })

  it('two steps on one day, unless one excludes the other', () => {
    const when = (value: string) => ({ onlyIf: [{ fact: 'promise', op: 'is', value } as const] })
    const pair = (a: string, b: string) => {
      return made(message('one', 1, when(a)), message('two', 1, when(b)))
    }
    expect(codes(pair('kept', 'kept'), 'nl-b2c')).toEqual(['contacts-too-close two'])
    expect(codes(pair('kept', 'broken'), 'nl-b2c')).toEqual([])
  })

  it('steps whose distance the journey leaves open', () => {
    const steps = [message('one', 1), message('two', 0, { anchor: 'pay-day' })] as const
    expect(codes(made(...steps), 'nl-b2c')).toEqual(['contacts-too-close two'])
    expect(codes(made(steps[0], { ...steps[1], daysAfterPrevious: 2 }), 'nl-b2c')).toEqual([])
  })

  it('a notice before the fifteenth day in Finland, and one whose day is open', () => {
    expect(codes(made(message('notice', 14, firm)), 'fi-b2c')).toEqual(['notice-too-soon notice'])
    expect(codes(made(message('notice', 15, firm)), 'fi-b2c')).toEqual([])
    expect(codes(made(message('notice', 14)), 'fi-b2c')).toEqual([])
    const open = message('notice', 20, { ...firm, anchor: 'trigger' })
    expect(codes(made(open), 'fi-b2c')).toEqual(['notice-too-soon notice'])
  })

  it('notices that follow each other too soon', () => {
    const pair = (days: number) => made(message('one', 20, firm), message('two', 20 + days, firm))
    expect(codes(pair(9), 'dk-b2c')).toEqual(['notices-too-close two'])
    expect(codes(pair(10), 'dk-b2c')).toEqual([])
  })

  it('a notice by a channel by which none arrives', () => {
    const step = message('call', 20, { ...notice, channel: 'phone' })
    expect(codes(made(step), 'de-b2c')).toEqual(['notice-channel call'])
    expect(codes(made({ ...step, ...letter }), 'de-b2c')).toEqual([])
  })

  it('a term shorter than that of the law', () => {
    const gives = (termDays: number) => {
      return made(message('notice', 5, { ...firm, acts: [{ do: 'notice', termDays }] }))
    }
    expect(codes(gives(13), 'nl-b2c')).toEqual(['term-too-short notice'])
    expect(codes(gives(14), 'nl-b2c')).toEqual([])
    expect(codes(gives(8), 'fr-b2c')).toEqual([])
  })

  it('a formal step without the free reminder before it', () => {
    const last = message('formal', 40, formal)
    expect(codes(made(last), 'be-b2c')).toEqual(['free-notice-missing formal'])
    expect(codes(made(message('notice', 5, notice), last), 'be-b2c')).toEqual([])
    expect(codes(made(last), 'de-b2c')).toEqual([])
    const review = alone('review', { acts: [{ do: 'hand-over-review' }] })
    expect(codes(made(review), 'nl-b2c')).toEqual(['free-notice-missing review'])
  })

  it('a charge that begins with a notice, without one', () => {
    const law = changed('eu-b2b', ({ interest }) => ({
      interest: interest && { ...interest, startsFrom: 'first-notice' },
    }))
    const interest = message('interest', 20, charge('interest'))
    expect(codes(made(interest), law)).toEqual(['charge-before-notice interest'])
    expect(codes(made(message('notice', 5, firm), { ...interest, ...firm }), law)).toEqual([])
  })
})
