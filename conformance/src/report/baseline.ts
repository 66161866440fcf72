// Failures that a partner knows of and lets pass for a while: each with a reason and a day on which it ends.
import type { Report, ReportedCase } from './report.ts'

export interface KnownFailure {
  /** Id of the case. */
  readonly id: string
  readonly reason: string
  /** The last day on which it counts, `YYYY-MM-DD`. */
  readonly until: string
}

export interface Baselined {
  readonly report: Report
  /** Entries that no longer hold: each fails the run. */
  readonly stale: readonly string[]
}

/** Reads a baseline. @throws {TypeError} that names the entry without id, reason or day. */
export function readBaseline(text: string): readonly KnownFailure[] {
  const entries: unknown = JSON.parse(text)
  if (!Array.isArray(entries)) throw new TypeError('a baseline is a list of {id, reason, until}')
  for (const [index, { id, reason, until }] of entries.entries()) {
    const isWhole = [id, reason].every((member) => typeof member === 'string' && member !== '')
    if (!isWhole || !/^\d{4}-\d{2}-\d{2}$/.test(String(until))) {
      throw new TypeError(`entry ${index} of the baseline needs id, reason and until (a day)`)
    }
  }
  return entries as KnownFailure[]
}

/** Marks known failures. What has expired, passes by now or was not run is stale. */
export function applyBaseline(
  report: Report,
  known: readonly KnownFailure[],
  today: string,
): Baselined {
  const byId = new Map(known.map((entry) => [entry.id, entry]))
  const cases = report.cases.map((one): ReportedCase => {
    const entry = byId.get(one.id)
    const isKnown = entry !== undefined && entry.until >= today && isRed(one)
    return isKnown ? { ...one, known: `${entry.reason} (until ${entry.until})` } : one
  })
  const stale = known.flatMap(({ id, until }) => {
    const one = cases.find((candidate) => candidate.id === id)
    if (one === undefined) return [`${id} of the baseline was not run`]
    if (!isRed(one)) return [`${id} of the baseline is ${one.outcome} by now: take it out`]
    return until < today ? [`${id} of the baseline has expired on ${until}`] : []
  })
  return { report: { ...report, cases }, stale }
}

const isRed = ({ outcome }: ReportedCase) => outcome === 'failed' || outcome === 'incomplete'
