// The timeline in plain words for staff. An event that nobody described is shown by its own name.

export interface ToldEvent {
  readonly type: string
  readonly data: Readonly<Record<string, string | number | boolean | null>>
}

const WORDS: Readonly<Record<string, string>> = {
  'payment-request.issued': 'The bill was issued',
  'debtor.erased': 'The customer was erased',
  'payment-request.delivered': 'The bill reached the customer’s agent',
  'payment-request.received': 'The agent took the bill',
  'payment-request.presented': 'The customer has seen the bill',
  'payment-request.revised': 'The bill was changed',
  'payment-request.cancelled': 'The bill was withdrawn',
  'payment-request.cancel-answered': 'The agent answered the withdrawal',
  'payment-request.settled': 'The bill is settled',
  'payment-request.reopened': 'The bill is owed again',
  'payment-request.written-off': 'The bill was written off',
  'payment-request.handed-over': 'The bill was handed over to an agency',
  'payment-request.recalled': 'The bill was taken back from the agency',
  'negotiation.offered': 'Plans were offered',
  'negotiation.countered': 'The agent asked for another plan',
  'negotiation.declined': 'The agent declined',
  'negotiation.agreed': 'A plan was agreed',
  'plan.line-due': 'An instalment is due',
  'plan.line-late': 'An instalment has not arrived in time',
  'plan.cured': 'A late instalment was paid',
  'plan.replan-offered': 'Another plan for the rest was offered',
  'plan.replan-withdrawn': 'The other plan is not needed any more',
  'plan.replanned': 'Another plan took the place of the first',
  'plan.defaulted': 'The plan was not kept',
  'plan.completed': 'The plan is complete',
  'plan.paid-off': 'The plan was paid off early',
  'negotiation.impasse': 'No plan was found',
  'negotiation.timed-out': 'The agent did not answer in time',
  'dispute.raised': 'The customer disputes the bill',
  'dispute.withdrawn': 'The dispute was withdrawn',
  'dispute.upheld': 'The dispute was upheld',
  'dispute.rejected': 'The dispute was rejected',
  'assistance.requested': 'The customer asked for a person',
  'hold.set': 'Reminders rest',
  'hold.released': 'Reminders go on',
  'peer.equivocated': 'The agent contradicted itself',
  'charge.added': 'Interest or a fee was added',
  'charge.recomputed': 'Interest or a fee was computed anew',
  'charge.reversed': 'Interest or a fee was taken back',
  'charge.waived': 'Interest or a fee was forgiven',
  'journey.changed': 'Another journey has its turn',
  'step.skipped': 'A step was left out',
  'action.chosen': 'It was chosen what is done next',
  'agent.reminded': 'The agent was reminded',
  'task.opened': 'A task was opened',
  'preferences.told': 'The customer told a preference',
  'reply.received': 'An answer came that a person has to read',
  'payment.announced': 'A payment was announced',
  'payment.claimed': 'The customer says that it is paid',
  'credit-note.issued': 'A part of the bill was taken back',
  'credit.offered': 'The customer was asked about a credit',
  'credit.withdrawn': 'A credit is not offered any more',
  'credit.chosen': 'It was chosen what happens with a credit',
  'credit.set-off': 'A credit paid another bill',
  'credit.set-off-returned':
    'A credit that had paid another bill was not there: that bill is owed again',
  'credit.applied': 'What was paid too much pays this bill, which is owed again',
  'credit.received': 'A credit of another bill paid',
  'refund.approved': 'A refund was approved',
  'refund.refused': 'A refund was refused',
  'refund.withdrawn': 'A refund was stopped: a payment of its bill was taken back',
  'refund.exported': 'A refund went into a file for the bank',
  'refund.paid': 'A refund has left',
  'refund.returned': 'A refund came back',
  'balance.carried-over': 'A small amount moves to the next bill',
  'payment.received': 'A payment came in',
  'payment.returned': 'A payment came back',
  'payment.unmatched': 'A payment was taken off again: it was matched in error',
  'payment.flagged': 'Something about a payment is odd',
  'promise.made': 'The customer promised to pay',
  'collection.failed': 'A direct debit or card payment failed',
  'date.wished': 'The customer wishes another day',
  'hardship.told': 'The customer cannot pay',
  'address.doubted': 'The address seems to be wrong',
  'channel.closed': 'The customer wants nothing more on a channel',
  'reminder.sent': 'A message was sent',
  'reminder.skipped': 'A step was left out',
  'reminder.deferred': 'A step was put off',
  'receipt.issued': 'A receipt was issued',
  'thank-you.sent': 'A thank-you was sent',
  'enrolment.ended': 'The agent acts no more',
  'agency.reported': 'The agency reported',
  'profile.contested': 'The customer contests what we learnt or did',
  'profile.contest-decided': 'It was decided what the customer contests',
  'task.done': 'A task was done',
  'task.dismissed': 'A task was dismissed',
}

/** What happened, in a few words. */
export function eventTitle(type: string): string {
  const known = Object.hasOwn(WORDS, type) ? WORDS[type] : undefined
  return known ?? type.replaceAll(/[.-]/g, ' ')
}

/** Members that say something to a person, in the order in which they are said. */
const TOLD = [
  'rule',
  'after',
  'from',
  'to',
  'amount',
  'credit',
  'day',
  'until',
  'channel',
  'delivery',
  'step',
  'kind',
  'reason',
  'cautions',
  'outcome',
]
const BY = ['action', 'by', 'note']

/** The particulars of an event, each as a name and a text; signatures and ids are left out. */
export function eventFacts({ data }: ToldEvent): { name: string; value: string | number }[] {
  return [...TOLD, ...BY].flatMap((name) => {
    const value = data[name]
    if (value === undefined || value === null || typeof value === 'boolean' || value === 'none') {
      return []
    }
    const isMoney = (name === 'amount' || name === 'credit') && typeof data['currency'] === 'string'
    return [{ name, value: isMoney ? `${value} ${data['currency']}` : value }]
  })
}
