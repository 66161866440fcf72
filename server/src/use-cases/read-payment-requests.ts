// Reads of payment requests: one, a page, and the timeline. Another creditor's ids do not exist.
import {
  compareDays,
  type Day,
  err,
  ok,
  parseDay,
  type Result,
  startOfDayInZone,
} from '@parley/sdk/protocol'
import { openOf } from '../domain/claim/claim.ts'
import { type ClaimHold, leadingHold, standingAt } from '../domain/claim/holds.ts'
import { textRefusal } from '../domain/claim/issue-claim.ts'
import {
  describeNextStep,
  type NextStepView,
  type PlannedAction,
} from '../domain/claim/next-step.ts'
import type { ChargeItem } from '../domain/compliance/charge-items.ts'
import { channelsOf } from '../domain/dunning/journey-definition.ts'
import type { Division } from '../domain/matching/divide-payment.ts'
import { type LineProgress, progressOf } from '../domain/plan/plan-lines.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { chargesOfAll } from '../storage/charges.ts'
import { holdsOfAll } from '../storage/claim-holds.ts'
import {
  type ClaimCompanions,
  type ClaimFilter,
  companionsOf,
  pageOfClaims,
} from '../storage/claim-pages.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { lastReminderEvents } from '../storage/dunning-sweep.ts'
import { type EventRow, pageOfEvents } from '../storage/events.ts'
import { type Payment, paymentsOfAll } from '../storage/payments.ts'
import { dayOf } from './day-of.ts'
import type { Deps } from './deps.ts'
import { owedParts } from './division-of-claim.ts'

type ReadDeps = Pick<Deps, 'db' | 'clock' | 'links' | 'journeys' | 'laws'>

/** A claim with everything that the API shows of it. */
export interface PaymentRequestView extends ClaimCompanions {
  claim: Claim
  /** Holds that stand now. */
  holds: ClaimHold[]
  nextStep: NextStepView
  charges: ChargeItem[]
  /** The lines of the agreed plan as they stand today; empty without one. */
  progress: LineProgress[]
  /** What is outstanding by part; null while there are no charges. */
  owed: Division | null
  portalUrl: string
}

export interface Page<T> {
  data: T[]
  /** The cursor of the next page, or null on the last. */
  next: string | null
}

export async function readPaymentRequest(
  deps: ReadDeps,
  key: { creditorId: string; claimId: string },
): Promise<Result<PaymentRequestView, Refusal>> {
  const claim = await findClaim(deps.db, key)
  if (claim === undefined)
    return err(refusal('not-found', 'you have no payment request with this id'))
  const [view] = await viewsOf(deps, key.creditorId, [claim])
  return view === undefined ? err(refusal('not-found', 'no such payment request')) : ok(view)
}

/** A page, newest first. Refuses `date-invalid` and `text-invalid` in the filter. */
export async function listPaymentRequests(
  deps: ReadDeps,
  query: { creditorId: string; filter: ClaimFilter; cursor: string | undefined; limit: number },
): Promise<Result<Page<PaymentRequestView>, Refusal>> {
  const refused = refuseFilter(query.filter)
  if (refused !== undefined) return err(refused)
  const claims = await pageOfClaims(deps.db, {
    creditorId: query.creditorId,
    filter: query.filter,
    before: query.cursor,
    limit: query.limit + 1,
  })
  const page = claims.slice(0, query.limit)
  const next = claims.length > query.limit ? (page.at(-1)?.claimId ?? null) : null
  return ok({ data: await viewsOf(deps, query.creditorId, page), next })
}

/** What no column can hold is refused, not searched for. */
function refuseFilter({ invoiceNumber, dueFrom, dueTo }: ClaimFilter): Refusal | undefined {
  for (const [name, day] of Object.entries({ dueFrom, dueTo })) {
    if (day !== undefined && !parseDay(day).ok) return refusal('date-invalid', 'no such day', name)
  }
  return invoiceNumber === undefined ? undefined : textRefusal(invoiceNumber, 64, 'invoiceNumber')
}

