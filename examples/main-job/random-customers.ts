// Customers for invoices that tell no story: how each behaves is drawn from a seed, so that the same
// file with the same seed is the same run.
import type { Customer, CustomerBot, MailHabit } from './customers.ts'
import { ibanOf } from './customers.ts'
import type { BotRules, Household } from './household.ts'
import type { Invoice } from './invoices.ts'

type Random = () => number

/** A way to behave and how many of a hundred customers have it. */
interface Manner {
  readonly percent: number
  readonly bot: CustomerBot | null
  readonly onMail: (random: Random) => MailHabit
  readonly paysTwice?: boolean
}

const WEIGHTS = { comfort: 0, small: 0, soon: 0, cost: 0, payday: 0 }
const PROMPT: BotRules = { buffer: '100.00', weights: { ...WEIGHTS, soon: 1 } }
const PAYDAY: BotRules = { buffer: '150.00', weights: { ...WEIGHTS, payday: 0.8, soon: 0.2 } }
const CAREFUL: BotRules = { buffer: '200.00', weights: { ...WEIGHTS, small: 0.6, soon: 0.4 } }

const bot = (
  reach: CustomerBot['reach'],
  rules: BotRules,
  pays: CustomerBot['pays'] = 'bank',
): CustomerBot => ({ reach, rules, pays })
const paysAfterMail = (random: Random): MailHabit => ({ does: 'pay', afterDays: pick(random, 6) })

const MANNERS: readonly Manner[] = [
  { percent: 26, bot: bot('push', PROMPT), onMail: paysAfterMail },
  { percent: 16, bot: bot('push', PAYDAY), onMail: paysAfterMail },
  { percent: 8, bot: bot('push', CAREFUL), onMail: paysAfterMail },
  { percent: 14, bot: bot('pull', PAYDAY), onMail: paysAfterMail },
  { percent: 8, bot: bot('pull', PROMPT, 'by-hand'), onMail: paysAfterMail },
  { percent: 2, bot: bot('push', PROMPT, 'by-hand'), onMail: paysAfterMail, paysTwice: true },
  { percent: 5, bot: bot('push', { ...PROMPT, refuse: true }), onMail: paysAfterMail },
  {
    percent: 5,
    bot: { ...bot('pull', PROMPT, 'by-hand'), isSilent: true },
    onMail: paysAfterMail,
  },
  { percent: 10, bot: null, onMail: paysAfterMail },
  { percent: 2, bot: null, onMail: () => ({ does: 'instalments', rowId: '2-P2W', afterDays: 1 }) },
  { percent: 2, bot: null, onMail: () => ({ does: 'pay-half', afterDays: 2 }) },
  { percent: 2, bot: null, onMail: () => ({ does: 'nothing' }) },
]

/**
 * Draws the customers of a list of invoices. The shares of the manners are kept as exactly as the
 * number of customers allows; chance says who has which.
 */
export function randomCustomers(invoices: readonly Invoice[], seed: number): Customer[] {
  const first = new Map<string, Invoice>()
  for (const invoice of invoices) {
    if (!first.has(invoice.customerId)) first.set(invoice.customerId, invoice)
  }
  const shuffled = [...first.values()]
    .map((invoice) => ({ invoice, random: mulberry32(seed ^ hashOf(invoice.customerId)) }))
    .map((one) => ({ ...one, lot: one.random() }))
    .toSorted((left, right) => left.lot - right.lot)
  return shuffled.map(({ invoice, random }, index) => {
    const manner = mannerAt((100 * (index + 0.5)) / shuffled.length)
    return {
      id: invoice.customerId,
      name: invoice.customerName,
      language: invoice.language ?? 'en',
      email: invoice.email ?? `customer-${index + 1}@mail.example`,
      iban: ibanOf(index),
      household: drawHousehold(random, invoice.amount.currency),
      bot: manner.bot,
      onMail: manner.onMail(random),
      ...(manner.paysTwice === true ? { paysTwice: true } : {}),
    }
  })
}

function mannerAt(percentile: number): Manner {
  let rest = percentile
  for (const manner of MANNERS) {
    rest -= manner.percent
    if (rest < 0) return manner
  }
  throw new RangeError('the shares do not sum to 100')
}

/** Earns more than it spends, on a day of its own. */
function drawHousehold(random: Random, currency: string): Household {
  const payday = 1 + pick(random, 28)
  const salary = 2000 + 100 * pick(random, 20)
  return {
    currency,
    balance: String(300 + 100 * pick(random, 10)),
    incomes: [{ dayOfMonth: payday, amount: String(salary) }],
    charges: [{ dayOfMonth: (payday % 28) + 1, amount: String(Math.round(salary * 0.5)) }],
    dailySpend: String(10 + pick(random, 10)),
  }
}

function pick(random: Random, below: number): number {
  return Math.floor(random() * below)
}

/** FNV-1a: spreads names over 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  return hash
}

/** Tommy Ettinger's mulberry32: small, fast, the same everywhere. */
export function mulberry32(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
