// Decides whether an invoice becomes a payment request, and what that request says. The checks are
// an ordered list of one-rule steps; the first that refuses wins.
import {
  type CommonClaims,
  checkText,
  compareDays,
  daysBetween,
  err,
  formatAmount,
  isTimeZone,
  type Menu,
  type Money,
  ok,
  parseAmount,
  parseDay,
  type RequestMessage,
  type Result,
} from '@parley/sdk/protocol'
import type { Arm } from '../dunning/assign-journey.ts'
import { buildMenu } from '../negotiation/build-menu.ts'
import type { Policy } from '../negotiation/policy.ts'
import { type NewReference, whyUnfit } from '../references/numbering.ts'
import { parseReference, type ReferenceScheme } from '../references/reference-schemes.ts'
import { type Refusal, refusal } from '../refusal.ts'
import type { ClaimDocument } from './claim.ts'
import type { ContactPoints, Language, Party, Preferences } from './debtor.ts'

export interface NewDebtor {
  externalId: string
  name: string
  party?: Party
  country?: string
  language?: Language
  timeZone?: string
  contact?: ContactPoints
  preferences?: Preferences
}

/** An invoice as the creditor hands it in; amounts and days are still text. */
export interface InvoiceInput {
  invoiceNumber: string
  debtorId?: string
  debtor?: NewDebtor
  amount: { value: string; currency: string }
  issueDate?: string
  dueDate: string
  segment?: string
  remittance?: { scheme: ReferenceScheme; reference?: string }
  documents?: ClaimDocument[]
  /** What it is for. */
  subject?: string
}

/** An invoice that passed every check, with its values parsed. */
export interface CheckedInvoice {
  invoiceNumber: string
  amount: Money
  issueDate: string
  dueDate: string
  segment: string
  /** As given, in its electronic form; made when the claim is. */
  reference: string | undefined
  /** Of the given reference, or that in which one is wished. */
  referenceScheme: ReferenceScheme | undefined
  documents: ClaimDocument[]
  subject: string | null
}

const MAX_DAYS_AHEAD = 3_650
const MAX_DAYS_BACK = 3_650

type Check = (invoice: InvoiceInput, today: string) => Refusal | undefined

const CHECKS: readonly Check[] = [
  checkNumber,
  checkAmount,
  checkDays,
  checkReference,
  checkDebtor,
  checkDocuments,
  checkSubject,
]

/** Checks one invoice against everything that needs no store. `today` is the creditor's day. */
export function checkInvoice(
  invoice: InvoiceInput,
  today: string,
): Result<CheckedInvoice, Refusal> {
  for (const check of CHECKS) {
    const refused = check(invoice, today)
    if (refused !== undefined) return err(refused)
  }
  const amount = parseAmount(invoice.amount)
  if (!amount.ok) throw new Error('unreachable: checkAmount passed')
  return ok({
    invoiceNumber: invoice.invoiceNumber,
    amount: amount.value,
    issueDate: invoice.issueDate ?? today,
    dueDate: invoice.dueDate,
    segment: invoice.segment ?? 'default',
    reference: givenReference(invoice),
    referenceScheme: invoice.remittance?.scheme,
    documents: invoice.documents ?? [],
    subject: invoice.subject ?? null,
  })
}

function checkSubject({ subject }: InvoiceInput): Refusal | undefined {
  return subject === undefined ? undefined : textRefusal(subject, 70, '/subject')
}

function checkNumber(invoice: InvoiceInput): Refusal | undefined {
  return textRefusal(invoice.invoiceNumber, 64, '/invoiceNumber')
}

/** Checks the amount of a claim. Refuses `currency-unsupported` and `amount-invalid`. */
export function checkAmount(invoice: Pick<InvoiceInput, 'amount'>): Refusal | undefined {
  const amount = parseAmount(invoice.amount)
  if (amount.ok) return undefined
  const detail = {
    'amount-format': 'write the amount as a decimal text above zero, such as 120.50',
    'amount-range': 'the amount must be above zero and below 18 digits',
    'currency-unknown': 'this is no currency of ISO 4217 that claims are made in',
    'currency-exponent': 'write exactly the decimals of the currency: 120.50 EUR, 120 JPY',
  }[amount.error.code]
  const isCurrency = amount.error.code === 'currency-unknown'
  return refusal(
    isCurrency ? 'currency-unsupported' : 'amount-invalid',
    detail,
    isCurrency ? '/amount/currency' : '/amount/value',
  )
}

