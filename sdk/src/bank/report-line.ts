// Tells the creditor what became of a line: one report at a time, each answering the creditor's last
// message, the same bytes until they are answered.

import { type BankContext, changeCustomer } from './context.ts'
import { findLine, type LineKey, type LineRecord, withLine } from './customer.ts'
import {
  EXPIRED_CODES,
  type LineOfAgreement,
  type PaymentReply,
  sendPayment,
  signPayment,
} from './payment-message.ts'

/** PDNG and its successor are the longest queue there is; the rest is for lost replies. */
const MAX_ROUNDS = 6

/** Sends what is owed or under way for a line. Returns whether nothing is left to report. */
export async function flushReports(context: BankContext, key: LineKey): Promise<boolean> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await loadLine(context, key)
    if (found === undefined || !hasReport(found.line)) return true
    const { outgoing } = found.line
    if (outgoing === null) {
      await signOwed(context, key)
      continue
    }
    const reply = await sendPayment(context, found, outgoing)
    if (reply.kind === 'later') return false
    await takeReply(context, key, { hash: outgoing.hash, reply })
  }
  return false
}

/** Tells whether a report is owed or under way; a lease request is neither. */
export function hasReport({ outgoing, owed }: LineRecord): boolean {
  return outgoing === null ? owed !== null : outgoing.status !== 'ACCP'
}

/** Loads a line afresh. */
export async function loadLine(
  { store }: BankContext,
  key: LineKey,
): Promise<LineOfAgreement | undefined> {
  const customer = await store.customer(key.customerId)
  return customer === undefined ? undefined : findLine(customer, key)
}

/** Changes one line by compare-and-set; the change returns null to leave it as it is. */
export function changeLine(
  context: BankContext,
  key: LineKey,
  change: (found: LineOfAgreement) => LineRecord | null | Promise<LineRecord | null>,
): Promise<LineRecord | null> {
  return changeCustomer(context, key.customerId, async (customer) => {
    const found = customer === undefined ? undefined : findLine(customer, key)
    const line = found === undefined ? null : await change(found)
    if (customer === undefined || line === null) return { customer: null, outcome: null }
    return { customer: withLine(customer, key.agreementId, line), outcome: line }
  })
}

async function signOwed(context: BankContext, key: LineKey): Promise<void> {
  await changeLine(context, key, async (found) => {
    const { owed, outgoing } = found.line
    if (owed === null || outgoing !== null) return null
    return { ...found.line, owed: null, outgoing: await signPayment(context, found, owed) }
  })
}

async function takeReply(
  context: BankContext,
  key: LineKey,
  { hash, reply }: { readonly hash: string; readonly reply: PaymentReply },
): Promise<void> {
  await changeLine(context, key, ({ line }) =>
    line.outgoing?.hash === hash ? answered(line, reply) : null,
  )
  if (reply.kind === 'refused' && !EXPIRED_CODES.has(reply.code)) {
    context.emit({ type: 'report-refused', key, code: reply.code })
  }
}

function answered(line: LineRecord, reply: PaymentReply): LineRecord | null {
  const { outgoing } = line
  if (reply.kind === 'later' || outgoing === null) return null
  if (reply.kind === 'status') return { ...line, outgoing: null, head: reply.head }
  // An expired report was never taken: it is signed again, unless something newer is owed.
  const { status, code } = outgoing
  const again = EXPIRED_CODES.has(reply.code) && status !== 'ACCP' ? { status, code } : null
  return { ...line, outgoing: null, owed: line.owed ?? again }
}
