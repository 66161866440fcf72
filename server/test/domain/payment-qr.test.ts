import { describe, expect, it } from 'vitest'
import { type EpcQrFields, epcQrPayload } from '../../src/domain/payment-qr.ts'

const fields: EpcQrFields = {
  name: 'Stadtwerke Münster',
  iban: 'DE89 3704 0044 0532 0130 00',
  amount: { minor: 12050n, currency: 'EUR' },
  reference: 'RF18 5390 0754 7034',
}
const codeOf = (changes: Partial<EpcQrFields>) => {
  const result = epcQrPayload({ ...fields, ...changes })
  return result.ok ? 'accepted' : result.error.code
}
const euro = (minor: bigint) => ({ minor, currency: 'EUR' })

describe('the payload of an EPC QR code', () => {
  it('holds version 002, UTF-8, SCT, and the electronic forms', () => {
    expect(epcQrPayload(fields)).toEqual({
      ok: true,
      value: [
        'BCD',
        '002',
        '1',
        'SCT',
        '',
        'Stadtwerke Münster',
        'DE89370400440532013000',
        'EUR120.50',
        '',
        'RF18539007547034',
      ].join('\n'),
    })
  })

  it('holds BIC, purpose, text and information at their places', () => {
    const { reference, amount, ...account } = fields
    const more = { bic: 'COBADEFFXXX', purpose: 'GDDS', text: 'Invoice 12', information: 'Thanks' }
    expect(epcQrPayload({ ...account, ...more })).toEqual({
      ok: true,
      value: [
        'BCD\n002\n1\nSCT\nCOBADEFFXXX\nStadtwerke Münster\nDE89370400440532013000\n',
        '\nGDDS\n\nInvoice 12\nThanks',
      ].join(''),
    })
  })

  it('composes letters that a file system took apart', () => {
    const result = epcQrPayload({ ...fields, name: 'Stadtwerke Mu\u0308nster' })
    expect(result).toEqual(epcQrPayload(fields))
  })

  it.each([
    ['0.01 EUR', euro(1n), 'accepted'],
    ['999999999.99 EUR', euro(99_999_999_999n), 'accepted'],
    ['nothing', euro(0n), 'qr-amount'],
    ['less than nothing', euro(-1n), 'qr-amount'],
    ['1000000000.00 EUR', euro(100_000_000_000n), 'qr-amount'],
    ['Swiss francs', { minor: 12050n, currency: 'CHF' }, 'qr-amount'],
  ])('of %s is %s', (_, amount, code) => {
    expect(codeOf({ amount })).toBe(code)
  })

  it.each([
    ['wrong check digits', { iban: 'DE88370400440532013000' }, 'qr-iban'],
    ['an account outside of SEPA', { iban: 'US64SVBKUS6S3300958879' }, 'qr-iban'],
    ['no account', { iban: '' }, 'qr-iban'],
    ['no BIC outside of the EEA', { iban: 'CH9300762011623852957' }, 'qr-bic'],
    ['a malformed BIC', { bic: 'COBADE' }, 'qr-bic'],
    ['a wrong reference', { reference: 'RF19539007547034' }, 'qr-reference'],
    ['a reference and a text', { text: 'Invoice 12' }, 'qr-reference'],
    ['an empty name', { name: '' }, 'qr-name'],
    ['a name of two lines', { name: 'A\nEUR1.00' }, 'qr-name'],
    ['a name that turns around', { name: 'A\u202egnp' }, 'qr-name'],
    ['a broken letter', { name: 'A\ud800' }, 'qr-name'],
    ['a name of 71 characters', { name: 'x'.repeat(71) }, 'qr-name'],
    ['an information of two lines', { information: 'a\nb' }, 'qr-text'],
    ['a purpose in small letters', { purpose: 'gdds' }, 'qr-purpose'],
  ])('is refused with %s', (_, changes, code) => {
    expect(codeOf(changes)).toBe(code)
  })

  it('is accepted for an account outside of the EEA with its BIC', () => {
    expect(codeOf({ iban: 'CH9300762011623852957', bic: 'POFICHBEXXX' })).toBe('accepted')
  })

  it('is refused over 331 bytes', () => {
    const { reference, ...account } = fields
    const wide = { ...account, name: 'ü'.repeat(70) }
    const payload = (text: string) => epcQrPayload({ ...wide, text })
    expect(payload('ü'.repeat(70))).toMatchObject({ ok: true })
    expect(payload('ü'.repeat(140))).toEqual({ ok: false, error: { code: 'qr-size' } })
  })
})
