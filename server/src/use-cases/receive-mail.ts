// A mail that came to the sender of our mails: a bounce, an automatic answer, or the words of a person.
// It names its claim by our Message-ID, which only the recipient knows, or by a payment reference.
import { createHash } from 'node:crypto'
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { MailReturn } from '../domain/incoming/delivery-status.ts'
import { type IncomingMail, readMail } from '../domain/incoming/read-mail.ts'
import { readMailReply } from '../domain/incoming/read-reply.ts'
import { findReferencesWithSchemes } from '../domain/references/find-references.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { claimsWithReference, findClaim } from '../storage/claims.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import { findMessageById, type SentMessage } from '../storage/sent-messages.ts'
import { type DeliveryNews, noteDeliveryNews } from './note-undelivered.ts'
import { type ReadAnswerDeps, readAnswer } from './read-answer.ts'
import { type ReplyDeps, takeReply } from './take-reply.ts'

export type ReceiveMailDeps = ReplyDeps & ReadAnswerDeps

/** Longer mails are cut where they are kept for a person to read. */
const MAX_KEPT = 20_000

type Reply = Extract<IncomingMail, { kind: 'reply' }>

/**
 * Takes one raw mail. What names no claim of ours has no effect, nor has an automatic answer. Refuses
 * `mail-unreadable`.
 */
export async function receiveMail(
  deps: ReceiveMailDeps,
  raw: Uint8Array,
): Promise<Result<void, Refusal>> {
  const mail = await readMail(raw)
  if (!mail.ok) return err(refusal('mail-unreadable', `refused as ${mail.error.code}`))
  if (mail.value.kind === 'returned') {
    const { about, returns } = mail.value
    const message = await acrossCreditors(() => messageAmong(deps, about))
    const news = newsOf(returns)
    if (message?.channel === 'email' && news !== undefined) {
      await forCreditor(message.creditorId, () => noteDeliveryNews(deps, message, news))
    }
  }
  if (mail.value.kind === 'reply') {
    const reply = mail.value
    const found = await acrossCreditors(() => claimOf(deps, reply))
    if (found === undefined) return ok(undefined)
    await forCreditor(found.creditorId, () => takeWords(deps, { reply, found, raw }))
  }
  return ok(undefined)
}

async function takeWords(
  deps: ReceiveMailDeps,
  { reply: mail, found, raw }: { reply: Reply; found: FoundClaim; raw: Uint8Array },
): Promise<void> {
  const claim = await findClaim(deps.db, found)
  if (claim === undefined) return
  const { creditorId, claimId } = claim
  const read = await readAnswer(deps, claim, (context) => readMailReply(mail.text, context))
  await takeReply(deps, {
    creditorId,
    claimId,
    channel: 'email',
    action: read.action,
    isSure: read.isSure && found.isProven,
    origin: `email:${digestOf(mail.messageId ?? raw)}`,
    text: `${mail.subject}\n\n${mail.text}`.slice(0, MAX_KEPT),
  })
}

interface FoundClaim {
  creditorId: string
  claimId: string
  /** Whoever wrote got our mail, or writes from the person's own address. */
  isProven: boolean
}

/** The claim that a mail is about; undefined when it names none, or several alike. */
async function claimOf(deps: ReceiveMailDeps, mail: Reply): Promise<FoundClaim | undefined> {
  const answered = await messageAmong(deps, mail.about)
  if (answered !== undefined) return { ...answered, isProven: true }
  const found = findReferencesWithSchemes(`${mail.subject}\n${mail.text}`)
  const named = await claimsWithReference(
    deps.db,
    found.map(({ reference }) => reference),
  )
  const from = mail.from.toLowerCase()
  const own = named.filter(({ email }) => email?.toLowerCase() === from)
  // A telephone number may by chance be the number of somebody else's bill.
  const sure = new Set(
    found.filter(({ strength }) => strength === 'sure').map((it) => it.reference),
  )
  const [claim, ...others] = own.length > 0 ? own : named.filter((it) => sure.has(it.reference))
  if (claim === undefined || others.length > 0) return undefined
  // A reference can be copied, and an address entered: what a person writes goes to nobody rather than to
  // a creditor who took the reference of another's bill.
  const isCopied = named.some(
    ({ reference, creditorId }) =>
      sure.has(reference) && reference === claim.reference && creditorId !== claim.creditorId,
  )
  return isCopied ? undefined : { ...claim, isProven: own.length > 0 }
}

/** Our Message-IDs are an id of ours and the domain of the sender. */
async function messageAmong(
  deps: ReceiveMailDeps,
  ids: readonly string[],
): Promise<SentMessage | undefined> {
  for (const id of ids) {
    const [local = ''] = id.split('@')
    if (!/^hm_[0-9A-Z]{26}$/.test(local)) continue
    const message = await findMessageById(deps.db, local)
    if (message !== undefined) return message
  }
  return undefined
}

/** What bounces say; undefined for a delay, after which the mail may still arrive. */
function newsOf(returns: readonly MailReturn[]): DeliveryNews | undefined {
  if (returns.some(({ kind }) => kind === 'hard')) {
    return { delivery: 'undelivered', closes: 'gone' }
  }
  const isRefused = returns.some(
    ({ kind, status }) => kind !== 'delivered' && status.startsWith('5'),
  )
  if (isRefused) return { delivery: 'undelivered' }
  return returns.some(({ kind }) => kind === 'delivered') ? { delivery: 'delivered' } : undefined
}

function digestOf(mail: string | Uint8Array): string {
  return createHash('sha256').update(mail).digest('base64url')
}
