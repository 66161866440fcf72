// From what is stored about a claim, its debtor and creditor to the facts on which every decision
// about a step of its journey rests. Reads nothing itself.
import { compareDays, type Day, dayInZone, formatAmount, nextTargetDay } from '@parley/sdk/protocol'
import { disputedOf, outstandingOf } from '../domain/claim/claim.ts'
import type { ContactPoints, Party, Preferences } from '../domain/claim/debtor.ts'
import { standingAt } from '../domain/claim/holds.ts'
import { type LawInForce, lawInForce } from '../domain/compliance/law-in-force.ts'
import type { Channel } from '../domain/compliance/profile.ts'
import { coveredOf } from '../domain/credit/credit-owed.ts'
import { countsAsArrived } from '../domain/delivery/delivery.ts'
import type { Contact } from '../domain/dunning/contact-budget.ts'
import type { ContactPlace } from '../domain/dunning/contact-window.ts'
import type { Facts } from '../domain/dunning/journey-conditions.ts'
import { isForPlans, type JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import { livesOf } from '../domain/dunning/special-journeys.ts'
import type { NoticeState, StepFacts } from '../domain/dunning/step-facts.ts'
import { judgeFragility } from '../domain/learning/fragility.ts'
import { lineSpokenOf } from '../domain/plan/plan-lines.ts'
import type {
  CaseRecords,
  HoldRecord,
  PlanLineRecord,
  StoredCollection,
} from '../storage/case-records.ts'
import type { Claim } from '../storage/claims.ts'
import type { DunningCase } from '../storage/dunning-cases.ts'
import type { LawBook } from './deps.ts'

/** The debtor, as far as steps ask. */
export interface StepDebtor {
  party: Party
  country: string | null
  timeZone: string | null
  contact: ContactPoints
  preferences: Preferences
  closedChannels: StepFacts['reach']['closed']
}

/** The creditor, as far as steps ask. */
export interface StepCreditor {
  timeZone: string
  country: string
  chargesAgreed: boolean
}

export interface StepSources {
  claim: Claim
  debtor: StepDebtor
  creditor: StepCreditor
  records: CaseRecords
  contacts: readonly Contact[]
  now: number
}

/** What this server brings: the law, and the channels that it can use. */
export interface StepServer {
  laws: LawBook
  servedChannels: ReadonlySet<Channel>
}

/** The law in force for a claim; null where none is known for such a debtor. */
export function lawOfClaim(
  laws: LawBook,
  { claim, debtor, creditor }: Pick<StepSources, 'claim' | 'debtor' | 'creditor'>,
): LawInForce | null {
  const law = laws.of({ country: debtor.country ?? creditor.country, party: debtor.party })
  if (law === undefined || law.profile.currency !== claim.currency) return null
  const inForce = lawInForce(law, claim.dueDate)
  return inForce.ok ? inForce.value : null
}

/** Puts together the facts of a step. */
export function stepFactsOf(
  sources: StepSources,
  {
    journey,
    on,
  }: { journey: JourneyDefinition; on: Pick<DunningCase, 'stepsDone' | 'triggerAt' | 'anchorDay'> },
  server: StepServer,
): StepFacts {
  const { claim, debtor, creditor, records, contacts, now } = sources
  const law = lawOfClaim(server.laws, sources)
  const timeZone = debtor.timeZone ?? creditor.timeZone
  const notice = noticeState(records.notice, now)
  const arrived = notice === 'sent' ? records.notice?.terms?.announced : null
  const anchorDay = on.anchorDay ?? (isForPlans(journey) ? spokenOf(sources, now) : null)
  return {
    now,
    claim: claim.state,
    outstandingMinor: outstandingOf(claim),
    isCovered: coveredMinor(sources) > 0n && coveredMinor(sources) === askedMinor(claim),
    paidMinor: claim.paid,
    conversation: claim.conversation,
    presentedAt: claim.presentedAt,
    issuedAt: claim.createdAt,
    holds: standingHolds(records, now),
    stepsDone: on.stepsDone,
    anchors: {
      respondBy: claim.respondBy,
      dueDate: claim.dueDate,
      triggerAt: on.triggerAt,
      anchorDay,
      payDay: debtor.preferences.payDay ?? null,
      noticeLastDay: arrived?.lastDay ?? null,
      holdEndedAt: holdEndedAt(journey, records, now),
      timeZone,
    },
    known: knownFacts(sources, on.triggerAt),
    reach: {
      known: knownChannels(debtor.contact, records.hasAgent),
      closed: debtor.closedChannels,
      ...(debtor.preferences.channel === undefined
        ? {}
        : { preferred: debtor.preferences.channel }),
      served: server.servedChannels,
      isFragile: isFragile(sources),
    },
    contacts,
    place: placeOf(debtor, timeZone, law),
    law,
    notice,
    instalmentMinor: lineOn(records, anchorDay)?.open ?? 0n,
  }
}

function lineOn({ plan }: CaseRecords, day: Day | null): PlanLineRecord | undefined {
  return plan?.lines.find(({ dueDate }) => dueDate === day)
}

/** The day of the line that people are written to about; null without an agreed plan. */
export function spokenOf(
  { records, creditor }: Pick<StepSources, 'records' | 'creditor'>,
  at: number,
): Day | null {
  const lines = records.plan?.lines ?? []
  return lineSpokenOf(lines, dayInZone(at, creditor.timeZone))?.dueDate ?? null
}

/** Whether the person needs a calmer path, by what was told on any claim. */
function isFragile({ records, now }: Pick<StepSources, 'records' | 'now'>): boolean {
  return judgeFragility(records.lifeSigns, now).value.isFragile
}

/** What may be asked for: all that is owed but what is disputed. */
function askedMinor(claim: Claim): bigint {
  return claim.state === 'open' ? outstandingOf(claim) - disputedOf(claim) : 0n
}

/** The part of it that the person's credit with the creditor covers. Spec: CRD-03. */
export function coveredMinor({ claim, records }: Pick<StepSources, 'claim' | 'records'>): bigint {
  const { credit, owedBefore } = records
  return coveredOf({ credit, owedBefore, outstanding: askedMinor(claim) })
}

/** The holds that stand. */
export function standingHolds(records: CaseRecords, now: number): HoldRecord[] {
  return standingAt(
    records.holds.filter(({ releasedAt }) => releasedAt === null),
    now,
  )
}

/** A zone that is not known may be any of the country's. */
export function placeOf(
  debtor: Pick<StepDebtor, 'timeZone'>,
  timeZone: string,
  law: LawInForce | null,
): ContactPlace {
  const [first, ...others] = law?.profile.zones ?? []
  const isKnown = debtor.timeZone !== null || first === undefined
  return {
    zones: isKnown ? [timeZone] : [first, ...others],
    hours: law === null ? null : { rule: law.version.contact, holidays: law.holidays },
  }
}

function knownChannels(contact: ContactPoints, hasAgent: boolean): ReadonlySet<Channel> {
  const { email, phone, postalAddress } = contact
  return new Set<Channel>([
    ...(email === undefined ? [] : (['email'] as const)),
    ...(phone === undefined ? [] : (['sms', 'phone'] as const)),
    ...(postalAddress === undefined ? [] : (['letter', 'registered-letter'] as const)),
    ...(hasAgent ? (['app'] as const) : []),
  ])
}

/** Within these, a provider usually tells what became of a message that may have left. */
const REPORT_SECONDS = 3 * 86_400

function noticeState(notice: CaseRecords['notice'], now: number): NoticeState {
  if (notice === null) return 'none'
  const { state, delivery, sentAt } = notice
  if (state === 'queued') return 'under-way'
  if (state !== 'sent') return 'undelivered'
  if (delivery === 'unknown' && now < (sentAt ?? 0) + REPORT_SECONDS) return 'under-way'
  return countsAsArrived(delivery) ? 'sent' : 'undelivered'
}

/** When the last hold of the journey's own kind ended; null while one stands, and without any. */
function holdEndedAt(journey: JourneyDefinition, records: CaseRecords, now: number): number | null {
  const lives = livesOf(journey)
  const own = records.holds.filter(({ reason }) => lives.includes(reason))
  const ends = own.map(({ releasedAt, until }) => releasedAt ?? until ?? Number.POSITIVE_INFINITY)
  const last = Math.max(...ends)
  return own.length > 0 && last <= now ? last : null
}

/** What conditions may ask of a claim and its debtor. */
export function knownFacts(
  { claim, debtor, creditor, records, now }: StepSources,
  triggerAt: number,
): Facts {
  const standing = new Set(standingHolds(records, now).map(({ reason }) => reason))
  const promise = promiseOf(records, standing.has('promise'))
  const dispute = disputeOf(records, standing.has('dispute'))
  const { lastPaymentAt } = records
  const collection = records.collections.last
  return {
    party: debtor.party,
    country: debtor.country ?? creditor.country,
    amount: formatAmount({ minor: outstandingOf(claim), currency: claim.currency }),
    'has-agent': records.hasAgent,
    'mobile-known': debtor.contact.phone !== undefined,
    'pay-day-known': debtor.preferences.payDay !== undefined,
    'reminders-sent': records.messagesSent,
    'broken-promises': records.promisesMade - (standing.has('promise') ? 1 : 0),
    'payment-found': lastPaymentAt !== null && lastPaymentAt >= triggerAt,
    'in-hardship': standing.has('hardship'),
    'times-carried-over': records.timesCarriedOver,
    'charges-agreed': creditor.chargesAgreed,
    // Nobody has shown it: what needs it is left out.
    'fourth-missed-date': false,
    ...planFacts(records, dayInZone(now, creditor.timeZone)),
    ...(promise === null ? {} : { promise }),
    ...(dispute === null ? {} : { dispute }),
    ...(collection === null ? {} : { 'collection-failure': failureNow(collection) }),
  }
}

function planFacts({ plan }: CaseRecords, today: Day): Facts {
  if (plan === null) return {}
  const open = plan.lines.filter((line) => line.open > 0n)
  const missed = open.filter(({ dueDate }) => compareDays(today, nextTargetDay(dueDate)) > 0)
  return {
    'missed-instalments': missed.length,
    'plan-done': open.length === 0,
    'replan-offered': plan.isReplanOffered,
  }
}

/** What is not collected again is as good as refused: it is paid in another way. */
function failureNow({ reason, againOn }: StoredCollection): string {
  return againOn === null ? 'refused' : reason
}

/** A promise whose day has passed unkept is broken; one that somebody took back is not. */
function promiseOf({ promisesMade, holds }: CaseRecords, stands: boolean): string | null {
  if (stands) return 'open'
  const isTakenBack = holds.some((it) => it.reason === 'promise' && it.releasedAt !== null)
  return promisesMade > 0 && !isTakenBack ? 'broken' : null
}

/** As `nameOf` in resolve-dispute.ts writes it: the outcome, and the credit behind it. */
function disputeOf({ holds }: CaseRecords, stands: boolean): string | null {
  if (stands) return 'open'
  const as = holds.find(({ reason }) => reason === 'dispute')?.releasedAs
  return as?.split(' ')[0] ?? null
}
