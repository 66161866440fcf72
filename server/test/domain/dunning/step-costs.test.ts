import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCarriers } from '../../../src/catalog-files.ts'
import { readPrices } from '../../../src/cli/journey/read-prices.ts'
import { compileJourney } from '../../../src/domain/dunning/compile-journey.ts'
import type { StepDefinition } from '../../../src/domain/dunning/journey-definition.ts'
import {
  findPriceFaults,
  formatPrice,
  type PriceList,
  pricedParts,
  pricesOf,
  usedChannels,
} from '../../../src/domain/dunning/step-costs.ts'
import { inForce, shipped } from '../compliance/support-law.ts'
import { made, message } from './support-journeys.ts'

const PRICE = { for: 'email', amount: '0.001', source: 's', note: 'n' } as const

function list(...prices: PriceList['prices']): PriceList {
  return { currency: 'EUR', sources: [{ id: 's', title: 't' }], prices }
}

function compiledStep(more: Partial<StepDefinition>, profile = 'nl-b2c') {
  const journey = made(message('one', 5, more))
  const law = inForce(shipped(profile))
  const compiled = compileJourney({ journey, law, carriers: loadCarriers() })
  const [step] = compiled.ok ? compiled.value.steps : []
  if (step === undefined) throw new Error('it does not compile')
  return step
}

describe('the channels of a step that are paid for', () => {
  it('are all of them, or the first that needs no agreement', () => {
    const channels = ['email', 'letter'] as const
    expect(usedChannels(compiledStep({ channels, reach: 'all' }))).toEqual(channels)
    expect(usedChannels(compiledStep({ channels }))).toEqual(['email'])
    expect(usedChannels(compiledStep({ channels: ['app', 'sms'] }))).toEqual(['sms'])
    // In the United States a text needs agreement too: the first of the two stays.
    expect(usedChannels(compiledStep({ channels: ['app', 'sms'] }, 'us-b2c'))).toEqual(['app'])
  })

  it('have the tasks of a person beside them', () => {
    const acts = [{ do: 'task', task: 'call', withinWorkingDays: 2 } as const]
    expect(pricedParts(compiledStep({ acts }))).toEqual(['email', 'task'])
  })
})

describe('prices', () => {
  it.each([
    ['0', 0n, '0.00'],
    ['0.001', 10n, '0.001'],
    ['0.08', 800n, '0.08'],
    ['1.6', 16_000n, '1.60'],
    ['6.5000', 65_000n, '6.50'],
    ['1234567.8901', 12_345_678_901n, '1234567.8901'],
  ])('%s is exact', (amount, value, text) => {
    expect(pricesOf(list({ ...PRICE, amount })).get('email')).toBe(value)
    expect(formatPrice(value)).toBe(text)
  })

  it('survive being written and read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 11n }), (value) => {
        const amount = formatPrice(value)
        expect(pricesOf(list({ ...PRICE, amount })).get('email')).toBe(value)
      }),
    )
  })

  it('are refused with more decimals, an unknown source, or twice', () => {
    expect(() => pricesOf(list({ ...PRICE, amount: '0.00001' }))).toThrow(RangeError)
    expect(findPriceFaults(list({ ...PRICE, source: 'x' }, PRICE))).toEqual([
      'no source "x"',
      '"email" twice',
    ])
    expect(findPriceFaults(list(PRICE))).toEqual([])
  })

  it('of the catalog name everything that can be paid for', () => {
    const shippedPrices = readPrices('defaults', undefined)
    const named = shippedPrices?.prices.map((price) => price.for).sort()
    const channels = inForce(shipped('nl-b2c')).version.channels.map(({ channel }) => channel)
    expect(named).toEqual([...channels, 'task'].sort())
  })
})
