// One import from file to totals: header, rows, the server's answers, and what was refused.
import { resolve } from 'node:path'
import { minorUnits } from '@parley/sdk/protocol'
import { oneLine } from '../../domain/content/safe-text.ts'
import { matchColumns } from '../../domain/import/csv-columns.ts'
import { type CsvSettings, mapCsvRow } from '../../domain/import/map-csv-row.ts'
import type { ColumnChoice } from '../../domain/import/match-columns.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { type CsvEncoding, inspectFile } from './inspect-file.ts'
import {
  describeProgress,
  type ImportTotals,
  number,
  type ProgressOutput,
  type Reached,
  startProgress,
} from './progress.ts'
import { type CsvHeader, readHeader } from './read-header.ts'
import { readLines } from './read-lines.ts'
import { type CsvRecord, readRecords } from './read-records.ts'
import { openRefusedLines, type RefusedLines } from './refused-lines.ts'
import type { ImportServer, LineAnswer, OutgoingLine } from './send-bulk.ts'

export interface ImportOptions extends Omit<CsvSettings, 'columns'> {
  readonly file: string
  readonly encoding: CsvEncoding
  readonly choices: readonly ColumnChoice[]
  readonly reportFile?: string | undefined
  /** Missing for a dry run. */
  readonly server?: ImportServer | undefined
}

export interface ImportOutput {
  readonly out: (text: string) => void
  readonly err: ProgressOutput
}

interface Run {
  readonly settings: CsvSettings
  readonly totals: ImportTotals
  readonly refused: RefusedLines
  readonly reached: Reached
}

/** Imports a file and returns the exit code. @throws {CliError} when nothing could be done. */
export async function runImport(options: ImportOptions, output: ImportOutput): Promise<number> {
  const { file, encoding, server } = options
  if (options.reportFile !== undefined && resolve(options.reportFile) === resolve(file)) {
    throw new CliError('--report names the file that is imported: choose another.')
  }
  const reached = { line: 0, of: await inspectFile(file, encoding) }
  const lines = readLines(file, encoding)
  const header = await readHeader(file, lines)
  const settings = settingsFor(header, options)
  const run: Run = {
    settings,
    reached,
    totals: { lines: 0, created: 0, duplicate: 0, refused: 0 },
    refused: await openRefusedLines(options.reportFile),
  }
  await announce(settings, server, output)
  const stop = startProgress(output.err, () =>
    describeProgress(run.totals, reached, server === undefined),
  )
  try {
    const outgoing = mapRecords(readRecords(lines, recordOptions(header)), run)
    if (server === undefined) await countOnly(outgoing, run)
    else await server.send(outgoing, (answer) => take(answer, run))
  } finally {
    stop()
    await lines.return(undefined)
    await run.refused.close()
    // Also after a broken connection: what was done is done.
    if (run.totals.lines > 0) output.out(summaryOf(run, server === undefined))
  }
  if (run.totals.lines === 0) throw new CliError(`${file} has a header and no lines.`)
  return run.totals.refused > 0 ? EXIT.refused : EXIT.ok
}

function recordOptions({ delimiter, headers }: CsvHeader) {
  return { delimiter, width: headers.length }
}

function settingsFor({ headers }: CsvHeader, options: ImportOptions): CsvSettings {
  const columns = matchColumns(headers, options.choices)
  if (!columns.ok) {
    const reasons = columns.error.map(({ reason }) => `  ${oneLine(reason)}`)
    throw new CliError(`The columns of ${options.file} are not clear:\n${reasons.join('\n')}`)
  }
  if (!columns.value.indexOf.has('currency') && options.currency === undefined) {
    throw new CliError('No column holds the currency: add it, as in --currency EUR.')
  }
  const { segment, decimalMark, dayOrder } = options
  const currency = options.currency?.toUpperCase()
  if (currency !== undefined && minorUnits(currency) === undefined) {
    throw new CliError(`--currency ${oneLine(currency)} is no ISO 4217 currency such as EUR.`)
  }
  return { columns: columns.value, currency, segment, decimalMark, dayOrder }
}

async function announce(
  { columns }: CsvSettings,
  server: ImportServer | undefined,
  { err }: ImportOutput,
): Promise<void> {
  if (columns.ignored.length > 0) {
    err.write(`Columns not used: ${oneLine(columns.ignored.join(', '))}\n`)
  }
  if (server === undefined) return
  const { id, name } = await server.readCreditor()
  err.write(`Importing for ${oneLine(name)} (${oneLine(id)})\n`)
}

async function* mapRecords(
  records: AsyncIterable<CsvRecord>,
  { settings, totals, refused }: Run,
): AsyncGenerator<OutgoingLine> {
  // The only thing that grows with the file: about 100 bytes a line.
  const lineOfInvoice = new Map<string, number>()
  const refuse = (line: number, faults: readonly { code: string; reason: string }[]) => {
    totals.lines++
    totals.refused++
    const reason = faults.map((fault) => fault.reason).join('; ')
    refused.add({ line, code: faults[0]?.code ?? '', reason })
  }
  for await (const { line, cells, fault } of records) {
    const mapped = cells === undefined ? undefined : mapCsvRow(cells, settings)
    if (mapped === undefined) refuse(line, fault === undefined ? [] : [fault])
    else if (!mapped.ok) refuse(line, mapped.error)
    else {
      const { lineKey } = mapped.value
      const first = lineOfInvoice.get(lineKey)
      if (first === undefined) {
        lineOfInvoice.set(lineKey, line)
        yield { fileLine: line, bulkLine: mapped.value }
      } else {
        const reason = `the same invoice number as line ${first}`
        refuse(line, [{ code: 'duplicate-invoice', reason }])
      }
    }
  }
}

async function countOnly(
  lines: AsyncIterable<OutgoingLine>,
  { totals, reached }: Run,
): Promise<void> {
  for await (const { fileLine } of lines) {
    reached.line = fileLine
    totals.lines++
    totals.created++
  }
}

function take(
  { fileLine, result, code, reason }: LineAnswer,
  { totals, refused, reached }: Run,
): void {
  reached.line = fileLine
  totals.lines++
  totals[result]++
  if (result === 'refused') refused.add({ line: fileLine, code, reason })
}

function summaryOf({ totals, refused }: Run, isDryRun: boolean): string {
  const { lines, created, duplicate } = totals
  const counts = [
    `${number(created)} ${isDryRun ? 'can be issued' : 'issued'}`,
    ...(duplicate > 0 ? [`${number(duplicate)} issued before`] : []),
    `${number(totals.refused)} refused`,
  ]
  const end = isDryRun ? ' Dry run: nothing was sent.' : ''
  const noun = lines === 1 ? 'line' : 'lines'
  return `${number(lines)} ${noun}: ${counts.join(', ')}.${end}\n${refused.summary()}`
}
