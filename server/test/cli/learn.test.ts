import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addDays } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import {
  GENERATED_UNTIL,
  generateHistories,
} from '../../src/domain/learning/generated-histories.ts'
import { parley, parleyProcess, temporaryDirectory, temporaryFile } from './run-parley.ts'

const bills = generateHistories({ customers: 30, seed: 21 })
const HEADER = 'Rechnungsnr.;Kd-Nr.;Name;Betrag;Rechnungsdatum;Fälligkeit;Bezahlt am;Versandart'

/** The generated bills as a German export writes them. */
function germanExport(): string {
  const german = (day: string) => day.split('-').toReversed().join('.')
  const lines = bills.map((it) => {
    const amount = `${it.minor / 100n},${String(it.minor % 100n).padStart(2, '0')}`
    const paid = it.settledOn === null ? '' : german(it.settledOn)
    const sent = it.isElectronic ? 'email' : 'Brief'
    return `${it.invoice};${it.customer};Erika Mustermann;${amount};${german(it.issuedOn)};${german(it.dueOn)};${paid};${sent}`
  })
  return [HEADER, ...lines].join('\r\n')
}

const evaluate = (file: string, ...args: string[]) =>
  parley([...['learn', 'evaluate', '--data', file, '--draws', '100'], ...args])

const SMALL = 'invoice,customer id,amount,invoice date,due date,paid on,disputed,sent by'

