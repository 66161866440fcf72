// Hands the waiting messages to an agent that asks for them with its pull token. They stay until a
// later call names the last one that the agent has stored.
import { createHash } from 'node:crypto'
import { err, ok, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import {
  type EnrolmentKey,
  findEnrolmentByPullToken,
  handOutMessages,
  markPulled,
} from '../storage/agent-deliveries.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import type { Tx } from '../storage/database.ts'
import type { Deps } from './deps.ts'
import { recordDelivery } from './record-delivery.ts'

export interface PullCommand {
  /** The secret part of the pull URL. */
  pullToken: string
  /** The last cursor of an earlier reply that the agent has stored. */
  after?: number | undefined
}

/** What waits, oldest first. Spec: DLV-02. */
export interface InboxPage {
  messages: InboxMessage[]
  /** More waits behind these. */
  more: boolean
}

export interface InboxMessage {
  /** To be passed as `after` once this message, and those before it, are stored. */
  cursor: string
  /** The message as a compact JWS. */
  jws: string
}

const PAGE = 50

/** The stored form of a pull token: its SHA-256, so that the store gives no token away. */
export function pullTokenHash(pullToken: string): Buffer {
  return createHash('sha256').update(pullToken).digest()
}

/**
 * Returns up to 50 messages; of an enrolment that has ended, our revoke alone, until it is stored.
 * Refuses `not-found` for a token that nobody has, and for an ended enrolment afterwards.
 */
export async function pullInbox(
  deps: Pick<Deps, 'db' | 'clock' | 'outboxChanged'>,
  command: PullCommand,
): Promise<Result<InboxPage, Refusal>> {
  const enrolment = await acrossCreditors(() =>
    findEnrolmentByPullToken(deps.db, pullTokenHash(command.pullToken)),
  )
  if (enrolment === undefined) return err(noSuchInbox())
  return await forCreditor(enrolment.creditorId, () => pull(deps, enrolment, command))
}

function noSuchInbox(): Refusal {
  return refusal('not-found', 'there is no such inbox')
}

async function pull(
  deps: Pick<Deps, 'db' | 'clock' | 'outboxChanged'>,
  enrolment: EnrolmentKey & { endedAt: number | null },
  command: PullCommand,
): Promise<Result<InboxPage, Refusal>> {
  const at = deps.clock.now()
  const page = await deps.db.transaction().execute(async (tx) => {
    const after = Math.min(command.after ?? 0, Number.MAX_SAFE_INTEGER)
    const acknowledged = after > 0 ? await acknowledge(tx, enrolment, { after, at }) : 0
    const handedOut = await handOutMessages(tx, enrolment, { limit: PAGE, at })
    const isEmpty = handedOut.messages.length === 0 && acknowledged === 0
    return enrolment.endedAt !== null && isEmpty ? undefined : handedOut
  })
  if (page === undefined) return err(noSuchInbox())
  if (command.after !== undefined) deps.outboxChanged()
  return ok({
    messages: page.messages.map(({ deliveryId, jws }) => ({ cursor: String(deliveryId), jws })),
    more: page.more,
  })
}

async function acknowledge(
  tx: Tx,
  enrolment: EnrolmentKey,
  { after, at }: { after: number; at: number },
): Promise<number> {
  const delivered = await markPulled(tx, enrolment, { after, at })
  const inOrder = delivered.toSorted((a, b) => a.deliveryId - b.deliveryId)
  for (const message of inOrder) await recordDelivery(tx, message, { by: 'pull', at })
  return inOrder.length
}
