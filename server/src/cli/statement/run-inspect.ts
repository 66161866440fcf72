// `parley statement inspect`: reads a statement file as a stream and tells what it holds.
import { open } from 'node:fs/promises'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import type { CsvProfile } from '../../domain/statement/csv-profile.ts'
import { createStatementFileReader } from '../../domain/statement/statement-file.ts'
import { gapProblems, refusalProblem } from '../../domain/statement/statement-problems.ts'
import { placeOf } from '../../domain/statement/statement-sequence.ts'
import type { StatementProblem, StatementSummary } from '../../domain/statement/statement-types.ts'
import { chunksOf } from '../../http/file-chunks.ts'
import { fingerprint } from '../../use-cases/read-statement-file.ts'
import { EXIT } from '../cli-error.ts'
import { accountName, type InspectedStatement, inspectedStatement } from './inspected-statement.ts'
import { namedProfile, openProfiles } from './open-profiles.ts'
import { printInspection } from './print-inspection.ts'

export interface InspectOptions {
  profile?: string
  catalog?: string
  json?: true
}

/** What a file holds; `kinds` names the format of each statement. */
export interface Inspection {
  readonly statements: readonly InspectedStatement[]
  readonly kinds: readonly string[]
  readonly problems: readonly StatementProblem[]
}

/** Returns what is to be printed, and the exit code. */
export async function runInspect(
  file: string,
  { profile, catalog, json }: InspectOptions,
): Promise<{ text: string; exitCode: number }> {
  // Nothing lives long here: a small nursery keeps the memory of a large file far below its size.
  setFlagsFromString('--max-semi-space-size=4')
  setFlagsFromString('--semi-space-growth-factor=1')
  const profiles = openProfiles(catalog)
  const chosen = profile === undefined ? [...profiles.values()] : [namedProfile(profiles, profile)]
  const { statements, kinds, problems } =
    file === '-' ? await inspect(process.stdin, chosen) : await inspectFile(file, chosen)
  const isFine = problems.every(({ severity }) => severity === 'note')
  const text =
    json === true
      ? `${JSON.stringify({ statements, problems })}\n`
      : printInspection({ statements, kinds, problems })
  return { text, exitCode: isFine ? EXIT.ok : EXIT.refused }
}

async function inspectFile(file: string, profiles: readonly CsvProfile[]): Promise<Inspection> {
  const handle = await open(file)
  try {
    return await inspect(chunksOf(handle), profiles)
  } finally {
    await handle.close()
  }
}

async function inspect(
  source: AsyncIterable<Uint8Array>,
  profiles: readonly CsvProfile[],
): Promise<Inspection> {
  const references: string[][] = []
  const reader = createStatementFileReader(
    ({ transactions }, statement) => {
      references[statement] ??= []
      for (const { structuredReferences } of transactions) {
        references[statement].push(...structuredReferences)
      }
    },
    { profiles, fingerprint },
  )
  for await (const chunk of source) reader.write(chunk)
  const read = reader.end()
  if (!read.ok) return { statements: [], kinds: [], problems: [refusalProblem(read.error)] }
  const { statements, problems } = read.value
  const places = statements.map((statement) => placeOf(statement, accountName(statement) ?? ''))
  return {
    statements: statements.map((it, i) => inspectedStatement(it, references[i] ?? [])),
    kinds: statements.map(kindOf),
    problems: [...problems, ...gapProblems(places, [])],
  }
}

function kindOf({ kind, version }: StatementSummary): string {
  if (kind === 'csv') return `CSV ${version}`
  return /^0/.test(kind) ? `camt.${kind}.001.${version}` : kind.toUpperCase()
}
