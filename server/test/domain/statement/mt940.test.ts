import { describe, expect, it } from 'vitest'
import { collectEntries } from '../../../src/domain/statement/camt.ts'
import { createMt940Reader } from '../../../src/domain/statement/mt940.ts'
import { MT940, mt940File } from './statement-fixtures.ts'

const encode = (text: string) => new TextEncoder().encode(text)

function read(file: string | Uint8Array, size = 1 << 16) {
  const bytes = typeof file === 'string' ? encode(file) : file
  return collectEntries((take) => {
    const reader = createMt940Reader(take)
    for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size))
    return reader.end()
  })
}

function statementsOf(file: string | Uint8Array) {
  const result = read(file)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

/** The only entry of a file with this field 61 and its text. */
function entryOf(field61: string, field86?: string) {
  const text = field86 === undefined ? [] : [`:86:${field86}`]
  const [statement] = statementsOf(mt940File([`:61:${field61}`, ...text]))
  const [entry] = statement?.entries ?? []
  if (entry === undefined) throw new Error('no entry')
  return entry
}

const paymentOf = (field61: string, field86?: string) => entryOf(field61, field86).transactions[0]

function refusalOf(file: string): string {
  const result = read(file)
  return result.ok ? 'accepted' : `${result.error.code} in line ${result.error.line}`
}

describe('an MT940', () => {
  it('is read with account, number, balances and entries', () => {
    const [statement] = statementsOf(MT940)
    expect(statement).toMatchObject({
      statementId: '00005',
      messageId: 'STARTUMSE',
      kind: 'mt940',
      account: { iban: 'BE71096123456769', currency: 'EUR' },
      electronicSequence: '00005',
      opening: { amount: { minor: 100_000n, currency: 'EUR' }, direction: 'credit' },
      closing: { amount: { minor: 120_050n, currency: 'EUR' }, day: '2026-03-02' },
      totals: { entries: 3, transactions: 3, reversals: 1 },
      balanced: true,
    })
  })

  it.each(['\n', '\r\n', '\r'])('has lines that end with %j', (end) => {
    expect(statementsOf(MT940.replaceAll('\n', end))).toEqual(statementsOf(MT940))
  })

  it('is the same in chunks of any size', () => {
    for (const size of [1, 7, 100]) expect(read(MT940, size)).toEqual(read(MT940))
  })

  it('may stand in the envelope of SWIFT, after lines of the bank, and several times', () => {
    const envelope = `{1:F01BANKBEBBAXXX0000000000}{2:O9400000000000}{4:\n${MT940.replace('\n-\n', '\n-}\n')}`
    expect(statementsOf(envelope)).toMatchObject(
      statementsOf(MT940).map(({ balanced }) => ({ balanced })),
    )
    expect(statementsOf(`BANKNL2A\n940\nBANKNL2A\n${MT940}`)).toHaveLength(1)
    expect(statementsOf(MT940 + MT940.replace('00005', '00006'))).toHaveLength(2)
  })

  it('keeps letters in UTF-8 and in Windows-1252', () => {
    const named = mt940File([':61:260302C1,NTRFNONREF', ':86:Jürgen'])
    const bytes = Uint8Array.from(named, (letter) => letter.charCodeAt(0))
    for (const file of [named, bytes]) {
      expect(statementsOf(file)[0]?.entries[0]?.transactions[0]?.unstructured).toEqual(['Jürgen'])
    }
  })

  it('does not add up when the closing balance is another', () => {
    expect(statementsOf(MT940.replace('EUR1200,50', 'EUR1200,51'))[0]?.balanced).toBe(false)
  })

  it.each([
    ['NL91ABNA0417164300', { iban: 'NL91ABNA0417164300' }],
    ['NL91ABNA0417164300EUR', { iban: 'NL91ABNA0417164300', currency: 'EUR' }],
    ['KREDBEBB/BE71096123456769', { iban: 'BE71096123456769' }],
    ['20041010/0040000010EUR', { other: '20041010/0040000010', currency: 'EUR' }],
  ])('names its account as %s', (text, account) => {
    expect(statementsOf(MT940.replace('BE71096123456769EUR', text))[0]?.account).toEqual(account)
  })

  it('in pages adds up page by page, and says which page it is', () => {
    const page = MT940.replace('00005/001', '5/1').replace(':62F:', ':62M:')
    const next = MT940.replace('00005/001', '5/2').replace(':60F:', ':60M:')
    const pages = statementsOf(page + next)
    expect(pages.map((it) => [it.page, it.balanced])).toEqual([
      [{ number: '1', isLast: false }, true],
      [{ number: '2', isLast: true }, true],
    ])
    const ids = pages.flatMap(({ entries }) =>
      entries.map((it) => it.transactions[0]?.transactionId),
    )
    expect(new Set(ids).size).toBe(6)
  })

  it('of the day (MT942) is information', () => {
    const file =
      ':20:X\n:25:BE71096123456769\n:28C:1/1\n:34F:EUR0,\n:13D:2603021200+0100\n:61:260302C5,NTRFNONREF\n:90C:1EUR5,\n-\n'
    expect(statementsOf(file)[0]).toMatchObject({
      kind: 'mt942',
      balanced: 'unknown',
      entries: [{ status: 'INFO' }],
    })
  })
})

describe('field 61', () => {
  it.each([
    ['260302C120,50NTRFNONREF', 'credit', false, 12_050n],
    ['260302D1,NTRFNONREF', 'debit', false, 100n],
    ['260302RC19,9NTRFNONREF', 'debit', true, 1_990n],
    ['260302RD19,90NTRFNONREF', 'credit', true, 1_990n],
    ['2603020302CR0,01NMSCNONREF', 'credit', false, 1n],
  ] as const)('%s is a %s', (field, direction, reversal, minor) => {
    expect(entryOf(field)).toMatchObject({ direction, reversal, amount: { minor }, status: 'BOOK' })
  })

  it('has an entry day of the year nearest to the value day', () => {
    expect(entryOf('2512310102C1,NTRFNONREF')).toMatchObject({
      valueDay: '2025-12-31',
      bookingDay: '2026-01-02',
    })
    expect(entryOf('2601011231C1,NTRFNONREF').bookingDay).toBe('2025-12-31')
    // Interest of banks with months of thirty days.
    expect(entryOf('2602300302C1,NTRFNONREF')).not.toHaveProperty('valueDay')
  })

  it('names references, the amount that was ordered, and charges', () => {
    const field = '260302C119,NTRFORDER-7//BANK-9\n/OCMT/USD130,00/CHGS/EUR1,5/'
    expect(paymentOf(field)).toMatchObject({
      bankReference: 'BANK-9',
      otherIds: ['ORDER-7'],
      instructedAmount: { minor: 13_000n, currency: 'USD' },
      charges: [{ amount: { minor: 150n, currency: 'EUR' }, direction: 'debit' }],
    })
  })

  it.each([
    [':61:260302X1,NTRFNONREF', 'statement-structure in line 5'],
    [':61:260302C1.00NTRFNONREF', 'statement-structure in line 5'],
    [':61:260302C1,001NTRFNONREF', 'statement-amount in line 5'],
    [':61:261332C1,NTRFNONREF', 'statement-date in line 5'],
    [':61:260302C1,NTRFNONREF', 'accepted'],
  ])('%s is %s', (line, outcome) => {
    expect(refusalOf(mt940File([line]))).toBe(outcome)
  })
})

describe('field 86', () => {
  it('of German banks says who paid, for what, and the end-to-end id', () => {
    const text =
      '166?00GUTSCHRIFT?109248?20EREF+E2E-1?21SVWZ+Rechnung 4711 vom 01.0?222.2026?30COBADEFF?31DE89370400440532013000?32Jan M?33ller'
    expect(paymentOf('260302C1,NTRFKREF+', text)).toMatchObject({
      endToEndId: 'E2E-1',
      unstructured: ['Rechnung 4711 vom 01.02.2026'],
      debtorName: 'Jan M ller',
      debtorIban: 'DE89370400440532013000',
      otherIds: [],
    })
  })

  it('of German banks names a return with its reason', () => {
    const text = '109?00RUECKLASTSCHRIFT?20SVWZ+RETOURE MD06?32Jan?34914'
    expect(paymentOf('260302D1,NRTINONREF', text)).toMatchObject({
      returnReason: 'MD06',
      debtorName: 'Jan',
    })
  })

  it('of Dutch banks is told by its tags', () => {
    const text =
      '/EREF/E2E-2//CNTP/NL91ABNA0417164300/ABNANL2A/J Jansen///REMI/USTD//Factuur 12\n34/'
    expect(paymentOf('260302C1,NTRFEREF', text)).toMatchObject({
      endToEndId: 'E2E-2',
      debtorIban: 'NL91ABNA0417164300',
      debtorName: 'J Jansen',
      unstructured: ['Factuur 1234'],
    })
    const structured = '/TRTP/SEPA/IBAN/NL91ABNA0417164300/NAME/J/REMI/STRD/CUR/9100000000000000/'
    expect(paymentOf('260302C1,NTRFNONREF', structured)).toMatchObject({
      structuredReferences: ['9100000000000000'],
      unstructured: [],
    })
    expect(
      paymentOf('260302D1,NTRFNONREF', '/RTRN/MS03/IBAN/NL91ABNA0417164300/NAME/J/'),
    ).toMatchObject({
      returnReason: 'MS03',
      debtorName: 'J',
    })
  })

  it('is plain text otherwise, line by line', () => {
    expect(paymentOf('260302C1,NTRFNONREF', '+++090/9337/55493+++\nMaria Peeters')).toMatchObject({
      unstructured: ['+++090/9337/55493+++', 'Maria Peeters'],
    })
  })

  it('of the statement belongs to no entry', () => {
    const file = MT940.replace('\n-\n', '\n:86:total of the bank\n-\n')
    expect(statementsOf(file)[0]?.entries).toEqual(statementsOf(MT940)[0]?.entries)
  })
})

describe('a broken MT940', () => {
  it.each([
    [
      'cut off before its closing balance',
      MT940.slice(0, MT940.indexOf(':62F:')),
      'statement-structure',
    ],
    ['without an account', MT940.replace(/:25:.*\n/, ''), 'statement-account'],
    ['with a booking before its balance', MT940.replace(/:60F:.*\n/, ''), 'statement-structure'],
    [
      'with a balance that is none',
      MT940.replace('C260301EUR', 'X260301EUR'),
      'statement-structure',
    ],
    ['in a currency that there is not', MT940.replaceAll('EUR1', 'EUX1'), 'statement-currency'],
    ['with nothing in it', ':21:x\n', 'statement-empty'],
  ])('%s is refused', (_, file, code) => {
    expect(read(file)).toMatchObject({ ok: false, error: { code } })
  })
})
