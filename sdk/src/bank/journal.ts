// The journal: what was decided about a customer, in the order in which it was. Entries follow from
// the record before and after a change, so that nothing changes without one. No signed message, no
// account number and no name of a person gets in.

import { formatDecimal, parseAmount } from '../protocol/money.ts'
import {
  type AgreementRecord,
  type CustomerRecord,
  findLine,
  type LineRecord,
  type Mandate,
} from './customer.ts'
import type { SwitchRecord } from './store.ts'

/** What an entry is about. `line` entries tell where a line stands from then on. */
export type JournalSubject =
  | 'registered'
  | 'limits'
  | 'agent-key'
  | 'mandate'
  | 'switch'
  | 'agreement'
  | 'question'
  | 'payee'
  | 'line'
  | 'message'

/** Facts of a decision: amounts as `12.34 EUR`, days, counts, codes. */
export type JournalFacts = Readonly<Record<string, string | number | boolean | null>>

/** One entry; it is never changed. */
export interface JournalEntry {
  /** Counts from 1 within the journal, without gaps. */
  readonly seq: number
  /** Epoch seconds. */
  readonly at: number
  /** The version of the record that came of it. */
  readonly version: number
  readonly subject: JournalSubject
  /** What became of it: a state of a line, `added`, `revoked`, `stopped`, `sent`, … */
  readonly what: string
  /** Why: the code of a refusal, a reason, a question. */
  readonly code: string | null
  readonly agreementId: string | null
  readonly line: number | null
  /** The lease under which it was decided. */
  readonly fencing: number | null
  readonly facts: JournalFacts
}

/** An entry before it has its place. */
type Note = Omit<JournalEntry, 'seq' | 'at' | 'version'>

/** What a change of a customer's record says about itself. */
export interface ChangeFacts {
  /** Epoch seconds. */
  readonly at: number
  /** Added to the entries about lines. */
  readonly facts?: JournalFacts | undefined
}

const NOTHING = { code: null, agreementId: null, line: null, fencing: null, facts: {} } as const

/** The entries that tell a customer's record after a change from the one before; numbers follow on. */
export function journalOf(
  before: CustomerRecord | undefined,
  after: CustomerRecord,
  change: ChangeFacts,
): JournalEntry[] {
  const notes = [
    ...notesOfCustomer(before, after),
    ...after.agreements.flatMap((agreement) => notesOfAgreement(before, agreement, change.facts)),
    ...notesOfRefusals(before, after),
  ]
  return numbered(notes, before?.journalSeq ?? 0, { at: change.at, version: after.version })
}

/** The entries about the operator's switches. */
export function journalOfSwitches(
  before: SwitchRecord,
  after: SwitchRecord,
  at: number,
): JournalEntry[] {
  const notes: Note[] = []
  if (before.stopped !== after.stopped) {
    notes.push({ ...NOTHING, subject: 'switch', what: after.stopped ? 'stopped' : 'started' })
  }
  const nameOf = ({ issuer, creditorId }: { issuer: string; creditorId: string }) =>
    `${issuer} ${creditorId}`
  const was = new Set(before.stoppedCreditors.map(nameOf))
  const is = new Set(after.stoppedCreditors.map(nameOf))
  const about = (creditor: string, what: string): Note => ({
    ...{ ...NOTHING, subject: 'switch', what },
    facts: { creditor },
  })
  notes.push(...[...is].filter((one) => !was.has(one)).map((one) => about(one, 'stopped')))
  notes.push(...[...was].filter((one) => !is.has(one)).map((one) => about(one, 'started')))
  return numbered(notes, before.journalSeq, { at, version: after.version })
}

function numbered(
  notes: readonly Note[],
  last: number,
  place: { readonly at: number; readonly version: number },
): JournalEntry[] {
  return notes.map((note, index) => ({ seq: last + index + 1, ...place, ...note }))
}

function notesOfCustomer(before: CustomerRecord | undefined, after: CustomerRecord): Note[] {
  const notes: Note[] = []
  if (before === undefined) notes.push({ ...NOTHING, subject: 'registered', what: 'added' })
  const isSameAccount =
    before !== undefined &&
    before.debtorAccount.iban === after.debtorAccount.iban &&
    before.timeZone === after.timeZone
  if (before !== undefined && !isSameAccount) {
    notes.push({ ...NOTHING, subject: 'registered', what: 'changed' })
  }
  if (before === undefined || textOf(before.limits) !== textOf(after.limits)) {
    const { newCreditor } = after.limits
    const facts = { newCreditor, ...limitFacts(after.limits.byCurrency) }
    notes.push({ ...NOTHING, subject: 'limits', what: 'set', facts })
  }
  if ((before?.stopped ?? false) !== after.stopped) {
    notes.push({ ...NOTHING, subject: 'switch', what: after.stopped ? 'stopped' : 'started' })
  }
  return [...notes, ...notesOfKeys(before, after), ...notesOfMandates(before, after)]
}

function notesOfKeys(before: CustomerRecord | undefined, after: CustomerRecord): Note[] {
  const was = new Set(before?.agentKeys.map(({ kid }) => kid))
  const is = new Set(after.agentKeys.map(({ kid }) => kid))
  const note = (kid: string, what: string): Note => ({
    ...{ ...NOTHING, subject: 'agent-key', what },
    facts: { kid },
  })
  return [
    ...[...is].filter((kid) => !was.has(kid)).map((kid) => note(kid, 'added')),
    ...[...was].filter((kid) => !is.has(kid)).map((kid) => note(kid, 'removed')),
  ]
}

function notesOfMandates(before: CustomerRecord | undefined, after: CustomerRecord): Note[] {
  return after.mandates.flatMap((mandate): Note[] => {
    const was = before?.mandates.find((one) => isSameCreditor(one, mandate))
    if (was !== undefined && textOf(was) === textOf(mandate)) return []
    const isRevoked = mandate.revokedAt !== undefined && was?.revokedAt === undefined
    const what = was === undefined ? 'added' : isRevoked ? 'revoked' : 'changed'
    return [{ ...NOTHING, subject: 'mandate', what, facts: mandateFacts(mandate, was) }]
  })
}

function mandateFacts(mandate: Mandate, was: Mandate | undefined): JournalFacts {
  const { issuer, creditorId, isGiven, validFrom, validUntil, limits } = mandate
  return {
    creditor: `${issuer} ${creditorId}`,
    isGiven: isGiven === true,
    isOtherAccount: was !== undefined && was.iban !== mandate.iban,
    validFrom: validFrom ?? null,
    validUntil: validUntil ?? null,
    ...limitFacts(limits ?? {}),
  }
}

function limitFacts(byCurrency: Readonly<Record<string, object>>): JournalFacts {
  return Object.fromEntries(
    Object.entries(byCurrency).flatMap(([currency, limits]) =>
      Object.entries(limits)
        .filter((limit): limit is [string, bigint] => typeof limit[1] === 'bigint')
        .map(([name, minor]) => [name, `${formatDecimal({ minor, currency })} ${currency}`]),
    ),
  )
}

function notesOfAgreement(
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

function notesOfRefusals(before: CustomerRecord | undefined, after: CustomerRecord): Note[] {
  const known = new Set(before?.refused.map(textOf))
  return after.refused
    .filter((one) => !known.has(textOf(one)))
    .map(({ agreementId, code }) => ({
      ...{ ...NOTHING, subject: 'agreement', what: 'refused', code, agreementId },
    }))
}

function isSameCreditor(left: Mandate, right: Mandate): boolean {
  return left.issuer === right.issuer && left.creditorId === right.creditorId
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `${part.toString()}n` : part,
  )
}