export async function listClaimEvents(
  deps: Pick<Deps, 'db'>,
  query: { creditorId: string; claimId: string; cursor: string | undefined; limit: number },
): Promise<Result<Page<EventRow>, Refusal>> {
  const claim = await findClaim(deps.db, query)
  if (claim === undefined)
    return err(refusal('not-found', 'you have no payment request with this id'))
  const after = Number(query.cursor ?? '0')
  const events = await pageOfEvents(deps.db, { ...query, after, limit: query.limit + 1 })
  const page = events.slice(0, query.limit)
  const next = events.length > query.limit ? String(page.at(-1)?.eventId) : null
  return ok({ data: page, next })
}

async function viewsOf(
  deps: ReadDeps,
  creditorId: string,
  claims: readonly Claim[],
): Promise<PaymentRequestView[]> {
  if (claims.length === 0) return []
  const { timeZone } = await readCreditor(deps.db, creditorId)
  const companions = await companionsOf(deps.db, creditorId, claims)
  const held = await holdsOfAll(deps.db, claims)
  const now = deps.clock.now()
  const reminders = await lastReminderEvents(deps.db, claims)
  const charges = await chargesOfAll(deps.db, claims)
  const agreed = claims.filter(({ claimId }) => companions.get(claimId)?.agreement !== undefined)
  const ids = agreed.map(({ claimId }) => claimId)
  const payments = await paymentsOfAll(deps.db, creditorId, ids)
  const today = dayOf(now, timeZone)
  const owed = await owedPartsOf(deps, claims)
  return claims.flatMap((claim) => {
    const own = companions.get(claim.claimId)
    if (own === undefined) return []
    const open = own.lines.find((line) => openOf(line) > 0n)
    const isOpen = claim.state === 'open'
    const holds = isOpen ? standingAt(held.get(claim.claimId) ?? [], now) : []
    const nextStep = describeNextStep({
      ...claim,
      now,
      hold: leadingHold(holds, now),
      planned: own.nextAction && plannedAction(deps, own.nextAction, reminders.get(claim.claimId)),
      openLine: open && {
        line: open.line,
        dueDate: open.dueDate,
        dueAt: startOfDayInZone(open.dueDate, timeZone),
        isOver: compareDays(open.dueDate, today) < 0,
      },
    })
    const paid = payments.filter(({ claimId }) => claimId === claim.claimId)
    const portalUrl = deps.links.urlOf(claim.claimId)
    const progress = progressOfPlan(own, paid, today)
    const money = { charges: charges(claim.claimId), owed: owed.get(claim.claimId) ?? null }
    return [{ claim, ...own, holds, nextStep, ...money, progress, portalUrl }]
  })
}

function progressOfPlan(
  { agreement, lines }: ClaimCompanions,
  payments: readonly Payment[],
  today: Day,
): LineProgress[] {
  if (agreement === undefined) return []
  const { agreedAt, lateTerms } = agreement
  return progressOf({ lines, payments, agreedAt, graceDays: lateTerms.graceDays, today })
}

async function owedPartsOf(
  deps: ReadDeps,
  claims: readonly Claim[],
): Promise<Map<string, Division | null>> {
  const owed = new Map<string, Division | null>()
  for (const claim of claims) {
    if (claim.charges > 0n) owed.set(claim.claimId, await owedParts(deps, claim))
  }
  return owed
}

function plannedAction(
  { journeys }: ReadDeps,
  planned: { journeyId: string; step: string; at: number },
  last: { type: string; data: Record<string, unknown> } | undefined,
): PlannedAction {
  const step = journeys.get(planned.journeyId)?.steps.find(({ id }) => id === planned.step)
  const isDeferred = last?.type === 'reminder.deferred' && last.data['step'] === planned.step
  return {
    ...planned,
    channel: (step && channelsOf(step)[0]) ?? null,
    deferredFor: isDeferred ? String(last.data['reason']) : null,
  }
}
