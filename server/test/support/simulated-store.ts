// A store in memory with one person and their claims. It keeps rows as the tables do, and reads from
// them what the server's statements read.
import { standingAt } from '../../src/domain/claim/holds.ts'
import type { ChargeItem, ItemChange } from '../../src/domain/compliance/charge-items.ts'
import { countsAsArrived, type Delivery } from '../../src/domain/delivery/delivery.ts'
import type { CaseRecords, HoldRecord } from '../../src/storage/case-records.ts'
import type { Claim } from '../../src/storage/claims.ts'
import type { StoredNotice } from '../../src/storage/column-types.ts'
import type { DunningCase } from '../../src/storage/dunning-cases.ts'
import type { HumanMessage } from '../../src/storage/human-messages.ts'
import type { Payment } from '../../src/storage/payments.ts'
import { contactsFrom } from '../../src/use-cases/contacts-of-people.ts'
import type { CaseMove } from '../../src/use-cases/decide-due-case.ts'
import type { DueCase } from '../../src/use-cases/read-due-cases.ts'
import type { StepDebtor, StepSources } from '../../src/use-cases/step-facts-of-claim.ts'
import { DAY } from '../domain/dunning/support-facts.ts'
import { JOURNEYS } from '../domain/dunning/support-journeys.ts'

const { journeys } = JOURNEYS
const MEMORY_SECONDS = 31 * DAY

export interface KeptMessage extends HumanMessage {
  state: 'queued' | 'sent' | 'failed' | 'dropped'
  sentAt: number | null
  tryAt: number
  notice: StoredNotice | null
  delivery: Delivery | null
}

export interface KeptClaim {
  claim: Claim
  planned: DunningCase | undefined
  messages: KeptMessage[]
  holds: HoldRecord[]
  charges: ChargeItem[]
  payments: Payment[]
  promises: string[]
  wasSought: boolean
  /** As countRounds of the store. */
  rounds: number
  /** What was billed, before anything was added. */
  invoice: bigint
}

/** What the ways to people answer at present; of the broken ones nobody knows whether they took it. */
export type Ways = 'open' | 'later' | 'never' | 'broken'

/** A message at the instant in which it leaves, for those who check it. */
export interface Leaving {
  kept: KeptClaim
  message: KeptMessage
  at: number
}

export interface Person {
  now: number
  debtor: StepDebtor & { creditorId: string; debtorId: string }
  creditor: { timeZone: string; country: string; chargesAgreed: boolean }
  hasAgent: boolean
  ways: Ways
  claims: KeptClaim[]
  /** Called before what was decided is written. */
  onMove(kept: KeptClaim, move: CaseMove): void
  onLeaving(leaving: Leaving): void
  onCharged(kept: KeptClaim, changes: readonly ItemChange[]): void
}

let ids = 0
export const newId = (prefix: string) => `${prefix}_${String(++ids).padStart(12, '0')}`

/** The next instant at which something falls due. */
export function nextInstant({ claims, now }: Person): number | undefined {
  const all = claims.flatMap(({ planned, messages }) => [
    ...(planned === undefined ? [] : [planned.nextActionAt]),
    ...messages.filter(({ state }) => state === 'queued').map(({ tryAt }) => tryAt),
  ])
  const later = all.filter((at) => at > now)
  return later.length === 0 ? undefined : Math.min(...later)
}

export function standing(holds: readonly HoldRecord[], now: number): HoldRecord[] {
  return standingAt(
    holds.filter(({ releasedAt }) => releasedAt === null),
    now,
  )
}

/** Ends a claim and its journey. */
export function close(kept: KeptClaim, state: Claim['state']): void {
  Object.assign(kept.claim, { state, dunning: 'idle' })
  kept.planned = undefined
}

export function quotedOf({ claim, records, creditor, now }: StepSources) {
  const { chargesAgreed, timeZone } = creditor
  return { claim, records, chargesAgreed, timeZone, now }
}

export function booksOf({ charges, payments, messages }: KeptClaim) {
  const sent = messages.filter(({ isNotice: is, state }) => is && state === 'sent')
  const notices = sent.flatMap(({ messageId, notice, delivery }) => {
    const isUndelivered = !countsAsArrived(delivery)
    return notice === null ? [] : [{ messageId, terms: notice, isUndelivered }]
  })
  return { items: charges, payments, notices }
}

export function contactsOf(
  { claims, now }: Person,
  states: readonly string[],
  except?: { claimId: string; step: string },
) {
  const sent = claims.flatMap(({ messages }) =>
    messages.flatMap((it) => {
      const when = it.sentAt ?? it.createdAt
      const isOwn = it.claimId === except?.claimId && it.step === except.step
      const counts = it.isContact && states.includes(it.state) && when > now - MEMORY_SECONDS
      return counts && !isOwn ? [{ ...it, at: when }] : []
    }),
  )
  return contactsFrom(sent)
}

export function sourcesOf(
  { debtor, creditor, now, hasAgent }: Person,
  kept: KeptClaim,
  contacts: StepSources['contacts'],
): StepSources {
  return { claim: kept.claim, debtor, creditor, records: recordsOf(kept, hasAgent), contacts, now }
}

function recordsOf(kept: KeptClaim, hasAgent: boolean): CaseRecords {
  const { messages, holds, promises, wasSought, payments } = kept
  const [notice] = messages
    .filter((it) => it.isNotice)
    .sort((a, b) => b.createdAt - a.createdAt || rankOf(b).localeCompare(rankOf(a)))
  const standingPayments = payments.filter(({ reversedAt }) => reversedAt === null)
  return {
    notice:
      notice === undefined
        ? null
        : {
            terms: notice.notice,
            state: notice.state,
            delivery: notice.delivery,
            sentAt: notice.sentAt,
          },
    holds: [...holds].sort((a, b) => a.createdAt - b.createdAt),
    promisesMade: promises.length,
    promisedDay: promises.at(-1) ?? null,
    messagesSent: messages.filter(({ state, channel }) => state === 'sent' && channel !== 'app')
      .length,
    hasAgent,
    wasSought,
    collections: { last: null, timesAgain: 0 },
    timesCarriedOver: 0,
    credit: 0n,
    owedBefore: 0n,
    lastPaymentAt: standingPayments.at(-1)?.createdAt ?? null,
    plan: null,
    lifeSigns: [],
  }
}

function rankOf({ state, notice }: KeptMessage): string {
  const rank = state === 'queued' ? 2 : state === 'sent' ? 1 : 0
  return `${rank} ${notice?.announced?.lastDay ?? ''}`
}

export function dueCaseOf(
  person: Person,
  kept: KeptClaim,
  contacts: DueCase['contacts'],
): DueCase | undefined {
  const { planned } = kept
  if (planned === undefined) return undefined
  const { resumes } = planned
  return {
    ...sourcesOf(person, kept, contacts),
    contacts,
    debtor: { ...person.debtor, closedChannels: [...person.debtor.closedChannels] },
    dunningCase: planned,
    journey: journeys.get(planned.journeyId),
    resumed: resumes === null ? undefined : journeys.get(resumes.journeyId),
  }
}
