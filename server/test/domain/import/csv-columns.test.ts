import { describe, expect, it } from 'vitest'
import {
  CSV_FIELDS,
  countKnownHeaders,
  matchColumns,
} from '../../../src/domain/import/csv-columns.ts'

const match = (headers: string[], choices: { column: string; field: string }[] = []) => {
  const matched = matchColumns(headers, choices)
  if (!matched.ok) return matched.error.map(({ code }) => code)
  return Object.fromEntries(
    [...matched.value.indexOf].map(([field, index]) => [field, headers[index]]),
  )
}

const ENGLISH = ['Invoice No.', 'Customer ID', 'Name', 'Amount', 'Due date']

describe('matchColumns', () => {
  it.each([
    [
      'English',
      [
        'Invoice number',
        'Customer no',
        'Customer name',
        'E-mail',
        'Phone',
        'Language',
        'Amount due',
        'Currency',
        'Invoice date',
        'Due date',
        'Segment',
      ],
    ],
    [
      'French',
      [
        'N° de facture',
        'N° client',
        'Raison sociale',
        'Courriel',
        'Téléphone',
        'Langue',
        'Montant TTC',
        'Devise',
        'Date de facture',
        "Date d'échéance",
        'Segment client',
      ],
    ],
    [
      'Dutch',
      [
        'Factuurnummer',
        'Klantnummer',
        'Klantnaam',
        'E-mailadres',
        'Telefoon',
        'Taal',
        'Openstaand bedrag',
        'Valuta',
        'Factuurdatum',
        'Vervaldatum',
        'Klantsegment',
      ],
    ],
    [
      'German',
      [
        'Rechnungs-Nr.',
        'Kundennummer',
        'Firmenname',
        'E-Mail-Adresse',
        'Telefonnummer',
        'Sprache',
        'Bruttobetrag',
        'Währung',
        'Rechnungsdatum',
        'Fälligkeitsdatum',
        'Kundensegment',
      ],
    ],
    ['camel case', [...CSV_FIELDS]],
  ])('finds every field by %s headers', (_, headers) => {
    const expected = Object.fromEntries(CSV_FIELDS.map((field, index) => [field, headers[index]]))
    expect(match(headers)).toEqual(expected)
  })

  it('finds headers whatever their order, case and accents', () => {
    expect(match(['ECHEANCE', 'montant', 'Nom', 'code client', 'FACTURE', 'Notes'])).toEqual({
      dueDate: 'ECHEANCE',
      amount: 'montant',
      name: 'Nom',
      customerId: 'code client',
      invoiceNumber: 'FACTURE',
    })
  })

  it('says which columns it does not use', () => {
    const matched = matchColumns([...ENGLISH, 'Notes', ''])
    expect(matched).toMatchObject({ ok: true, value: { ignored: ['Notes', ''], width: 7 } })
  })

  it('refuses a file without a needed column, all of them at once', () => {
    expect(match(ENGLISH.slice(1, 4))).toEqual(['column-missing', 'column-missing'])
    expect(match(['Amount excl. VAT'])).toEqual(Array(5).fill('column-missing'))
  })

  it('refuses to choose between two columns of one field', () => {
    expect(match([...ENGLISH, 'Amount due'])).toEqual(['column-ambiguous'])
    expect(match([...ENGLISH, 'Phone', 'Mobile'])).toEqual(['column-ambiguous'])
    expect(match([...ENGLISH, 'Name'])).toEqual(['column-ambiguous'])
  })

  it('takes the columns that the operator chose', () => {
    expect(
      match([...ENGLISH, 'Amount due'], [{ column: 'amount due', field: 'amount' }]),
    ).toMatchObject({ amount: 'Amount due' })
    expect(
      match(['Ref', ...ENGLISH.slice(1)], [{ column: 'Ref', field: 'INVOICENUMBER' }]),
    ).toMatchObject({ invoiceNumber: 'Ref' })
    const both = match(
      ENGLISH.filter((header) => header !== 'Name'),
      [{ column: 'Customer ID', field: 'name' }],
    )
    expect(both).toMatchObject({ name: 'Customer ID', customerId: 'Customer ID' })
  })

  it('refuses choices that name no column or no field', () => {
    expect(match(ENGLISH, [{ column: 'Kunde', field: 'name' }])).toEqual(['column-unknown'])
    expect(match(ENGLISH, [{ column: 'Name', field: 'surname' }])).toEqual(['field-unknown'])
  })

  it('counts the headers that it knows', () => {
    expect(countKnownHeaders(ENGLISH)).toBe(5)
    expect(countKnownHeaders([ENGLISH.join(';')])).toBe(0)
  })
})
