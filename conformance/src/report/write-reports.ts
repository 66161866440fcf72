// Writes the reports that were asked for, all from one model.
import { writeFileSync } from 'node:fs'
import { badgeOf } from './badge.ts'
import type { Comparison } from './comparison.ts'
import { htmlOf } from './html.ts'
import { junitOf } from './junit.ts'
import type { Report } from './report.ts'

/** Where each goes; what is left out is not written. */
export interface ReportFiles {
  readonly json?: string
  readonly junit?: string
  readonly html?: string
  readonly badge?: string
}

const WRITERS = {
  json: (report: Report) => `${JSON.stringify(report, undefined, 2)}\n`,
  junit: junitOf,
  html: htmlOf,
  badge: badgeOf,
} as const

export const REPORT_KINDS = Object.keys(WRITERS) as (keyof ReportFiles)[]

/** The same files with the role in their names. */
export function reportsOfRole(files: ReportFiles, role: string): ReportFiles {
  return Object.fromEntries(
    Object.entries(files).map(([kind, path]) => [kind, pathOfRole(path, role)]),
  )
}

/** `report.json` becomes `report-agent.json`. */
export function pathOfRole(path: string, role: string): string {
  return path.replace(/(\.[^./]+)?$/, (ending) => `-${role}${ending}`)
}

export function writeReports(report: Report, files: ReportFiles, comparison?: Comparison): void {
  for (const kind of REPORT_KINDS) {
    const path = files[kind]
    if (path !== undefined) writeFileSync(path, WRITERS[kind](report, comparison))
  }
}
