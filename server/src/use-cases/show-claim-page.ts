// What the page behind a link shows: the claim as it stands now, how to pay it, and the plans that
// are on offer today. Facts only; http/portal puts them into words.

import {
  type Day,
  dayInZone,
  err,
  formatAmount,
  type LateTerms,
  type Money,
  ok,
  type PlanInterval,
  type PlanLine,
  planOf,
  type Result,
} from '@parley/sdk/protocol'
import { choosePaymentCode, type PaymentCode } from '../domain/choose-payment-code.ts'
import {
  type ClaimDocument,
  type ClaimState,
  openOf,
  outstandingOf,
} from '../domain/claim/claim.ts'
import {
  type ClosableChannel,
  type ContactPoints,
  type Language,
  languageOfDebtor,
  type Preferences,
} from '../domain/claim/debtor.ts'
import type { ClaimItem } from '../domain/content/claim-message-input.ts'
import {
  offersChoice,
  type PlanInWords,
  payableLines,
  planForPeople,
  suggestedFirstDay,
} from '../domain/negotiation/plan-choices.ts'
import { lastPayoffDay, payoffOn } from '../domain/plan/payoff.ts'
import type { LineState } from '../domain/plan/plan-lines.ts'
import { leftToAgree } from '../domain/plan/plan-moves.ts'
import type { ReferenceScheme } from '../domain/references/reference-schemes.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import type { KeptAgreement } from '../storage/agreements.ts'
import type { Claim } from '../storage/claims.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import { type Debtor, findDebtor } from '../storage/debtors.ts'
import { paymentsOfClaim } from '../storage/payments.ts'
import { followLink } from './claim-of-link.ts'
import { claimWithCharges } from './claim-with-charges.ts'
import type { Deps } from './deps.ts'
import { feeOf } from './fee-of-plan.ts'
import { readClaimOffer } from './read-claim-offer.ts'
import { type CreditView, readCreditView } from './read-credit-view.ts'
import { type PlanInForce, readPlan } from './read-plan.ts'
import { readStepSources } from './read-step-sources.ts'
import { type Told, toldOf } from './read-told.ts'
import { coveredMinor } from './step-facts-of-claim.ts'

export type PageDeps = Pick<Deps, 'db' | 'clock' | 'links' | 'vault'>

/** A row of the menu, with what would be left to pay when it starts on the suggested day. */
export interface ClaimChoice extends PlanInWords {
  rowId: string
  firstDueFrom: Day
  firstDueTo: Day
  startsOn: Day
}

/** An agreed plan; a line that is paid in part shows what is left of it. */
export interface AgreedLines {
  interval: PlanInterval | null
  lines: (PlanLine & { isPaid: boolean; state: LineState; graceUntil: Day })[]
  /** What was told to follow when a payment is late. */
  lateTerms: LateTerms
  /** The last day on which another plan may be chosen; null while none is offered. */
  replanUntil: Day | null
  /** What settles everything today; null where that is no news, for one payment alone. */
  payoff: { amount: Money; saved: Money; lastDay: Day } | null
}

/** Money that was received, for the person's own records. */
export interface ReceiptRow {
  receiptId: string
  amount: Money
  receivedOn: Day
  /** The bank took it back: the receipt does not stand any more. */
  isReturned: boolean
}

export interface ClaimView {
  /** For what the person does on the page; shown nowhere. */
  key: { creditorId: string; claimId: string; debtorId: string }
  state: ClaimState
  language: { debtor: Language | null; creditor: Language }
  creditor: {
    name: string
    iban: string
    /** The account that takes its place, and from which day; null when none is announced. */
    nextAccount: { iban: string; on: Day } | null
    email?: string
    phone?: string
  }
  reference: string
  referenceScheme: ReferenceScheme
  invoiceNumber: string
  dueDate: Day
  /** What it is for, in the creditor's words. */
  subject: string | null
  outstanding: Money
  /** The part of it that a credit of the person covers; null without one. */
  covered: Money | null
  credit: CreditView
  /** What it consists of. */
  items: readonly ClaimItem[]
  documents: ClaimDocument[]
  /** The day in the person's zone. */
  today: Day
  /** What is on offer; empty when the claim takes no plan any more, or nothing is to be chosen. */
  choices: ClaimChoice[]
  agreed: AgreedLines | null
  receipts: ReceiptRow[]
  /** What is to be paid next, and its payment code where there is one. */
  transfer: { amount: Money; code: PaymentCode | null }
  /** What the person told us and what still holds. */
  told: Told
  reach: Reach
}

