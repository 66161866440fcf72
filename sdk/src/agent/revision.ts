// May this request take the place of the one before? Spec: REV-01, REV-02, PLN-05.

import type { RequestMessage } from '../protocol/generated/messages.ts'
import type { ArrivalRefusal } from './agent-refusal.ts'
import type { ThreadRecord } from './store.ts'

/**
 * The refusal of a revision, or null: `agreement-exists`, `revision-superseded` (not a later one),
 * `content-invalid` (another bill, another currency, a revision left out).
 */
export function revisionFault(
  thread: ThreadRecord,
  { requestId, revision, amount, replan }: RequestMessage,
): ArrivalRefusal['code'] | null {
  const { request, agreement, former } = thread
  const offersAnother = replan !== undefined && replan.agreementId === agreement?.agreementId
  if ((isAgreed(thread) || former !== null) && !offersAnother) return 'agreement-exists'
  if (revision <= request.revision) return 'revision-superseded'
  const isNext = revision === request.revision + 1
  const isSameBill = requestId === request.requestId && amount.currency === request.amount.currency
  return isNext && isSameBill ? null : 'content-invalid'
}

/** A creditor's message that follows a plan of ours directly says that it took the plan. */
function isAgreed({ agreement, answer, messages }: ThreadRecord): boolean {
  const isTaken =
    answer?.kind === 'accept' && answer.acknowledged && answer.seq === messages.length - 1
  return agreement !== null || isTaken
}
