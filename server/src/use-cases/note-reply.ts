// What staff or a phone agent noted of a person's answer, in words of the API. Somebody listened, so it
// is sure unless they say otherwise.
import {
  type Amount,
  compareDays,
  type Day,
  dayInZone,
  err,
  ok,
  parseDay,
  type Result,
} from '@parley/sdk/protocol'
import { type IncomingAction, proposeAction } from '../domain/incoming/propose-action.ts'
import type { ReplyKind } from '../domain/incoming/read-reply.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { readCreditor } from '../storage/creditors.ts'
import { type ReplyDeps, takeReply } from './take-reply.ts'

export interface NoteReply {
  creditorId: string
  claimId: string
  channel: 'phone' | 'letter' | 'email' | 'sms'
  kind: Exclude<ReplyKind, 'unreadable'> | 'other'
  day?: Day
  amount?: Amount
  reason?: string
  text?: string
  /** The caller's id of the answer: the same one has one effect. */
  messageId: string
}

/**
 * Gives the answer its effect. Refuses `not-found`, `date-invalid` (a promise without a day, or a
 * payment in days to come), and as takeReply does.
 */
export async function noteReply(deps: ReplyDeps, noted: NoteReply): Promise<Result<void, Refusal>> {
  const { kind, day, amount, text, reason, messageId, ...where } = noted
  const { timeZone } = await readCreditor(deps.db, noted.creditorId)
  const refused = dayRefusal(noted, dayInZone(deps.clock.now(), timeZone))
  if (refused !== undefined) return err(refused)
  const taken = await takeReply(deps, {
    ...where,
    action: actionOf(kind, day),
    isSure: kind !== 'other',
    origin: `api:${messageId}`,
    ...(kind === 'paid-already' && day !== undefined ? { paidOn: day } : {}),
    ...(amount === undefined ? {} : { disputed: amount }),
    ...(reason === undefined ? {} : { reason }),
    ...(text === undefined ? {} : { text }),
  })
  return taken.ok ? ok(undefined) : taken
}

function actionOf(kind: NoteReply['kind'], day: Day | undefined): IncomingAction {
  const read = { confidence: 'sure', evidence: [], otherKinds: [] } as const
  const meant = kind === 'other' ? 'unreadable' : kind
  const dated = day === undefined ? {} : { day }
  const proposal = proposeAction({ kind: meant, ...read, ...dated })
  return proposal.kind === 'apply' ? proposal.action : proposal.proposed
}

function dayRefusal({ kind, day }: NoteReply, today: Day): Refusal | undefined {
  const refuse = (detail: string) => refusal('date-invalid', detail, '/day')
  if (day === undefined) return kind === 'promise' ? refuse('a promise names a day') : undefined
  if (!parseDay(day).ok) return refuse('no such day')
  const isLater = compareDays(day, today) > 0
  return kind === 'paid-already' && isLater ? refuse('a payment made lies in the past') : undefined
}
