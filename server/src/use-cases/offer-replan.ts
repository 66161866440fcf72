// The one other plan that is offered by itself after a missed line: a new request over the rest, with a
// menu and the reason. The agreement in force stands until the new one is made. Spec: PLN-05.
import { addDays, type Day, startOfDayInZone } from '@parley/sdk/protocol'
import type { ReplanOffer } from '../domain/plan/plan-moves.ts'
import type { ClaimChange } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { findEnrolment } from '../storage/enrolments.ts'
import { clearCounters, type Thread } from '../storage/threads.ts'
import { appendToConversation } from './append-to-conversation.ts'
import type { ClaimSituation } from './conversation-exchange.ts'
import { prepareMessage } from './prepare-message.ts'
import type { RevisionDeps } from './prepare-revision.ts'
import type { PlanInForce } from './read-plan.ts'
import { requestOfClaim } from './request-of-claim.ts'

export interface PreparedReplan {
  replan: ReplanOffer
  /** The day after the last on which it can be agreed to. */
  lookOn: Day
  change: ClaimChange
  write(tx: Tx): Promise<void>
}

/** Prepares the offer; plans without a price over what is owed now, firm to the end of its last day. */
export async function prepareReplan(
  deps: RevisionDeps,
  offered: { situation: ClaimSituation; plan: PlanInForce; thread: Thread },
): Promise<PreparedReplan> {
  const { situation, plan, thread } = offered
  const { claim, now } = situation
  const { agreement, today, timeZone } = plan
  const creditor = await readCreditor(deps.db, claim.creditorId)
  const revision = claim.revision + 1
  const until = addDays(today, agreement.lateTerms.answerDays)
  const lookOn = addDays(until, 1)
  const expiresAt = startOfDayInZone(lookOn, timeZone)
  const body = await requestOfClaim(deps, {
    claim: { ...claim, revision },
    creditor,
    now,
    respondBy: expiresAt,
    enrolment: await findEnrolment(deps.db, { ...thread, enrolmentId: thread.enrolmentId ?? '' }),
    replan: { agreementId: agreement.agreementId, reason: { code: 'line-missed' } },
  })
  const message = await prepareMessage(deps, { thread, kind: 'request', body, now, expiresAt })
  return {
    replan: { until, state: 'open', revision },
    lookOn,
    change: { revision },
    write: async (tx) => {
      await clearCounters(tx, thread)
      await appendToConversation(tx, thread, message, now)
    },
  }
}
