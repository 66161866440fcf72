// What a creditor may change about a request that nobody agreed on, and to what. Pure.
import { type Amount, compareDays, err, ok, parseAmount, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../refusal.ts'
import {
  type ClaimDocument,
  type ClaimMoney,
  type ClaimState,
  type ConversationState,
  outstandingOf,
} from './claim.ts'
import { checkDocuments, checkDueDate } from './issue-claim.ts'

export interface RevisedFields {
  readonly amount?: Amount
  readonly dueDate?: string
  readonly documents?: ClaimDocument[]
}

export interface RevisableClaim extends ClaimMoney {
  readonly currency: string
  readonly state: ClaimState
  readonly conversation: ConversationState
  readonly issueDate: string
  readonly dueDate: string
  readonly documents: ClaimDocument[]
  /** The part of the principal that is interest and fees: it stays beside another amount. */
  readonly charges: bigint
}

/** The values of a claim after its revision. */
export interface RevisedValues {
  readonly principal: bigint
  readonly dueDate: string
  readonly documents: ClaimDocument[]
}

/**
 * The values after a revision, or undefined when it changes nothing. Refuses `claim-settled`,
 * `claim-not-open`, `agreement-exists` (REV-02), `currency-mismatch`, `amount-invalid` (not above
 * what was paid and credited), `date-invalid`, `due-date-range`, `due-date-before-issue-date` and
 * the refusals of documents.
 */
export function decideRevision(
  claim: RevisableClaim,
  fields: RevisedFields,
  today: string,
): Result<RevisedValues | undefined, Refusal> {
  const { documents = claim.documents, dueDate = claim.dueDate } = fields
  const principal = readPrincipal(claim, fields.amount)
  if (!principal.ok) return principal
  const values = { principal: principal.value, dueDate, documents }
  const isChanged =
    values.principal !== claim.principal ||
    dueDate !== claim.dueDate ||
    JSON.stringify(documents.map(sorted)) !== JSON.stringify(claim.documents.map(sorted))
  if (!isChanged) return ok(undefined)
  const refused =
    refuseState(claim) ??
    refuseAmount(claim, values.principal) ??
    (fields.dueDate === undefined ? undefined : refuseDueDate(claim, dueDate, today)) ??
    checkDocuments({ documents })
  return refused === undefined ? ok(values) : err(refused)
}

/** A store may give members back in another order. */
function sorted(document: ClaimDocument): [string, unknown][] {
  return Object.entries(document).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function refuseState({ state, conversation }: RevisableClaim): Refusal | undefined {
  if (state === 'settled') return refusal('claim-settled', 'nothing is owed any more')
  if (state !== 'open') return refusal('claim-not-open', `the claim is ${state}`)
  return conversation === 'agreed'
    ? refusal('agreement-exists', 'a plan was agreed: it holds')
    : undefined
}

function readPrincipal(claim: RevisableClaim, amount: Amount | undefined): Result<bigint, Refusal> {
  if (amount === undefined) return ok(claim.principal)
  if (amount.currency !== claim.currency) {
    const detail = `the request is in ${claim.currency}`
    return err(refusal('currency-mismatch', detail, '/amount/currency'))
  }
  const money = parseAmount(amount)
  return money.ok
    ? ok(money.value.minor + claim.charges)
    : err(refusal('amount-invalid', 'not an amount of this currency', '/amount/value'))
}

function refuseAmount(claim: ClaimMoney, principal: bigint): Refusal | undefined {
  return outstandingOf({ ...claim, principal }) > 0n
    ? undefined
    : refusal('amount-invalid', 'not above what was paid and credited', '/amount/value')
}

function refuseDueDate(claim: RevisableClaim, dueDate: string, today: string): Refusal | undefined {
  const refused = checkDueDate(dueDate, today)
  if (refused !== undefined) return refused
  return compareDays(dueDate, claim.issueDate) < 0
    ? refusal('due-date-before-issue-date', 'the due date lies before the issue date', '/dueDate')
    : undefined
}
