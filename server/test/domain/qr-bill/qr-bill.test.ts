import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type QrBill, qrBillPayload } from '../../../src/domain/qr-bill/qr-bill.ts'
import { readQrBill } from '../../../src/domain/qr-bill/read-qr-bill.ts'
import {
  type StructuredAddress,
  structuredAddress,
} from '../../../src/domain/qr-bill/structured-address.ts'
import { generateReference } from '../../../src/domain/references/reference-schemes.ts'

const CREDITOR: StructuredAddress = {
  name: 'Stadtwerke Zürich AG',
  street: 'Seestrasse',
  buildingNumber: '12a',
  postalCode: '8002',
  town: 'Zürich',
  country: 'CH',
}
const BILL: QrBill = {
  iban: 'CH4431999123000889012',
  creditor: CREDITOR,
  currency: 'CHF',
  amount: { minor: 194_975n, currency: 'CHF' },
  debtor: { ...CREDITOR, name: 'Anna Rüegg', buildingNumber: '', street: '' },
  referenceType: 'QRR',
  reference: '210000000003139471430009017',
}
const ORDINARY = 'CH5800791123000889012'
const codeOf = (changes: Partial<QrBill>) => {
  const result = qrBillPayload({ ...BILL, ...changes })
  return result.ok ? 'accepted' : result.error.code
}
const francs = (minor: bigint) => ({ minor, currency: 'CHF' })

describe('the text of a Swiss QR-bill', () => {
  it('holds version 0200, structured addresses and the trailer, and nothing behind it', () => {
    const value = [
      ...['SPC', '0200', '1', 'CH4431999123000889012'],
      ...['S', 'Stadtwerke Zürich AG', 'Seestrasse', '12a', '8002', 'Zürich', 'CH'],
      ...['', '', '', '', '', '', '', '1949.75', 'CHF'],
      ...['S', 'Anna Rüegg', '', '', '8002', 'Zürich', 'CH'],
      ...['QRR', '210000000003139471430009017', '', 'EPD'],
    ].join('\n')
    expect(qrBillPayload(BILL)).toEqual({ ok: true, value })
  })

  it.each<[string, Partial<QrBill>, string]>([
    ['an account of Liechtenstein', { ...none(), iban: 'LI21088100002324013AA' }, 'accepted'],
    ['a German account', { iban: 'DE89370400440532013000' }, 'qr-iban'],
    ['wrong check digits', { iban: 'CH4531999123000889012' }, 'qr-iban'],
    ['blanks in the account', { iban: 'CH44 3199 9123 0008 8901 2' }, 'qr-iban'],
    ['one cent', { amount: francs(1n) }, 'accepted'],
    ['the largest amount', { amount: francs(99_999_999_999n) }, 'accepted'],
    ['more than the largest', { amount: francs(100_000_000_000n) }, 'qr-amount'],
    ['no money', { amount: francs(0n) }, 'qr-amount'],
    ['another currency than it says', { amount: { minor: 1n, currency: 'EUR' } }, 'qr-amount'],
    ['a QR-IBAN without a reference', none(), 'qr-reference'],
    ['RF to a QR-IBAN', { referenceType: 'SCOR', reference: 'RF18539007547034' }, 'qr-reference'],
    ['QRR to another account', { iban: ORDINARY }, 'qr-reference'],
    ['wrong check digit', { reference: '210000000003139471430009016' }, 'qr-reference'],
    ['RF to an ordinary account', scor('RF18539007547034'), 'accepted'],
    ['RF with blanks', scor('RF18 5390 0754 7034'), 'qr-reference'],
    ['no name', { creditor: { ...CREDITOR, name: '' } }, 'qr-address'],
    ['a name of 71 letters', { creditor: { ...CREDITOR, name: 'x'.repeat(71) } }, 'qr-address'],
    ['no postal code', { creditor: { ...CREDITOR, postalCode: '' } }, 'qr-address'],
    ['a town of 36 letters', { debtor: { ...CREDITOR, town: 'x'.repeat(36) } }, 'qr-address'],
    ['a line feed in a name', { debtor: { ...CREDITOR, name: 'a\nb' } }, 'qr-address'],
    ['Greek', { debtor: { ...CREDITOR, name: 'Γεώργιος' } }, 'qr-address'],
    ['Latin Extended-A', { debtor: { ...CREDITOR, name: 'Željko Șerban' } }, 'accepted'],
    ['a message of 141', { message: 'x'.repeat(141) }, 'qr-text'],
    ['140 together', { message: 'x'.repeat(100), billInformation: 'y'.repeat(40) }, 'accepted'],
    ['141 together', { message: 'x'.repeat(100), billInformation: 'y'.repeat(41) }, 'qr-text'],
    ['an emoji', { message: '🦊' }, 'qr-text'],
    ['three alternatives', { alternatives: ['a', 'b', 'c'] }, 'qr-text'],
    ['a long alternative', { alternatives: ['a'.repeat(101)] }, 'qr-text'],
  ])('with %s', (_, changes, code) => {
    expect(codeOf(changes)).toBe(code)
  })

  it('is read as what was written', () => {
    const text = (max: number) => fc.string({ unit: unit(), maxLength: max }).map((it) => it.trim())
    const filled = (max: number) => text(max).filter((it) => it !== '')
    const address = fc.record({
      name: filled(70),
      street: text(70),
      buildingNumber: text(16),
      postalCode: filled(16),
      town: filled(35),
      country: fc.constantFrom('CH', 'LI', 'DE', 'FR'),
    })
    fc.assert(
      fc.property(
        ...([address, fc.option(address), fc.bigInt(1n, 99_999_999_999n)] as const),
        ...([fc.stringMatching(/^[1-9][0-9]{0,25}$/), filled(60), filled(60)] as const),
        (creditor, debtor, minor, base, message, alternative) => {
          const reference = generateReference('QRR', base)
          const bill: QrBill = {
            ...{ iban: BILL.iban, creditor, currency: 'CHF', amount: francs(minor) },
            ...(debtor === null ? {} : { debtor }),
            ...{ referenceType: 'QRR', reference: reference.ok ? reference.value : '' },
            ...{ message, alternatives: [alternative] },
          }
          const payload = qrBillPayload(bill)
          expect(payload.ok && readQrBill(payload.value)).toEqual({ ok: true, value: bill })
        },
      ),
    )
  })

  const payload = qrBillPayload(BILL)
  const written = payload.ok ? payload.value : ''
  it.each([
    ['CR LF', written.replaceAll('\n', '\r\n')],
    ['CR', written.replaceAll('\n', '\r')],
    ['one more line end', `${written}\n`],
    ['version 0201', written.replace('0200', '0201')],
  ])('is read with %s', (_, text) => {
    expect(readQrBill(text)).toEqual({ ok: true, value: BILL })
  })

  const line = (index: number, text: string) => written.split('\n').with(index, text).join('\n')
  it.each([
    ['another header', line(0, 'SPX'), 'qr-structure'],
    ['version 0300', line(1, '0300'), 'qr-version'],
    ['another coding', line(2, '2'), 'qr-structure'],
    ['an ultimate creditor', line(12, 'Somebody'), 'qr-address'],
    ['no address type', line(4, ''), 'qr-address'],
    ['a debtor without a name', line(21, ''), 'qr-address'],
    ['a comma in the amount', line(18, '1949,75'), 'qr-amount'],
    ['one decimal', line(18, '1949.7'), 'qr-amount'],
    ['a leading zero', line(18, '01949.75'), 'qr-amount'],
    ['dollars', line(19, 'USD'), 'qr-amount'],
    ['another type of reference', line(27, 'OGM'), 'qr-reference'],
    ['another trailer', line(30, 'END'), 'qr-structure'],
    ['too many lines', `${written}\n\n\n\n\n`, 'qr-structure'],
    ['a text without end', `${written}${'x'.repeat(5_000)}`, 'qr-structure'],
    ['nothing', '', 'qr-structure'],
  ])('is refused with %s', (_, text, code) => {
    expect(readQrBill(text)).toEqual({ ok: false, error: { code } })
  })
})