/** How the person may be reached; never the addresses. */
export interface Reach {
  preferences: Preferences
  /** Channels to somewhere that the person has not closed. */
  open: ClosableChannel[]
  closed: ClosableChannel[]
}

/** Reads the page of a link. Refuses `not-found` for a link that is not ours, and `link-expired`. */
export async function showClaimPage(
  deps: PageDeps,
  token: string,
): Promise<Result<ClaimView, Refusal>> {
  const claim = await followLink(deps, token)
  if (claim === 'unknown') return err(refusal('not-found', 'this link leads nowhere'))
  if (claim === 'expired') return err(refusal('link-expired', 'this link leads nowhere any more'))
  const now = deps.clock.now()
  const creditor = await readCreditor(deps.db, claim.creditorId)
  const debtor = await findDebtor(deps.db, claim)
  const agreed = await agreedLines(deps, claim, now)
  const outstanding = { minor: outstandingOf(claim), currency: claim.currency }
  const amount = agreed?.next ?? outstanding
  const timeZone = debtor?.timeZone ?? creditor.timeZone
  const { creditorId, claimId, debtorId } = claim
  return ok({
    key: { creditorId, claimId, debtorId },
    state: claim.state,
    language: {
      debtor: debtor === undefined ? null : languageOfDebtor(debtor),
      creditor: creditor.language,
    },
    creditor: publicCreditor(creditor),
    reference: claim.reference,
    referenceScheme: claim.referenceScheme,
    invoiceNumber: claim.invoiceNumber,
    dueDate: claim.dueDate,
    subject: claim.subject,
    outstanding,
    covered: await coveredPart(deps, claim, now),
    credit: await readCreditView(deps, claim, timeZone),
    items: (await claimWithCharges(deps.db, claim)).items,
    documents: claim.documents,
    today: dayInZone(now, timeZone),
    choices: await choicesOf(deps, claim, { now, agreed: agreed?.plan }),
    agreed: agreed?.plan ?? null,
    receipts: await receiptsOf(deps, claim),
    transfer: { amount, code: codeOf(claim, creditor, amount) },
    told: await toldOf(deps.db, claim, { now, timeZone }),
    reach: reachOf(debtor),
  })
}

async function coveredPart({ db }: PageDeps, claim: Claim, now: number): Promise<Money | null> {
  if (claim.state !== 'open') return null
  const minor = coveredMinor(await readStepSources(db, claim, now))
  return minor === 0n ? null : { minor, currency: claim.currency }
}

const CONTACT_POINTS = {
  email: 'email',
  sms: 'phone',
  letter: 'postalAddress',
  phone: 'phone',
} as const

function reachOf(debtor: Debtor | undefined): Reach {
  const { contact = {}, closedChannels: closed = [], preferences = {} } = debtor ?? {}
  const channels = Object.entries(CONTACT_POINTS) as [ClosableChannel, keyof ContactPoints][]
  const open = channels
    .filter(([channel, point]) => contact[point] !== undefined && !closed.includes(channel))
    .map(([channel]) => channel)
  return { preferences, open, closed }
}

function publicCreditor({ name, iban, nextAccount, contact }: CreditorRow): ClaimView['creditor'] {
  const { email, phone } = contact
  return {
    name,
    iban,
    nextAccount: nextAccount && { iban: nextAccount.iban, on: nextAccount.on },
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
  }
}

