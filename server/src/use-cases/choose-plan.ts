// A person chooses a plan on the page: one of the rows that a bot would be offered too. The creditor
// alone signs the agreement, and an agent that was asked is told how it ended.
import {
  type Agreement,
  assembleGeneralJws,
  choosePlan as choosePlanOfMenu,
  type Day,
  deriveAgreement,
  err,
  type LateTerms,
  menuOffers,
  ok,
  type PlanTerms,
  parseAmount,
  planHash,
  type Result,
  toBase64Url,
} from '@parley/sdk/protocol'
import { outstandingOf } from '../domain/claim/claim.ts'
import { statusOf } from '../domain/claim/status-of.ts'
import {
  type PlanInWords,
  payableLines,
  planForPeople,
} from '../domain/negotiation/plan-choices.ts'
import { DEFAULT_POLICY } from '../domain/negotiation/policy.ts'
import { leftToAgree } from '../domain/plan/plan-moves.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { agreementOf, type KeptAgreement } from '../storage/agreements.ts'
import { holdsOf } from '../storage/claim-holds.ts'
import type { Claim } from '../storage/claims.ts'
import {
  appendMessages,
  findThread,
  type PreparedMessage,
  queueDelivery,
  type Thread,
} from '../storage/threads.ts'
import { claimOfLink } from './claim-of-link.ts'
import { dayOf } from './day-of.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { type ClaimOffer, readClaimOffer } from './read-claim-offer.ts'
import { Outrun, retryWhenOutrun } from './retry-when-outrun.ts'
import { writeAgreement } from './write-agreement.ts'

export type ChooseDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'signer' | 'links' | 'publicUrl' | 'outboxChanged'
>

export interface PlanChoice {
  /** The token of the link. */
  token: string
  rowId: string
  firstDueDate: Day
}

/** A choice that may be confirmed: what would still be paid, and the hash that names the plan. */
export interface CheckedChoice extends PlanInWords {
  planHash: string
  /** What follows when a payment is late: told before anything is agreed (PLN-01). */
  lateTerms: LateTerms
}

interface Situation {
  claim: Claim
  offer: ClaimOffer
  plan: PlanTerms
  planHash: string
  /** The agreement for which another plan was offered. */
  former: KeptAgreement | undefined
  now: number
}

/**
 * Checks a choice without agreeing to it. Refuses `not-found`, `claim-settled`, `claim-not-open`,
 * `agreement-exists`, `row-unknown` and `date-outside-window`.
 */
export async function checkPlanChoice(
  deps: Pick<ChooseDeps, 'db' | 'clock' | 'links'>,
  choice: PlanChoice,
): Promise<Result<CheckedChoice, Refusal>> {
  const claim = await claimOfLink(deps, choice.token)
  if (claim === undefined) return err(refusal('not-found', 'this link leads nowhere'))
  const situation = await judge(deps, claim, choice)
  if (!situation.ok) return situation
  const { offer, plan, planHash } = situation.value
  const received = offer.principal.minor - outstandingOf(claim)
  const lines = payableLines(offer.principal, plan, received)
  const { lateTerms = DEFAULT_POLICY.late } = offer.request
  // A second plan is followed by no third one.
  const replans = situation.value.former === undefined ? lateTerms.replans : 0
  const told = { ...lateTerms, replans }
  return ok({ planHash, lateTerms: told, ...planForPeople(plan, lines) })
}

/**
 * Agrees to the plan that was shown. Refuses like `checkPlanChoice`, and `plan-hash-mismatch` when
 * the row and day no longer stand for the plan that the person confirmed. The same confirmation
 * once more has no further effect.
 */
export async function choosePlan(
  deps: ChooseDeps,
  choice: PlanChoice & { planHash: string },
): Promise<Result<{ agreementId: string }, Refusal>> {
  return await retryWhenOutrun(() => agreeOnce(deps, choice))
}

async function agreeOnce(
  deps: ChooseDeps,
  choice: PlanChoice & { planHash: string },
): Promise<Result<{ agreementId: string }, Refusal>> {
  const claim = await claimOfLink(deps, choice.token)
  if (claim === undefined) return err(refusal('not-found', 'this link leads nowhere'))
  const before = await sameAgreement(deps, claim, choice.planHash)
  if (before !== undefined) return ok({ agreementId: before })
  const situation = await judge(deps, claim, choice)
  if (!situation.ok) {
    // The same confirmation may have been agreed to since.
    const since = await sameAgreement(deps, claim, choice.planHash)
    return since === undefined ? situation : ok({ agreementId: since })
  }
  if (situation.value.planHash !== choice.planHash) {
    return err(refusal('plan-hash-mismatch', 'the plan is not the one that was shown'))
  }
  return ok({ agreementId: await agree(deps, situation.value) })
}

