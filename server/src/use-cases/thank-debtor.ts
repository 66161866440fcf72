// The thank-you for a settled claim, with an apology where a reminder crossed the money: one mail, or one
// text message to a person without an address for mail. It waits in the queue of messages to people.
import { dayInZone } from '@parley/sdk/protocol'
import { agreementOf } from '../storage/agreements.ts'
import { findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import { messagesAboutClaim } from '../storage/messages-about-claim.ts'
import { findPayment } from '../storage/payments.ts'
import { answerChannel } from './answer-channel.ts'
import { thankYouStep } from './compose-answer.ts'
import type { Deps } from './deps.ts'
import { queueAnswer } from './queue-answer.ts'

type ThankDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'laws' | 'servedChannels' | 'outboxChanged'>

/**
 * Thanks for the payment that settled a claim, once; returns whether a message was queued.
 *
 * A person with an e-mail address is thanked there or, when that channel is closed, not at all; one
 * without is thanked by text message where the server sends any. Who has an agent is thanked only after
 * a message about this claim came by that channel: an agent has the receipt. Nothing is sent for money
 * that came back since.
 */
export async function thankDebtor(
  deps: ThankDeps,
  command: { creditorId: string; claimId: string; paymentId: string },
): Promise<boolean> {
  const claim = await findClaim(deps.db, command)
  const payment = await findPayment(deps.db, command)
  if (claim?.state !== 'settled' || payment === undefined) return false
  if (payment.claimId !== claim.claimId || payment.reversedAt !== null) return false
  const debtor = await findDebtor(deps.db, claim)
  const creditor = await readCreditor(deps.db, claim.creditorId)
  const channel = debtor && answerChannel(deps, { claim, debtor, creditor })
  if (channel === undefined) return false
  const step = thankYouStep(payment.paymentId)
  const written = await messagesAboutClaim(deps.db, claim)
  if (written.some((message) => message.step === step)) return false
  const wasWritten = written.some((it) => it.channel === channel && it.state === 'sent')
  if (debtor?.enrolled === true && !wasWritten) return false

  // Who was reminded when the money was there already is owed an apology. The first message before the
  // due day brings the bill and reminds of nothing.
  const days = written
    .filter(({ isContact }) => isContact)
    .flatMap(({ sentAt }) => (sentAt === null ? [] : [dayInZone(sentAt, creditor.timeZone)]))
  const isCrossed = days.some(
    (day, before) => day >= payment.receivedOn && (before > 0 || day > claim.dueDate),
  )
  // Who kept to a plan for months is thanked for all of it.
  const isPlanDone = ((await agreementOf(deps.db, claim))?.plan.instalments ?? 1) > 1
  const thanks = isPlanDone && channel === 'email' ? 'plan-done-t1' : 'thank-you'
  const template = isCrossed ? 'apology-and-thanks-t1' : thanks
  const isNew = await deps.db
    .transaction()
    .execute((tx) => queueAnswer(deps, tx, { claim, step, channel, template }))
  if (isNew) deps.outboxChanged()
  return isNew
}
