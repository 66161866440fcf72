// The journal's entries about an agreement: its arrival, the customer's answers, the payee, and where
// each line stands.

import { formatDecimal, parseAmount } from '../protocol/money.ts'
import { type AgreementRecord, type CustomerRecord, findLine, type LineRecord } from './customer.ts'
import { type JournalFacts, NOTHING, type Note } from './journal-entry.ts'

/** The entries about an agreement and its lines. */
export function notesOfAgreement(
  before: CustomerRecord | undefined,
  agreement: AgreementRecord,
  facts: JournalFacts | undefined,
): Note[] {
  const { agreementId } = agreement
  const was = before?.agreements.find((one) => one.agreementId === agreementId)
  const about = { ...NOTHING, agreementId }
  const notes: Note[] = []
  if (was === undefined) {
    const { issuer, creditor, requestId, remittance } = agreement
    const { reference } = remittance
    const of = { creditor: `${issuer} ${creditor.id}`, requestId, reference }
    notes.push({ ...about, subject: 'agreement', what: 'added', facts: of })
  }
  for (const { code, detail } of agreement.approved.slice(was?.approved.length ?? 0)) {
    notes.push({ ...about, subject: 'question', what: 'approved', code, facts: { detail } })
  }
  const { payee } = agreement
  if (payee !== null && textOf(payee) !== textOf(was?.payee ?? null)) {
    notes.push({ ...about, subject: 'payee', what: payee.result, facts: { day: payee.day } })
  }
  for (const line of agreement.lines) {
    const earlier =
      before === undefined ? undefined : findLine(before, { agreementId, line: line.line })
    notes.push(...notesOfLine(agreementId, earlier?.line, { line, facts: facts ?? {} }))
  }
  return notes
}

/** What of a line tells where it stands. */
function standingOf(line: LineRecord): string {
  const { state, code, notBefore, fencing, paidOn, executionDay, railId, escalatedAt } = line
  return textOf([state, code, notBefore, fencing, paidOn, executionDay, railId, escalatedAt])
}

function notesOfLine(
  agreementId: string,
  was: LineRecord | undefined,
  { line, facts }: { readonly line: LineRecord; readonly facts: JournalFacts },
): Note[] {
  const { state, code, fencing, outgoing } = line
  const about = { agreementId, line: line.line, fencing }
  const notes: Note[] = []
  if (was === undefined || standingOf(was) !== standingOf(line)) {
    const own = { ...lineFacts(line), ...facts }
    notes.push({ ...about, subject: 'line', what: state, code, facts: own })
  }
  if (outgoing !== null && outgoing.hash !== was?.outgoing?.hash) {
    const { status, seq } = outgoing
    notes.push({ ...about, subject: 'message', what: 'signed', code: status, facts: { seq } })
  }
  if (outgoing === null && was?.outgoing != null) {
    const { status, seq } = was.outgoing
    const isTaken = (line.head?.seq ?? -1) > seq
    const what = isTaken ? 'answered' : 'refused'
    notes.push({ ...about, subject: 'message', what, code: status, facts: { seq } })
  }
  return notes
}

function lineFacts(line: LineRecord): JournalFacts {
  const { notBefore, paidOn, executionDay, railId, leaseUntil, reconcileBy, dueDate } = line
  const amount = parseAmount(line.amount)
  return {
    amount: amount.ok ? `${formatDecimal(amount.value)} ${amount.value.currency}` : null,
    ...{ dueDate, executionDay, notBefore, paidOn, railId },
    ...(line.state === 'paying' ? { leaseUntil } : {}),
    ...(reconcileBy === null ? {} : { reconcileBy }),
    ...(line.escalatedAt === null ? {} : { escalatedAt: line.escalatedAt }),
  }
}

/** A value as text, to see whether it changed. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `${part.toString()}n` : part,
  )
}
