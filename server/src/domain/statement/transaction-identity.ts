// Gives every transaction the id by which it is booked once, however often and in whatever file
// the bank reports it. An id never depends on the file, the statement or a position in it, except
// for a counter among payments that nothing else tells apart.
import { createKeyCounter } from './key-counter.ts'
import type { Fingerprint, StatementTransaction } from './statement-types.ts'

export interface TransactionFacts
  extends Omit<StatementTransaction, 'transactionId' | 'identifiedBy'> {
  readonly reversal: boolean
  readonly day: string
  /** Another transaction of the same entry carries the same bank reference. */
  readonly sharesReference: boolean
  /**
   * The bank's reference is no identity: banks repeat it in this format. Then all that the payment
   * says is, its reference included.
   */
  readonly isReferenceLoose?: boolean
  /** An id that the bank gives no other booking of the account, ever. */
  readonly uniqueId?: string
}

export interface TransactionIdentity {
  readonly transactionId: string
  readonly identifiedBy: 'bank-reference' | 'content'
}

/**
 * Creates the identities of one statement: call it for each transaction in the order of the file.
 *
 * A payment that came in and its reversal often carry the same bank reference, so direction and
 * reversal are part of the id. The nth repetition of an id gets the suffix `#n`.
 */
export function createTransactionIdentities(
  fingerprint?: Fingerprint,
): (facts: TransactionFacts) => TransactionIdentity {
  const countKey = createKeyCounter(fingerprint)
  return (facts) => {
    const base = baseIdentity(facts)
    const count = countKey(base.transactionId)
    return count === 1 ? base : { ...base, transactionId: `${base.transactionId}#${count}` }
  }
}

function baseIdentity(facts: TransactionFacts): TransactionIdentity {
  const { bankReference, uniqueId } = facts
  if (uniqueId !== undefined) {
    return { transactionId: `id:${uniqueId}`, identifiedBy: 'bank-reference' }
  }
  if (bankReference === undefined || facts.isReferenceLoose === true) {
    return { transactionId: `content:${contentOf(facts)}`, identifiedBy: 'content' }
  }
  const part = facts.sharesReference ? (facts.otherIds[0] ?? facts.endToEndId) : undefined
  const suffixes = [
    ...(part === undefined ? [] : [part]),
    ...(facts.direction === 'debit' ? ['debit'] : []),
    ...(facts.reversal ? ['reversal'] : []),
  ]
  return {
    transactionId: [bankReference, ...suffixes].join('/'),
    identifiedBy: 'bank-reference',
  }
}

/** Ids of the payment where it has some; texts only otherwise, since banks word them differently. */
function contentOf(facts: TransactionFacts): string {
  const { endToEndId, otherIds, amount } = facts
  const booked = [facts.day, facts.direction, String(facts.reversal)]
  const money = [amount.currency, amount.minor.toString()]
  const ids = [...(endToEndId === undefined ? [] : [endToEndId]), ...otherIds]
  const texts = [
    facts.debtorIban ?? '',
    facts.debtorName ?? '',
    ...facts.structuredReferences,
    ...facts.unstructured,
  ]
  const loose = facts.isReferenceLoose === true
  if (loose)
    return JSON.stringify([...booked, ...money, facts.bankReference ?? '', ...ids, ...texts])
  return JSON.stringify([...booked, ...money, ...(ids.length > 0 ? ids : texts)])
}
