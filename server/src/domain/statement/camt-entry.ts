// Makes one statement entry of an `Ntry` and the details that were read inside it.
import { ok, type Result } from '@parley/sdk/protocol'
import { type CamtDetail, meaningful, readCharges } from './camt-detail.ts'
import type { CamtKind } from './camt-layout.ts'
import { buildTransactions, type EntryFacts } from './camt-transactions.ts'
import { presentMembers } from './present-members.ts'
import { splitEntry } from './split-entry.ts'
import type { StatementBatch, StatementEntry, StatementRefusal } from './statement-types.ts'
import { readAmount, readDay, readDirection, readReversal, refuseAt } from './statement-values.ts'
import type { TransactionFacts, TransactionIdentity } from './transaction-identity.ts'
import { childAt, firstTextAt, textAt } from './xml-access.ts'
import type { XmlElement } from './xml-records.ts'

export interface EntryContext {
  readonly kind: CamtKind
  readonly details: readonly CamtDetail[]
  /** The `Btch` elements of the entry. */
  readonly batches: readonly XmlElement[]
  readonly identify: (facts: TransactionFacts) => TransactionIdentity
  /** Gives an id for a reference, or for none. */
  readonly entryId: (reference: string | undefined) => string
}

/**
 * Builds the entry of an `Ntry` with one transaction for each detail, or a single one when there
 * are none or they do not split it. Refuses `statement-amount`, `-currency`, `-sign`, `-date` and
 * `-totals`.
 */
export function buildEntry(
  element: XmlElement,
  context: EntryContext,
): Result<StatementEntry, StatementRefusal> {
  const facts = readFacts(element, context.kind)
  if (!facts.ok) return facts
  const entry = facts.value
  const parts = splitEntry(entry, context.details)
  if (!parts.ok) return parts
  const { bankReference, entryReference, information, ...stated } = entry
  return ok({
    ...stated,
    ...presentMembers({ batch: readBatch(context.batches) }),
    entryId: context.entryId(bankReference ?? entryReference),
    detailCount: context.details.length,
    transactions: buildTransactions(entry, context.details, parts.value, context.identify),
  })
}

function readFacts(element: XmlElement, kind: CamtKind): Result<EntryFacts, StatementRefusal> {
  const amount = readAmount(childAt(element, 'Amt'), element)
  if (!amount.ok) return amount
  const direction = readDirection(element)
  if (!direction.ok) return direction
  if (direction.value === undefined) {
    return refuseAt(element, 'statement-sign', 'An entry is neither credit nor debit.')
  }
  const reversal = readReversal(element)
  if (!reversal.ok) return reversal
  const bookingDay = readDay(childAt(element, 'BookgDt'))
  if (!bookingDay.ok) return bookingDay
  const valueDay = readDay(childAt(element, 'ValDt'))
  if (!valueDay.ok) return valueDay
  // By definition a camt.053 lists booked entries; the others may only announce them.
  const defaultStatus = kind === '053' ? 'BOOK' : 'INFO'
  return ok(
    presentMembers({
      amount: amount.value,
      direction: direction.value,
      reversal: reversal.value,
      status: firstTextAt(element, ['Sts', 'Cd'], ['Sts', 'Prtry'], ['Sts']) ?? defaultStatus,
      bookingDay: bookingDay.value,
      valueDay: valueDay.value,
      charges: readCharges(element),
      bankReference: meaningful(textAt(element, 'AcctSvcrRef')),
      entryReference: meaningful(textAt(element, 'NtryRef')),
      information: textAt(element, 'AddtlNtryInf'),
      line: element.line,
    }),
  )
}

/** An entry of several batches is not described by one of them. */
function readBatch([batch, ...others]: readonly XmlElement[]): StatementBatch | undefined {
  if (batch === undefined || others.length > 0) return undefined
  const count = textAt(batch, 'NbOfTxs') ?? ''
  return presentMembers({
    messageId: meaningful(textAt(batch, 'MsgId')),
    paymentInformationId: meaningful(textAt(batch, 'PmtInfId')),
    transactions: /^[0-9]{1,9}$/.test(count) ? Number(count) : undefined,
  })
}
