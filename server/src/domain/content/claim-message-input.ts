// What a message about a claim is made of: facts only. Texts come from the catalog.

import type { Day, Money } from '@parley/sdk/protocol'
import type { ReferenceScheme } from '../references/reference-schemes.ts'
import type { PlanForPeople, PlanPayment } from '../wording/describe-plan.ts'
import type { Language } from '../wording/language.ts'
import type { CallTemplate, DunningTemplate } from './message-templates.ts'

/** Everything that a message about one claim needs to know. */
export type ClaimMessageInput = ClaimMessageFacts &
  (DunningMessage | ThankYouMessage | PlanConfirmedMessage)

/** A message of a journey with all its facts. */
export type DunningInput = ClaimMessageFacts & DunningMessage

/** A script for a telephone call with all its facts. */
export type CallInput = ClaimMessageFacts & CallMessage

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
  /** The country of the address, ISO 3166-1 alpha-2. */
  readonly addressCountry?: string
  /** The number of the company in its public register; some notices must name it. */
  readonly enterpriseNumber?: string
}

/** The claim as it stands at the moment of writing. */
export interface MessageClaim {
  /** The reference that the person copies into the transfer. */
  readonly reference: string
  readonly referenceScheme: ReferenceScheme
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
  /** The rule of the compliance profile that allows it, such as `damages`; gives it its name. */
  readonly rule?: string
  /** How it was computed, finished in the person's language: "8.15% on €1,000.00 for 30 days". */
  readonly detail?: string
}

/** A message of a journey. */
export interface DunningMessage extends DunningFacts {
  readonly template: DunningTemplate
}

/** A call of a journey, made by a person. */
export interface CallMessage extends DunningFacts {
  readonly template: CallTemplate
}

/**
 * What messages of a journey may know. A template takes what it speaks of and leaves the rest;
 * `missingFacts` tells what it lacks.
 */
export interface DunningFacts {
  /** Whether the personal page offers other dates or instalments. */
  readonly canChoose: boolean
  /** The day by which we ask for a payment or an answer. */
  readonly payBy: Day
  /** How asking the person's agent ended, when there is one. */
  readonly afterAgent?: 'silent' | 'refused' | 'impasse'
  /** What a notice with effect in law states. */
  readonly notice?: NoticeFacts
  /** The part that the person disputes: it rests and is not asked for. */
  readonly disputed?: Money
  /** The day on which the person promised to pay. */
  readonly promisedDay?: Day
  /** The payment of a running plan that this is about; it alone is asked for. */
  readonly planLine?: PlanPayment
  /** The person's other open claims with the same creditor. */
  readonly otherClaims?: readonly OtherClaim[]
  /** The payment that this is about. */
  readonly received?: Money
  readonly receivedOn?: Day
  /** How a dispute ended; `reason` is what the creditor's person wrote. */
  readonly decision?: { readonly outcome: 'upheld' | 'rejected'; readonly reason?: string }
  /** The day that the person wished to pay on, if one was named, and what the page has to choose from. */
  readonly wish?: { readonly day?: Day; readonly state: 'offered' | 'other' | 'none' }
  /** What the creditor owes the person, and what happens with it without an answer. */
  readonly refund?: Money
  readonly refundDefault?: 'origin' | 'bill'
  /** The part of what is owed that a credit of the person covers: it is not asked for. */
  readonly covered?: Money
  /** When a collection that failed is tried again. */
  readonly collectAgainOn?: Day
  /** What is taken off the next bill for paying by direct debit. */
  readonly discount?: Money
  /** The first day on which a service may be limited; the day after the last day to pay by default. */
  readonly limitedFrom?: Day
  /** Advisers or mediators, one line each: name, telephone, address. */
  readonly contacts?: readonly string[]
  /** Who signs a personal letter. */
  readonly signedBy?: string
}

/** What a notice with effect in law states. */
export interface NoticeFacts {
  /** The last day on which a payment is in time. */
  readonly termLastDay: Day
  /** The exact charges that are added when the term has passed. */
  readonly announcedCharges?: Money
  /** The rule of the compliance profile that will add them, such as `collection-costs`. */
  readonly announcedRule?: string
  /** The day after whose end the charges are added; `termLastDay` by default. */
  readonly chargesAfter?: Day
  /** The codes of what must be said, from the compliance profile. */
  readonly mentions: readonly string[]
  /** Percent a year as decimal text, such as `10.15`. */
  readonly lateInterestRate?: string
  /** The flat sum of the law for late payment between businesses. */
  readonly flatSum?: Money
}

/** Another open claim of the same person with the same creditor. */
export interface OtherClaim {
  readonly reference: string
  readonly referenceScheme: ReferenceScheme
  readonly invoiceNumber?: string
  readonly outstanding: Money
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

/** Tells whether a message or call belongs to a journey. */
export function isDunning(input: ClaimMessageInput | CallInput): input is DunningInput | CallInput {
  return input.template !== 'thank-you' && input.template !== 'plan-confirmed'
}
