// What the portal pages show: facts only, in one language. The caller computes them; the renderers
// put them into words and markup.

import type { Day, LateTerms, Money, PlanInterval, PlanLine } from '@parley/sdk/protocol'
import type { ClaimItem } from '../../domain/content/claim-message-input.ts'
import type { SafeHtml } from '../../domain/content/safe-html.ts'
import type { PlanInWords } from '../../domain/negotiation/plan-choices.ts'
import type { LineState } from '../../domain/plan/plan-lines.ts'
import type { ReferenceScheme } from '../../domain/references/reference-schemes.ts'
import type { Language } from '../../domain/wording/language.ts'
import type { CreditView } from '../../use-cases/read-credit-view.ts'
import type { Told } from '../../use-cases/read-told.ts'
import type { Reach } from '../../use-cases/show-claim-page.ts'

/** What every page about a claim knows. */
export interface PortalPage {
  readonly language: Language
  /** The nonce of this reply's Content-Security-Policy. */
  readonly nonce: string
  readonly creditor: PortalCreditor
  readonly claim: PortalClaim
  /** The day on which the page is seen, in the person's zone. */
  readonly today: Day
  /** The page of this claim (GET), without a language; language links lead there. */
  readonly pageUrl: string
}

/** Whom the person deals with; e-mail and phone must be answered by somebody. */
export interface PortalCreditor {
  readonly name: string
  readonly email?: string
  readonly phone?: string
}

/** The claim as it stands now. */
export interface PortalClaim {
  readonly reference: string
  readonly referenceScheme: ReferenceScheme
  readonly invoiceNumber?: string
  /** What it is for, in the creditor's words. */
  readonly subject?: string
  readonly dueDate: Day
  readonly outstanding: Money
  /** The part of it that a credit of the person covers; null without one. */
  readonly covered: Money | null
  /** What it consists of. */
  readonly items: readonly ClaimItem[]
}

/** The page of one claim. */
export interface ClaimPageModel extends PortalPage {
  readonly status: ClaimPageStatus
  /** What the creditor owes the person for this claim, and what became of it. */
  readonly credit: CreditView
  readonly documents: readonly PortalDocument[]
  /** Money that was received, oldest first. */
  readonly receipts?: readonly PortalReceipt[]
  /** What else the person may do or say. */
  readonly acts: PortalActs
}

/** The other acts of the page: what was told already, and the forms for the rest. */
export interface PortalActs {
  /** Names the forms of this view: the same form twice has one effect. */
  readonly formId: string
  readonly told: Told
  readonly reach: Reach
  /** The act that was just done, for a word of thanks. */
  readonly done?: ActName
  /** The form that is shown open. */
  readonly opens?: ActName
  /** What was wrong with a form, and what was entered. */
  readonly problem?: ActProblem
}

/** The forms of the acts, by the last part of their address. */
export type ActName = 'paid' | 'dispute' | 'help' | 'preferences' | 'credit'

/** What is wrong with a form of an act, with what was entered, for showing it again. */
export interface ActProblem {
  readonly act: ActName
  readonly code:
    | 'paid.error-day'
    | 'paid.error-future'
    | 'dispute.error-reason'
    | 'dispute.error-part'
    | 'dispute.error-range'
    | 'preferences.error-pay-day'
    | 'credit.error-choice'
    | 'credit.error-iban'
    | 'credit.error-gone'
  readonly entered: Readonly<Record<string, string | undefined>>
}

/** What the person finds: something to settle, a plan to keep, somebody else to turn to, or nothing to do. */
export type ClaimPageStatus =
  | { readonly kind: 'open'; readonly transfer: Transfer; readonly offer: PlanOffer | null }
  | {
      readonly kind: 'agreed'
      readonly transfer: Transfer
      readonly plan: AgreedPlan
      /** Another plan for the rest, where a payment was missed. */
      readonly offer?: PlanOffer
    }
  | { readonly kind: 'settled' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'handed-over' }
  | { readonly kind: 'written-off' }

