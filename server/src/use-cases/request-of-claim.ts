// The body of a request for what is owed on a claim now, whoever it goes to.
import { outstandingOf } from '../domain/claim/claim.ts'
import { requestBody } from '../domain/claim/issue-claim.ts'
import type { Claim } from '../storage/claims.ts'
import type { CreditorRow } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import type { Enrolment } from '../storage/enrolments.ts'
import { latestPolicy } from '../storage/policies.ts'
import { dayOf } from './day-of.ts'
import type { Deps } from './deps.ts'
import type { MessageBody } from './prepare-message.ts'

/** The request as it would be issued at `now`, with the newest policy and the present account. */
export async function requestOfClaim(
  { db }: Pick<Deps, 'db'>,
  facts: {
    claim: Claim
    creditor: CreditorRow
    now: number
    respondBy: number
    /** Whose agent it goes to, if to one. */
    enrolment?: Enrolment | undefined
    /** The agreement for which another plan is offered. */
    replan?: MessageBody<'request'>['replan']
  },
): Promise<MessageBody<'request'>> {
  const { claim, creditor, now, respondBy, enrolment, replan } = facts
  const payDay = await payDayFor(db, claim, enrolment)
  return requestBody({
    requestId: claim.claimId,
    invoice: { ...claim, amount: { minor: claim.principal, currency: claim.currency } },
    remittance: { scheme: claim.referenceScheme, reference: claim.reference },
    creditor,
    policy: await latestPolicy(db, claim.creditorId, claim.segment),
    today: dayOf(now, creditor.timeZone),
    ...(payDay === undefined ? {} : { payDay }),
    respondBy,
    outstanding: outstandingOf(claim),
    revision: claim.revision,
    arm: claim.arm,
    ...(replan === undefined ? {} : { replan }),
  })
}

/** A link may have been forwarded: only an agent that acts for the debtor sees the debtor's pay day. */
async function payDayFor(
  db: Deps['db'],
  claim: Claim,
  enrolment: Enrolment | undefined,
): Promise<number | undefined> {
  if (enrolment === undefined || enrolment.onlyClaimId !== null) return undefined
  return (await findDebtor(db, claim))?.preferences.payDay
}
