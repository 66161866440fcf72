// The bills of the creditor that the suite plays: no two alike, so that none is taken for another's twin.
import { sha256 } from '../wire/jws.ts'
import { amountOf } from '../wire/money.ts'
import type { MenuRow } from '../wire/plan.ts'
import { creditorReference, ibanOf } from '../wire/references.ts'
import type { Seeded } from '../wire/seeded.ts'

/** Whom the debtor knows and pays. */
export const CREDITOR = {
  id: 'cr_1',
  name: 'Stadsenergie',
  account: { iban: ibanOf('NL', 'ABNA0417164300') },
} as const

/** Another account of a Dutch bank, which no one has told the debtor of. */
export const OTHER_IBAN = ibanOf('NL', 'INGB0001234567')

const DAY_SECONDS = 86_400
const FIRST_CENTS = 10_000n
const STEP_CENTS = 37n

/** The day so many days after an instant. */
export function dayAfter(epochSeconds: number, days: number): string {
  return new Date((epochSeconds + days * DAY_SECONDS) * 1000).toISOString().slice(0, 10)
}

/** One payment, without a price, on a day of the next two weeks. */
export function singleRow(now: number): MenuRow {
  return {
    ...{ rowId: '1', instalments: 1, interval: null, priceBps: 0 },
    ...{ firstDueFrom: dayAfter(now, 0), firstDueTo: dayAfter(now, 14) },
  }
}

/** The members of a menu with these rows. */
export function menuOf(rows: readonly MenuRow[], { tier = 0, final = true } = {}) {
  const policyHash = sha256('the policy of the suite')
  return { menuId: `m-${tier}`, tier, final, policyVersion: 1, policyHash, rows }
}

/** The members of a `request`, the so-manieth of a creditor. */
export function billOf(number: number, { seeded, now }: { seeded: Seeded; now: number }) {
  const letters = seeded.bytes(16).toString('hex').slice(0, 26)
  return {
    requestId: `pr_${letters}`,
    revision: 1,
    creditor: CREDITOR,
    amount: amountOf(FIRST_CENTS + BigInt(number) * STEP_CENTS, 'EUR'),
    dueDate: dayAfter(now, 14),
    timeZone: 'Europe/Brussels',
    remittance: {
      scheme: 'SCOR',
      reference: creditorReference(`${100_000 + number}${seeded.below(1_000_000)}`),
    },
    dunning: { level: 0, respondBy: now + DAY_SECONDS, nextStep: 'human-channel', type: 'invoice' },
    lateTerms: { graceDays: 5, replans: 0, answerDays: 7, onDefault: 'overdue-lines' },
    menu: menuOf([singleRow(now)]),
  }
}

export type Bill = ReturnType<typeof billOf>
