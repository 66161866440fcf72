import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ibanOf } from '../../main-job/customers.ts'
import { mulberry32, randomCustomers } from '../../main-job/random-customers.ts'
import { readInvoices } from '../../main-job/read-invoices.ts'
import { CHARACTERS } from '../../main-job/story.ts'

const file = join(import.meta.dirname, '../../main-job/invoices.csv')
const { invoices, refused } = readInvoices(readFileSync(file, 'utf8'))

describe('the story', () => {
  it('has 40 invoices of its 12 customers, in two currencies and four languages', () => {
    expect(refused).toEqual([])
    expect(invoices).toHaveLength(40)
    expect(new Set(invoices.map(({ customerId }) => customerId))).toEqual(
      new Set(CHARACTERS.map(({ id }) => id)),
    )
    expect(new Set(invoices.map(({ amount }) => amount.currency))).toEqual(new Set(['EUR', 'GBP']))
    expect(new Set(invoices.map(({ language }) => language))).toEqual(
      new Set(['fr', 'nl', 'en', 'de']),
    )
  })

  it('tells the same of its customers in the file and in the code', () => {
    for (const { customerId, customerName, email, language, amount } of invoices) {
      const character = CHARACTERS.find(({ id }) => id === customerId)
      expect(character).toMatchObject({ name: customerName, email, language })
      expect(character?.household.currency).toBe(amount.currency)
    }
  })
})

describe('customers by chance', () => {
  it('are the same for the same seed and others for another', () => {
    expect(randomCustomers(invoices, 1)).toEqual(randomCustomers(invoices, 1))
    expect(randomCustomers(invoices, 2)).not.toEqual(randomCustomers(invoices, 1))
  })

  it('keep the shares of the manners', () => {
    const [some] = invoices
    if (some === undefined) throw new Error('no invoice')
    const many = Array.from({ length: 100 }, (_, index) => ({ ...some, customerId: `C-${index}` }))
    const customers = randomCustomers(many, 1)
    expect(customers.filter(({ bot }) => bot === null)).toHaveLength(16)
    expect(customers.filter(({ bot }) => bot?.isSilent === true)).toHaveLength(5)
    expect(customers.filter(({ onMail }) => onMail.does === 'nothing')).toHaveLength(2)
  })

  it('draw from mulberry32 as it is published', () => {
    const random = mulberry32(1)
    const drawn = Array.from({ length: 3 }, () => Math.floor(random() * 2 ** 32))
    expect(drawn).toEqual([2693262067, 11749833, 2265367787])
  })
})

describe('an IBAN of the demo', () => {
  it('has right check digits', () => {
    for (const iban of [0, 1, 12, 999_999].map(ibanOf)) {
      const moved = iban.slice(4) + iban.slice(0, 4).replace('B', '11').replace('E', '14')
      expect(BigInt(moved) % 97n).toBe(1n)
      expect(BigInt(iban.slice(4, 14)) % 97n || 97n).toBe(BigInt(iban.slice(14)))
    }
  })
})
