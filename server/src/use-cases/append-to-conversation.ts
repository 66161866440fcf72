// A message of ours on a claim's thread: prepared outside of the transaction, appended inside, and
// put into the inbox when an agent stands at the other end.

import type { Claim } from '../storage/claims.ts'
import type { Tx } from '../storage/database.ts'
import {
  appendMessages,
  findThread,
  type PreparedMessage,
  queueDelivery,
  type Thread,
} from '../storage/threads.ts'
import type { Deps } from './deps.ts'
import { Outrun } from './retry-when-outrun.ts'

/** The thread that holds the conversation about a claim. */
export async function conversationOf(
  deps: Pick<Deps, 'db'>,
  claim: Pick<Claim, 'claimId' | 'thr'>,
): Promise<Thread> {
  const thread = await findThread(deps.db, claim.thr)
  if (thread === undefined) throw new Error(`claim ${claim.claimId} has no thread`)
  return thread
}

/**
 * Says it to nobody where the person was erased: what is left of such a thread stays as it was proven.
 * @throws {Outrun} when the thread has moved since it was read.
 */
export async function appendToConversation(
  tx: Tx,
  thread: Thread,
  message: PreparedMessage,
  at: number,
): Promise<void> {
  if (thread.isErased) return
  if (!(await appendMessages(tx, thread, [message], at))) throw new Outrun()
  const { enrolmentId } = thread
  if (enrolmentId !== null) await queueDelivery(tx, { ...thread, enrolmentId, seq: message.seq })
}
