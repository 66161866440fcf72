// The journal: what was decided about a customer, in the order in which it was. Entries follow from
// the record before and after a change, so that nothing changes without one. No signed message, no
// account number and no name of a person gets in.

import { formatDecimal } from '../protocol/money.ts'
import type { CustomerRecord, Mandate } from './customer.ts'
import { type JournalEntry, type JournalFacts, NOTHING, type Note } from './journal-entry.ts'
import { notesOfAgreement, textOf } from './journal-of-agreement.ts'
import type { SwitchRecord } from './store.ts'

/** What a change of a customer's record says about itself. */
export interface ChangeFacts {
  /** Epoch seconds. */
  readonly at: number
  /** Added to the entries about lines. */
  readonly facts?: JournalFacts | undefined
}

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
