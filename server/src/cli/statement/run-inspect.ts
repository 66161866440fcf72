// `parley statement inspect`: reads a statement file as a stream and tells what it holds.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import process from 'node:process'
import { createStatementFileReader } from '../../domain/statement/statement-file.ts'
import { gapProblems, refusalProblem } from '../../domain/statement/statement-problems.ts'
import { placeOf } from '../../domain/statement/statement-sequence.ts'
import type { StatementProblem, StatementSummary } from '../../domain/statement/statement-types.ts'
import { EXIT } from '../cli-error.ts'
import { accountName, type InspectedStatement, inspectedStatement } from './inspected-statement.ts'
import { namedProfile, openProfiles } from './open-profiles.ts'
import { printInspection } from './print-inspection.ts'

const CHUNK = 1 << 18

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
  const profiles = openProfiles(catalog)
  const chosen = profile === undefined ? [...profiles.values()] : [namedProfile(profiles, profile)]
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK })
  const { statements, kinds, problems } = await inspect(source, chosen)
  const isFine = problems.every(({ severity }) => severity === 'note')
  const text =
    json === true
      ? `${JSON.stringify({ statements, problems })}\n`
      : printInspection({ statements, kinds, problems })
  return { text, exitCode: isFine ? EXIT.ok : EXIT.refused }
}

async function inspect(
  source: AsyncIterable<Uint8Array>,
  profiles: Parameters<typeof createStatementFileReader>[1]['profiles'],
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

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('latin1').slice(0, 16)
}