/** The account to pay to; `amount` is what the QR code asks for. */
export interface Transfer {
  readonly accountHolder: string
  readonly iban: string
  /** The account that takes its place, and from which day; null when none is announced. */
  readonly nextAccount: { readonly iban: string; readonly on: Day } | null
  readonly amount: Money
  /** The payment QR code, made by `renderQrSvg`; null where there is none for the currency. */
  readonly qr: SafeHtml | null
  /** The link that opens a payment app (RFC 8905). */
  readonly payto: string
}

/** Money that was received, with the page of its receipt. */
export interface PortalReceipt {
  readonly amount: Money
  readonly receivedOn: Day
  readonly isReturned: boolean
  readonly url: string
}

/** A document of the claim behind an http(s) address or a path of this server. */
export interface PortalDocument {
  readonly label: string
  readonly url: string
}

/** The rows of the menu, the same that a bot is offered, as a form. */
export interface PlanOffer {
  readonly choices: readonly PlanChoice[]
  /** Where the form is posted to; the confirmation page answers. */
  readonly chooseUrl: string
  /** Sent back with the form unchanged, such as the id of the menu. */
  readonly hiddenFields: Readonly<Record<string, string>>
  /** What was entered and what was wrong with it, when the form is shown again. */
  readonly entered?: EnteredChoice
  readonly problem?: ChoiceProblem
}

/** A row of the menu with its payments computed for the day that the form starts from. */
export interface PlanChoice extends PlanInWords {
  readonly rowId: string
  readonly firstDueFrom: Day
  readonly firstDueTo: Day
  /** What the form is filled in with; inside the window. */
  readonly startsOn: Day
}

/** The form as it was filled in: the chosen row and the day typed for each row. */
export interface EnteredChoice {
  readonly rowId: string | null
  readonly firstDays: Readonly<Record<string, string>>
}

/** What is wrong with a filled-in form; `offer-changed` when the menu is no longer on offer. */
export interface ChoiceProblem {
  readonly code: 'choose-row' | 'first-day-format' | 'first-day-range' | 'offer-changed'
}

/** The agreed payments and how far they have come. */
export interface AgreedPlan {
  readonly interval: PlanInterval | null
  readonly lines: readonly AgreedPlanLine[]
  readonly lateTerms?: LateTerms
  readonly replanUntil?: Day | null
  readonly payoff?: { readonly amount: Money; readonly saved: Money; readonly lastDay: Day } | null
}

/** A payment of the plan and how it stands. */
export interface AgreedPlanLine extends PlanLine {
  readonly isPaid: boolean
  readonly state?: LineState
  readonly graceUntil?: Day
}

/** The page that shows a choice once more before it becomes an agreement. */
export interface ConfirmPageModel extends PortalPage {
  readonly choice: PlanInWords & {
    readonly rowId: string
    readonly firstDueDate: Day
    readonly lateTerms?: LateTerms
  }
  /** Where the confirmation is posted to. */
  readonly confirmUrl: string
  /** Sent with the confirmation, such as the plan hash. */
  readonly hiddenFields: Readonly<Record<string, string>>
}

/** The page after something was settled. */
export type DonePageModel = PortalPage &
  (
    | { readonly kind: 'plan-confirmed'; readonly transfer: Transfer; readonly plan: AgreedPlan }
    | { readonly kind: 'thank-you' }
  )

/** The page of one receipt, to print or keep. */
export interface ReceiptPageModel extends PortalPage {
  readonly receipt: PortalReceipt & { readonly receiptId: string; readonly outstanding: Money }
  /** The signed receipt as a file. */
  readonly signedUrl: string
}

/** The page for a link that leads nowhere; it knows nothing about any claim. */
export interface ErrorPageModel {
  readonly kind: 'not-found' | 'expired' | 'busy' | 'unavailable'
  /** The reader's likely language, shown first; the others follow. */
  readonly language: Language
  readonly nonce: string
}
