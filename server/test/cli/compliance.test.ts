import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parley, parleyProcess, temporaryDirectory } from './run-parley.ts'

const CATALOG = new URL('../../catalog', import.meta.url).pathname
const QUOTE = [
  ...['compliance', 'quote', '--profile', 'be-b2c', '--principal', '1000.00', '--currency', 'EUR'],
  ...['--due', '2026-03-01', '--as-of', '2026-06-01'],
]

async function ownCatalog(): Promise<string> {
  const directory = await temporaryDirectory()
  for (const kind of ['rates', 'holidays', 'compliance']) {
    await cp(join(CATALOG, kind), join(directory, kind), { recursive: true })
  }
  return directory
}

describe('parley compliance quote', () => {
  it('says what may be asked and sent, each line with its reason', async () => {
    const given = ['--notice', '2026-03-10:email', '--paid', '2026-04-01:200.00']
    const { code, out, err } = await parleyProcess([...QUOTE, ...given])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('65.00 + 5.00 % × (1000.00 − 500.00) = 90.00 EUR, since 2026-03-25.')
    expect(out).toContain('Principal 800.00 EUR, charges 105.80 EUR, total 905.80 EUR.')
    expect(out).toContain('its term is 2026-03-11 to 2026-03-24.')
    expect(out).toContain('Assumed: the contract provides for interest and costs')
    expect(out).toContain('[law] Key ECB interest rates (https://www.ecb.europa.eu/')
  })

  it('says the same as JSON, amounts as text', async () => {
    const { code, out } = await parley([...QUOTE, '--notice', '2026-03-10:email', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      profile: 'be-b2c',
      version: 1,
      assumedGrounds: ['agreed'],
      lines: [
        { rule: 'interest', period: '2026-H1', amount: { value: '19.19', currency: 'EUR' } },
        { rule: 'damages', period: 'once', amount: { value: '90.00' }, notCharged: null },
      ],
      total: { value: '1109.19', currency: 'EUR' },
      term: { deliveredOn: '2026-03-10', lastDay: '2026-03-24', endedOn: '2026-03-25' },
    })
  })

  it('charges nothing that the contract does not provide for', async () => {
    const given = ['--notice', '2026-03-10:email', '--not-agreed', '--json']
    const { lines, charged } = JSON.parse((await parley([...QUOTE, ...given])).out)
    expect(charged.value).toBe('0.00')
    expect(lines).toMatchObject([{ notCharged: 'needs-ground' }, { notCharged: 'needs-ground' }])
  })

  it.each([
    ['a profile that is not there', ['--profile', 'xx-b2c'], /there is no profile "xx-b2c"/],
    [
      'an amount of another form',
      ['--principal', '1000'],
      /--principal: "1000" is no amount of EUR/,
    ],
    ['a day that does not exist', ['--due', '2026-02-30'], /--due: "2026-02-30" is no day/],
    [
      'an unknown channel',
      ['--notice', '2026-03-10:pigeon'],
      /--notice "2026-03-10:pigeon" must be/,
    ],
    ['a payment of nothing', ['--paid', '2026-03-10:0.00'], /--paid: "0.00"/],
    ['an unknown stop', ['--stop', 'rain:2026-03-10'], /--stop "rain:2026-03-10" must be one of/],
    ['an unknown region', ['--region', 'BY'], /--region "BY" is no region .*: it has none/],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, out, err } = await parley([...QUOTE, ...args])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
  })

  it.each([
    ['currency-other', ['--currency', 'USD']],
    ['no-version', ['--due', '2020-01-01']],
    ['payment-after-as-of', ['--paid', '2026-06-02:1.00']],
    ['notice-after-as-of', ['--notice', '2026-06-02:email']],
    ['stop-ends-before', ['--stop', 'plan:2026-04-02:2026-04-01']],
  ])('ends with 1 for %s', async (refusal, args) => {
    const { code, out, err } = await parley([...QUOTE, ...args])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(`(${refusal})`)
  })
})

