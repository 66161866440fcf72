import { describe, expect, it } from 'vitest'
import { choosePaymentCode, type TransferToCode } from '../../src/domain/choose-payment-code.ts'

const euro: TransferToCode = {
  name: 'Blue Water',
  iban: 'BE71096123456769',
  amount: { minor: 12_000n, currency: 'EUR' },
  reference: 'RF18539007547034',
  referenceScheme: 'SCOR',
}
const address = { lines: ['Seestrasse 12', '8002 Zürich'], country: 'CH' }
const swiss: TransferToCode = {
  ...euro,
  iban: 'CH4431999123000889012',
  address,
  amount: { minor: 12_000n, currency: 'CHF' },
  reference: '210000000003139471430009017',
  referenceScheme: 'QRR',
}

describe('the code for a transfer', () => {
  it('in euro is EPC069-12, with an RF reference at its place and any other as it is printed', () => {
    expect(choosePaymentCode(euro)).toMatchObject({ kind: 'epc' })
    expect(choosePaymentCode(euro)?.payload).toMatch(/\nEUR120\.00\n\nRF18539007547034$/)
    const ogm = { reference: '090933755493', referenceScheme: 'OGM' as const }
    expect(choosePaymentCode({ ...euro, ...ogm })?.payload).toMatch(
      /\nEUR120\.00\n\n\n\+\+\+090\/9337\/55493\+\+\+$/,
    )
  })

  it('to a Swiss account is a QR-bill, with the payer where the payer is known', () => {
    const code = choosePaymentCode(swiss)
    expect(code).toMatchObject({ kind: 'swiss' })
    expect(code?.payload).toContain('\n120.00\nCHF\n\n\n\n\n\n\n\nQRR\n210000000003139471430009017')
    const debtor = { name: 'Anna', lines: ['Kade 1', '1017 GA Amsterdam'], country: 'NL' }
    expect(choosePaymentCode({ ...swiss, debtor })?.payload).toContain(
      'CHF\nS\nAnna\nKade\n1\n1017 GA\nAmsterdam\nNL\nQRR',
    )
  })

  it('to an ordinary Swiss account bears RF, or none and a message', () => {
    const iban = 'CH5800791123000889012'
    const rf = { ...euro, iban, address }
    expect(choosePaymentCode(rf)?.payload).toContain(
      'EUR\n\n\n\n\n\n\n\nSCOR\nRF18539007547034\n\nEPD',
    )
    const nl = { reference: '5000056789012345', referenceScheme: 'NL' as const }
    expect(choosePaymentCode({ ...rf, ...nl })?.payload).toContain(
      'NON\n\n5000 0567 8901 2345\nEPD',
    )
  })

  it.each<[string, TransferToCode]>([
    ['francs to a Belgian account', { ...euro, amount: { minor: 1n, currency: 'CHF' } }],
    ['pounds', { ...euro, amount: { minor: 1n, currency: 'GBP' } }],
    ['a Swiss creditor without an address', { ...swiss, address: { lines: ['x'], country: 'CH' } }],
  ])('does not exist for %s', (_, transfer) => {
    expect(choosePaymentCode(transfer)).toBeUndefined()
  })

  it('is EPC069-12 for euro to a Swiss account that no QR-bill can name, with its bank', () => {
    const { address: _, ...unaddressed } = swiss
    const transfer = { ...unaddressed, iban: 'CH5800791123000889012', bic: 'POFICHBEXXX' }
    const amount = { minor: 100n, currency: 'EUR' }
    const rf = { reference: 'RF040', referenceScheme: 'SCOR' as const }
    expect(choosePaymentCode({ ...transfer, amount, ...rf })).toMatchObject({ kind: 'epc' })
  })
})
