// The figures of a period, on the creditor's clock.
import {
  addDays,
  compareDays,
  daysBetween,
  err,
  ok,
  parseDay,
  type Result,
  startOfDayInZone,
} from '@parley/sdk/protocol'
import { computeKpis, type Kpi } from '../domain/kpi/compute-kpis.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { readCreditor } from '../storage/creditors.ts'
import { readKpiSums } from '../storage/kpi-sums.ts'
import type { Deps } from './deps.ts'

export interface KpiQuery {
  creditorId: string
  /** Days, both included. */
  from: string
  to: string
  segment?: string | undefined
}

/** Longer periods say little and cost much: three years and a leap day. */
export const MAX_KPI_DAYS = 1_096

/** The figures of a period. Refuses `date-invalid` and `date-outside-window`, naming the parameter. */
export async function readKpis(
  deps: Pick<Deps, 'db'>,
  query: KpiQuery,
): Promise<Result<Kpi[], Refusal>> {
  const { creditorId, from, to, segment } = query
  const refused = refusePeriod(query)
  if (refused !== undefined) return err(refused)
  const { timeZone } = await readCreditor(deps.db, creditorId)
  const sums = await readKpiSums(deps.db, {
    creditorId,
    segment: segment ?? null,
    from,
    to,
    start: startOfDayInZone(from, timeZone),
    end: startOfDayInZone(addDays(to, 1), timeZone),
    timeZone,
  })
  return ok(computeKpis({ days: daysBetween(from, to) + 1, sums }))
}

function refusePeriod({ from, to }: KpiQuery): Refusal | undefined {
  if (!parseDay(from).ok) return refusal('date-invalid', 'no such day', 'from')
  if (!parseDay(to).ok) return refusal('date-invalid', 'no such day', 'to')
  if (compareDays(from, to) > 0) {
    return refusal('date-outside-window', 'the period ends before it begins', 'to')
  }
  return daysBetween(from, to) >= MAX_KPI_DAYS
    ? refusal('date-outside-window', `ask for ${MAX_KPI_DAYS} days at most`, 'from')
    : undefined
}