describe('parley learn evaluate', () => {
  it('prints every figure beside the baselines, and draws the plot', async () => {
    const file = await temporaryFile('export.csv', germanExport())
    const svg = join(await temporaryDirectory(), 'plot.svg')
    const args = ['--map', 'Kd-Nr.=customerId,Bezahlt am=paidOn', '--dates', 'dmy', '--svg', svg]
    const { code, out, err } = await parleyProcess([
      ...['learn', 'evaluate', '--data', file, '--draws', '100', ...args],
    ])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`${bills.length} bills read; seed 1, 100 draws.`)
    expect(out).toContain('Not in the file: disputed, contactedOn.')
    expect(out).toContain('payments count as made without anybody acting')
    expect(out).toMatch(/Self-cure, foretold on the day after the due day: \d+ bills, \d+ cured/)
    for (const judge of ['model', 'majority', 'customer-rate', 'last-value', 'due-date']) {
      expect(out).toMatch(new RegExp(`\\n {4}${judge} +0\\.\\d{3} \\[0\\.\\d{3}, [01]\\.\\d{3}\\]`))
    }
    expect(out).toMatch(/Calibration by tenths/)
    expect(out).toMatch(/days off[\s\S]*\n {4}model +\d+\.\d\d \[/)
    expect(out).toContain('  AUC: the chance that a bill that cured was given more')
    expect(out).not.toContain('Mustermann')
    const plot = await readFile(svg, 'utf8')
    expect(plot).toMatch(/^<svg xmlns[\s\S]*<title id="t">Foretold and real payment<\/title>/)
    expect(plot.match(/<circle/g)?.length).toBe(20)
  })

  it('gives the same figures for the same seed, as JSON, by every split', async () => {
    const file = await temporaryFile('export.csv', germanExport())
    const args = ['--map', 'Kd-Nr.=customerId', '--map', 'Bezahlt am=paidOn', '--dates', 'dmy']
    const test = bills.filter((_, at) => at % 3 === 0).map(({ invoice }) => invoice)
    const named = await temporaryFile(
      'split.csv',
      [
        'invoice,part',
        ...bills.map(({ invoice }) => {
          return `${invoice},${test.includes(invoice) ? 'test' : 'train'}`
        }),
      ].join('\n'),
    )
    const plain = await temporaryFile('split.txt', test.join('\n'))
    const run = async (split: string) =>
      JSON.parse(
        (await evaluate(file, ...args, '--split', split, '--folds', 'customers', '--json')).out,
      )
    const [one, other] = [await run(named), await run(plain)]
    expect(other).toEqual({
      ...one,
      splits: one.splits.map((it: object, at: number) => {
        return at === 0 ? { ...it, title: other.splits[0].title } : it
      }),
    })
    expect(one.splits.map(({ split }: { split: string }) => split)).toEqual(['file', 'customers'])
    expect(one.splits[0].evaluation).toMatchObject({
      test: test.length,
      train: bills.length - test.length,
    })
    expect(one.splits[1].evaluation.test).toBe(bills.length)
    const { judges } = one.splits[1].evaluation.dates[0]
    expect(judges.model.value).toBeLessThan(judges['due-date'].value)
  })

  it('names every line that cannot be read, with the reason, and goes on if it may', async () => {
    const good = bills.map(({ invoice, customer, issuedOn, dueOn, settledOn }) => {
      return `${invoice},${customer},12.50,${issuedOn},${dueOn},${settledOn ?? ''},no,email`
    })
    const bad = [
      'b1,c,-3.00,2020-01-01,2020-01-31,,no,email',
      'b2,c,3.00,2020-02-30,2020-03-31,,no,email',
      'b3,c,3.00,2020-01-31,2020-01-01,,no,email',
      'b4,c,3.00,2020-01-01,2020-01-31,,perhaps,email',
      'b5,c,3.00,2020-01-01,2020-01-31,,no,pigeon',
      `${bills[0]?.invoice},c,3.00,2020-01-01,2020-01-31,,no,email`,
      'b7,c,3.00,2020-01-01,2020-01-31,2019-12-31,no,email',
    ]
    const file = await temporaryFile('bad.csv', [SMALL, ...good, ...bad].join('\n'))
    const refused = await evaluate(file)
    const at = good.length + 2
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('7 line(s) of')
    expect(refused.err).toContain(`line ${at}: the amount "-3.00" is below zero`)
    expect(refused.err).toContain(`line ${at + 1}: "2020-02-30" is no day`)
    expect(refused.err).toContain(`line ${at + 2}: due on 2020-01-01, before it was issued`)
    expect(refused.err).toContain(
      `line ${at + 3}: disputed: "perhaps" is neither yes, no nor a day`,
    )
    expect(refused.err).toContain(
      `line ${at + 4}: sentBy: "pigeon" is neither electronic nor paper`,
    )
    expect(refused.err).toContain(`line ${at + 5}: this invoice number stands in a line before`)
    expect(refused.err).toContain(`line ${at + 6}: paid on 2019-12-31, before it was issued`)
    expect(refused.err).toContain('--leave-out-faulty')
    const gone = await evaluate(file, '--leave-out-faulty')
    expect(gone.code).toBe(0)
    expect(gone.out).toContain(`${bills.length} bills read`)
    expect(gone.out).toContain(`Left out: line ${at + 4}`)
  })

  it('says what is missing', async () => {
    const file = await temporaryFile(
      'few.csv',
      `${SMALL}\nb1,c,3.00,2020-01-01,2020-01-31,,no,email`,
    )
    expect(await evaluate(file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('1 bill(s) of 1 customer(s): at least 30 bills'),
    })
    const other = await temporaryFile('other.csv', 'invoice,due date\nb1,2020-01-01')
    const { code, err } = await evaluate(other)
    expect(code).toBe(1)
    expect(err).toContain('no column holds the paidOn: name it with --map "Your header=paidOn"')
    expect((await evaluate(other, '--map', 'x=payday')).err).toContain(
      'the fields are invoiceNumber',
    )
    expect((await evaluate(other, '--map', 'nothing')).err).toContain('Your header=field')
    expect((await evaluate(other, '--seed', 'x')).err).toContain('a whole number from 0')
    expect((await evaluate(other, '--currency', 'XYZZ')).err).toContain('ISO 4217')
    expect((await evaluate('nowhere.csv')).err).toContain('There is no such file')
  })

  it('refuses splits that are not clear', async () => {
    const good = bills.map(({ invoice, customer, issuedOn, dueOn, settledOn }) => {
      return `${invoice},${customer},12.50,${issuedOn},${dueOn},${settledOn ?? ''},no,email`
    })
    const file = await temporaryFile('good.csv', [SMALL, ...good].join('\n'))
    const split = async (...lines: string[]) => {
      return (await evaluate(file, '--split', await temporaryFile('s.csv', lines.join('\n')))).err
    }
    const [first, second] = bills.map(({ invoice }) => invoice)
    expect(await split(`${first}`, 'nobody')).toContain(
      'line 2: no bill of the data has this number',
    )
    expect(await split(`${first},test`, `${second},tset`)).toContain(
      'line 2: neither train nor test',
    )
    expect(await split(`${first},train`, `${second},train`)).toContain('names no bill to judge')
    expect(await split(...bills.map(({ invoice }) => invoice))).toContain('no bill to train on')
    expect((await evaluate(file, '--split', 'nowhere')).err).toContain('Use last40, or a file')
  })

  it('has days until which the generated bills are seen', () => {
    const days = bills.flatMap(({ settledOn }) => settledOn ?? [])
    expect(days.every((day) => day < GENERATED_UNTIL)).toBe(true)
    expect(days.some((day) => day > addDays(GENERATED_UNTIL, -120))).toBe(true)
  })
})
