// Issues invoices that came in together: read all facts at once, decide each on its own, sign all
// outside of any transaction, write all at once. When the write fails for one of them, each is
// written alone, so that one bad invoice never refuses its neighbours.
import { err, ok, type Result } from '@parley/sdk/protocol'
import {
  type CheckedInvoice,
  checkInvoice,
  checkScheme,
  type InvoiceInput,
} from '../domain/claim/issue-claim.ts'
import type { PlannedAction } from '../domain/claim/next-step.ts'
import type { Arm } from '../domain/dunning/assign-journey.ts'
import type { NewReference } from '../domain/references/numbering.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type IssuedRow, writeIssued } from '../storage/issue-claims.ts'
import { type IssueFacts, readIssueFacts } from '../storage/issue-facts.ts'
import { isDeadlock, isOfErased, violatedConstraint } from '../storage/write-conflicts.ts'
import { dayOf } from './day-of.ts'
import type { Deps } from './deps.ts'
import { inOneOrder, makeMissingDebtors } from './make-missing-debtors.ts'
import { signPaymentRequest } from './sign-payment-request.ts'

export interface IssueCommand {
  creditorId: string
  invoice: InvoiceInput
  idempotency?: { key: string; requestHash: Buffer }
}

/** A new payment request, or the reply that the same command got before. */
export type Issued =
  | { kind: 'issued'; reply: string; claimId: string }
  | { kind: 'replayed'; status: number; reply: string }

export type IssueDeps = Pick<
  Deps,
  | 'db'
  | 'statements'
  | 'clock'
  | 'ids'
  | 'signer'
  | 'links'
  | 'publicUrl'
  | 'journeys'
  | 'outboxChanged'
> & {
  /** Writes the API's reply for a claim, with `REPLY_MARKER` in it. */
  renderReply(issued: IssuedClaim): string
}

/** A decided invoice on its way to being written. */
export interface Draft {
  /** Its place among the commands. */
  index: number
  command: IssueCommand
  facts: IssueFacts
  invoice: CheckedInvoice
}

/** What the reply to an issued invoice is made of. */
export interface IssuedClaim {
  claimId: string
  debtorId: string
  invoice: CheckedInvoice
  remittance: NewReference
  conversation: 'none' | 'sent'
  respondBy: number
  /** Null where nobody is written to. */
  firstStep: Pick<PlannedAction, 'journeyId' | 'step' | 'channel'> | null
  arm: Arm | null
  createdAt: number
}

/**
 * Stands in a stored reply for its last secrets: the link to the portal, which is derived again, and
 * the signed request, which is stored once, in messages.
 */
export const REPLY_MARKER = '"portalUrl":"","signedRequest":""'

/** Puts the portal's link and the signed request into a reply that was stored without them. */
function completeReply(
  deps: Pick<Deps, 'links'>,
  reply: string,
  { claimId, jws }: Pick<IssuedRow, 'claimId' | 'jws'>,
): string {
  const whole = `"portalUrl":"${deps.links.urlOf(claimId)}","signedRequest":"${jws}"`
  return reply.replace(REPLY_MARKER, () => whole)
}

type Outcome = Result<Issued, Refusal>

