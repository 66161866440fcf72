import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paytoUri } from '../../src/domain/payto-uri.ts'

const transfer = {
  name: 'Stadtwerke Münster & Söhne',
  iban: 'DE89370400440532013000',
  amount: { minor: 1_250n, currency: 'EUR' },
  reference: '090933755493',
  referenceScheme: 'OGM',
} as const

describe('a payto link', () => {
  it('names account, amount, payee and reference as RFC 8905 says', () => {
    expect(paytoUri(transfer)).toBe(
      'payto://iban/DE89370400440532013000?amount=EUR:12.50' +
        '&receiver-name=Stadtwerke%20M%C3%BCnster%20%26%20S%C3%B6hne' +
        '&message=%2B%2B%2B090%2F9337%2F55493%2B%2B%2B&instruction=090933755493',
    )
  })

  it('is read again as what it was made of, whatever the name and the amount are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.bigInt(1n, 10n ** 17n),
        (name, minor) => {
          const url = new URL(paytoUri({ ...transfer, name, amount: { minor, currency: 'CHF' } }))
          expect([url.protocol, url.host, url.pathname]).toEqual([
            'payto:',
            'iban',
            '/DE89370400440532013000',
          ])
          expect(url.searchParams.get('receiver-name')).toBe(name)
          const [currency, value = ''] = url.searchParams.get('amount')?.split(':') ?? []
          expect([currency, BigInt(value.replace('.', ''))]).toEqual(['CHF', minor])
        },
      ),
    )
  })
})
