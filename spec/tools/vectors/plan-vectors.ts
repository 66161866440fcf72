// Menus, plans and their hashes. Days and amounts are written by hand; the hash is that of the text
// which NEG-15 describes, built here from them.
import { sha256Base64Url } from '@parley/sdk/protocol'
import { numbered, passes, refused, type Vector, type VectorFile } from './vector-file.ts'

const eur = (value: string) => ({ value, currency: 'EUR' })

type Line = readonly [dueDate: string, value: string]

async function plan(
  title: string,
  principal: { value: string; currency: string },
  terms: object,
  lines: readonly Line[],
): Promise<Omit<Vector, 'id'>> {
  const { currency } = principal
  const text = lines.map(([dueDate, value], i) => `${i + 1}|${dueDate}|${value}\n`).join('')
  return {
    rule: 'NEG-13',
    title,
    operation: 'schedule',
    input: { principal, terms },
    expect: passes({
      lines: lines.map(([dueDate, value], i) => ({
        line: i + 1,
        dueDate,
        amount: { value, currency },
      })),
      planHash: await sha256Base64Url(`parley-plan-1\n${currency}\n${text}`),
    }),
  }
}

const terms = (
  instalments: number,
  interval: string | null,
  priceBps: number,
  firstDueDate: string,
) => ({
  instalments,
  interval,
  priceBps,
  firstDueDate,
})

const noPlan = (code: string, title: string, input: object, principal = eur('100.00')) => ({
  rule: 'NEG-14',
  title,
  operation: 'schedule',
  input: { principal, terms: input },
  expect: refused(code),
})

const MENU = {
  menuId: 'm-1',
  tier: 0,
  final: true,
  policyVersion: 1,
  policyHash: 'A'.repeat(43),
  rows: [
    {
      rowId: '1',
      instalments: 1,
      interval: null,
      priceBps: 0,
      firstDueFrom: '2026-03-10',
      firstDueTo: '2026-04-09',
    },
    {
      rowId: '3-P1M',
      instalments: 3,
      interval: 'P1M',
      priceBps: 0,
      firstDueFrom: '2026-03-10',
      firstDueTo: '2026-03-31',
    },
  ],
}

const choice = (rowId: string, firstDueDate: string, expect: Vector['expect'], title: string) => ({
  rule: 'NEG-06',
  title,
  operation: 'choose',
  input: { menu: MENU, rowId, firstDueDate },
  expect,
})

export async function planVectors(): Promise<VectorFile> {
  return {
    description:
      'operation schedule: the lines and the plan hash of `terms` over `principal`. choose: the plan of a row of `menu` and a first day.',
    vectors: numbered('plan', [
      await plan('one payment', eur('120.50'), terms(1, null, 0, '2026-03-27'), [
        ['2026-03-27', '120.50'],
      ]),
      await plan(
        'three months from the last of January',
        eur('100.00'),
        terms(3, 'P1M', 0, '2026-01-31'),
        [
          ['2026-01-31', '33.34'],
          ['2026-02-28', '33.33'],
          ['2026-03-31', '33.33'],
        ],
      ),
      await plan(
        'fortnights with a fee of 1.5 %',
        eur('200.00'),
        terms(2, 'P2W', 150, '2026-03-02'),
        [
          ['2026-03-02', '101.50'],
          ['2026-03-16', '101.50'],
        ],
      ),
      await plan('a rebate of 2.5 %', eur('99.99'), terms(1, null, -250, '2026-03-02'), [
        ['2026-03-02', '97.49'],
      ]),
      await plan('yen', { value: '1000', currency: 'JPY' }, terms(3, 'P1W', 0, '2026-03-02'), [
        ['2026-03-02', '334'],
        ['2026-03-09', '333'],
        ['2026-03-16', '333'],
      ]),
      noPlan('plan-instalments', 'no instalments', terms(0, null, 0, '2026-03-02')),
      noPlan('plan-instalments', 'sixty-one instalments', terms(61, 'P1M', 0, '2026-03-02')),
      noPlan('plan-interval', 'several without an interval', terms(2, null, 0, '2026-03-02')),
      noPlan('plan-interval', 'one with an interval', terms(1, 'P1M', 0, '2026-03-02')),
      noPlan(
        'plan-price',
        'a price of more than the principal',
        terms(1, null, 10_001, '2026-03-02'),
      ),
      noPlan('plan-date', 'no such day', terms(1, null, 0, '2026-02-30')),
      noPlan(
        'plan-amount',
        'less than a cent a line',
        terms(3, 'P1M', 0, '2026-03-02'),
        eur('0.02'),
      ),
      choice(
        '1',
        '2026-03-10',
        passes({ plan: terms(1, null, 0, '2026-03-10') }),
        'the first day of a window',
      ),
      choice(
        '3-P1M',
        '2026-03-31',
        passes({ plan: terms(3, 'P1M', 0, '2026-03-31') }),
        'the last day of a window',
      ),
      choice('3-P1M', '2026-04-01', refused('date-outside-window'), 'a day after the window'),
      choice('1', '2026-03-09', refused('date-outside-window'), 'a day before the window'),
      choice('1', '2026-03-32', refused('date-outside-window'), 'no day at all'),
      choice('2-P1M', '2026-03-10', refused('row-unknown'), 'another row'),
    ]),
  }
}
