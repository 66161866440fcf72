// Envelopes and what the law lets plans cost. Windows, ids and limits are worked out by hand from the
// pages; what follows from a number is said in the title.
import { numbered, passes, refused, type Vector, type VectorFile } from './vector-file.ts'

const eur = (value: string) => ({ value, currency: 'EUR' })

const FREE = { freeOfChargeOnly: true }
const PRICED = { freeOfChargeOnly: false, maxAprBps: 1200, maxFee: eur('10.00') }

const ENVELOPE = {
  countedFrom: '2026-03-01',
  firstDueFrom: '2026-03-02',
  firstDueTo: '2026-04-26',
  lastDueTo: '2026-06-25',
  maxInstalments: 3,
  minInstalment: eur('30.00'),
  intervals: ['P1M'],
  prices: [{ priceBps: 0 }],
  law: FREE,
  tiers: [8400, 0],
}

type Rhythm = readonly [instalments: number, interval: string | null, extra?: object]

const row = (
  rowId: string,
  [instalments, interval, extra = {}]: Rhythm,
  [firstDueFrom, firstDueTo]: readonly [string, string],
  priceBps = 0,
) => ({ rowId, instalments, interval, ...extra, priceBps, firstDueFrom, firstDueTo })

const rowsOf = (title: string, principal: string, change: object, rows: object[]) => ({
  rule: 'NEG-17',
  title,
  operation: 'envelope-rows',
  input: { principal: eur(principal), envelope: { ...ENVELOPE, ...change } },
  expect: passes({ rows }),
})

const unsound = (title: string, change: object) => ({
  rule: 'NEG-16',
  title,
  operation: 'envelope-rows',
  input: { principal: eur('100.00'), envelope: { ...ENVELOPE, ...change } },
  expect: refused('content-invalid'),
})

interface LawCase {
  readonly principal?: string
  readonly law?: object
  readonly terms: object
}

const lawful = (title: string, isLawful: boolean, one: LawCase): Omit<Vector, 'id'> => ({
  rule: 'NEG-18',
  title,
  operation: 'lawful',
  input: {
    principal: eur(one.principal ?? '1000.00'),
    terms: one.terms,
    facts: { law: { ...PRICED, ...one.law }, countedFrom: '2026-03-01' },
  },
  expect: passes({ lawful: isLawful }),
})

const once = (firstDueDate: string, priceBps: number) => ({
  ...{ instalments: 1, interval: null, priceBps, firstDueDate },
})
const TWICE = { instalments: 2, interval: 'P1M', priceBps: 100, firstDueDate: '2026-03-11' }

const SHAPES = [
  rowsOf('three months at most, of 30.00 at least', '100.00', {}, [
    row('1', [1, null], ['2026-03-02', '2026-04-26']),
    row('2-P1M', [2, 'P1M'], ['2026-03-02', '2026-04-26']),
    row('3-P1M', [3, 'P1M'], ['2026-03-02', '2026-04-25']),
  ]),
  rowsOf('three of 29.99 are no row', '89.99', {}, [
    row('1', [1, null], ['2026-03-02', '2026-04-26']),
    row('2-P1M', [2, 'P1M'], ['2026-03-02', '2026-04-26']),
  ]),
  rowsOf('one payment may be less than the least instalment', '12.00', {}, [
    row('1', [1, null], ['2026-03-02', '2026-04-26']),
  ]),
  rowsOf(
    'every first day of January whose second is in February',
    '60.00',
    {
      ...{ firstDueFrom: '2026-01-20', firstDueTo: '2026-02-10', lastDueTo: '2026-02-28' },
      maxInstalments: 2,
    },
    [
      row('1', [1, null], ['2026-01-20', '2026-02-10']),
      row('2-P1M', [2, 'P1M'], ['2026-01-20', '2026-01-31']),
    ],
  ),
  rowsOf(
    'intervals in their order, and none whose end would be too late',
    '90.00',
    {
      ...{ intervals: ['P2W', 'P1W'], firstDueTo: '2026-03-09', lastDueTo: '2026-03-29' },
    },
    [
      row('1', [1, null], ['2026-03-02', '2026-03-09']),
      row('2-P2W', [2, 'P2W'], ['2026-03-02', '2026-03-09']),
      row('2-P1W', [2, 'P1W'], ['2026-03-02', '2026-03-09']),
      row('3-P1W', [3, 'P1W'], ['2026-03-02', '2026-03-09']),
    ],
  ),
]

