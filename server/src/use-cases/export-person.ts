// Everything that is kept about a person, for the person (GDPR, articles 15 and 20): one reading of the store.
import { err, ok, peekClaims, type Result } from '@parley/sdk/protocol'
import { type RetentionRules, withOwnMonths } from '../domain/privacy/retention.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { type ActionChoiceRow, choicesOfClaims } from '../storage/action-choices.ts'
import { findBankTransaction } from '../storage/bank-transactions.ts'
import {
  holdHistoryOf,
  type PastHold,
  type ToldMessage,
  toldMessagesOf,
} from '../storage/case-file.ts'
import { claimsOfPerson } from '../storage/claim-pages.ts'
import type { Claim } from '../storage/claims.ts'
import { consentsOf } from '../storage/consents.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { type Debtor, findDebtor } from '../storage/debtors.ts'
import { type AgentOfPerson, agentsOfPerson } from '../storage/enrolments.ts'
import type { PersonKey } from '../storage/erasures.ts'
import { type EventRow, eventsOfClaim } from '../storage/events.ts'
import { type Member, membersAmong } from '../storage/experiments.ts'
import { factsOfCustomer, type LearntFactRow } from '../storage/learnt-facts.ts'
import { paymentsOfClaim } from '../storage/payments.ts'
import { contestsOf, type ProfileContest } from '../storage/profile-contests.ts'
import { type Refund, refundsOfClaim } from '../storage/refunds.ts'
import { tasksOfClaim } from '../storage/tasks.ts'
import { messagesOfThread, threadsOfClaim } from '../storage/threads.ts'
import type { EraseDeps } from './erase-person.ts'
import type { Consent } from './manage-consents.ts'

/** A payment with what the bank told of it. */
export interface ExportedPayment {
  amount: bigint
  receivedOn: string
  payer: string | null
  iban: string | null
  texts: readonly string[]
}

/** Work that staff had about a claim, with the words that called for it. */
export interface ExportedTask {
  kind: string
  createdAt: number
  details: unknown
}

export interface ExportedClaim {
  claim: Claim
  events: EventRow[]
  /** What was signed, decoded, in the order in which it was said. */
  conversation: unknown[]
  messages: ToldMessage[]
  payments: ExportedPayment[]
  holds: PastHold[]
  tasks: ExportedTask[]
  refunds: Refund[]
}

export interface PersonExport {
  exportedAt: number
  creditor: CreditorRow
  debtor: Debtor
  consents: Consent[]
  agents: AgentOfPerson[]
  claims: ExportedClaim[]
  /** What was learnt, what was contested of it, and what followed. */
  learnt: LearntFactRow[]
  contests: ProfileContest[]
  choices: ActionChoiceRow[]
  memberships: Member[]
  /** How long all this is kept, and why. */
  rules: RetentionRules
}

/** Gathers it in one snapshot. Refuses `not-found`. */
export async function exportPerson(
  deps: Pick<EraseDeps, 'db' | 'clock' | 'retention'>,
  key: PersonKey,
): Promise<Result<PersonExport, Refusal>> {
  const snapshot = deps.db.transaction().setIsolationLevel('repeatable read')
  return await snapshot.execute(async (tx) => {
    const debtor = await findDebtor(tx, key)
    if (debtor === undefined) return err(refusal('not-found', 'you have no debtor with this id'))
    const creditor = await readCreditor(tx, key.creditorId)
    const claims: ExportedClaim[] = []
    const all = await claimsOfPerson(tx, key)
    for (const claim of all) claims.push(await exportClaim(tx, claim))
    return ok({
      exportedAt: deps.clock.now(),
      creditor,
      debtor,
      consents: await consentsOf(tx, key),
      agents: await agentsOfPerson(tx, key),
      claims,
      learnt: await factsOfCustomer(tx, key),
      contests: await contestsOf(tx, key),
      choices: await choicesOfClaims(tx, all),
      memberships: await membersAmong(tx, [key]),
      rules: withOwnMonths(
        deps.retention.of(debtor.country ?? creditor.country),
        creditor.retention,
      ),
    })
  })
}

async function exportClaim(tx: Tx, claim: Claim): Promise<ExportedClaim> {
  return {
    claim,
    events: await eventsOfClaim(tx, claim),
    conversation: await conversationOf(tx, claim),
    messages: await toldMessagesOf(tx, claim),
    payments: await exportPayments(tx, claim),
    holds: await holdHistoryOf(tx, claim),
    tasks: (await tasksOfClaim(tx, claim)).map(({ kind, createdAt, details }) => ({
      kind,
      createdAt,
      details: JSON.parse(details ?? 'null') as unknown,
    })),
    refunds: await refundsOfClaim(tx, claim),
  }
}

async function conversationOf(tx: Tx, claim: Claim): Promise<unknown[]> {
  const said: unknown[] = []
  for (const thread of await threadsOfClaim(tx, claim)) {
    for (const { jws } of await messagesOfThread(tx, thread)) {
      const peeked = jws === null ? undefined : peekClaims(jws)
      if (peeked?.ok === true) said.push({ typ: peeked.value.header.typ, ...peeked.value.payload })
    }
  }
  return said
}

async function exportPayments(tx: Tx, claim: Claim): Promise<ExportedPayment[]> {
  const exported: ExportedPayment[] = []
  for (const { amount, receivedOn, transactionId } of await paymentsOfClaim(tx, claim)) {
    const booking = await findBankTransaction(tx, { ...claim, transactionId })
    const { debtorName = null, debtorIban = null, unstructured = [] } = booking?.details ?? {}
    exported.push({ amount, receivedOn, payer: debtorName, iban: debtorIban, texts: unstructured })
  }
  return exported
}