/** The agreement that the same person's confirmation made before, if it was this plan. */
async function sameAgreement(
  deps: ChooseDeps,
  claim: Claim,
  hash: string,
): Promise<string | undefined> {
  const agreement = await agreementOf(deps.db, claim)
  if (agreement?.acceptedBy !== 'portal' || agreement.jws === null) return undefined
  const payload = Buffer.from(agreement.jws.payload, 'base64url').toString('utf8')
  return (JSON.parse(payload) as Agreement).planHash === hash ? agreement.agreementId : undefined
}

async function judge(
  deps: Pick<ChooseDeps, 'db' | 'clock'>,
  claim: Claim,
  { rowId, firstDueDate }: PlanChoice,
): Promise<Result<Situation, Refusal>> {
  if (claim.state === 'settled') return err(refusal('claim-settled', 'nothing is owed any more'))
  if (claim.state !== 'open') return err(refusal('claim-not-open', `the claim is ${claim.state}`))
  const now = deps.clock.now()
  const offer = await readClaimOffer(deps.db, claim, now)
  const former = await agreementOf(deps.db, claim)
  const today = dayOf(now, offer.request.timeZone)
  if (former !== undefined && leftToAgree(former, today) === 'stands') {
    return err(refusal('agreement-exists', 'a plan was agreed'))
  }
  const chosen = choosePlanOfMenu(offer.menu, rowId, firstDueDate)
  if (!chosen.ok) return err(refusal(chosen.error.code, chosen.error.detail))
  const hash = await planHash(offer.principal, chosen.value)
  return ok({ claim, offer, plan: chosen.value, planHash: hash, former, now })
}

async function agree(deps: ChooseDeps, situation: Situation): Promise<string> {
  const { claim, offer, plan, former, now } = situation
  const thread = await findThread(deps.db, claim.thr)
  if (thread === undefined) throw new Error(`claim ${claim.claimId} has no thread`)
  const placed = await placeOffer(deps, thread, situation)
  const { agreement, bytes } = await deriveAgreement({
    request: offer.request,
    principal: offer.principal,
    plan,
    answer: {
      jti: `portal-${toBase64Url(deps.ids.randomBytes(16))}`,
      iat: now,
      prev: placed.hash,
    },
  })
  const jws = assembleGeneralJws(bytes, [await deps.signer.signAgreement(bytes)])
  const status = await prepareStatus(deps, { thread, situation, agreement, after: placed.message })
  const messages = [placed.message, status].filter((message) => message !== undefined)
  await deps.db.transaction().execute(async (tx) => {
    const { lateTerms = DEFAULT_POLICY.late } = offer.request
    const made = { claim, agreement, jws, lateTerms, former, at: now }
    await writeAgreement(tx, { ...made, acceptedBy: 'portal' })
    if (!(await appendMessages(tx, thread, messages, now))) throw new Outrun()
    const { enrolmentId } = thread
    for (const { seq } of enrolmentId === null ? [] : messages) {
      await queueDelivery(tx, { ...thread, enrolmentId: enrolmentId ?? '', seq })
    }
  })
  deps.outboxChanged()
  return agreement.agreementId
}

/**
 * The signed offer that the agreement follows. A plan that no menu of the conversation shows, such
 * as one whose window opened since, is put there first: the transcript proves what was chosen from.
 */
async function placeOffer(
  deps: ChooseDeps,
  thread: Thread,
  { claim, offer, plan, now }: Situation,
): Promise<{ hash: string; message?: PreparedMessage }> {
  const known = offer.offered.findLast(({ menu }) => menuOffers(menu, plan))
  if (known !== undefined) return { hash: known.hash }
  const body = { requestId: claim.claimId, menu: offer.menu }
  const message = await prepareMessage(deps, { thread, kind: 'menu', body, now })
  return { hash: message.hash, message }
}

/** What an agent that was asked is told; undefined when there is none. */
async function prepareStatus(
  deps: ChooseDeps,
  made: {
    thread: Thread
    situation: Situation
    agreement: Agreement
    after: PreparedMessage | undefined
  },
): Promise<PreparedMessage | undefined> {
  const { thread, situation, agreement, after } = made
  if (thread.enrolmentId === null) return undefined
  const { claim, offer, now } = situation
  const total = parseAmount(agreement.total)
  if (!total.ok) throw new Error('an agreement of our own making has no valid amount')
  const price = claim.price + total.value.minor - offer.principal.minor
  return await prepareMessage(deps, {
    thread,
    kind: 'status',
    body: statusOf({
      claim: { ...claim, price, conversation: 'agreed' },
      holds: await holdsOf(deps.db, claim),
      agreementId: agreement.agreementId,
      now,
    }),
    now,
    ...(after === undefined ? {} : { after }),
  })
}