const TAILORED = {
  ...{ firstDueTo: '2026-06-20', maxInstalments: 2, minInstalment: eur('20.00') },
  ...{ downPaymentsBps: [2000], payDay: 25 },
}

const DOWN_AND_PAY_DAY = [
  rowsOf(
    'a down payment of 20.00, and the pay day until fourteen days before',
    '100.00',
    TAILORED,
    [
      row('1', [1, null], ['2026-03-02', '2026-06-20']),
      row('2-P1M', [2, 'P1M'], ['2026-03-02', '2026-05-25']),
      row('2-P1M-p25', [2, 'P1M', { payDay: 25 }], ['2026-03-02', '2026-06-11']),
      row('2-P1M-d2000', [2, 'P1M', { downPaymentBps: 2000 }], ['2026-03-02', '2026-05-25']),
      row(
        '2-P1M-d2000-p25',
        [2, 'P1M', { downPaymentBps: 2000, payDay: 25 }],
        ['2026-03-02', '2026-06-11'],
      ),
    ],
  ),
  rowsOf('a down payment of 19.99 is no row', '99.97', { ...TAILORED, payDay: undefined }, [
    row('1', [1, null], ['2026-03-02', '2026-06-20']),
    row('2-P1M', [2, 'P1M'], ['2026-03-02', '2026-05-25']),
  ]),
]

const PRICES = {
  ...{ firstDueTo: '2026-04-30', maxInstalments: 1, law: PRICED },
  prices: [
    { priceBps: 0 },
    { priceBps: -200, lastDueTo: '2026-03-10' },
    { priceBps: 100, lastDueFrom: '2026-04-10' },
  ],
}

const PRICED_ROWS = [
  rowsOf('a rebate for who pays early, a fee for who pays late', '1000.00', PRICES, [
    row('1', [1, null], ['2026-03-02', '2026-04-30']),
    row('1-r200', [1, null], ['2026-03-02', '2026-03-10'], -200),
    row('1-f100', [1, null], ['2026-04-10', '2026-04-30'], 100),
  ]),
  rowsOf(
    'a fee from the day on which it is lawful: 12 % a year allow 1 % from 31 days on',
    '1000.00',
    { ...PRICES, prices: [{ priceBps: 100 }] },
    [row('1-f100', [1, null], ['2026-04-01', '2026-04-30'], 100)],
  ),
  rowsOf(
    'no row for a fee of a cent more than the law allows',
    '1000.00',
    {
      ...PRICES,
      law: { ...PRICED, maxFee: eur('9.99') },
      prices: [{ priceBps: 100 }, { priceBps: 0 }],
    },
    [row('1', [1, null], ['2026-03-02', '2026-04-30'])],
  ),
]

const UNSOUND = [
  unsound('tiers that do not fall to 0', { tiers: [8400, 100] }),
  unsound('tiers that rise', { tiers: [5000, 6000, 0] }),
  unsound('the same tier twice', { tiers: [5000, 5000, 0] }),
  unsound('a first day after the last', { firstDueFrom: '2026-04-27' }),
  unsound('a day that does not exist', { lastDueTo: '2026-06-31' }),
  unsound('a price until no day', { prices: [{ priceBps: 0, lastDueTo: '2026-02-30' }] }),
  unsound('a least instalment in another currency', {
    minInstalment: { value: '30.00', currency: 'USD' },
  }),
  // (1 + 59 × 3 intervals) × 2 prices = 356 rows.
  unsound('more than 240 rows', {
    ...{ maxInstalments: 60, intervals: ['P1W', 'P2W', 'P1M'], lastDueTo: '2036-01-01' },
    prices: [{ priceBps: 0 }, { priceBps: -100 }],
  }),
  // (1 + 59 × 3 intervals × 5, down payments and none) × 2 prices = 1,772 shapes.
  unsound('more than 1,000 shapes, though hardly any has a row', {
    ...{ maxInstalments: 60, intervals: ['P1W', 'P2W', 'P1M'], lastDueTo: '2026-03-02' },
    ...{ downPaymentsBps: [1000, 2000, 3000, 4000] },
    prices: [{ priceBps: 0 }, { priceBps: -100 }],
  }),
]

