// What a creditor says in the thread of an enrolment: is this inbox yours, here is my next account,
// this ends. Each gets a signed `noted`, the same one for the same message. Spec: ENR-04 to ENR-07.

import { dayInZone, parseDay } from '../protocol/days.ts'
import type { AccountChangeMessage } from '../protocol/generated/messages.ts'
import type { MessageByKind } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import type { VerifiedMessage } from '../protocol/verify.ts'
import type { ArrivalRefusal } from './agent-refusal.ts'
import { changeEnrolment } from './change-enrolment.ts'
import { checkCreditor } from './check-content.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment, EndedEnrolment } from './enrolment.ts'
import { type Lane, withdrawn, withOwnMessage, withoutDoubtful } from './lane.ts'
import { signingKeyOf } from './own-keys.ts'
import { pinnedCreditor } from './pinned-account.ts'
import type { ThreadMessage } from './store.ts'

/** Kinds that belong to the thread of an enrolment. */
export type EnrolmentNewsKind = 'challenge' | 'account-change' | 'revoke'

/** A verified message of an enrolment's thread. */
export type EnrolmentNews = { readonly message: VerifiedMessage } & {
  [K in EnrolmentNewsKind]: { readonly kind: K; readonly payload: MessageByKind[K] }
}[EnrolmentNewsKind]

/** The answer to a message of an enrolment's thread. */
export interface TakenNews {
  /** The signed `noted`. */
  readonly reply: string
  readonly effect: 'stored' | 'known'
}

type Established = ActiveEnrolment | EndedEnrolment
type Outcome = Result<TakenNews, ArrivalRefusal>

/**
 * Takes a message in. Refuses `enrolment-unknown`, `sequence`, `sequence-stale`, `equivocation`,
 * `prev`, `content-invalid` and `account` (another account than the pinned one was the former).
 */
export async function takeEnrolmentNews(
  context: AgentContext,
  enrolmentId: string,
  { news, wasPushed }: { readonly news: EnrolmentNews; readonly wasPushed: boolean },
): Promise<Outcome> {
  const taken = await changeEnrolment(context, enrolmentId, async (enrolment) => {
    if (enrolment === undefined || enrolment.state === 'pending') {
      return unchanged(err({ code: 'enrolment-unknown' }))
    }
    const placed = placeIn(enrolment.lane, news.message)
    if (!placed.ok) return unchanged(placed)
    if (typeof placed.value === 'string') {
      return unchanged(ok({ reply: placed.value, effect: 'known' }))
    }
    const changed = withNews(context, enrolment, news)
    if (!changed.ok) return unchanged(changed)
    const placedIn = { ...changed.value, lane: placed.value }
    const noted = await withNoted(context, placedIn, { news, wasPushed })
    const reply = noted.lane.messages.at(-1)?.jws ?? ''
    return { enrolment: noted, outcome: ok({ reply, effect: 'stored' }) as Outcome }
  })
  if (taken === null) return err({ code: 'busy' })
  if (taken.ok && taken.value.effect === 'stored') await announce(context, enrolmentId, news)
  return taken
}

function unchanged(outcome: Outcome) {
  return { enrolment: null, outcome }
}

/** The lane as the message finds it, or the reply that the same message got before. */
function placeIn(
  lane: Lane,
  { hash, payload }: VerifiedMessage,
): Result<Lane | string, ArrivalRefusal> {
  const { seq, prev } = payload
  const { messages } = lane
  const known = messages[seq]
  if (known?.hash === hash) {
    const reply = messages[seq + 1]
    // Nothing was answered to it yet, such as to a challenge that was pulled.
    return ok(reply?.jws ?? { ...lane, messages: messages.slice(0, seq) })
  }
  // What is under way, or in doubt, may not have been given its place.
  const free = [{ ...lane, underWay: null }, withdrawn(lane), withoutDoubtful(lane)]
  const fitting = free.find(
    (one) => seq === one.messages.length && prev === (one.messages.at(-1)?.hash ?? null),
  )
  if (fitting !== undefined) return ok(fitting)
  if (known !== undefined) {
    return err({ code: known.from === 'creditor' ? 'equivocation' : 'sequence-stale' })
  }
  return err({ code: seq > messages.length ? 'sequence' : 'prev' })
}

