import { describe, expect, it } from 'vitest'
import { compileJourney, isMeantFor } from '../../../src/domain/dunning/compile-journey.ts'
import { missingFor } from '../../../src/domain/dunning/runnable-journey.ts'
import { inForce, LAW, shipped } from '../compliance/support-law.ts'
import { JOURNEYS, journeyOf } from './support-journeys.ts'

const PROFILES = [...LAW.profiles.keys()].map((id) => [id, inForce(shipped(id))] as const)

/** What this server lacks for the journeys that it cannot run yet. */
const LACKS: Readonly<Record<string, readonly string[]>> = {
  'chronic-late-payer': ['fact:late-percent'],
  'courtesy-good-payer': ['fact:on-time-payments'],
  'high-value': ['fact:late-percent'],
  'key-account': ['fact:tag'],
  'new-customer': ['fact:claims-before'],
  'self-cure-wait': ['fact:self-cure-percent'],
  'subscription-stop': ['fact:service-can-stop'],
  'thank-you': ['trigger:paid'],
}

const TABLE = [...JOURNEYS.definitions.values()].map((journey) => {
  const meant = PROFILES.filter(([, { profile }]) => isMeantFor(journey, profile))
  const lacks = missingFor(journey)
  const can = lacks.length === 0 ? 'runs' : `lacks ${lacks.join(', ')}`
  const under =
    meant.length === PROFILES.length ? 'every profile' : meant.map(([id]) => id).join(' ')
  return { name: `${journey.id} (${can}) under ${under}`, journey, meant, lacks }
})

describe('every shipped journey', () => {
  it.each(TABLE)('$name: compiles under each of them and no other', ({ journey, meant }) => {
    expect(meant).not.toEqual([])
    for (const [id, law] of PROFILES) {
      const result = compileJourney({ journey, law })
      const codes = result.ok ? [] : result.error.map(({ code, step }) => `${code} ${step}`)
      if (meant.some(([own]) => own === id)) expect(codes, id).toEqual([])
      else expect(codes.length, id).toBeGreaterThan(0)
      for (const code of codes) expect(code, id).toMatch(/^other-(country|party) null$/)
    }
  })

  it.each(TABLE)('$journey.id names what this server lacks for it', ({ journey, lacks }) => {
    expect(lacks).toEqual(LACKS[journey.id] ?? [])
  })

  it.each(['friendly-default', 'bot-first'])('%s runs for everybody', (id) => {
    const journey = journeyOf(id)
    expect(missingFor(journey)).toEqual([])
    for (const [profile, law] of PROFILES) {
      expect(compileJourney({ journey, law }), profile).toMatchObject({ ok: true })
    }
  })
})
