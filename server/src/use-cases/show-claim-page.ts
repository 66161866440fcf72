// What the page behind a link shows: the claim as it stands now, how to pay it, and the plans that
// are on offer today. Facts only; http/portal puts them into words.
import {
  type Day,
  dayInZone,
  err,
  formatAmount,
  type Money,
  ok,
  type PlanInterval,
  type PlanLine,
  planOf,
  type Result,
} from '@parley/sdk/protocol'
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
import { epcQrPayload } from '../domain/payment-qr.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { agreementOf } from '../storage/agreements.ts'
import { type Claim, planLinesOf } from '../storage/claims.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import { type Debtor, findDebtor } from '../storage/debtors.ts'
import { followLink } from './claim-of-link.ts'
import { claimWithCharges } from './claim-with-charges.ts'
import type { Deps } from './deps.ts'
import { readClaimOffer } from './read-claim-offer.ts'
import { type CreditView, readCreditView } from './read-credit-view.ts'
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
  lines: (PlanLine & { isPaid: boolean })[]
}

export interface ClaimView {
  /** For what the person does on the page; shown nowhere. */
  key: { creditorId: string; claimId: string; debtorId: string }
  state: ClaimState
  language: { debtor: Language | null; creditor: Language }
  creditor: { name: string; iban: string; email?: string; phone?: string }
  reference: string
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
  /** What is to be paid next, and the payload of its QR code where there is one. */
  transfer: { amount: Money; qrPayload: string | null }
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
  const agreed = await agreedLines(deps, claim)
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
    invoiceNumber: claim.invoiceNumber,
    dueDate: claim.dueDate,
    subject: claim.subject,
    outstanding,
    covered: await coveredPart(deps, claim, now),
    credit: await readCreditView(deps, claim, timeZone),
    items: (await claimWithCharges(deps.db, claim)).items,
    documents: claim.documents,
    today: dayInZone(now, timeZone),
    choices: await choicesOf(deps, claim, now),
    agreed: agreed?.plan ?? null,
    transfer: { amount, qrPayload: qrPayloadOf(claim, creditor, amount) },
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

function publicCreditor({ name, iban, contact }: CreditorRow): ClaimView['creditor'] {
  const { email, phone } = contact
  return {
    name,
    iban,
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
  }
}

async function choicesOf(deps: PageDeps, claim: Claim, now: number): Promise<ClaimChoice[]> {
  if (claim.state !== 'open' || claim.conversation === 'agreed') return []
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
): Promise<{ plan: AgreedLines; next: Money | undefined } | undefined> {
  const agreement = await agreementOf(deps.db, claim)
  if (agreement === undefined) return undefined
  const lines = await planLinesOf(deps.db, claim)
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
        return { line, dueDate, amount: formatAmount({ minor, currency }), isPaid }
      }),
    },
  }
}

/** Where a bank's app cannot read a code, the details are there to be copied. */
function qrPayloadOf(claim: Claim, creditor: CreditorRow, amount: Money): string | null {
  if (claim.state !== 'open') return null
  const payload = epcQrPayload({
    name: creditor.name,
    iban: creditor.iban,
    ...(creditor.bic === null ? {} : { bic: creditor.bic }),
    amount,
    reference: claim.reference,
  })
  return payload.ok ? payload.value : null
}
