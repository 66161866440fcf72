// Small statements in the formats that are no XML.

/** An MT940 with these lines between its balances; they begin on line 5, and nothing is checked. */
export function mt940File(lines: readonly string[]): string {
  return [
    ':20:STARTUMSE',
    ':25:BE71096123456769EUR',
    ':28C:00005/001',
    ':60F:C260301EUR1000,',
    ...lines,
    ':62F:C260302EUR1200,50',
    '-',
    '',
  ].join('\n')
}

/** Two payments and one that was taken back. */
export const MT940 = mt940File([
  ':61:2603020302CR119,00NTRFNONREF//BANK-1',
  ':86:Invoice 1',
  ':61:2603020302CR100,50NTRFNONREF//BANK-2',
  ':86:Invoice 2',
  ':61:260302RC19,NRTINONREF//BANK-3',
])

const ING_HEADER =
  '"Datum";"Naam / Omschrijving";"Rekening";"Tegenrekening";"Code";"Af Bij";"Bedrag (EUR)";"Mutatiesoort";"Mededelingen";"Saldo na mutatie";"Tag"'

export interface IngRow {
  day?: string
  name?: string
  sign?: 'Af' | 'Bij'
  amount: string
  text?: string
  balance?: string
  account?: string
}

/** A CSV of ING as it is exported. */
export function ingFile(rows: readonly IngRow[]): string {
  const lines = rows.map((row) => {
    const {
      day = '20260302',
      name = 'J Jansen',
      sign = 'Bij',
      amount,
      text = '',
      balance = '',
    } = row
    const account = row.account ?? 'BE71096123456769'
    const cells = [day, name, account, 'NL91ABNA0417164300', 'OV', sign, amount, 'Overschrijving']
    return [...cells, text, balance, ''].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';')
  })
  return [ING_HEADER, ...lines, ''].join('\r\n')
}
