import { describe, expect, it } from 'vitest'
import {
  messageClaim,
  messageCreditor,
  outcomeOfAgent,
  payByDay,
} from '../../../src/domain/content/claim-facts.ts'
import { isSumOf } from '../../../src/domain/content/fact-rows.ts'

const CLAIM = {
  reference: 'RF18539007547034',
  referenceScheme: 'SCOR' as const,
  invoiceNumber: '2026-1',
  dueDate: '2026-03-27',
  currency: 'EUR',
  principal: 12_000n,
  charges: 0n,
  subject: null,
  price: 0n,
  credit: 0n,
  paid: 0n,
}

describe('the facts of a message', () => {
  it.each([
    ['nothing more', {}, ['principal']],
    ['money that came in', { paid: 2_000n }, ['principal', 'payment']],
    ['a fee', { price: 150n }, ['principal', 'fee']],
    ['a rebate and a payment', { price: -120n, paid: 1n }, ['principal', 'credit', 'payment']],
  ])('name the parts that the amount consists of: %s', (_name, change, kinds) => {
    const { items, outstanding } = messageClaim({ ...CLAIM, ...change })
    expect(items.map(({ kind }) => kind)).toEqual(kinds)
    expect(isSumOf(items, outstanding)).toBe(true)
  })

  it('show the creditor as far as it can be reached', () => {
    const creditor = {
      name: 'Blue Water',
      iban: 'BE71096123456769',
      contact: {},
      enterpriseNumber: null,
    }
    expect(messageCreditor(creditor)).toEqual({
      name: 'Blue Water',
      accountHolder: 'Blue Water',
      iban: 'BE71096123456769',
    })
    const contact = { phone: '+3225550123', postalAddress: { lines: ['Kade 1'], country: 'NL' } }
    expect(messageCreditor({ ...creditor, contact })).toMatchObject({
      phone: '+3225550123',
      address: ['Kade 1'],
    })
  })

  it('tell how asking the agent ended, and nothing when none was asked', () => {
    expect(outcomeOfAgent('timed-out')).toBe('silent')
    expect(outcomeOfAgent('refused')).toBe('refused')
    expect(outcomeOfAgent('impasse')).toBe('impasse')
    expect(outcomeOfAgent('none')).toBeUndefined()
  })

  it('ask for a payment within a week of the reminder', () => {
    expect(payByDay('2026-02-25')).toBe('2026-03-04')
  })
})
