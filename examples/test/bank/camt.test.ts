import { describe, expect, it } from 'vitest'
import { writeCamt053, writeCamt054 } from '../../bank/camt.ts'
import type { Entry } from '../../bank/ledger.ts'

const IBAN = 'BE68539007547034'

function entry(changes: Partial<Entry> = {}): Entry {
  return {
    bookingId: 'LB00000001',
    kind: 'transfer',
    debtor: { iban: 'BE71096123456769', name: 'Anouk de Vries' },
    creditor: { iban: IBAN, name: 'Stadsenergie' },
    amount: { minor: 12050n, currency: 'EUR' },
    reference: 'RF18539007547034',
    endToEndId: 'E2E-1',
    day: '2026-03-02',
    returnCode: null,
    ...changes,
  }
}

const FACTS = { messageId: 'M-1', createdAt: '2026-03-02T17:00:00Z', iban: IBAN }
const write = (entries: readonly Entry[]) => writeCamt054({ ...FACTS, entries })

const textsOf = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text)

const back = entry({
  ...{ bookingId: 'LB2', kind: 'return', returnCode: 'AC04', day: '2026-03-04' },
  amount: { minor: -12050n, currency: 'EUR' },
  debtor: { iban: IBAN, name: 'Stadsenergie' },
  creditor: { iban: 'BE71096123456769', name: 'Anouk de Vries' },
})

describe('a notification', () => {
  it('sums its entries to the cent', () => {
    const xml = write([entry(), entry({ amount: { minor: 5n, currency: 'EUR' } })])
    expect(textsOf(xml, 'NbOfNtries')).toEqual(['2', '0'])
    expect(textsOf(xml, 'Sum')).toEqual(['120.55', '0.00'])
    expect(xml.match(/<Ntry>/g)).toHaveLength(2)
  })

  it('makes one notification a currency, each with its own id and sum', () => {
    const xml = write([entry(), entry({ amount: { minor: 7200n, currency: 'GBP' } })])
    expect(textsOf(xml, 'Ccy')).toEqual(['EUR', 'GBP'])
    expect(textsOf(xml, 'Sum')).toEqual(['120.50', '0.00', '72.00', '0.00'])
    expect(xml).toContain('<Id>M-1-EUR</Id>')
    expect(xml).toContain('<Id>M-1-GBP</Id>')
  })

  it('carries the structured reference, the end-to-end id and who paid', () => {
    const xml = write([entry()])
    expect(textsOf(xml, 'Ref')).toEqual(['RF18539007547034'])
    expect(textsOf(xml, 'EndToEndId')).toEqual(['E2E-1'])
    expect(textsOf(xml, 'Nm')).toEqual(['Anouk de Vries', 'Stadsenergie'])
  })

  it('says NOTPROVIDED for a transfer without an end-to-end id', () => {
    expect(textsOf(write([entry({ endToEndId: null })]), 'EndToEndId')).toEqual(['NOTPROVIDED'])
  })

  it('tells a return as money that goes, with its reason and the payment that it takes back', () => {
    const xml = write([back])
    expect(textsOf(xml, 'CdtDbtInd')).toEqual(['DBIT', 'DBIT'])
    expect(xml).toContain('<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>')
    expect(textsOf(xml, 'Nm')).toEqual(['Anouk de Vries', 'Stadsenergie'])
    expect(textsOf(xml, 'EndToEndId')).toEqual(['E2E-1'])
  })

  it('writes names as text, never as markup', () => {
    const xml = write([entry({ debtor: { iban: 'BE1', name: 'A & <B>' } })])
    expect(textsOf(xml, 'Nm')).toContain('A &amp; &lt;B&gt;')
  })
})

describe('a statement', () => {
  it('goes from the opening balance over its entries to the closing one', () => {
    const xml = writeCamt053({
      ...{ ...FACTS, currency: 'EUR', from: '2026-03-02', to: '2026-03-04', opening: 100n },
      entries: [entry(), back, entry({ amount: { minor: 1n, currency: 'GBP' } })],
    })
    expect(textsOf(xml, 'Cd').slice(0, 2)).toEqual(['OPBD', 'CLBD'])
    const amounts = [...xml.matchAll(/<Amt Ccy="EUR">([^<]*)</g)].map(([, amount]) => amount)
    expect(amounts.slice(0, 2)).toEqual(['1.00', '1.00'])
    expect(textsOf(xml, 'NbOfNtries')).toEqual(['1', '1'])
  })
})
