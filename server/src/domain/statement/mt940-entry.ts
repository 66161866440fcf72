// Makes a statement entry of a booking (field 61) and its text (field 86).
import type { Mt940Booking } from './mt940-field61.ts'
import type { Mt940Text } from './mt940-field86.ts'
import { presentMembers } from './present-members.ts'
import type { StatementEntry } from './statement-types.ts'
import type { TransactionFacts, TransactionIdentity } from './transaction-identity.ts'

/** Builds the entry; `position` counts the entries of the message from 1. */
export function mt940Entry(
  booking: Mt940Booking,
  text: Mt940Text,
  context: {
    isInterim: boolean
    position: number
    identify: (facts: TransactionFacts) => TransactionIdentity
  },
): StatementEntry {
  const { amount, direction, reversal, bookingDay, valueDay, charges, bankReference } = booking
  const { partyName, partyIban, unstructured, otherIds, ...said } = text
  const { customerReference, supplement } = booking
  // Money that comes back was paid by the other party, as was money that comes in.
  const isPayer = direction === 'credit' || reversal || said.returnReason !== undefined
  const ids = customerReference === undefined ? otherIds : [...otherIds, customerReference]
  const draft = {
    ...presentMembers({ bankReference, instructedAmount: booking.instructedAmount }),
    amount,
    direction,
    ...said,
    otherIds: [...new Set(ids)],
    unstructured:
      supplement === undefined || supplement.startsWith('/')
        ? unstructured
        : [...unstructured, supplement],
    ...(isPayer
      ? presentMembers({ debtorName: partyName, debtorIban: partyIban })
      : presentMembers({ creditorName: partyName, creditorIban: partyIban })),
    charges,
  }
  const identity = context.identify({
    ...draft,
    reversal,
    day: bookingDay ?? valueDay ?? '',
    sharesReference: false,
    isReferenceLoose: true,
  })
  return {
    entryId: `entry-${context.position}`,
    amount,
    direction,
    reversal,
    status: booking.isExpected ? 'PDNG' : context.isInterim ? 'INFO' : 'BOOK',
    ...presentMembers({ bookingDay, valueDay }),
    charges,
    detailCount: 0,
    transactions: [{ ...identity, ...draft }],
    line: booking.line,
  }
}
