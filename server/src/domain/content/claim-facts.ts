// From what is stored about a claim and its parties to the facts that a message is made of.

import { addDays, type Day, type Money } from '@parley/sdk/protocol'
import { type ConversationState, outstandingOf } from '../claim/claim.ts'
import type { ContactPoints } from '../claim/debtor.ts'
import type { ChargeItem } from '../compliance/charge-items.ts'
import type { ReferenceScheme } from '../references/reference-schemes.ts'
import type {
  ClaimItem,
  DunningFacts,
  MessageClaim,
  MessageCreditor,
} from './claim-message-input.ts'

/** The creditor as it signs messages and takes payments. */
export function messageCreditor(creditor: {
  name: string
  iban: string
  contact: ContactPoints
  enterpriseNumber: string | null
}): MessageCreditor {
  const { name, iban, contact, enterpriseNumber } = creditor
  const { phone, postalAddress } = contact
  return {
    name,
    accountHolder: name,
    iban,
    ...(enterpriseNumber === null ? {} : { enterpriseNumber }),
    ...(phone === undefined ? {} : { phone }),
    ...(postalAddress === undefined
      ? {}
      : { address: postalAddress.lines, addressCountry: postalAddress.country }),
  }
}

/** Charges that are owed, as parts of an amount. */
export function chargeItems(
  charges: readonly Pick<ChargeItem, 'rule' | 'minor' | 'formula'>[],
  currency: string,
): ClaimItem[] {
  return charges.map(({ rule, minor, formula }) => ({
    kind: rule === 'interest' ? 'interest' : 'fee',
    rule,
    amount: { minor, currency },
    ...(formula === '' ? {} : { detail: formula }),
  }))
}

/**
 * The claim with its amount outstanding and the parts that this consists of; `charges` are those that
 * its principal has grown by.
 */
export function messageClaim(
  claim: ClaimForMessage,
  charges: readonly ClaimItem[] = [],
): MessageClaim {
  const { reference, referenceScheme, invoiceNumber, dueDate, currency } = claim
  const { principal, price, credit, paid } = claim
  const money = (minor: bigint): Money => ({ minor, currency })
  const items: ClaimItem[] = [
    { kind: 'principal', amount: money(principal - claim.charges) },
    ...charges,
  ]
  if (price !== 0n) items.push({ kind: price > 0n ? 'fee' : 'credit', amount: money(price) })
  if (credit > 0n) items.push({ kind: 'credit', amount: money(-credit) })
  if (paid > 0n) items.push({ kind: 'payment', amount: money(-paid) })
  return {
    reference,
    referenceScheme,
    invoiceNumber,
    ...(claim.subject === null ? {} : { subject: claim.subject }),
    dueDate,
    outstanding: money(outstandingOf(claim)),
    items,
  }
}

interface ClaimForMessage {
  subject: string | null
  reference: string
  referenceScheme: ReferenceScheme
  invoiceNumber: string
  dueDate: Day
  currency: string
  principal: bigint
  charges: bigint
  price: bigint
  credit: bigint
  paid: bigint
}

/** How asking the agent ended, as a first notice tells it; undefined when none was asked. */
export function outcomeOfAgent(conversation: ConversationState): DunningFacts['afterAgent'] {
  if (conversation === 'refused' || conversation === 'impasse') return conversation
  return conversation === 'timed-out' ? 'silent' : undefined
}

const DAYS_TO_PAY = 7

/** The day that a reminder asks for: a week from the day on which it is read. */
export function payByDay(today: Day): Day {
  return addDays(today, DAYS_TO_PAY)
}