describe('the parts of an address', () => {
  it.each([
    [
      ['Rue du Lac 1268', '2501 Biel'],
      ['Rue du Lac', '1268', '2501', 'Biel'],
    ],
    [
      ['c/o Meier', 'Postfach', 'CH-8000 Zürich'],
      ['Postfach', '', '8000', 'Zürich'],
    ],
    [
      ['12 rue des Écoles', '75005 PARIS'],
      ['rue des Écoles', '12', '75005', 'PARIS'],
    ],
    [
      ['Kerkstraat 1-3', '1017 GA Amsterdam'],
      ['Kerkstraat', '1-3', '1017 GA', 'Amsterdam'],
    ],
    [
      ['Straße des 17. Juni 135', '10623 Berlin'],
      ['Straße des 17. Juni', '135', '10623', 'Berlin'],
    ],
    [
      ['4 Mill Lane', 'Bath BA1 1AA'],
      ['Mill Lane', '4', 'BA1 1AA', 'Bath'],
    ],
    [['3000 Bern'], ['', '', '3000', 'Bern']],
    [
      ['4 Mill Lane', 'Bath', 'BA1 1AA'],
      ['Mill Lane', '4', 'BA1 1AA', 'Bath'],
    ],
  ])('of %j are %j', (lines, [street, buildingNumber, postalCode, town]) => {
    const address = { name: 'Ann', lines, country: 'CH' }
    const parts = { name: 'Ann', street, buildingNumber, postalCode, town, country: 'CH' }
    expect(structuredAddress(address)).toEqual(parts)
  })

  it.each([[['Somewhere']], [[]], [['Street 1', `8000 ${'x'.repeat(36)}`]]])(
    'of %j are unknown',
    (lines) => {
      expect(structuredAddress({ name: 'Ann', lines, country: 'CH' })).toBeUndefined()
    },
  )
})

function none(): Partial<QrBill> {
  const { reference: _, ...rest } = BILL
  return { ...rest, referenceType: 'NON', reference: undefined } as unknown as Partial<QrBill>
}

function scor(reference: string): Partial<QrBill> {
  return { iban: ORDINARY, referenceType: 'SCOR', reference }
}

function unit() {
  return fc.constantFrom(..."aZ09 .,-éüŽș€'&/")
}
