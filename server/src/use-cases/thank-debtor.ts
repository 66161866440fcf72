// The thank-you for a settled claim, with an apology where a reminder crossed the money: one mail, written into the queue of mails to people. Its text is
// composed when it leaves, from the facts of that moment.
import { dayInZone } from '@parley/sdk/protocol'
import { findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import { enqueue } from '../storage/events.ts'
import { insertHumanMessages } from '../storage/human-messages.ts'
import { messagesAboutClaim } from '../storage/messages-about-claim.ts'
import { findPayment } from '../storage/payments.ts'
import type { Deps } from './deps.ts'

/**
 * Thanks by e-mail for the payment that settled a claim, once; returns whether a mail was queued.
 *
 * Only a person with an e-mail address is thanked, and only one who has no agent or got an e-mail
 * about this claim: an agent has the receipt. Nothing is sent for money that came back since.
 */
export async function thankDebtor(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'outboxChanged'>,
  command: { creditorId: string; claimId: string; paymentId: string },
): Promise<boolean> {
  const claim = await findClaim(deps.db, command)
  const payment = await findPayment(deps.db, command)
  if (claim?.state !== 'settled' || payment === undefined) return false
  if (payment.claimId !== claim.claimId || payment.reversedAt !== null) return false
  const debtor = await findDebtor(deps.db, claim)
  if (debtor?.contact.email === undefined || debtor.closedChannels.includes('email')) return false
  const written = await messagesAboutClaim(deps.db, claim)
  const gotEmail = written.some(({ channel, state }) => channel === 'email' && state === 'sent')
  if (debtor.enrolled && !gotEmail) return false

  // Who was written to when the money was there already is owed an apology.
  const { timeZone } = await readCreditor(deps.db, claim.creditorId)
  const isCrossed = written.some(({ isContact, sentAt }) => {
    return isContact && sentAt !== null && dayInZone(sentAt, timeZone) >= payment.receivedOn
  })
  const isNew = await deps.db.transaction().execute(async (tx) => {
    const [messageId] = await insertHumanMessages(tx, [
      {
        creditorId: claim.creditorId,
        messageId: deps.ids.newId('hm'),
        claimId: claim.claimId,
        debtorId: debtor.debtorId,
        step: `thank-you:${payment.paymentId}`,
        channel: 'email',
        template: isCrossed ? 'apology-and-thanks-t1' : 'thank-you',
        journeyId: null,
        journeyVersion: null,
        isContact: false,
        isNotice: false,
        toldIn: null,
        createdAt: deps.clock.now(),
      },
    ])
    if (messageId !== undefined) await enqueue(tx, claim.creditorId, 'send-message', { messageId })
    return messageId !== undefined
  })
  if (isNew) deps.outboxChanged()
  return isNew
}