describe('parley compliance list', () => {
  it('lists profiles and rates, and marks what is unverified', async () => {
    const { code, out } = await parleyProcess(['compliance', 'list'])
    expect(code).toBe(0)
    expect(out).toMatch(/nl-b2c +EUR {2}since 2024-01-01/)
    expect(out).toMatch(/ecb-mro +2026-H2 +2\.40 %/)
    expect(out).toMatch(/de-basiszins .*unverified: never charged/)
    const json = JSON.parse((await parley(['compliance', 'list', '--json'])).out)
    expect(json.profiles).toHaveLength(21)
    expect(json.series[0]).toMatchObject({ id: 'boe-bank-rate', until: '2026-H2', percent: '3.75' })
  })
})

describe('parley compliance add-rate', () => {
  const add = (directory: string, args: readonly string[]) =>
    parley(['compliance', 'add-rate', ...args, '--catalog', directory])
  const ecb = (directory: string) => readFile(join(directory, 'rates/ecb-mro.json'), 'utf8')

  it('adds a line to the file, and quotes by it from then on', async () => {
    const directory = await ownCatalog()
    const before = await ecb(directory)
    const added = await add(directory, ['ecb-mro', '2027-01-01', '2.65', '--source', 'ecb'])
    expect(added).toEqual({ code: 0, out: 'ecb-mro is 2.65 % in 2027-H1.\n', err: '' })
    const last = '    { "from": "2026-07-01", "percent": "2.40", "source": "ecb" }'
    const line = '    { "from": "2027-01-01", "percent": "2.65", "source": "ecb" }'
    expect(await ecb(directory)).toBe(before.replace(last, `${last},\n${line}`))
    const args = [...QUOTE.with(3, 'eu-b2b'), '--due', '2026-12-31', '--as-of', '2027-01-30']
    const { out } = await parley([...args, '--catalog', directory])
    expect(out).toContain('1000.00 × 10.65 % × 30 / 365 = 8.75 EUR')
  })

  it('notes a new source, and never charges by one that is unverified', async () => {
    const directory = await ownCatalog()
    const source = ['--source', 'Bulletin 7', '--unverified', '--read-on', '2027-01-02']
    const added = await add(directory, ['ecb-mro', '2027-01-01', '2.65', ...source])
    expect(added.out).toBe(
      'ecb-mro is 2.65 % in 2027-H1, unverified: it is shown and never charged.\n',
    )
    expect(JSON.parse(await ecb(directory)).sources.at(-1)).toEqual({
      id: 'added-2027-01-01',
      title:
        'ECB main refinancing operations rate in force on the first day of the half-year: 2027-H1',
      citation: 'Bulletin 7',
      readOn: '2027-01-02',
      level: 'unverified',
    })
    const args = [...QUOTE.with(3, 'eu-b2b'), '--due', '2026-12-31', '--as-of', '2027-01-30']
    const { out } = await parley([...args, '--catalog', directory])
    expect(out).toContain('= 8.75 EUR is not charged: no text that was read proves it')
  })

  it.each([
    ['a half-year that has a rate', ['ecb-mro', '2026-07-01', '2.65'], /that half-year has a rate/],
    ['a day in a half-year', ['ecb-mro', '2027-02-01', '2.65'], /a half-year begins on 1 January/],
    ['a rate with a comma', ['ecb-mro', '2027-01-01', '2,65'], /must be a number/],
    ['a series that is not there', ['libor', '2027-01-01', '2.65'], /there is no series "libor"/],
  ])('writes nothing for %s', async (_, args, message) => {
    const directory = await ownCatalog()
    const before = await ecb(directory)
    const { code, out, err } = await add(directory, [...args, '--source', 'https://example.com'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(message)
    expect(await ecb(directory)).toBe(before)
  })

  it('needs a source', async () => {
    const { code, err } = await parleyProcess([
      'compliance',
      'add-rate',
      'ecb-mro',
      '2027-01-01',
      '2.65',
    ])
    expect(code).toBe(2)
    expect(err).toContain('--source')
  })
})
