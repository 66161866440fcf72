// Contents that an agent must refuse.
import { CREDITOR, dayAfter, menuOf, singleRow } from '../../play/bill.ts'
import type { Case } from '../../run/case.ts'
import { amountOf } from '../../wire/money.ts'
import { refusedBills } from './bills.ts'
import type { AgentWorld } from './world.ts'

const envelope = (now: number, members: object) => {
  const days = { countedFrom: dayAfter(now, 0), firstDueFrom: dayAfter(now, 0) }
  const ends = { firstDueTo: dayAfter(now, 14), lastDueTo: dayAfter(now, 14) }
  const good = {
    ...{ ...days, ...ends, maxInstalments: 1, minInstalment: amountOf(1_000n, 'EUR') },
    ...{ intervals: [], prices: [{ priceBps: 0 }], law: { freeOfChargeOnly: true }, tiers: [0] },
  }
  return { menu: { ...menuOf([singleRow(now)]), envelope: { ...good, ...members } } }
}

const envelopes = refusedBills(
  {
    id: 'AGT-630',
    level: 'MUST',
    clause: 'NEG-16',
    title: 'an envelope that cannot be',
    sends: 'Bills whose envelope has one defect each.',
    expects: 'Each is refused with `content-invalid`, and the good one beside them is agreed to.',
  },
  [
    {
      defect: 'a day that does not exist',
      codes: ['content-invalid'],
      members: (now) => envelope(now, { lastDueTo: '2027-02-30' }),
    },
    {
      defect: 'a first day after the last first day',
      codes: ['content-invalid'],
      members: (now) => envelope(now, { firstDueFrom: dayAfter(now, 20) }),
    },
    {
      defect: 'another currency',
      codes: ['content-invalid'],
      members: (now) => envelope(now, { minInstalment: amountOf(1_000n, 'USD') }),
    },
    {
      defect: 'a price that stands twice',
      codes: ['content-invalid'],
      members: (now) => envelope(now, { prices: [{ priceBps: 0 }, { priceBps: 0 }] }),
    },
    {
      defect: 'tiers that do not fall to 0',
      codes: ['content-invalid'],
      members: (now) => envelope(now, { tiers: [5_000] }),
    },
    {
      defect: 'a tier that is none of them',
      codes: ['content-invalid'],
      members: (now) => ({ menu: { ...envelope(now, {}).menu, tier: 3 } }),
    },
    {
      defect: 'final that is not that of the last',
      codes: ['content-invalid'],
      members: (now) => envelope(now, { tiers: [5_000, 0] }),
    },
    {
      defect: 'more than 1,000 shapes',
      codes: ['content-invalid'],
      members: (now) =>
        envelope(now, {
          maxInstalments: 60,
          intervals: ['P1W', 'P2W', 'P1M'],
          downPaymentsBps: [1_000, 2_000, 3_000, 4_000],
          prices: [{ priceBps: 0 }, { priceBps: -100 }],
        }),
    },
  ],
)

const contents = refusedBills(
  {
    id: 'AGT-625',
    level: 'MUST',
    clause: 'MSG-01',
    also: ['MSG-02'],
    title: 'a payload that breaks its schema',
    sends:
      'Requests, each with one member that is missing or of another form, or with one more inside of the amount.',
    expects: 'Each is refused with `schema`, and the good one beside them is agreed to.',
  },
  [
    ['no amount', { amount: undefined }],
    ['an amount as a number', { amount: { value: 120, currency: 'EUR' } }],
    ['an amount with a member more', { amount: { value: '120.00', currency: 'EUR', later: true } }],
    ['an amount with a sign', { amount: { value: '-100.00', currency: 'EUR' } }],
    ['an amount with an exponent', { amount: { value: '1e2', currency: 'EUR' } }],
    ['an amount with separators', { amount: { value: '1,000.00', currency: 'EUR' } }],
    ['an amount with a zero in front', { amount: { value: '0100.00', currency: 'EUR' } }],
    ['digits of another script', { amount: { value: '١٠٠.00', currency: 'EUR' } }],
    ['a currency in small letters', { amount: { value: '100.00', currency: 'eur' } }],
    ['a day with a time', { dueDate: '2027-03-10T00:00:00Z' }],
    [
      'an account with blanks',
      { creditor: { ...CREDITOR, account: { iban: 'NL91 ABNA 0417 1643 00' } } },
    ],
    ['a name of 71 characters', { creditor: { ...CREDITOR, name: 'n'.repeat(71) } }],
    ['a request id of 40 characters', { requestId: `pr_${'a'.repeat(40)}` }],
  ].map(([defect, members]) => ({
    defect: String(defect),
    codes: ['schema'],
    members: () => members as object,
  })),
)

const values = refusedBills(
  {
    id: 'AGT-638',
    level: 'MUST',
    clause: 'MON-01',
    title: 'amounts, days and texts that are none',
    sends: 'Requests that fit the schema, each with one value that does not exist.',
    expects: 'Each is refused, and the good one beside them is agreed to.',
  },
  [
    [
      'a fraction that the currency does not have',
      'amount-format',
      { amount: { value: '100.001', currency: 'EUR' } },
    ],
    [
      'no fraction where the currency has one',
      'amount-format',
      { amount: { value: '100', currency: 'EUR' } },
    ],
    ['30 February', 'date-format', { dueDate: '2027-02-30' }],
    ['a zone that is none', 'date-format', { timeZone: 'Mars/Olympus' }],
    [
      'a name that turns the direction of the text',
      'text-bidi',
      { creditor: { ...CREDITOR, name: 'Stads\u202Eenergie' } },
    ],
    [
      'a name with an invisible letter',
      'text-invisible',
      { creditor: { ...CREDITOR, name: 'Stads\u200Benergie' } },
    ],
    [
      'a name with a control character',
      'text-control',
      { creditor: { ...CREDITOR, name: 'Stads\u0007energie' } },
    ],
  ].map(([defect, code, members]) => ({
    defect: String(defect),
    codes: [String(code), 'content-invalid'],
    members: () => members as object,
  })),
)

export const contentCases: readonly Case<AgentWorld>[] = [envelopes, contents, values]
