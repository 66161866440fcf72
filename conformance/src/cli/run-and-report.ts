// A run of a role with all that is written of it.
import { writeFileSync } from 'node:fs'
import { applyBaseline } from '../report/baseline.ts'
import { compareReports, type FormerReport, readFormerReport } from '../report/comparison.ts'
import { comparisonOf, resultLine, summaryOf } from '../report/console.ts'
import { exitCodeOf } from '../report/report.ts'
import { type ResultKey, readResultKey, signResult } from '../report/signed-result.ts'
import { transcriptText } from '../report/transcript-text.ts'
import { pathOfRole, reportsOfRole, writeReports } from '../report/write-reports.ts'
import { factsOf, runRole, type Targets } from '../roles/roles.ts'
import type { Role } from '../run/case.ts'
import type { Print } from '../run/in-turn.ts'
import { readNamed, type Settings } from './settings.ts'
import { EXIT, UsageError } from './usage.ts'

/** A run that is ready to start: every file that it reads was read. */
export interface PreparedRun {
  readonly role: Role
  readonly settings: Settings
  /** What it is compared with. */
  readonly former?: FormerReport
  /** Where its result is signed, and by which key. */
  readonly signed?: { readonly path: string; readonly key: ResultKey }
}

const SECRETS: ReadonlySet<string> = new Set(['apiKey', 'otherApiKey'])

/** Reads what a run needs. @throws {UsageError} for a file that is not what it should be. */
export function prepareRun(role: Role, settings: Settings): PreparedRun {
  const { compare, signed, key } = settings
  // Read before the run: it may be the file that the run writes.
  const former =
    compare === undefined ? undefined : readNamed(compare, (text) => readFormerReport(text, role))
  if ((signed === undefined) !== (key === undefined)) {
    throw new UsageError('--signed and --key go together')
  }
  return {
    ...{ role, settings },
    ...(former === undefined ? {} : { former }),
    ...(signed === undefined || key === undefined
      ? {}
      : { signed: { path: signed, key: readNamed(key, readResultKey) } }),
  }
}

/** The settings of one role of several that run side by side: its files have the role in their names. */
export function settingsOfRole(role: Role, settings: Settings): Settings {
  const { reports, compare, signed } = settings
  return {
    ...settings,
    reports: reportsOfRole(reports, role),
    ...(compare === undefined ? {} : { compare: pathOfRole(compare, role) }),
    ...(signed === undefined ? {} : { signed: pathOfRole(signed, role) }),
  }
}

/** Runs a role, all of its cases or those of `ids`. Returns the exit code. */
export async function runAndReport(
  { role, settings, former, signed }: PreparedRun,
  { print, targets, ids }: { print: Print; targets: Targets; ids?: readonly string[] },
): Promise<number> {
  const { seed, caseSeconds, trace, reports, baseline } = settings
  const ran = await runRole(role, targets, {
    ...{ seed, caseSeconds, trace },
    ...(ids === undefined ? {} : { ids }),
    onResult: (title, result) => print(resultLine(title, result)),
  })
  const today = new Date().toISOString().slice(0, 10)
  const { report, stale } = applyBaseline(ran, baseline, today)
  if (trace) {
    const { transcripts } = report.volatile
    for (const { id } of report.cases) print(transcriptText(id, transcripts[id] ?? []))
  }
  print(summaryOf(report))
  for (const line of stale) print(`✗ ${line}`)
  const comparison =
    former && compareReports(former, report, new Set(factsOf(role).map(({ id }) => id)))
  if (comparison !== undefined) print(comparisonOf(comparison))
  writeReports(report, reports, comparison)
  if (signed !== undefined) {
    const asked = { target: withoutSecrets(targets[role]), seed, caseSeconds, baseline, ids }
    writeFileSync(signed.path, `${await signResult(report, asked, signed.key)}\n`)
  }
  return stale.length > 0 ? EXIT.failed : exitCodeOf(report.cases)
}

/** What is under test, without the keys that open it. */
function withoutSecrets(target: Targets[Role]): object {
  return Object.fromEntries(Object.entries(target ?? {}).filter(([name]) => !SECRETS.has(name)))
}
