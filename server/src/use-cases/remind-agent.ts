// The signed reminder to the agent that acts for a person: what is owed now and how that sum comes
// about. Asked before the person is, or in the person's place. Spec: DUN-05.
import { dayInZone } from '@parley/sdk/protocol'
import { amountAsOf } from '../domain/claim/amount-as-of.ts'
import { payByDay } from '../domain/content/claim-facts.ts'
import { chargesOf } from '../storage/charges.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import type { HumanMessage } from '../storage/human-messages.ts'
import type { Thread } from '../storage/threads.ts'
import { appendToConversation, conversationOf } from './append-to-conversation.ts'
import { readSituation, statusAfter } from './conversation-exchange.ts'
import type { Deps } from './deps.ts'
import { prepareMessage } from './prepare-message.ts'
import { Outrun } from './retry-when-outrun.ts'

export type RemindDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'signer' | 'publicUrl'>

/** How loud a message is, as its template ends: `…-t3` is 3; 0 without. */
function levelOf(template: string): number {
  return Number(/-t([1-5])$/.exec(template)?.[1] ?? 0)
}

/** How long an agent has to answer a reminder. */
const ANSWER_SECONDS = 48 * 3_600

/**
 * Signs the reminder; the function that it returns appends it in the caller's transaction. Undefined
 * when no agent stands at the other end any more.
 *
 * @throws {Outrun} from the returned function when the thread has moved.
 */
export async function prepareAgentReminder(
  deps: RemindDeps,
  message: HumanMessage,
): Promise<((tx: Tx) => Promise<void>) | undefined> {
  const claim = await findClaim(deps.db, message)
  if (claim === undefined) return undefined
  const thread = await conversationOf(deps, claim)
  if (thread.enrolmentId === null) return undefined
  if (claim.conversation === 'agreed') return await preparePlanReminder(deps, claim, thread)
  const now = deps.clock.now()
  const { timeZone } = await readCreditor(deps.db, claim.creditorId)
  const today = dayInZone(now, timeZone)
  const charges = claim.charges > 0n ? await chargesOf(deps.db, claim) : []
  const owed = amountAsOf(claim, { asOf: today, today }, charges)
  if (!owed.ok) throw new Error(`claim ${claim.claimId} has no amount today`)
  const { requestId, revision, total, parts } = owed.value
  const dueDate = claim.dueDate < today ? payByDay(today) : claim.dueDate
  const respondBy = Math.max(claim.respondBy, now + ANSWER_SECONDS)
  const dunning = {
    level: levelOf(message.template),
    respondBy,
    nextStep: 'human-channel' as const,
  }
  const reminder = await prepareMessage(deps, {
    thread,
    kind: 'reminder',
    body: { requestId, revision, dunning, dueDate, total, parts },
    now,
  })
  return async (tx) => {
    const fresh = await findClaim(tx, claim)
    if (fresh?.version !== claim.version) throw new Outrun()
    await appendToConversation(tx, thread, reminder, now)
  }
}

/** Of an agreed plan no reminder is sent: a status says which line is due (DUN-05). */
async function preparePlanReminder(
  deps: RemindDeps,
  claim: Claim,
  thread: Thread,
): Promise<(tx: Tx) => Promise<void>> {
  const situation = await readSituation(deps, claim)
  const { now } = situation
  const body = { ...statusAfter(situation), reason: { code: 'plan-line-near' } }
  const status = await prepareMessage(deps, { thread, kind: 'status', body, now })
  return async (tx) => {
    const fresh = await findClaim(tx, claim)
    if (fresh?.version !== situation.claim.version) throw new Outrun()
    await appendToConversation(tx, thread, status, now)
  }
}
