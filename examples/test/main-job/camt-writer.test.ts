import { describe, expect, it } from 'vitest'
import { writeCamt054 } from '../../main-job/camt-writer.ts'
import type { Booking } from '../../main-job/ledger-bank.ts'

const IBAN = 'BE68539007547034'

function booking(changes: Partial<Booking> = {}): Booking {
  return {
    bookingId: 'LB00000001',
    idempotencyKey: 'key-1',
    debtorIban: 'BE71096123456769',
    debtorName: 'Anouk de Vries',
    creditor: { name: 'Stadsenergie', iban: IBAN },
    amount: { minor: 12050n, currency: 'EUR' },
    reference: 'RF18539007547034',
    endToEndId: 'E2E-1',
    day: '2026-03-02',
    ...changes,
  }
}

const write = (bookings: readonly Booking[]) =>
  writeCamt054({ messageId: 'M-1', createdAt: '2026-03-02T17:00:00Z', iban: IBAN, bookings })

const textsOf = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text)

describe('a credit notification', () => {
  it('sums its entries to the cent', () => {
    const xml = write([
      booking(),
      booking({ bookingId: 'LB00000002', amount: { minor: 5n, currency: 'EUR' } }),
    ])
    expect(textsOf(xml, 'NbOfNtries')).toEqual(['2'])
    expect(textsOf(xml, 'Sum')).toEqual(['120.55'])
    expect(xml.match(/<Ntry>/g)).toHaveLength(2)
  })

  it('makes one notification a currency, each with its own id and sum', () => {
    const pounds = booking({ bookingId: 'LB2', amount: { minor: 7200n, currency: 'GBP' } })
    const xml = write([booking(), pounds])
    expect(textsOf(xml, 'Ccy')).toEqual(['EUR', 'GBP'])
    expect(textsOf(xml, 'Sum')).toEqual(['120.50', '72.00'])
    expect(xml).toContain('<Id>M-1-EUR</Id>')
    expect(xml).toContain('<Id>M-1-GBP</Id>')
  })

  it('carries the structured reference, the end-to-end id and who paid', () => {
    const xml = write([booking()])
    expect(textsOf(xml, 'Ref')).toEqual(['RF18539007547034'])
    expect(textsOf(xml, 'EndToEndId')).toEqual(['E2E-1'])
    expect(textsOf(xml, 'Nm')).toEqual(['Anouk de Vries', 'Stadsenergie'])
  })

  it('says NOTPROVIDED for a transfer without an end-to-end id', () => {
    expect(textsOf(write([booking({ endToEndId: null })]), 'EndToEndId')).toEqual(['NOTPROVIDED'])
  })

  it('writes names as text, never as markup', () => {
    const xml = write([booking({ debtorName: 'A & <B>' })])
    expect(textsOf(xml, 'Nm')).toContain('A &amp; &lt;B&gt;')
  })
})