function checkDays(invoice: InvoiceInput, today: string): Refusal | undefined {
  const issueDate = invoice.issueDate ?? today
  if (!parseDay(issueDate).ok) return refusal('date-invalid', 'no such day', '/issueDate')
  if (!parseDay(invoice.dueDate).ok) return refusal('date-invalid', 'no such day', '/dueDate')
  if (invoice.issueDate !== undefined && compareDays(invoice.dueDate, issueDate) < 0) {
    return refusal(
      'due-date-before-issue-date',
      'the due date lies before the issue date',
      '/dueDate',
    )
  }
  return refuseRange(invoice.dueDate, today)
}

/** Checks a due day. Refuses `date-invalid`, and `due-date-range` more than ten years away. */
export function checkDueDate(dueDate: string, today: string): Refusal | undefined {
  if (!parseDay(dueDate).ok) return refusal('date-invalid', 'no such day', '/dueDate')
  return refuseRange(dueDate, today)
}

function refuseRange(dueDate: string, today: string): Refusal | undefined {
  const ahead = daysBetween(today, dueDate)
  if (ahead > MAX_DAYS_AHEAD || ahead < -MAX_DAYS_BACK) {
    return refusal('due-date-range', 'the due date is more than ten years away', '/dueDate')
  }
  return undefined
}

function checkReference(invoice: InvoiceInput): Refusal | undefined {
  const { scheme, reference } = invoice.remittance ?? {}
  if (scheme === undefined || reference === undefined) return undefined
  if (parseReference(scheme, reference).ok) return undefined
  return refusal(
    'reference-invalid',
    `the check digits or the form of this ${scheme} reference are wrong`,
    '/remittance/reference',
  )
}

function givenReference({ remittance }: InvoiceInput): string | undefined {
  if (remittance?.reference === undefined) return undefined
  const parsed = parseReference(remittance.scheme, remittance.reference)
  return parsed.ok ? parsed.value : undefined
}

/**
 * Checks that the account takes references of the scheme that an invoice names, if it names one.
 * Refuses `reference-scheme-unfit`.
 */
export function checkScheme(
  { referenceScheme, amount }: Pick<CheckedInvoice, 'referenceScheme' | 'amount'>,
  iban: string,
): Refusal | undefined {
  if (referenceScheme === undefined) return undefined
  const why = whyUnfit(referenceScheme, { iban, currency: amount.currency })
  return why === undefined
    ? undefined
    : refusal('reference-scheme-unfit', why, '/remittance/scheme')
}

function checkDebtor(invoice: InvoiceInput): Refusal | undefined {
  const { debtor } = invoice
  if (debtor === undefined) return undefined
  return (
    textRefusal(debtor.externalId, 64, '/debtor/externalId') ?? checkDebtorTexts(debtor, '/debtor')
  )
}

/** Checks the texts and the zone of a debtor, given where it stands in the body. */
export function checkDebtorTexts(
  debtor: Partial<Pick<NewDebtor, 'name' | 'timeZone' | 'contact'>>,
  at: string,
): Refusal | undefined {
  if (debtor.name !== undefined) {
    const refused = textRefusal(debtor.name, 70, `${at}/name`)
    if (refused !== undefined) return refused
  }
  if (debtor.timeZone !== undefined && !isTimeZone(debtor.timeZone)) {
    return refusal('time-zone-unknown', 'use an IANA name such as Europe/Paris', `${at}/timeZone`)
  }
  return debtor.contact && checkContactTexts(debtor.contact, `${at}/contact`)
}