const LAW = [
  lawful('1 % for 31 days are less than 12 % a year', true, { terms: once('2026-04-01', 100) }),
  lawful('1 % for 30 days are more', false, { terms: once('2026-03-31', 100) }),
  lawful('0.3 % for 10 days are 10.95 % a year', true, {
    ...{ law: { maxAprBps: 1095 }, terms: once('2026-03-11', 30) },
  }),
  // 0.3 % of 1001.66 are 3.00 and of 1001.67 are 3.01.
  lawful('a fee that is rounded down', true, {
    ...{ principal: '1001.66', law: { maxAprBps: 1095 }, terms: once('2026-03-11', 30) },
  }),
  lawful('a fee that is a cent more', false, {
    ...{ principal: '1001.67', law: { maxAprBps: 1095 }, terms: once('2026-03-11', 30) },
  }),
  lawful('a cent above the largest fee', false, {
    ...{ law: { maxFee: eur('9.99') }, terms: once('2026-05-01', 100) },
  }),
  // 505.00 after 10 and after 41 days: 25.5 days in the mean, 1 % × 365 ÷ 25.5 = 14.313…% a year.
  lawful('two instalments by their mean day', true, { law: { maxAprBps: 1432 }, terms: TWICE }),
  lawful('two instalments above their mean day', false, { law: { maxAprBps: 1431 }, terms: TWICE }),
  // 505.00 after 10 days and on the 25th, after 24: 17 in the mean, 1 % × 365 ÷ 17 = 21.470…% a year.
  lawful('half down and half on the pay day', true, {
    ...{ law: { maxAprBps: 2148 }, terms: { ...TWICE, downPaymentBps: 5000, payDay: 25 } },
  }),
  lawful('half down and half on the pay day, above their mean day', false, {
    ...{ law: { maxAprBps: 2147 }, terms: { ...TWICE, downPaymentBps: 5000, payDay: 25 } },
  }),
  lawful('a day before the law counts is one day', true, {
    ...{ law: { maxAprBps: 365 }, terms: once('2026-02-20', 1) },
  }),
  lawful('one day and no more', false, {
    ...{ law: { maxAprBps: 364 }, terms: once('2026-02-20', 1) },
  }),
  lawful('a fee where plans are free', false, {
    ...{ law: { freeOfChargeOnly: true }, terms: once('2026-05-01', 1) },
  }),
  lawful('a rebate where plans are free', true, {
    ...{ law: { freeOfChargeOnly: true }, terms: once('2026-05-01', -100) },
  }),
  lawful('a fee without a stated largest one', false, {
    ...{ law: { maxFee: undefined }, terms: once('2026-05-01', 1) },
  }),
  lawful('a fee without a stated yearly rate', false, {
    ...{ law: { maxAprBps: undefined }, terms: once('2026-05-01', 1) },
  }),
  lawful('a largest fee in another currency', false, {
    ...{ law: { maxFee: { value: '10.00', currency: 'USD' } }, terms: once('2026-05-01', 1) },
  }),
]

export function envelopeVectors(): VectorFile {
  return {
    description:
      'operation envelope-rows: the rows of `envelope` for `principal`, in their order. lawful: may a plan of `terms` over `principal` cost what it costs, by `facts`?',
    vectors: numbered('env', [...SHAPES, ...DOWN_AND_PAY_DAY, ...PRICED_ROWS, ...UNSOUND, ...LAW]),
  }
}
