// Gathers what an agency would need to know of a case, and judges whether anything is missing. Reads
// only; approve-hand-over.ts decides.
import { dayInZone, err, ok, type Result } from '@parley/sdk/protocol'
import { disputedOf, outstandingOf } from '../domain/claim/claim.ts'
import type { CaseFacts, NoticeFact } from '../domain/compliance/case-facts.ts'
import { type Law, lawInForce } from '../domain/compliance/law-in-force.ts'
import type { Channel } from '../domain/compliance/profile.ts'
import { countsAsArrived } from '../domain/delivery/delivery.ts'
import { type CaseGap, checkCaseFile } from '../domain/hand-over/check-case-file.ts'
import { judgeNotices } from '../domain/hand-over/notice-that-counts.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { openTaskKindsOf, type ToldMessage, toldMessagesOf } from '../storage/case-file.ts'
import { holdsOf } from '../storage/claim-holds.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { type CreditorRow, readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import { type DunningCase, dunningCaseOf } from '../storage/dunning-cases.ts'
import { paymentsOfClaim } from '../storage/payments.ts'
import type { Deps } from './deps.ts'

export type CaseFileDeps = Pick<Deps, 'db' | 'clock' | 'laws'>

export interface CaseFileView {
  claim: Claim
  gaps: CaseGap[]
  /** The journey that the claim stands in, if any. */
  journey: { id: string; version: number } | undefined
  /** The law that governs it, if it is known. */
  law: { profile: string; version: number } | undefined
}

/** A case with every gap of its file. Refuses `not-found`. */
export async function readCaseFile(
  deps: CaseFileDeps,
  key: { creditorId: string; claimId: string },
): Promise<Result<CaseFileView, Refusal>> {
  const claim = await findClaim(deps.db, key)
  const debtor = claim && (await findDebtor(deps.db, claim))
  if (claim === undefined || debtor === undefined) {
    return err(refusal('not-found', 'you have no payment request with this id'))
  }
  const creditor = await readCreditor(deps.db, key.creditorId)
  const law = deps.laws.of({ country: debtor.country ?? creditor.country, party: debtor.party })
  const told = await toldMessagesOf(deps.db, key)
  const now = deps.clock.now()
  const today = dayInZone(now, creditor.timeZone)
  const facts = await factsOf(deps, { claim, creditor, told, today })
  const gaps = checkCaseFile({
    claim: {
      ...claim,
      outstanding: outstandingOf(claim),
      disputed: disputedOf(claim),
    },
    debtor,
    holds: await holdsOf(deps.db, key),
    notices: judgeNotices(law, facts),
    openTasks: await openTaskKindsOf(deps.db, key),
    today,
    now,
  })
  const planned = await dunningCaseOf(deps.db, key)
  return ok({ claim, gaps, journey: journeyOf(planned), law: lawName(law, claim) })
}

function journeyOf(planned: DunningCase | undefined): CaseFileView['journey'] {
  return planned && { id: planned.journeyId, version: planned.journeyVersion }
}

function lawName(law: Law | undefined, { dueDate }: Claim): CaseFileView['law'] {
  const inForce = law && lawInForce(law, dueDate)
  if (inForce?.ok !== true) return undefined
  return { profile: inForce.value.profile.id, version: inForce.value.version.version }
}

async function factsOf(
  deps: CaseFileDeps,
  about: { claim: Claim; creditor: CreditorRow; told: readonly ToldMessage[]; today: string },
): Promise<CaseFacts> {
  const { claim, creditor, told, today } = about
  const payments = await paymentsOfClaim(deps.db, claim)
  return {
    claimId: claim.claimId,
    principal: { minor: claim.principal, currency: claim.currency },
    dueDay: claim.dueDate,
    asOf: today,
    payments: payments
      .filter(({ reversedAt, receivedOn }) => reversedAt === null && receivedOn <= today)
      .map(({ receivedOn, amount }) => ({ day: receivedOn, minor: amount })),
    notices: told.flatMap((message) => noticeFact(message, creditor)),
    stops: [],
    grounds: creditor.chargesAgreed ? ['agreed'] : [],
  }
}

/** A message counts as a notice when what it stated was frozen in it. */
function noticeFact(message: ToldMessage, { timeZone }: CreditorRow): NoticeFact[] {
  const { messageId, notice, sentAt, state, delivery } = message
  if (notice === null || state !== 'sent' || sentAt === null) return []
  const { announced, kind, channel } = notice
  return [
    {
      id: messageId,
      day: dayInZone(sentAt, timeZone),
      channel: channel as Channel,
      kind,
      ...(countsAsArrived(delivery) ? {} : { undelivered: true }),
      ...(announced === null
        ? {}
        : { statedFee: BigInt(announced.fee), statedLastDay: announced.lastDay }),
    },
  ]
}
