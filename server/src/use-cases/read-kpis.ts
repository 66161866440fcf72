// The figures of a period, on the creditor's clock.
import {
  addDays,
  addMonthsAnchored,
  compareDays,
  dayInZone,
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
  /** Days, both included; this month and the two before it by default. */
  from?: string | undefined
  to?: string | undefined
  segment?: string | undefined
}

/** The figures, and the period that they are of. */
export interface KpiReport {
  from: string
  to: string
  kpis: Kpi[]
}

/** Longer periods say little and cost much: three years and a leap day. */
export const MAX_KPI_DAYS = 1_096

/** The figures of a period. Refuses `date-invalid` and `date-outside-window`, naming the parameter. */
export async function readKpis(
  deps: Pick<Deps, 'db' | 'clock'>,
  query: KpiQuery,
): Promise<Result<KpiReport, Refusal>> {
  const { creditorId, segment = null } = query
  const { timeZone } = await readCreditor(deps.db, creditorId)
  const { from, to } = periodOf(query, dayInZone(deps.clock.now(), timeZone))
  const refused = refusePeriod({ from, to })
  if (refused !== undefined) return err(refused)
  const start = startOfDayInZone(from, timeZone)
  const end = startOfDayInZone(addDays(to, 1), timeZone)
  const period = { creditorId, segment, from, to, start, end, timeZone }
  const sums = await readKpiSums(deps.db, period)
  return ok({ from, to, kpis: computeKpis({ days: daysBetween(from, to) + 1, sums }) })
}

/** The running month and the two before it, where nothing else is asked for. */
export function periodOf(
  { from, to }: Pick<KpiQuery, 'from' | 'to'>,
  today: string,
): { from: string; to: string } {
  return { from: from ?? addMonthsAnchored(`${today.slice(0, 7)}-01`, -2), to: to ?? today }
}

function refusePeriod({ from, to }: { from: string; to: string }): Refusal | undefined {
  if (!parseDay(from).ok) return refusal('date-invalid', 'no such day', 'from')
  if (!parseDay(to).ok) return refusal('date-invalid', 'no such day', 'to')
  if (compareDays(from, to) > 0) {
    return refusal('date-outside-window', 'the period ends before it begins', 'to')
  }
  return daysBetween(from, to) >= MAX_KPI_DAYS
    ? refusal('date-outside-window', `ask for ${MAX_KPI_DAYS} days at most`, 'from')
    : undefined
}
