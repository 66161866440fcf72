import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EpcQrFields, epcQrPayload } from '../../src/domain/payment-qr.ts'
import { readEpcQr } from '../../src/domain/read-payment-qr.ts'

const HEAD = 'BCD\n002\n1\nSCT\n\nErika Mustermann\nDE89370400440532013000'
const fields = { name: 'Erika Mustermann', iban: 'DE89370400440532013000' }
const euro = (minor: bigint) => ({ minor, currency: 'EUR' })

describe('reading an EPC QR code', () => {
  it.each<[string, string, Partial<EpcQrFields>]>([
    ['nothing but the account', HEAD, {}],
    ['all elements', `${HEAD}\nEUR1.00\nGDDS\n\ntext\ninfo`, { ...all(), text: 'text' }],
    [
      'CR LF',
      `${HEAD}\nEUR1.00\nGDDS\nRF040`.replaceAll('\n', '\r\n'),
      { ...some(), reference: 'RF040' },
    ],
    ['an amount without decimals', `${HEAD}\nEUR12`, { amount: euro(1_200n) }],
    ['an amount with one', `${HEAD}\nEUR12.3`, { amount: euro(1_230n) }],
    ['line ends behind', `${HEAD}\n\n\n\n\n\n\n\n`, {}],
    [
      'version 001 with a bank',
      HEAD.replace('002', '001').replace('SCT\n', 'SCT\nCOBADEFFXXX'),
      { bic: 'COBADEFFXXX' },
    ],
  ])('takes %s', (_, payload, more) => {
    expect(readEpcQr(payload)).toEqual({ ok: true, value: { ...fields, ...more } })
  })

  it.each([
    ['another tag', HEAD.replace('BCD', 'SPC'), 'qr-structure'],
    ['another identification', HEAD.replace('SCT', 'SDD'), 'qr-structure'],
    ['character set 9', HEAD.replace('\n1\n', '\n9\n'), 'qr-structure'],
    ['no account', 'BCD\n002\n1\nSCT\n\nErika', 'qr-structure'],
    ['a thirteenth element', `${HEAD}\n\n\n\n\n\nmore`, 'qr-structure'],
    ['a text without end', `${HEAD}\n${'x'.repeat(2_000)}`, 'qr-structure'],
    ['version 003', HEAD.replace('002', '003'), 'qr-version'],
    ['version 001 without a bank', HEAD.replace('002', '001'), 'qr-bic'],
    ['another currency', `${HEAD}\nCHF1.00`, 'qr-amount'],
    ['three decimals', `${HEAD}\nEUR1.000`, 'qr-amount'],
    ['a comma', `${HEAD}\nEUR1,00`, 'qr-amount'],
    ['no money', `${HEAD}\nEUR0.00`, 'qr-amount'],
    ['a wrong reference', `${HEAD}\n\n\nRF19539007547034`, 'qr-reference'],
    ['reference and text', `${HEAD}\n\n\nRF040\ntext`, 'qr-reference'],
    ['a wrong account', HEAD.replace('DE89', 'DE88'), 'qr-iban'],
  ])('refuses %s', (_, payload, code) => {
    expect(readEpcQr(payload)).toEqual({ ok: false, error: { code } })
  })

  it('gives what was written', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aZ09.éß€'), minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(text, fc.bigInt(1n, 99_999_999_999n), text, text, (name, minor, note, info) => {
        const written = { ...fields, name, amount: euro(minor), text: note, information: info }
        const payload = epcQrPayload(written)
        expect(payload.ok && readEpcQr(payload.value)).toEqual({ ok: true, value: written })
      }),
    )
  })
})

function some(): Partial<EpcQrFields> {
  return { amount: euro(100n), purpose: 'GDDS' }
}

function all(): Partial<EpcQrFields> {
  return { ...some(), information: 'info' }
}