/** Checks what is written of an address, given where it stands in the body. */
export function checkContactTexts(contact: ContactPoints, at: string): Refusal | undefined {
  const lines = contact.postalAddress?.lines ?? []
  return firstRefusal([
    contact.email === undefined ? undefined : textRefusal(contact.email, 254, `${at}/email`),
    ...lines.map((line, i) => textRefusal(line, 70, `${at}/postalAddress/lines/${i}`)),
  ])
}

/** Checks days, addresses and texts of documents. */
export function checkDocuments(invoice: Pick<InvoiceInput, 'documents'>): Refusal | undefined {
  return firstRefusal((invoice.documents ?? []).map(checkDocument))
}

function checkDocument(document: ClaimDocument, index: number): Refusal | undefined {
  const at = `/documents/${index}`
  if (document.issueDate !== undefined && !parseDay(document.issueDate).ok) {
    return refusal('date-invalid', 'no such day', `${at}/issueDate`)
  }
  if (document.uri !== undefined && !URL.canParse(document.uri)) {
    return refusal('document-invalid', 'this is no web address', `${at}/uri`)
  }
  const { id, format, uri } = document
  return firstRefusal([
    textRefusal(id, 64, `${at}/id`),
    format === undefined ? undefined : textRefusal(format, 64, `${at}/format`),
    uri === undefined ? undefined : textRefusal(uri, 1024, `${at}/uri`),
  ])
}

function firstRefusal(refusals: readonly (Refusal | undefined)[]): Refusal | undefined {
  return refusals.find((found) => found !== undefined)
}

/** Refuses control, invisible and direction-changing characters in a text for people. */
export function textRefusal(text: string, max: number, pointer: string): Refusal | undefined {
  const checked = checkText(text, { maxCodePoints: max })
  if (checked.ok) return undefined
  return refusal('text-invalid', `this text is refused (${checked.error.code})`, pointer)
}

export interface RequestFacts {
  requestId: string
  invoice: Pick<CheckedInvoice, 'amount' | 'dueDate' | 'documents'>
  remittance: NewReference
  creditor: { creditorId: string; name: string; iban: string; bic: string | null; timeZone: string }
  policy: Policy
  /** The creditor's calendar day; the windows of all menus count from it. */
  today: string
  /** The debtor's pay day, where the debtor told it. */
  payDay?: number
  respondBy: number
  /** 1 for a new request. */
  revision?: number
  /** What it counts for where journeys are compared: in the hold-out, no person is written to. */
  arm: Arm | null
  /** What is owed; below the amount of the invoice once money came in. */
  outstanding: bigint
  /** The agreement for which another plan is offered, and why. Spec: PLN-05. */
  replan?: RequestMessage['replan']
}

/** The body of the signed request, menu 0 included. */
export function requestBody(
  facts: RequestFacts,
): Omit<RequestMessage, keyof CommonClaims> & { menu: Menu } {
  const { creditor, invoice, revision = 1, replan } = facts
  const value = { minor: facts.outstanding, currency: invoice.amount.currency }
  return {
    requestId: facts.requestId,
    revision,
    creditor: {
      id: creditor.creditorId,
      name: creditor.name,
      account:
        creditor.bic === null
          ? { iban: creditor.iban }
          : { iban: creditor.iban, bic: creditor.bic },
    },
    amount: formatAmount(value),
    dueDate: invoice.dueDate,
    timeZone: creditor.timeZone,
    remittance: facts.remittance,
    ...(invoice.documents.length > 0 ? { documents: invoice.documents } : {}),
    dunning: {
      level: 0,
      respondBy: facts.respondBy,
      nextStep: facts.arm === 'hold-out' ? 'none' : 'human-channel',
    },
    menu: buildMenu({
      policy: facts.policy,
      outstanding: facts.outstanding,
      currency: invoice.amount.currency,
      dueDate: invoice.dueDate,
      offeredOn: facts.today,
      ...(facts.payDay === undefined ? {} : { payDay: facts.payDay }),
      withoutPrice: replan !== undefined,
      revision,
    }),
    lateTerms: facts.policy.terms.late,
    ...(replan === undefined ? {} : { replan }),
  }
}
