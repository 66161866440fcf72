// What the run and its processes say to each other. Everything else goes through Parley itself.
import type { CustomerLimits } from '@parley/sdk'
import type { Amount, Day, PublicJwk } from '@parley/sdk/protocol'
import type { BotRules, Household } from './household.ts'

/** A command with what it takes and gives; all plain JSON. */
export type Commands = Readonly<
  Record<string, { readonly takes: unknown; readonly gives: unknown }>
>

/** A customer whose bot lives in an agent process. */
export interface BotOrder {
  readonly customerId: string
  readonly household: Household
  /** The evening of this day has the household's balance. */
  readonly asOf: Day
  readonly rules: BotRules
  /** Issuer of the bank that may pay. */
  readonly payBy: string | null
}

/** A plan that a bot agreed to. */
export interface AgreedPlan {
  readonly customerId: string
  readonly reference: string
  readonly iban: string
  readonly creditorName: string
  readonly payBy: string | null
  readonly lines: ReadonlyArray<{ readonly dueDate: Day; readonly amount: Amount }>
}

/** What an agent process does. */
export type AgentCommands = {
  /** Moves customers' bots in; each makes its own key. */
  readonly 'move-in': {
    readonly takes: { readonly bots: readonly BotOrder[] }
    readonly gives: ReadonlyArray<{ readonly customerId: string; readonly agentJwk: PublicJwk }>
  }
  /** Enrols a bot with a creditor by the code on the person's bill; null when all is well. */
  readonly enrol: {
    readonly takes: {
      readonly customerId: string
      readonly server: string
      readonly code: string
    }
    readonly gives: { readonly refusal: string | null }
  }
  /** Opens the apps of some customers: their bots pull and answer, and are at rest afterwards. */
  readonly pull: {
    readonly takes: { readonly customerIds: readonly string[] }
    readonly gives: BotsAtRest
  }
  /** Waits until no bot is at work. */
  readonly rest: {
    readonly takes: Record<string, never>
    readonly gives: BotsAtRest
  }
}

/** What the bots of one process did. */
export interface BotsAtRest {
  /** How many messages they ever sent. */
  readonly sent: number
  /** To what they agreed since the last time. */
  readonly agreed: readonly AgreedPlan[]
}

/** A customer's account at the demo's bank. */
export interface AccountOrder {
  readonly customerId: string
  readonly name: string
  readonly iban: string
  readonly household: Household
  readonly asOf: Day
  /** Consent to automatic payment: the bot's key and the limits in decimal texts. */
  readonly autoPay: { readonly agentJwk: PublicJwk; readonly limits: LimitTexts } | null
}

/** `CurrencyLimits` of the customer's currency as decimal texts. */
export type LimitTexts = Readonly<Record<keyof CustomerLimits['byCurrency'][string], string>>

/** A transfer that a person types in. */
export interface TransferOrder {
  readonly customerId: string
  readonly creditor: { readonly name: string; readonly iban: string }
  readonly amount: Amount
  readonly reference: string
}

/** What the bank process does. */
export type BankCommands = {
  readonly 'open-accounts': {
    readonly takes: { readonly accounts: readonly AccountOrder[] }
    readonly gives: Record<string, never>
  }
  readonly transfer: {
    readonly takes: TransferOrder
    /** A code of ISO 20022 such as AM04, or null when the money is on its way. */
    readonly gives: { readonly refusal: string | null }
  }
  /** Pays everything that customers' bots agreed to and that is due. */
  readonly 'pay-due': {
    readonly takes: Record<string, never>
    readonly gives: { readonly settled: number; readonly waiting: readonly string[] }
  }
  /** Writes the camt.054 file of what came in on an account since the last one. */
  readonly 'write-statement': {
    readonly takes: { readonly iban: string }
    readonly gives: { readonly file: string | null; readonly bookings: number }
  }
}

/** An e-mail that a person received. */
export interface ReceivedMail {
  readonly to: string
  readonly subject: string
  /** The person's page about the bill. */
  readonly portalUrl: string | null
  readonly file: string
}

/** What the mail process does. */
export type MailCommands = {
  /** Mails from a place in the order of arrival. */
  readonly mails: {
    readonly takes: { readonly from: number }
    readonly gives: { readonly mails: readonly ReceivedMail[] }
  }
}
