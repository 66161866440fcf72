// What a message about a claim is made of: facts only. Texts come from the catalog.

import type { Day, Money } from '@parley/sdk/protocol'
import type { PlanForPeople, PlanPayment } from '../wording/describe-plan.ts'
import type { Language } from '../wording/language.ts'

/** Everything that a message about one claim needs to know. */
export type ClaimMessageInput = ClaimMessageFacts &
  (FirstNotice | ReminderMessage | ThankYouMessage | PlanConfirmedMessage)

/** What every message about a claim knows. */
export interface ClaimMessageFacts {
  readonly language: Language
  readonly creditor: MessageCreditor
  readonly debtorName?: string
  readonly claim: MessageClaim
  /** The personal page of this claim; http(s). */
  readonly portalUrl: string
  /** The day on which the person reads this, in the person's zone. */
  readonly today: Day
}

/** The company that is owed the money; its mail must be answered by somebody. */
export interface MessageCreditor {
  readonly name: string
  /** The name on the account, as the bank's payee check knows it. */
  readonly accountHolder: string
  readonly iban: string
  readonly phone?: string
  /** The postal address, one entry a line. */
  readonly address?: readonly string[]
}

/** The claim as it stands at the moment of writing. */
export interface MessageClaim {
  /** The reference that the person copies into the transfer. */
  readonly reference: string
  readonly invoiceNumber?: string
  /** What it is for, in the creditor's words. */
  readonly subject?: string
  readonly dueDate: Day
  readonly outstanding: Money
  /** What `outstanding` consists of; payments and credits are negative. */
  readonly items: readonly ClaimItem[]
}

/** One part of the amount outstanding. */
export interface ClaimItem {
  readonly kind: 'principal' | 'fee' | 'interest' | 'credit' | 'payment'
  readonly amount: Money
}

/** The friendly first notice. */
export interface FirstNotice {
  readonly template: 'payment-request-t1'
  /** Whether the personal page offers other dates or instalments. */
  readonly canChoose: boolean
  /** How asking the person's agent ended, when there is one. */
  readonly afterAgent?: 'silent' | 'refused' | 'impasse'
}

/** The two reminders; both name a new day. */
export interface ReminderMessage {
  readonly template: 'payment-reminder-t2' | 'payment-reminder-t3'
  readonly canChoose: boolean
  readonly payBy: Day
}

/** The thank-you for a payment that was seen on the account. */
export interface ThankYouMessage {
  readonly template: 'thank-you'
  readonly received: Money
  readonly receivedOn: Day
  /** The next payment of a running plan. */
  readonly next?: PlanPayment
}

/** The confirmation of an agreed date or plan. */
export interface PlanConfirmedMessage {
  readonly template: 'plan-confirmed'
  readonly plan: PlanForPeople
}
