// What a provider of text messages hands in: how a message fared, or what a person answered. Who called
// was checked before. Our words for the person are returned: the provider sends them.
import { dayInZone } from '@parley/sdk/protocol'
import { languageOfDebtor } from '../domain/claim/debtor.ts'
import { messageClaim, messageCreditor } from '../domain/content/claim-facts.ts'
import { composeSmsAnswer, type SmsAnswer } from '../domain/content/render-message-sms.ts'
import type { IncomingAction } from '../domain/incoming/propose-action.ts'
import { readSmsReply } from '../domain/incoming/read-reply.ts'
import type { SmsEvent, SmsReply, SmsReport } from '../domain/sms/sms-event.ts'
import { chooseLanguage } from '../domain/wording/language.ts'
import type { Wording } from '../domain/wording/wording.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import { readCreditor } from '../storage/creditors.ts'
import { closeTextsTo, findDebtor } from '../storage/debtors.ts'
import { countPersonReplies } from '../storage/person-replies.ts'
import { findMessageById, findMessageOfProvider, lastTextTo } from '../storage/sent-messages.ts'
import type { Deps } from './deps.ts'
import { type DeliveryNews, noteDeliveryNews } from './note-undelivered.ts'
import { type ReadAnswerDeps, readAnswer } from './read-answer.ts'
import { MAX_ANSWERS_A_DAY, type ReplyDeps, takeReply } from './take-reply.ts'

export type ReceiveTextDeps = ReplyDeps &
  ReadAnswerDeps &
  Pick<Deps, 'links'> & { wording: Wording }

interface ClaimKey {
  creditorId: string
  claimId: string
}

/**
 * Takes a report or an answer; the same twice has one effect. Returns what the person is to be
 * answered, or undefined. What concerns no message of ours has no effect.
 */
export async function receiveText(
  deps: ReceiveTextDeps,
  provider: string,
  event: SmsEvent,
): Promise<string | undefined> {
  if (event.kind === 'reply') return await takeAnswer(deps, provider, event)
  await takeReport(deps, provider, event)
  return undefined
}

async function takeReport(
  deps: ReceiveTextDeps,
  provider: string,
  report: SmsReport,
): Promise<void> {
  const { providerId, reference } = report
  // A report may be here before the answer that told us the provider's id.
  const message = await acrossCreditors(
    async () =>
      (await findMessageOfProvider(deps.db, { provider, providerId })) ??
      (reference === undefined ? undefined : await findMessageById(deps.db, reference)),
  )
  if (message?.channel !== 'sms') return
  await forCreditor(message.creditorId, () => noteDeliveryNews(deps, message, newsOf(report)))
}

function newsOf({ state, failure }: SmsReport): DeliveryNews {
  if (state !== 'failed') return { delivery: state === 'delivered' ? 'delivered' : 'accepted' }
  const isHard = failure?.kind === 'permanent' && failure.blames === 'recipient'
  if (!isHard) return { delivery: 'undelivered' }
  const closes = failure.code === 'opted-out' ? 'stopped' : 'gone'
  return { delivery: 'undelivered', closes }
}

async function takeAnswer(
  deps: ReceiveTextDeps,
  provider: string,
  reply: SmsReply,
): Promise<string | undefined> {
  const message = await acrossCreditors(() => lastTextTo(deps.db, reply.from))
  if (message === undefined) return undefined
  return await forCreditor(message.creditorId, () => answer(deps, { provider, message, reply }))
}

async function answer(
  deps: ReceiveTextDeps,
  { provider, message, reply }: { provider: string; message: ClaimKey; reply: SmsReply },
): Promise<string | undefined> {
  const { from, text, providerId } = reply
  const claim = await findClaim(deps.db, message)
  if (claim === undefined) return undefined
  const { creditorId, claimId } = claim
  const read = await readAnswer(deps, claim, (context) => readSmsReply(text, context))
  const origin = `sms:${provider}:${providerId}`
  const taken = await takeReply(deps, {
    creditorId,
    claimId,
    channel: 'sms',
    ...read,
    origin,
    text,
    phone: from,
  })
  if (!taken.ok) return undefined
  const { action } = taken.value
  if (action.kind === 'stop-channel') {
    // Whoever says stop to a number says it to everybody who writes from there.
    await acrossCreditors(() => deps.db.transaction().execute((tx) => closeTextsTo(tx, from)))
  }
  const since = deps.clock.now() - 86_400
  const count = await countPersonReplies(deps.db, claim, { channel: 'sms', since })
  return count > MAX_ANSWERS_A_DAY
    ? undefined
    : await wordsFor(deps, claim, answerTo(action, claim))
}

/** Nothing rests on a closed claim, and no other day can be had: a person reads what is said of it. */
const OF_OPEN_CLAIMS = new Set(['look-for-payment', 'record-promise', 'offer-day'])

function answerTo(action: IncomingAction, { state }: Claim): SmsAnswer {
  if (state !== 'open' && OF_OPEN_CLAIMS.has(action.kind)) return { kind: 'unread' }
  switch (action.kind) {
    case 'look-for-payment':
      return { kind: 'paid' }
    case 'record-promise':
      return { kind: 'promise', day: action.day }
    case 'offer-day':
      return { kind: 'date', day: action.day }
    case 'open-hardship':
    case 'call-back':
      return { kind: 'help' }
    case 'stop-channel':
      return { kind: 'stop' }
    default:
      return { kind: 'unread' }
  }
}

/** Our answer in the person's language; none where it does not fit into a text message. */
async function wordsFor(
  deps: ReceiveTextDeps,
  claim: Claim,
  answer: SmsAnswer,
): Promise<string | undefined> {
  const creditor = await readCreditor(deps.db, claim.creditorId)
  const debtor = await findDebtor(deps.db, claim)
  const own = debtor === undefined ? null : languageOfDebtor(debtor)
  const composed = composeSmsAnswer(
    answer,
    {
      language: chooseLanguage(own, creditor.language),
      creditor: messageCreditor(creditor),
      claim: messageClaim(claim),
      portalUrl: deps.links.urlOf(claim.claimId),
      today: dayInZone(deps.clock.now(), debtor?.timeZone ?? creditor.timeZone),
    },
    deps.wording,
  )
  return composed.ok ? composed.value.text : undefined
}
