// Is this bill one that the person has already, under another name? Pure. Spec: FRD-02.

import type { RequestMessage } from '../protocol/generated/messages.ts'
import { creditorOf } from './commitments.ts'
import type { DuplicateWarning } from './fraud-warning.ts'
import type { ThreadRecord } from './store.ts'

type Bill = Pick<RequestMessage, 'requestId' | 'remittance' | 'documents' | 'amount' | 'dueDate'>

/** The first other bill of the same creditor, open or paid, that seems to be the same one. */
export function findDuplicate(
  thread: ThreadRecord,
  threads: readonly ThreadRecord[],
): DuplicateWarning | undefined {
  const { enrolmentId, thr } = thread
  const others = threads
    .filter((other) => !(other.enrolmentId === enrolmentId && other.thr === thr))
    .filter((other) => creditorOf(other) === creditorOf(thread) && mayBePaid(other))
  for (const { request } of others) {
    const because = sameness(request, thread.request)
    if (because !== null) return { code: 'possible-duplicate', of: request.requestId, because }
  }
  return undefined
}

/** Open, agreed or paid: a bill that was withdrawn or came to nothing may be made anew. */
function mayBePaid({ stage, ending, receipts }: ThreadRecord): boolean {
  return stage !== 'ended' || ending === 'settled' || receipts.length > 0
}

function sameness(one: Bill, other: Bill): DuplicateWarning['because'] | null {
  if (one.requestId === other.requestId) return 'request-id'
  if (one.remittance.reference === other.remittance.reference) return 'reference'
  if (shareOne(invoicesOf(one), invoicesOf(other))) return 'invoice'
  const isSameSum =
    one.amount.value === other.amount.value &&
    one.amount.currency === other.amount.currency &&
    one.dueDate === other.dueDate
  return isSameSum && shareOne(hashesOf(one), hashesOf(other)) ? 'document' : null
}

/** Numbers without what people write between their parts, and hashes; never one for the other. */
function invoicesOf({ documents = [] }: Bill): string[] {
  return documents
    .filter(({ type }) => type === 'invoice')
    .flatMap(({ id, sha256 }) => {
      const number = id.normalize('NFKC').replaceAll(/[^\p{L}\p{N}]/gu, '')
      return number === '' ? [`#${sha256}`] : [`#${sha256}`, number.toUpperCase()]
    })
}

function hashesOf({ documents = [] }: Bill): string[] {
  return documents.map(({ sha256 }) => sha256)
}

function shareOne(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.includes(one))
}
