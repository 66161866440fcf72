// The story of the demo: twelve customers, how each behaves, and what must come of it. The run lives
// it and then compares; a difference is a failure.
import { type Customer, ibanOf } from './customers.ts'
import type { BotRules, Household } from './household.ts'
import type { Answer, ClaimStanding, Payer } from './outcomes.ts'

/** What must have come of every claim of a customer. */
export interface Expectation {
  readonly standing: ClaimStanding
  readonly answer: Answer
  readonly payer: Payer
  /** Instalments of the agreement; 0 for none. */
  readonly instalments: number
  /** Day of the month of the first payment, where the story is about that day. */
  readonly firstDayOfMonth?: number
  readonly emails: number
}

/** A customer of the story. */
export interface Character extends Customer {
  readonly expects: Expectation
}

/** How long the story lasts. */
export const STORY_DAYS = 60

const NO_WEIGHTS = { comfort: 0, small: 0, soon: 0, cost: 0, payday: 0 }
const AT_ONCE: BotRules = { buffer: '100.00', weights: { ...NO_WEIGHTS, soon: 1 } }
const ON_PAYDAY: BotRules = { buffer: '50.00', weights: { ...NO_WEIGHTS, payday: 0.8, soon: 0.2 } }

const wellOff = (currency: string): Household => ({
  currency,
  balance: '3200.00',
  incomes: [{ dayOfMonth: 28, amount: '2900.00' }],
  charges: [{ dayOfMonth: 1, amount: '1300.00' }],
  dailySpend: '25.00',
})

/** Almost nothing is left until the salary of the 25th. */
const untilPayday: Household = {
  currency: 'EUR',
  balance: '160.00',
  incomes: [{ dayOfMonth: 25, amount: '2300.00' }],
  charges: [{ dayOfMonth: 27, amount: '1500.00' }],
  dailySpend: '3.00',
}

/** Everything that the bot settled by itself, without a word to the person. */
const BY_BOT = { standing: 'settled', answer: 'bot', instalments: 1, emails: 0 } as const
/** Settled after one e-mail; a thank-you followed. */
const BY_MAIL = { standing: 'settled', payer: 'person', instalments: 0, emails: 2 } as const

/** The customers of `invoices.csv`. */
export const CHARACTERS: readonly Character[] = [
  {
    id: 'C-01',
    name: 'Anouk de Vries',
    language: 'nl',
    email: 'anouk@mail.example',
    iban: ibanOf(1),
    household: wellOff('EUR'),
    bot: { reach: 'push', rules: AT_ONCE, pays: 'bank' },
    onMail: { does: 'nothing' },
    expects: { ...BY_BOT, payer: 'bank' },
  },
  {
    id: 'C-02',
    name: 'Luc Martin',
    language: 'fr',
    email: 'luc@mail.example',
    iban: ibanOf(2),
    household: untilPayday,
    bot: { reach: 'push', rules: ON_PAYDAY, pays: 'bank' },
    onMail: { does: 'nothing' },
    expects: { ...BY_BOT, payer: 'bank', firstDayOfMonth: 25 },
  },
  {
    id: 'C-03',
    name: 'Sofie Peeters',
    language: 'nl',
    email: 'sofie@mail.example',
    iban: ibanOf(3),
    household: wellOff('EUR'),
    // No single payment above 70: her bills need three.
    bot: { reach: 'push', rules: { ...AT_ONCE, perPayment: '70.00' }, pays: 'bank' },
    onMail: { does: 'nothing' },
    expects: { ...BY_BOT, payer: 'bank', instalments: 3 },
  },
  {
    id: 'C-04',
    name: 'Jan Becker',
    language: 'de',
    email: 'jan@mail.example',
    iban: ibanOf(4),
    household: wellOff('EUR'),
    bot: { reach: 'pull', rules: AT_ONCE, pays: 'bank' },
    onMail: { does: 'nothing' },
    expects: { ...BY_BOT, payer: 'bank' },
  },
  {
    id: 'C-05',
    name: 'Emily Carter',
    language: 'en',
    email: 'emily@mail.example',
    iban: ibanOf(5),
    household: wellOff('GBP'),
    bot: { reach: 'push', rules: AT_ONCE, pays: 'by-hand' },
    onMail: { does: 'nothing' },
    expects: { ...BY_BOT, payer: 'person' },
  },
  {
    id: 'C-06',
    name: 'Claire Dubois',
    language: 'fr',
    email: 'claire@mail.example',
    iban: ibanOf(6),
    household: untilPayday,
    bot: { reach: 'pull', rules: ON_PAYDAY, pays: 'by-hand' },
    onMail: { does: 'nothing' },
    expects: { ...BY_BOT, payer: 'person', firstDayOfMonth: 25 },
  },
  {
    id: 'C-07',
    name: 'Hans Krüger',
    language: 'de',
    email: 'hans@mail.example',
    iban: ibanOf(7),
    household: wellOff('EUR'),
    bot: { reach: 'push', rules: { ...AT_ONCE, refuse: true }, pays: 'bank' },
    onMail: { does: 'pay', afterDays: 2 },
    expects: { ...BY_MAIL, answer: 'bot said no' },
  },
  {
    id: 'C-08',
    name: 'Tom Janssens',
    language: 'nl',
    email: 'tom@mail.example',
    iban: ibanOf(8),
    household: wellOff('EUR'),
    // The phone with his bot is switched off.
    bot: { reach: 'pull', rules: AT_ONCE, pays: 'bank', isSilent: true },
    onMail: { does: 'pay', afterDays: 1 },
    expects: { ...BY_MAIL, answer: 'bot silent' },
  },
  {
    id: 'C-09',
    name: 'Marie Lambert',
    language: 'fr',
    email: 'marie@mail.example',
    iban: ibanOf(9),
    household: wellOff('EUR'),
    bot: null,
    onMail: { does: 'pay', afterDays: 1 },
    expects: { ...BY_MAIL, answer: 'nobody' },
  },
  {
    id: 'C-10',
    name: 'James Wilson',
    language: 'en',
    email: 'james@mail.example',
    iban: ibanOf(10),
    household: wellOff('GBP'),
    bot: null,
    onMail: { does: 'instalments', rowId: '3-P2W', afterDays: 1 },
    // Request, confirmation, a word before the second and the third payment, and the thanks.
    expects: { ...BY_MAIL, answer: 'person, on the page', instalments: 3, emails: 5 },
  },
  {
    id: 'C-11',
    name: 'Ingrid Vogel',
    language: 'de',
    email: 'ingrid@mail.example',
    iban: ibanOf(11),
    household: wellOff('EUR'),
    bot: null,
    // Half after the first e-mail, the rest after the reminder.
    onMail: { does: 'pay-half', afterDays: 2 },
    expects: { ...BY_MAIL, answer: 'nobody', emails: 3 },
  },
  {
    id: 'C-12',
    name: 'Pieter Smit',
    language: 'nl',
    email: 'pieter@mail.example',
    iban: ibanOf(12),
    household: wellOff('EUR'),
    bot: { reach: 'pull', rules: AT_ONCE, pays: 'by-hand' },
    onMail: { does: 'nothing' },
    paysTwice: true,
    // The bot is not there when the money is offered back, so a mail offers it.
    expects: { ...BY_BOT, standing: 'settled, overpaid', payer: 'person', emails: 1 },
  },
]
