// The creditor takes back a part of a bill: what is owed falls, what was paid already is owed to the
// customer, and the agent gets a signed status, with a revision where nobody agreed on a plan yet.
import { type Amount, err, formatAmount, ok, type Result } from '@parley/sdk/protocol'
import type { ClaimDocument } from '../domain/claim/claim.ts'
import { outstandingOf } from '../domain/claim/claim.ts'
import {
  type CreditedAccount,
  type CreditNoteEffect,
  decideCreditNote,
  freePaid,
} from '../domain/claim/credit-note.ts'
import { checkDocuments, textRefusal } from '../domain/claim/issue-claim.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { lookAtPlan } from '../storage/agreements.ts'
import {
  type Claim,
  type ClaimChange,
  findClaim,
  type PlanLineRow,
  planLinesOf,
  setLinePaid,
  setLinesCredited,
} from '../storage/claims.ts'
import {
  type CreditNote,
  creditNoteOfNumber,
  creditNotesOfClaim,
  insertCreditNote,
} from '../storage/credit-notes.ts'
import { appendEvents, enqueue, type NewEvent } from '../storage/events.ts'
import { divideAgain, type Payment, paymentsOfClaim } from '../storage/payments.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { prepareHoldChange } from './change-holds.ts'
import {
  type ClaimSituation,
  type ExchangeDeps,
  readSituation,
  statusAfter,
} from './conversation-exchange.ts'
import type { Deps, Tx } from './deps.ts'
import { endWhatWaited } from './end-what-waited.ts'
import type { PlanDeps } from './hold-dunning.ts'
import { prepareMessage } from './prepare-message.ts'
import { prepareRevision } from './prepare-revision.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { tellAgency } from './tell-agency.ts'

type CreditNoteDeps = ExchangeDeps & PlanDeps

export interface IssueCreditNote {
  creditorId: string
  claimId: string
  /** The creditor's own, used once. */
  number: string
  amount: Amount
  /** Told to the customer. */
  reason: string
  document?: ClaimDocument
}

/**
 * Takes back a part of a bill; the same credit note again has no further effect. Refuses
 * `text-invalid`, `document-invalid`, `not-found`, `credit-note-number-taken` (by another one), and as
 * decideCreditNote does.
 */
export async function issueCreditNote(
  deps: CreditNoteDeps,
  command: IssueCreditNote,
): Promise<Result<CreditNote, Refusal>> {
  const refused =
    textRefusal(command.number, 64, '/number') ??
    textRefusal(command.reason, 105, '/reason') ??
    (command.document && checkDocument(command.document))
  if (refused !== undefined) return err(refused)
  return await retryWhenOutrun(() => issue(deps, command))
}

function checkDocument(document: ClaimDocument): Refusal | undefined {
  const refused = checkDocuments({ documents: [document] })
  const pointer = refused?.pointer?.replace(/^\/documents\/0/, '/document')
  return refused === undefined || pointer === undefined ? refused : { ...refused, pointer }
}

/** The credit notes of a claim, oldest first. Refuses `not-found`. */
export async function listCreditNotes(
  { db }: Pick<Deps, 'db'>,
  key: { creditorId: string; claimId: string },
): Promise<Result<CreditNote[], Refusal>> {
  if ((await findClaim(db, key)) === undefined) return err(unknownClaim())
  return ok(await creditNotesOfClaim(db, key))
}

function unknownClaim(): Refusal {
  return refusal('not-found', 'you have no payment request with this id')
}

async function issue(
  deps: CreditNoteDeps,
  command: IssueCreditNote,
): Promise<Result<CreditNote, Refusal>> {
  if ((await findClaim(deps.db, command)) === undefined) return err(unknownClaim())
  const known = await creditNoteOfNumber(deps.db, command)
  if (known !== undefined) return sameAs(known, command)
  const situation = await readSituation(deps, command)
  const lines = await planLinesOf(deps.db, situation.claim)
  const account: CreditedAccount = { ...situation.claim, lines }
  const effect = decideCreditNote(account, command.amount)
  if (!effect.ok) return effect
  const { claim, now } = situation
  const note: CreditNote = {
    creditorId: claim.creditorId,
    creditNoteId: deps.ids.newId('cn'),
    claimId: claim.claimId,
    number: command.number,
    currency: claim.currency,
    amount: effect.value.amount,
    freed: effect.value.freed,
    reason: command.reason,
    document: command.document ?? null,
    createdAt: now,
  }
  await write(deps, situation, { note, effect: effect.value, lines })
  return ok(note)
}

