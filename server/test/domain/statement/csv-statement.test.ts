import { describe, expect, it } from 'vitest'
import { collectEntries } from '../../../src/domain/statement/camt.ts'
import { createCsvReader } from '../../../src/domain/statement/csv-statement.ts'
import { loadStatementProfiles } from '../../../src/statement-profile-files.ts'
import { ingFile } from './statement-fixtures.ts'

const PROFILES = [...loadStatementProfiles().values()]
const encode = (text: string) => new TextEncoder().encode(text)

function read(file: string | Uint8Array, profiles = PROFILES) {
  const bytes = typeof file === 'string' ? encode(file) : file
  return collectEntries((take) => {
    const reader = createCsvReader(take, { profiles })
    reader.write(bytes)
    return reader.end()
  })
}

function statementsOf(file: string | Uint8Array) {
  const result = read(file)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

function refusalOf(file: string | Uint8Array): string {
  const result = read(file)
  return result.ok ? 'accepted' : `${result.error.code} in line ${result.error.line}`
}

const idsOf = (file: string) =>
  statementsOf(file).flatMap(({ entries }) =>
    entries.map(({ transactions }) => transactions[0]?.transactionId),
  )

/** What a line of a bank says, in short. */
function shortOf(file: string | Uint8Array) {
  return statementsOf(file).flatMap(({ version, account, entries, balanced }) =>
    entries.map(({ amount, direction, status, bookingDay, transactions: [payment] }) => ({
      profile: version,
      account: account.iban ?? account.other,
      money: `${direction} ${amount.minor} ${amount.currency} ${status} ${bookingDay}`,
      from: payment?.debtorName ?? payment?.creditorName,
      text: payment?.unstructured.join(' | '),
      balanced,
    })),
  )
}

/** Lines as the banks export them, with made-up customers. */
const FILES: [string, string, object][] = [
  [
    'ing-nl',
    ingFile([{ amount: '1.250,00', text: 'Factuur 7', balance: '1500,00' }]),
    {
      money: 'credit 125000 EUR BOOK 2026-03-02',
      from: 'J Jansen',
      text: 'Factuur 7',
      balanced: true,
    },
  ],
  [
    'ing-nl-en',
    '"Date";"Name / Description";"Account";"Counterparty";"Code";"Debit/credit";"Amount (EUR)";"Transaction type";"Notifications";"Resulting balance";"Tag"\n"20260302";"Shop";"BE71096123456769";"";"BA";"Debit";"34,82";"Payment terminal";"card";"10,00";""\n',
    { money: 'debit 3482 EUR BOOK 2026-03-02', from: 'Shop', text: 'card', balanced: true },
  ],
  [
    'rabobank-nl',
    '"IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag","Saldo na trn","Tegenrekening IBAN/BBAN","Naam tegenpartij","Naam uiteindelijke partij","Naam initiërende partij","BIC tegenpartij","Code","Batch ID","Transactiereferentie","Machtigingskenmerk","Incassant ID","Betalingskenmerk","Omschrijving-1","Omschrijving-2","Omschrijving-3","Reden retour","Oorspr bedrag","Oorspr munt","Koers"\n"BE71096123456769","EUR","RABONL2U","000000000000007213","2026-03-02","2026-03-02","+12,50","+100,00","NL91ABNA0417164300","P de Vries","","","","cb","","E2E-1","","","9100000000000000","factuur, deel 1","","","","","",""\n',
    {
      money: 'credit 1250 EUR BOOK 2026-03-02',
      from: 'P de Vries',
      text: 'factuur, deel 1',
      balanced: true,
    },
  ],
  [
    'abn-amro-tab',
    'BE71ABNA0123456769\tEUR\t20260302\t100,00\t75,00\t20260302\t-25,00\tBEA NR:A1 Shop "A"\n',
    {
      account: 'BE71ABNA0123456769',
      money: 'debit 2500 EUR BOOK 2026-03-02',
      from: undefined,
      text: 'BEA NR:A1 Shop "A"',
      balanced: true,
    },
  ],
  [
    'belfius-be',
    'Boekingsdatum vanaf;01/03/2026\nLaatste saldo;1.234,56 EUR\n;\nRekening;Boekingsdatum;Rekeninguittrekselnummer;Transactienummer;Rekening tegenpartij;Naam tegenpartij bevat;Straat en nummer;Postcode en plaats;Transactie;Valutadatum;Bedrag;Devies;BIC;Landcode;Mededelingen\nBE71 0961 2345 6769;02/03/2026;00010;52;BE68539007547034;M Peeters;;;OVERSCHRIJVING;02/03/2026;67,90;EUR;;BE;+++090/9337/55493+++\n',
    {
      money: 'credit 6790 EUR BOOK 2026-03-02',
      from: 'M Peeters',
      text: '+++090/9337/55493+++ | OVERSCHRIJVING',
      balanced: 'unknown',
    },
  ],
  [
    'kbc-be',
    'Rekeningnummer;Rubrieknaam;Naam;Munt;Afschriftnummer;Datum;Omschrijving;Valuta;Bedrag;Saldo;credit;debet;rekeningnummer tegenpartij;BIC tegenpartij;Naam tegenpartij;Adres tegenpartij;gestructureerde mededeling;Vrije mededeling\rBE71096123456769;;ACME;EUR; 02026001;02/03/2026;OVERSCHRIJVING;02/03/2026;-775,08;0,00;;-775,08;BE68539007547034;KREDBEBB;M Peeters;;***190/5063/21290***;dank u;\r',
    {
      money: 'debit 77508 EUR BOOK 2026-03-02',
      from: 'M Peeters',
      text: 'dank u | OVERSCHRIJVING',
      balanced: true,
    },
  ],
  [
    'sparkasse-camt',
    '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Glaeubiger ID";"Mandatsreferenz";"Kundenreferenz (End-to-End)";"Sammlerreferenz";"Lastschrift Ursprungsbetrag";"Auslagenersatz Ruecklastschrift";"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"\n"BE71096123456769";"02.03.26";"02.03.26";"GUTSCHRIFT";"Rechnung 7";"";"";"E2E-7";"";"";"";"Jan Müller";"DE89370400440532013000";"COBADEFF";"1.850,00";"EUR";"Umsatz vorgemerkt"\n',
    {
      money: 'credit 185000 EUR PDNG 2026-03-02',
      from: 'Jan Müller',
      text: 'Rechnung 7',
      balanced: 'unknown',
    },
  ],
  [
    'dkb-de',
    '\ufeff"Girokonto";"BE71 0961 2345 6769"\n""\n"Kontostand vom 10.10.2026:";"1.234,56 €"\n""\n"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";"Umsatztyp";"IBAN";"Betrag (€)";"Gläubiger-ID";"Mandatsreferenz";"Kundenreferenz"\n"02.03.26";"02.03.26";"Gebucht";"Anna";"Wir";"Miete";"Eingang";"DE89370400440532013000";"255,00 €";"";"";""\n',
    { money: 'credit 25500 EUR BOOK 2026-03-02', from: 'Anna', text: 'Miete', balanced: 'unknown' },
  ],
  [
    'revolut-business',
    'Date started (UTC),Date completed (UTC),ID,Type,State,Description,Reference,Payer,Card number,Orig currency,Orig amount,Payment currency,Amount,Total amount,Exchange rate,Fee,Fee currency,Balance,Account\n2026-03-01,2026-03-02,6f1e,TOPUP,COMPLETED,Money added from ANNA,INV-7,ANNA,,USD,12.00,EUR,10.00,9.80,1.2,0.20,EUR,109.80,EUR Main\n',
    {
      account: 'EUR Main',
      money: 'credit 980 EUR BOOK 2026-03-02',
      from: 'ANNA',
      text: 'INV-7 | Money added from ANNA',
      balanced: true,
    },
  ],
  [
    'bunq',
    '"Date","Interest Date","Amount","Account","Counterparty","Name","Description"\n"2026-03-02","2026-03-02","15,000.00","BE71096123456769","NL91ABNA0417164300","Anna","Invoice 7"\n',
    {
      money: 'credit 1500000 EUR BOOK 2026-03-02',
      from: 'Anna',
      text: 'Invoice 7',
      balanced: 'unknown',
    },
  ],
  [
    'generic',
    'booking_date,amount,currency,account,name,text\n2026-03-02,-3.50,EUR,BE71096123456769,Anna,"two\nlines"\n',
    {
      money: 'debit 350 EUR BOOK 2026-03-02',
      from: 'Anna',
      text: 'two lines',
      balanced: 'unknown',
    },
  ],
]

describe('the CSV of a bank', () => {
  it.each(FILES)('%s is recognised and read', (profile, file, expected) => {
    expect(shortOf(file)).toEqual([{ profile, account: 'BE71096123456769', ...expected }])
  })

  it('has a sample here for each profile of the catalog', () => {
    expect(FILES.map(([id]) => id).toSorted()).toEqual(PROFILES.map(({ id }) => id).toSorted())
  })

  it('says all that its columns hold', () => {
    const [, file = ''] = FILES.find(([id]) => id === 'rabobank-nl') ?? []
    expect(statementsOf(file)[0]?.entries[0]?.transactions[0]).toMatchObject({
      transactionId: 'id:000000000000007213',
      endToEndId: 'E2E-1',
      structuredReferences: ['9100000000000000'],
      debtorIban: 'NL91ABNA0417164300',
    })
  })

  it('is read as Windows-1252 where it is no UTF-8', () => {
    const file = ingFile([{ amount: '1,00', name: 'Zoë' }])
    const bytes = Uint8Array.from(file, (letter) => letter.charCodeAt(0))
    expect(shortOf(bytes)[0]?.from).toBe('Zoë')
  })

  it('holds a statement for each account', () => {
    const rows = [
      { amount: '1,00' },
      { amount: '2,00', account: 'NL91ABNA0417164300' },
      { amount: '4,00' },
    ]
    expect(statementsOf(ingFile(rows)).map((it) => [it.account.iban, it.totals.booked])).toEqual([
      ['BE71096123456769', [{ currency: 'EUR', credit: 500n, debit: 0n }]],
      ['NL91ABNA0417164300', [{ currency: 'EUR', credit: 200n, debit: 0n }]],
    ])
  })

  it('adds up with the newest or the oldest line first, and not with a line left out', () => {
    const rows = [
      { amount: '10,00', balance: '110,00' },
      { amount: '30,00', sign: 'Af' as const, balance: '80,00' },
      { amount: '5,00', balance: '85,00' },
    ]
    const look = (file: string) => {
      const [statement] = statementsOf(file)
      return [
        statement?.balanced,
        statement?.opening?.amount.minor,
        statement?.closing?.amount.minor,
      ]
    }
    expect(look(ingFile(rows))).toEqual([true, 10_000n, 8_500n])
    expect(look(ingFile(rows.toReversed()))).toEqual([true, 10_000n, 8_500n])
    expect(look(ingFile(rows.filter((_, i) => i !== 1)))[0]).toBe(false)
  })
})

describe('the id of a booking in CSV', () => {
  const monday = [
    { amount: '5,00', text: 'coffee' },
    { amount: '9,00', text: 'book' },
  ]

  it('is the same in an export that has later lines as well', () => {
    const first = idsOf(ingFile(monday))
    const second = idsOf(ingFile([{ amount: '7,00', text: 'tea' }, ...monday]))
    expect(second.slice(1)).toEqual(first)
  })

  it('counts two equal payments of a day, also when the second comes later', () => {
    const [first = ''] = idsOf(ingFile(monday))
    const later = idsOf(ingFile([...monday, { amount: '5,00', text: 'coffee' }]))
    expect(later.filter((id) => id?.startsWith(first))).toEqual([first, `${first}#2`])
  })

  it('does not change with the balance after it', () => {
    const [one] = idsOf(ingFile([{ amount: '5,00', balance: '10,00' }]))
    expect(idsOf(ingFile([{ amount: '5,00', balance: '99,00' }]))).toEqual([one])
  })
})

describe('a broken CSV', () => {
  const good = { amount: '1,00' }
  it.each([
    ['with another header', 'a;b;c\n1;2;3\n', 'statement-format in line 1'],
    [
      'with a day that there is not',
      ingFile([{ ...good, day: '20260231' }]),
      'statement-date in line 2',
    ],
    ['with an amount that is none', ingFile([good, { amount: 'x' }]), 'statement-amount in line 3'],
    [
      'with an amount as long as a page',
      ingFile([{ amount: `1${' '.repeat(60_000)}x` }]),
      'statement-amount in line 2',
    ],
    ['with too many decimals', ingFile([{ amount: '1,001' }]), 'statement-amount in line 2'],
    [
      'with an unknown sign',
      ingFile([{ ...good, sign: 'Of' as never }]),
      'statement-sign in line 2',
    ],
    [
      'with a column missing',
      ingFile([good]).replace(';"OV"', ''),
      'statement-structure in line 2',
    ],
    ['with an open quote', `${ingFile([good])}"20260302;\n`, 'statement-structure in line 3'],
    ['without lines', ingFile([]), 'accepted'],
  ])('%s is told with its line', (_, file, outcome) => {
    expect(refusalOf(file)).toBe(outcome)
  })

  it('is refused in another encoding than its profile says', () => {
    const [, file = ''] = FILES.find(([id]) => id === 'bunq') ?? []
    const bytes = Uint8Array.from(file.replace('Anna', 'Zoë'), (letter) => letter.charCodeAt(0))
    expect(refusalOf(bytes)).toBe('text-encoding in line 2')
  })

  it('is refused when two profiles fit', () => {
    const [profile] = PROFILES
    if (profile === undefined) throw new Error('no profile')
    const twice = PROFILES.flatMap((it) => (it.id === 'ing-nl' ? [it, { ...it, id: 'other' }] : []))
    expect(read(ingFile([good]), twice)).toMatchObject({ error: { code: 'statement-format' } })
  })
})
