// Who the customers are: what each has, and how each behaves. Data only; people.ts acts it out.
import type { BotRules, Household } from './household.ts'
import type { Language } from './invoices.ts'

/** The customer's own finance agent. */
export interface CustomerBot {
  /** `push` has an address; `pull` lives in a phone and looks when the app is opened. */
  readonly reach: 'push' | 'pull'
  readonly rules: BotRules
  /** Who pays what the bot agreed to: the bank by itself, or the person by hand. */
  readonly pays: 'bank' | 'by-hand'
  /** The phone is switched off: nothing is ever pulled. */
  readonly isSilent?: boolean
}

/** What a person does some days after an e-mail about a bill. */
export type MailHabit =
  | { readonly does: 'pay'; readonly afterDays: number }
  /** Half at first, the rest after the next e-mail. */
  | { readonly does: 'pay-half'; readonly afterDays: number }
  /** Chooses so many instalments on the page, and pays each on its day. */
  | { readonly does: 'instalments'; readonly rowId: string; readonly afterDays: number }
  | { readonly does: 'nothing' }

/** One customer. */
export interface Customer {
  readonly id: string
  readonly name: string
  readonly language: Language
  readonly email: string
  readonly iban: string
  readonly household: Household
  readonly bot: CustomerBot | null
  readonly onMail: MailHabit
  /** Pays by hand what was paid already, once more. */
  readonly paysTwice?: boolean
}

/** A Belgian IBAN with right check digits; `number` counts from 0. */
export function ibanOf(number: number): string {
  const account = `539${String(number).padStart(7, '0')}`
  const remainder = Number(BigInt(account) % 97n) || 97
  const bban = account + String(remainder).padStart(2, '0')
  // B is 11, E is 14: ISO 13616 moves the country to the end and counts letters from 10.
  const check = 98n - (BigInt(`${bban}111400`) % 97n)
  return `BE${String(check).padStart(2, '0')}${bban}`
}