/** Issues each invoice or says why not; the answers stand in the order of the commands. */
export async function issuePaymentRequests(
  deps: IssueDeps,
  commands: readonly IssueCommand[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array(commands.length)
  const { drafts, later } = await decideAll(deps, commands, outcomes)
  await makeMissingDebtors(deps, drafts)
  const rows = await Promise.all(drafts.map((draft) => signPaymentRequest(deps, draft)))
  await writeAll(deps, drafts, rows, outcomes)
  await issueLater(deps, { commands, later, outcomes })
  if (rows.some((row) => row.enrolmentId !== null || row.hasWebhooks)) deps.outboxChanged()
  return outcomes
}

/** Decides on each; a number that stands twice among them is left for `later` the second time. */
async function decideAll(
  deps: IssueDeps,
  commands: readonly IssueCommand[],
  outcomes: Outcome[],
): Promise<{ drafts: Draft[]; later: number[] }> {
  const facts = await readIssueFacts(
    deps,
    commands.map(({ creditorId, invoice, idempotency }) => ({
      creditorId,
      debtorId: invoice.debtorId ?? null,
      externalId: invoice.debtor?.externalId ?? null,
      segment: invoice.segment ?? 'default',
      invoiceNumber: invoice.invoiceNumber,
      idempotencyKey: idempotency?.key ?? null,
    })),
  )
  const drafts: Draft[] = []
  const later: number[] = []
  const numbers = new Set<string>()
  for (const known of facts) {
    const command = commands[known.ord]
    if (command === undefined) continue
    const today = dayOf(deps.clock.now(), known.time_zone)
    const decided = decideOne(deps, command, known, today)
    if (!decided.ok) outcomes[known.ord] = decided
    else if ('kind' in decided.value) outcomes[known.ord] = ok(decided.value)
    else if (numbers.has(numberKey(command))) later.push(known.ord)
    else {
      numbers.add(numberKey(command))
      drafts.push({ index: known.ord, command, facts: known, invoice: decided.value })
    }
  }
  return { drafts: inOneOrder(drafts, ({ command }) => numberKey(command)), later }
}

/** What the first of a number became is stored by now: the next is its replay, or too late. */
async function issueLater(
  deps: IssueDeps,
  group: { commands: readonly IssueCommand[]; later: readonly number[]; outcomes: Outcome[] },
): Promise<void> {
  const commands = group.later.flatMap((index) => group.commands[index] ?? [])
  if (commands.length === 0) return
  const outcomes = await issuePaymentRequests(deps, commands)
  outcomes.forEach((outcome, i) => {
    const index = group.later[i]
    if (index !== undefined) group.outcomes[index] = outcome
  })
}

const numberKey = ({ creditorId, invoice }: IssueCommand) =>
  `${creditorId} ${invoice.invoiceNumber}`

function numberTaken({ invoice }: IssueCommand): Refusal {
  return refusal(
    'invoice-number-taken',
    `invoice ${invoice.invoiceNumber} was issued before`,
    '/invoiceNumber',
  )
}

function decideOne(
  deps: IssueDeps,
  command: IssueCommand,
  facts: IssueFacts,
  today: string,
): Result<CheckedInvoice | Issued, Refusal> {
  const replay = replayOf(deps, command, facts)
  if (replay !== undefined) return replay
  if (facts.taken_by !== null) return err(numberTaken(command))
  if (facts.debtor_id === null && command.invoice.debtor === undefined) {
    return err(refusal('debtor-unknown', 'you have no debtor with this id', '/debtorId'))
  }
  const checked = checkInvoice(command.invoice, today)
  if (!checked.ok) return checked
  const unfit = checkScheme(checked.value, facts.iban)
  return unfit === undefined ? checked : err(unfit)
}

function replayOf(deps: IssueDeps, command: IssueCommand, facts: IssueFacts): Outcome | undefined {
  const { stored_hash: hash, stored_reply: reply, stored_status: status } = facts
  if (command.idempotency === undefined || hash === null || reply === null) return undefined
  if (!hash.equals(command.idempotency.requestHash)) {
    return err(
      refusal('idempotency-key-reuse', 'this Idempotency-Key was used with another body before'),
    )
  }
  const { id: claimId } = JSON.parse(reply) as { id: string }
  const whole = completeReply(deps, reply, { claimId, jws: facts.stored_jws ?? '' })
  return ok({ kind: 'replayed', status: status ?? 201, reply: whole })
}

async function writeAll(
  deps: IssueDeps,
  drafts: readonly Draft[],
  rows: readonly IssuedRow[],
  outcomes: Outcome[],
): Promise<void> {
  if (rows.length === 0) return
  try {
    await writeIssued(deps, rows)
    drafts.forEach((draft, i) => {
      const row = rows[i]
      if (row !== undefined) outcomes[draft.index] = issuedOutcome(deps, row)
    })
  } catch (error) {
    const isOutrun = isDeadlock(error) || isOfErased(error)
    if (violatedConstraint(error) === undefined && !isOutrun) throw error
    if (rows.length > 1) await writeEach(deps, drafts, outcomes)
    else await settleConflict(deps, drafts, outcomes, error)
  }
}

function issuedOutcome(deps: IssueDeps, row: IssuedRow): Outcome {
  const reply = completeReply(deps, row.reply ?? '', row)
  return ok({ kind: 'issued', claimId: row.claimId, reply })
}

async function writeEach(
  deps: IssueDeps,
  drafts: readonly Draft[],
  outcomes: Outcome[],
): Promise<void> {
  for (const draft of drafts) {
    const [outcome] = await issuePaymentRequests(deps, [draft.command])
    if (outcome !== undefined) outcomes[draft.index] = outcome
  }
}

/** A single invoice collided: with a number or reference, or with its own key in another process. */
async function settleConflict(
  deps: IssueDeps,
  drafts: readonly Draft[],
  outcomes: Outcome[],
  error: unknown,
): Promise<void> {
  const [draft] = drafts
  if (draft === undefined) return
  const isGivenReference = draft.invoice.reference !== undefined
  if (violatedConstraint(error)?.includes('reference') && isGivenReference) {
    const detail = 'another claim has this reference'
    outcomes[draft.index] = err(refusal('reference-taken', detail, '/remittance/reference'))
    return
  }
  // Decided again on what the other process has committed: a replay, a taken number, or a new
  // random reference.
  const [outcome] = await issuePaymentRequests(deps, [draft.command])
  if (outcome !== undefined) outcomes[draft.index] = outcome
}
