import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CSV_FIELDS, type CsvField, matchColumns } from '../../../src/domain/import/csv-columns.ts'
import { parseCsvLanguage } from '../../../src/domain/import/csv-language.ts'
import { type CsvSettings, lineKeyOf, mapCsvRow } from '../../../src/domain/import/map-csv-row.ts'

const columns = matchColumns([...CSV_FIELDS])
if (!columns.ok) throw new Error('the field names are headers')
const settings: CsvSettings = { columns: columns.value }

const GOOD: Record<CsvField, string> = {
  invoiceNumber: '2026-0001',
  customerId: 'C-17',
  name: 'Anouk de Vries',
  email: 'anouk@example.com',
  phone: '+32 470/12.34.56',
  language: 'NL',
  amount: '120,50',
  currency: 'EUR',
  issueDate: '2026-11-15',
  dueDate: '2026-12-15',
  segment: 'B2C',
}

function map(changes: Partial<Record<CsvField, string>> = {}, extra: Partial<CsvSettings> = {}) {
  const row = { ...GOOD, ...changes }
  return mapCsvRow(
    CSV_FIELDS.map((field) => row[field]),
    { ...settings, ...extra },
  )
}

function codes(changes: Partial<Record<CsvField, string>>, extra: Partial<CsvSettings> = {}) {
  const mapped = map(changes, extra)
  return mapped.ok ? [] : mapped.error.map(({ code }) => code)
}

describe('mapCsvRow', () => {
  it('maps a full line', () => {
    expect(map()).toEqual({
      ok: true,
      value: {
        lineKey: '2026-0001',
        paymentRequest: {
          invoiceNumber: '2026-0001',
          debtor: {
            externalId: 'C-17',
            name: 'Anouk de Vries',
            language: 'nl',
            contact: { email: 'anouk@example.com', phone: '+32470123456' },
          },
          amount: { value: '120.50', currency: 'EUR' },
          issueDate: '2026-11-15',
          dueDate: '2026-12-15',
          segment: 'b2c',
        },
      },
    })
  })

  it('leaves out what is empty', () => {
    const bare = { email: '', phone: ' ', language: '', issueDate: '', segment: '' }
    expect(map(bare)).toEqual({
      ok: true,
      value: {
        lineKey: '2026-0001',
        paymentRequest: {
          invoiceNumber: '2026-0001',
          debtor: { externalId: 'C-17', name: 'Anouk de Vries' },
          amount: { value: '120.50', currency: 'EUR' },
          dueDate: '2026-12-15',
        },
      },
    })
  })

  it('uses the file’s currency and segment for lines that name none, and no others', () => {
    const extra = { currency: 'CHF', segment: 'home' }
    expect(map({ currency: '', segment: '' }, extra)).toMatchObject({
      value: { paymentRequest: { amount: { currency: 'CHF' }, segment: 'home' } },
    })
    expect(map({}, extra)).toMatchObject({
      value: { paymentRequest: { amount: { currency: 'EUR' }, segment: 'b2c' } },
    })
    expect(codes({ currency: '' })).toEqual(['value-missing'])
  })

  it.each<[string, Partial<Record<CsvField, string>>]>([
    ['value-missing', { invoiceNumber: '' }],
    ['value-missing', { customerId: '' }],
    ['value-missing', { name: ' ' }],
    ['value-missing', { amount: '' }],
    ['value-missing', { dueDate: '' }],
    ['text-formula', { name: '=HYPERLINK("http://evil.example")' }],
    ['text-formula', { name: '@SUM(A1)' }],
    ['text-formula', { customerId: '-17' }],
    ['text-formula', { invoiceNumber: '+1' }],
    ['text-formula', { email: '=a@b.example' }],
    ['text-invalid', { name: 'Anouk\u202eeirV' }],
    ['text-invalid', { name: 'Anouk\nde Vries' }],
    ['text-invalid', { name: 'x'.repeat(71) }],
    ['text-invalid', { invoiceNumber: 'é'.repeat(30) }],
    ['email-format', { email: 'anouk at example.com' }],
    ['email-format', { email: 'a@b.example, c@d.example' }],
    ['phone-format', { phone: '0470 12 34 56' }],
    ['phone-format', { phone: '+32 (0) call me' }],
    ['language-unknown', { language: 'tlh' }],
    ['currency-unknown', { currency: 'EURO' }],
    ['amount-negative', { amount: '-12,00' }],
    ['amount-ambiguous', { amount: '1,234' }],
    ['date-ambiguous', { dueDate: '05/12/2026' }],
    ['date-format', { issueDate: 'soon' }],
    ['due-date-before-issue-date', { dueDate: '2026-11-14' }],
    ['segment-format', { segment: 'big spenders' }],
  ])('refuses with %s: %j', (code, changes) => {
    expect(codes(changes)).toEqual([code])
    expect(codes({})).toEqual([])
  })

  it('names every fault of a line at once', () => {
    expect(codes({ name: '', amount: '-1', dueDate: '', email: 'x' })).toEqual([
      'value-missing',
      'email-format',
      'amount-negative',
      'value-missing',
    ])
  })

  it('refuses a line with another number of columns than the header', () => {
    expect(mapCsvRow(['1', '2'], settings)).toMatchObject({ error: [{ code: 'columns' }] })
  })

  it('lets a plus begin a phone number and reads 00 as one', () => {
    for (const phone of ['+32470123456', '0032 470 12 34 56', '+32 (470) 12-34-56']) {
      expect(map({ phone })).toMatchObject({
        value: { paymentRequest: { debtor: { contact: { phone: '+32470123456' } } } },
      })
    }
  })

  it('never repeats a name, an address or a control character in a reason', () => {
    const hostile = { name: '=Anouk', email: 'anouk', amount: '\u001b[2J', language: '\u001b[31m' }
    const mapped = map(hostile)
    const reasons = mapped.ok ? '' : mapped.error.map(({ reason }) => reason).join(' ')
    expect(reasons).not.toMatch(/anouk|\p{Cc}/iu)
  })

  it('gives every line a key that the API takes, one for each invoice number', () => {
    expect(lineKeyOf('2026/001')).toBe('2026/001')
    expect(lineKeyOf('F 1')).toBe('F%201')
    expect(lineKeyOf('F%201')).toBe('F%25201')
    expect(lineKeyOf('Ä1')).toBe('%C3%841')
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        fc.pre(a.isWellFormed() && b.isWellFormed())
        expect(lineKeyOf(a)).toMatch(/^[!-~]+$/)
        expect(lineKeyOf(a) === lineKeyOf(b)).toBe(a === b)
      }),
    )
  })
})

describe('parseCsvLanguage', () => {
  it.each([
    ['nl', 'nl'],
    ['NL', 'nl'],
    ['nl-BE', 'nl'],
    ['fr_CH', 'fr'],
    ['Nederlands', 'nl'],
    ['Français', 'fr'],
    ['Englisch', 'en'],
    ['néerlandais', 'nl'],
    ['Deutsch (Schweiz)', 'de'],
  ])('reads %s as %s', (text, language) => {
    expect(parseCsvLanguage(text)).toBe(language)
  })

  it('knows no other language', () => {
    expect(parseCsvLanguage('es')).toBeUndefined()
    expect(parseCsvLanguage('')).toBeUndefined()
  })
})
