// Everything that an agency needs about a claim that was handed over to it, in one signed bundle. Reads
// one state of the store; signs afterwards.
import { err, formatAmount, ok, type Result, sha256Base64Url } from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import {
  CASE_FORMAT,
  CASE_TYP,
  type CaseBundle,
  type CaseManifest,
} from '../domain/hand-over/case-bundle.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { agreementOf } from '../storage/agreements.ts'
import { chargesOf, holdHistoryOf, toldMessagesOf } from '../storage/case-file.ts'
import { type Claim, findClaim, planLinesOf } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import { type EventRow, eventsOfClaim } from '../storage/events.ts'
import { paymentsOfClaim } from '../storage/payments.ts'
import type { Deps, Tx } from './deps.ts'
import { gatherEvidence } from './export-evidence.ts'

type BundleDeps = Pick<Deps, 'db' | 'clock' | 'signer' | 'publicUrl'>

interface ClaimKey {
  creditorId: string
  claimId: string
}

/** The case of a claim that is with an agency. Refuses `not-found` and `not-handed-over`. */
export async function exportCaseBundle(
  deps: BundleDeps,
  key: ClaimKey,
): Promise<Result<CaseBundle, Refusal>> {
  const snapshot = deps.db.transaction().setIsolationLevel('repeatable read')
  const gathered = await snapshot.execute(async (tx) => {
    const claim = await findClaim(tx, key)
    if (claim === undefined) {
      return err(refusal('not-found', 'you have no payment request with this id'))
    }
    if (claim.state !== 'handed-over') {
      return err(refusal('not-handed-over', `the claim is ${claim.state}, not with an agency`))
    }
    return ok(await gatherFiles(deps, tx, claim))
  })
  return gathered.ok ? ok(await sign(deps, key.claimId, gathered.value)) : gathered
}

async function sign(
  deps: BundleDeps,
  paymentRequestId: string,
  contents: Readonly<Record<string, unknown>>,
): Promise<CaseBundle> {
  const names = Object.keys(contents).toSorted()
  const files = Object.fromEntries(names.map((name) => [name, textOf(contents[name])]))
  const manifest: CaseManifest = {
    format: CASE_FORMAT,
    iss: deps.publicUrl,
    paymentRequestId,
    exportedAt: deps.clock.now(),
    files: await Promise.all(
      names.map(async (name) => ({ name, sha256: await sha256Base64Url(files[name] ?? '') })),
    ),
  }
  return { manifest, signature: await deps.signer.sign(CASE_TYP, manifest), files }
}

/** Minor units are written as decimal digits: JSON numbers are not exact. */
function textOf(content: unknown): string {
  const exact = (_name: string, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value
  return JSON.stringify(content, exact, 2)
}

async function gatherFiles(
  deps: BundleDeps,
  tx: Tx,
  claim: Claim,
): Promise<Record<string, unknown>> {
  const events = await eventsOfClaim(tx, claim)
  const agreement = await agreementOf(tx, claim)
  return {
    'claim.json': { ...claimContent(claim), lines: await planLinesOf(tx, claim) },
    'parties.json': await partiesContent(tx, claim),
    'charges.json': await chargesOf(tx, claim),
    'notices.json': await toldMessagesOf(tx, claim),
    'payments.json': await paymentsContent(tx, claim),
    'holds.json': await holdHistoryOf(tx, claim),
    'disputes.json': events.filter(({ type }) => type.startsWith('dispute.')),
    'agreement.json': agreement?.jws ?? null,
    'events.json': events,
    'evidence.json': await gatherEvidence(deps, tx, claim),
    'rules.json': rulesContent(events),
  }
}

function claimContent(claim: Claim) {
  const { currency } = claim
  const money = (minor: bigint) => formatAmount({ minor, currency })
  return {
    paymentRequestId: claim.claimId,
    invoiceNumber: claim.invoiceNumber,
    segment: claim.segment,
    reference: { scheme: claim.referenceScheme, reference: claim.reference },
    issueDate: claim.issueDate,
    dueDate: claim.dueDate,
    principal: money(claim.principal),
    price: claim.price.toString(),
    credit: money(claim.credit),
    paid: money(claim.paid),
    overpaid: money(claim.overpaid),
    outstanding: money(outstandingOf(claim)),
    disputed: money(claim.disputed),
    state: claim.state,
    conversation: claim.conversation,
    documents: claim.documents,
  }
}

async function partiesContent(tx: Tx, claim: Claim) {
  const debtor = await findDebtor(tx, claim)
  if (debtor === undefined) throw new Error(`claim ${claim.claimId} has no debtor`)
  const creditor = await readCreditor(tx, claim.creditorId)
  const { name, iban, bic, contact, country, timeZone } = creditor
  return {
    creditor: { name, account: { iban, bic }, contact, country, timeZone },
    debtor: {
      id: debtor.debtorId,
      externalId: debtor.externalId,
      name: debtor.name,
      party: debtor.party,
      country: debtor.country ?? country,
      language: debtor.language,
      timeZone: debtor.timeZone ?? timeZone,
      contact: debtor.contact,
    },
    // What the person told by consent, and where the person wants to hear nothing.
    consent: { preferences: debtor.preferences, closedChannels: debtor.closedChannels },
  }
}

async function paymentsContent(tx: Tx, claim: Claim) {
  const payments = await paymentsOfClaim(tx, claim)
  return payments.map((payment) => ({
    paymentId: payment.paymentId,
    amount: formatAmount({ minor: payment.amount, currency: claim.currency }),
    receivedOn: payment.receivedOn,
    bookedAt: payment.createdAt,
    returnedAt: payment.reversedAt,
    allocations: payment.allocations,
    overpaid: formatAmount({ minor: payment.overpaid, currency: claim.currency }),
  }))
}

/** Journey and law as they were when a person approved the hand-over. */
function rulesContent(events: readonly EventRow[]) {
  const approval = events.findLast(({ type }) => type === 'payment-request.handed-over')
  const { journey, journeyVersion, profile, profileVersion } = approval?.data ?? {}
  return {
    journey: journey === undefined ? null : { id: journey, version: journeyVersion },
    compliance: profile === undefined ? null : { profile, version: profileVersion },
    approvedAt: approval?.at ?? null,
    approvedBy: approval?.data['by'] ?? null,
  }
}