function sameAs(known: CreditNote, { claimId, amount, reason }: IssueCreditNote) {
  const before = formatAmount({ minor: known.amount, currency: known.currency })
  const isSame =
    known.claimId === claimId &&
    before.value === amount.value &&
    before.currency === amount.currency &&
    known.reason === reason
  return isSame
    ? ok(known)
    : err(refusal('credit-note-number-taken', 'another credit note has this number', '/number'))
}

interface Decided {
  note: CreditNote
  effect: CreditNoteEffect
  lines: readonly PlanLineRow[]
}

async function write(
  deps: CreditNoteDeps,
  situation: ClaimSituation,
  decided: Decided,
): Promise<void> {
  const { claim, now } = situation
  const { note, effect } = decided
  const { after } = effect
  const settles = claim.state === 'open' && after.state === 'settled'
  const payments = await freedPayments(deps, claim, effect.freed)
  const thread = await conversationOf(deps, claim)
  const reason = { code: 'credit-note', text: note.reason }
  const body = { ...statusAfter(situation, { claim: after }), reason }
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  const isRevised = after.state === 'open' && claim.conversation !== 'agreed'
  const revision = isRevised
    ? await prepareRevision(deps, { claim: { ...claim, ...after }, thread, now, after: status })
    : undefined
  const idle = settles ? { dunning: 'idle' as const } : {}
  const money: ClaimChange = { ...after, ...idle, ...revision?.change }
  const change = await prepareHoldChange(deps, situation, { claim: money })
  await deps.db.transaction().execute(async (tx) => {
    await change.write(tx)
    if (!(await insertCreditNote(tx, note))) throw new Outrun()
    await appendToConversation(tx, thread, status, now)
    if (revision === undefined) await writeLines(tx, claim, effect)
    else await revision.write(tx)
    for (const payment of payments) await divideAgain(tx, payment)
    if (settles) await endWhatWaited(tx, claim, { at: now, by: 'credit-note' })
    else await lookAtPlan(tx, claim, now)
    await appendEvents(tx, eventsOf(situation, decided, change.after))
    // Nothing is charged on what is taken back.
    const { creditorId, claimId, charges } = claim
    if (charges > 0n) await enqueue(tx, creditorId, 'recompute-charges', { claimId })
    if (claim.state === 'handed-over')
      await tellAgency(deps, tx, { claim, origin: note.creditNoteId, now })
  })
  deps.outboxChanged()
}

async function freedPayments(
  { db }: Pick<Deps, 'db'>,
  claim: Claim,
  minor: bigint,
): Promise<Payment[]> {
  if (minor === 0n) return []
  const payments = await paymentsOfClaim(db, claim)
  return freePaid(
    payments.filter(({ reversedAt }) => reversedAt === null),
    minor,
  )
}

async function writeLines(tx: Tx, claim: Claim, { lines }: CreditNoteEffect): Promise<void> {
  // What is paid falls before what is credited rises: no line is ever over.
  for (const line of lines) await setLinePaid(tx, claim, line)
  await setLinesCredited(tx, claim, lines)
}

function eventsOf({ claim, now }: ClaimSituation, { note }: Decided, after: Claim): NewEvent[] {
  const { creditorId, claimId, currency } = claim
  const text = (minor: bigint) => formatAmount({ minor, currency }).value
  const event = (type: string, data: NewEvent['data']): NewEvent => {
    return { creditorId, claimId, type, at: now, data }
  }
  const { creditNoteId, number, reason } = note
  const isSettled = claim.state !== 'settled' && after.state === 'settled'
  return [
    {
      ...event('credit-note.issued', {
        creditNoteId,
        number,
        amount: text(note.amount),
        currency,
        owedToCustomer: text(note.freed),
        outstanding: text(outstandingOf(after)),
      }),
      words: { reason },
    },
    ...(after.revision > claim.revision
      ? [event('payment-request.revised', { revision: after.revision, reason: 'credit-note' })]
      : []),
    ...(isSettled ? [event('payment-request.settled', { credit: text(note.amount) })] : []),
  ]
}