function withNews(
  context: AgentContext,
  enrolment: Established,
  news: EnrolmentNews,
): Result<Established, ArrivalRefusal> {
  switch (news.kind) {
    case 'challenge':
      return enrolment.state === 'active' ? ok(enrolment) : err({ code: 'enrolment-unknown' })
    case 'revoke':
      return ok(
        enrolment.state === 'ended'
          ? enrolment
          : { ...enrolment, state: 'ended', endedBy: 'creditor', endedAt: context.clock() },
      )
    case 'account-change':
      return withAnnounced(context, enrolment, news.payload)
  }
}

function withAnnounced(
  context: AgentContext,
  enrolment: Established,
  { creditor, previousAccount, effectiveOn }: AccountChangeMessage,
): Result<Established, ArrivalRefusal> {
  if (enrolment.state === 'ended') return err({ code: 'enrolment-unknown' })
  const noticedAt = context.clock()
  const pinned = pinnedCreditor(enrolment, { today: dayInZone(noticedAt, 'UTC'), now: noticedAt })
  if (creditor.id !== pinned.id) return err({ code: 'content-invalid', detail: 'creditor.id' })
  const showable = checkCreditor(creditor)
  if (!showable.ok) return showable
  if (!parseDay(effectiveOn).ok) return err({ code: 'content-invalid', detail: 'effectiveOn' })
  const former = [pinned, enrolment.announced?.creditor].map((one) => one?.account.iban)
  if (!former.includes(previousAccount.iban)) return err({ code: 'account' })
  const coolingOffUntil = noticedAt + context.coolingOffSeconds
  const times = { effectiveOn, noticedAt, coolingOffUntil }
  const announced = { creditor, ...times, isConfirmed: false }
  return ok({ ...enrolment, creditor: pinned, announced })
}

async function withNoted(
  context: AgentContext,
  enrolment: Established,
  { news, wasPushed }: { readonly news: EnrolmentNews; readonly wasPushed: boolean },
): Promise<Established> {
  const { kind, message } = news
  const { hash, jws, payload } = message
  const theirs: ThreadMessage = {
    ...{ from: 'creditor', kind, jti: payload.jti, hash, jws },
    at: context.clock(),
  }
  const { server, sub, thr, messagesUrl: url } = enrolment
  const address = { server, sub, thr, url, key: await signingKeyOf(context, enrolment) }
  const lane = { ...enrolment.lane, messages: [...enrolment.lane.messages, theirs] }
  // Only the inbox itself can prove that it is the agent's.
  if (kind === 'challenge' && !wasPushed) return { ...enrolment, lane }
  const said = { kind: 'noted', body: { ref: hash } } as const
  const noted = await withOwnMessage(context, lane, { said, address })
  const answeredNow = { ...noted, underWay: null, isDoubtful: true }
  return { ...enrolment, lane: wasPushed ? answeredNow : noted }
}

async function announce(
  context: AgentContext,
  enrolmentId: string,
  news: EnrolmentNews,
): Promise<void> {
  if (news.kind === 'revoke') {
    context.emit({ type: 'enrolment-ended', enrolmentId, endedBy: 'creditor' })
  }
  if (news.kind === 'account-change') {
    const { creditor, effectiveOn } = news.payload
    const coolingOffUntil = context.clock() + context.coolingOffSeconds
    const account = { iban: creditor.account.iban, effectiveOn, coolingOffUntil }
    context.emit({ type: 'account-announced', enrolmentId, ...account })
  }
}
