// Past bills from a CSV file. Every line that cannot be read is named with its reason.
import {
  HISTORY,
  type HistoryColumns,
  type HistoryField,
} from '../../domain/import/history-columns.ts'
import { type HistorySettings, mapHistoryRow } from '../../domain/import/map-history-row.ts'
import { type ColumnChoice, countHeaders, findColumns } from '../../domain/import/match-columns.ts'
import { type Bill, billOf } from '../../domain/learning/bill-history.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { type CsvEncoding, inspectFile } from '../import/inspect-file.ts'
import { readHeader } from '../import/read-header.ts'
import { readLines } from '../import/read-lines.ts'
import { readRecords } from '../import/read-records.ts'

export interface HistoryFile extends Omit<HistorySettings, 'columns'> {
  readonly file: string
  readonly encoding: CsvEncoding
  readonly choices: readonly ColumnChoice[]
  readonly mayLeaveOut: boolean
}

export interface History {
  readonly bills: readonly Bill[]
  /** Fields that the file has. */
  readonly fields: readonly HistoryField[]
  /** Reasons of lines that were left out. */
  readonly leftOut: readonly string[]
}

const MOST_BILLS = 200_000
const MOST_SHOWN = 20

/** Reads all bills. @throws {CliError} with the lines that cannot be read, unless they may be left out. */
export async function readHistory(source: HistoryFile): Promise<History> {
  const { file, encoding } = source
  await inspectFile(file, encoding)
  const lines = readLines(file, encoding)
  const header = await readHeader(file, lines, (headers) => countHeaders(HISTORY, headers))
  const columns = columnsOf(header.headers, source)
  const faults: string[] = []
  const bills = new Map<string, Bill>()
  for await (const record of readRecords(lines, { ...header, width: columns.width })) {
    const mapped =
      record.fault === undefined ? mapHistoryRow(record.cells, { ...source, columns }) : null
    const reason = mapped === null ? record.fault?.reason : mapped.ok ? null : mapped.error.reason
    if (mapped?.ok !== true) faults.push(`line ${record.line}: ${reason}`)
    else if (bills.has(mapped.value.invoice)) {
      faults.push(`line ${record.line}: this invoice number stands in a line before`)
    } else bills.set(mapped.value.invoice, billOf(mapped.value))
    if (bills.size > MOST_BILLS) {
      throw new CliError(`${file} has more than ${MOST_BILLS} bills: take a part of it.`)
    }
  }
  refuse(faults, source)
  if (bills.size === 0) throw new CliError(`${file} has a header and no bills.`)
  return { bills: [...bills.values()], fields: [...columns.indexOf.keys()], leftOut: faults }
}

function columnsOf(headers: readonly string[], { file, choices }: HistoryFile): HistoryColumns {
  const columns = findColumns(HISTORY, headers, choices)
  if (columns.ok) return columns.value
  const reasons = columns.error.map(({ reason }) => `  ${reason}`).join('\n')
  throw new CliError(`The columns of ${file} are not clear:\n${reasons}`, {
    exitCode: EXIT.refused,
  })
}

function refuse(faults: readonly string[], { file, mayLeaveOut }: HistoryFile): void {
  if (faults.length === 0 || mayLeaveOut) return
  const shown = faults.slice(0, MOST_SHOWN).map((fault) => `  ${fault}`)
  if (faults.length > MOST_SHOWN) shown.push(`  and ${faults.length - MOST_SHOWN} more`)
  const advice = 'Correct them, or add --leave-out-faulty.'
  throw new CliError(
    `${faults.length} line(s) of ${file} cannot be read:\n${shown.join('\n')}\n${advice}`,
    { exitCode: EXIT.refused },
  )
}
