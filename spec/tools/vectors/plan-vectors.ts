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
    {
      rowId: '3-P1M-d2000-p25',
      instalments: 3,
      interval: 'P1M',
      priceBps: 0,
      firstDueFrom: '2026-03-10',
      firstDueTo: '2026-04-01',
      downPaymentBps: 2000,
      payDay: 25,
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
      await plan(
        'three cents left over go to the first',
        eur('112.07'),
        terms(4, 'P1W', 0, '2026-03-02'),
        [
          ['2026-03-02', '28.04'],
          ['2026-03-09', '28.01'],
          ['2026-03-16', '28.01'],
          ['2026-03-23', '28.01'],
        ],
      ),
      await plan(
        'a fifth down, and what is left over of the rest',
        eur('100.00'),
        { ...terms(4, 'P1M', 0, '2026-01-31'), downPaymentBps: 2000 },
        [
          ['2026-01-31', '20.02'],
          ['2026-02-28', '26.66'],
          ['2026-03-31', '26.66'],
          ['2026-04-30', '26.66'],
        ],
      ),
      await plan(
        'a quarter of half a unit down, rounded to even: 12.5 cents are 12',
        eur('0.50'),
        { ...terms(3, 'P2W', 0, '2026-03-02'), downPaymentBps: 2500 },
        [
          ['2026-03-02', '0.12'],
          ['2026-03-16', '0.19'],
          ['2026-03-30', '0.19'],
        ],
      ),
      await plan(
        'three quarters of it: 37.5 cents are 38',
        eur('0.50'),
        { ...terms(3, 'P1W', 0, '2026-03-02'), downPaymentBps: 7500 },
        [
          ['2026-03-02', '0.38'],
          ['2026-03-09', '0.06'],
          ['2026-03-16', '0.06'],
        ],
      ),
      await plan(
        'the others on the pay day',
        eur('240.00'),
        { ...terms(3, 'P1M', 0, '2026-03-10'), payDay: 25 },
        [
          ['2026-03-10', '80.00'],
          ['2026-03-25', '80.00'],
          ['2026-04-25', '80.00'],
        ],
      ),
      await plan(
        'a fee, a quarter down and the last of the month',
        eur('200.00'),
        { ...terms(3, 'P1M', 150, '2026-01-20'), downPaymentBps: 2500, payDay: 31 },
        [
          ['2026-01-20', '50.76'],
          ['2026-02-28', '76.12'],
          ['2026-03-31', '76.12'],
        ],
      ),
      await plan(
        'a pay day that is the leap day',
        eur('90.00'),
        { ...terms(3, 'P1M', 0, '2028-02-15'), payDay: 30 },
        [
          ['2028-02-15', '30.00'],
          ['2028-02-29', '30.00'],
          ['2028-03-30', '30.00'],
        ],
      ),
      noPlan('plan-down-payment', 'nothing down', {
        ...terms(2, 'P1M', 0, '2026-03-02'),
        downPaymentBps: 0,
      }),
      noPlan('plan-down-payment', 'all of it down', {
        ...terms(2, 'P1M', 0, '2026-03-02'),
        downPaymentBps: 10_000,
      }),
      noPlan('plan-down-payment', 'a part of a basis point', {
        ...terms(2, 'P1M', 0, '2026-03-02'),
        downPaymentBps: 2000.5,
      }),
      noPlan('plan-down-payment', 'a down payment and no other', {
        ...terms(1, null, 0, '2026-03-02'),
        downPaymentBps: 2000,
      }),
      noPlan('plan-pay-day', 'day 0', { ...terms(2, 'P1M', 0, '2026-03-02'), payDay: 0 }),
      noPlan('plan-pay-day', 'day 32', { ...terms(2, 'P1M', 0, '2026-03-02'), payDay: 32 }),
      noPlan('plan-pay-day', 'a pay day and weeks', {
        ...terms(2, 'P1W', 0, '2026-03-02'),
        payDay: 25,
      }),
      noPlan('plan-pay-day', 'a pay day and one instalment', {
        ...terms(1, null, 0, '2026-03-02'),
        payDay: 25,
      }),
      noPlan(
        'plan-amount',
        'a down payment of less than a cent',
        { ...terms(2, 'P1M', 0, '2026-03-02'), downPaymentBps: 1 },
        eur('1.00'),
      ),
      noPlan(
        'plan-amount',
        'nothing left beside the down payment',
        { ...terms(2, 'P1M', 0, '2026-03-02'), downPaymentBps: 9999 },
        eur('1.00'),
      ),
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
      choice(
        '3-P1M-d2000-p25',
        '2026-03-12',
        passes({
          plan: { ...terms(3, 'P1M', 0, '2026-03-12'), downPaymentBps: 2000, payDay: 25 },
        }),
        'a row with a down payment and a pay day',
      ),
      choice('3-P1M', '2026-04-01', refused('date-outside-window'), 'a day after the window'),
      choice('1', '2026-03-09', refused('date-outside-window'), 'a day before the window'),
      choice('1', '2026-03-32', refused('date-outside-window'), 'no day at all'),
      choice('2-P1M', '2026-03-10', refused('row-unknown'), 'another row'),
    ]),
  }
}