async function choicesOf(
  deps: PageDeps,
  claim: Claim,
  { now, agreed }: { now: number; agreed: AgreedLines | undefined },
): Promise<ClaimChoice[]> {
  const isAgreed = claim.conversation === 'agreed' || agreed !== undefined
  if (claim.state !== 'open' || (isAgreed && (agreed?.replanUntil ?? null) === null)) return []
  const { menu, principal } = await readClaimOffer(deps.db, claim, now)
  if (!offersChoice(menu)) return []
  const received = principal.minor - outstandingOf(claim)
  return menu.rows.map((row) => {
    const startsOn = suggestedFirstDay(row, claim.dueDate)
    const lines = payableLines(principal, planOf(row, startsOn), received)
    const { rowId, firstDueFrom, firstDueTo } = row
    return { rowId, firstDueFrom, firstDueTo, startsOn, ...planForPeople(row, lines) }
  })
}

async function agreedLines(
  deps: PageDeps,
  claim: Claim,
  now: number,
): Promise<{ plan: AgreedLines; next: Money | undefined } | undefined> {
  const plan = await readPlan(deps.db, claim, now)
  if (plan === undefined) return undefined
  const { agreement, rows: lines, today } = plan
  const { currency } = claim
  const open = lines.find((line) => openOf(line) > 0n)
  return {
    next: open && { minor: openOf(open), currency },
    plan: {
      interval: agreement.plan.interval,
      lines: lines.map((row) => {
        const { line, dueDate, amount } = row
        const left = openOf(row)
        const isPaid = left === 0n
        const minor = isPaid ? amount : left
        const progress = plan.lines.find((it) => it.line === line)
        if (progress === undefined) throw new Error(`line ${line} of the plan has no state`)
        const { state, graceUntil } = progress
        const shown = formatAmount({ minor, currency })
        return { line, dueDate, amount: shown, isPaid, state, graceUntil }
      }),
      lateTerms: stillToCome(agreement),
      replanUntil:
        leftToAgree(agreement, today) === 'another-plan-offered'
          ? (agreement.replan?.until ?? null)
          : null,
      payoff: payoffToday(claim, plan),
    },
  }
}

/** Another plan is offered once: after that it is not announced any more. */
function stillToCome({ lateTerms, replan }: KeptAgreement): LateTerms {
  return replan === null ? lateTerms : { ...lateTerms, replans: 0 }
}

/** Worth telling while more than one payment is open. */
function payoffToday(claim: Claim, { agreement, rows, today }: PlanInForce): AgreedLines['payoff'] {
  const open = rows.filter((row) => openOf(row) > 0n)
  if (claim.state !== 'open' || open.length < 2) return null
  const { currency } = claim
  const { total, remitted } = payoffOn({ claim, fee: feeOf(agreement), lines: rows }, today)
  return {
    amount: { minor: total, currency },
    saved: { minor: remitted, currency },
    lastDay: lastPayoffDay(today),
  }
}

async function receiptsOf({ db }: PageDeps, claim: Claim): Promise<ReceiptRow[]> {
  const payments = await paymentsOfClaim(db, claim)
  return payments.map(({ paymentId, amount, receivedOn, reversedAt }) => ({
    receiptId: paymentId,
    amount: { minor: amount, currency: claim.currency },
    receivedOn,
    isReturned: reversedAt !== null,
  }))
}

/**
 * Where a bank's app cannot read a code, the details are there to be copied. A link may have been
 * forwarded: the code does not say who owes.
 */
function codeOf(claim: Claim, creditor: CreditorRow, amount: Money): PaymentCode | null {
  if (claim.state !== 'open') return null
  const { name, iban, bic, contact } = creditor
  const { reference, referenceScheme } = claim
  const code = choosePaymentCode({
    ...{ name, iban, amount, reference, referenceScheme },
    ...(bic === null ? {} : { bic }),
    ...(contact.postalAddress === undefined ? {} : { address: contact.postalAddress }),
  })
  return code ?? null
}
