// Which bills are judged, from a file: one invoice number a line, or two columns of which one says train
// or test.
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { CliError, EXIT } from '../cli-error.ts'

const PARTS = new Set(['train', 'test'])
const MOST_SHOWN = 5

/** Reads the invoice numbers to judge. @throws {CliError} for lines and numbers that are not clear. */
export function readSplit(file: string, known: ReadonlySet<string>): ReadonlySet<string> {
  const rows = readRows(file)
  const first = rows[0] ?? []
  const partAt = partColumn(rows)
  const isHeader = first.every((cell) => !known.has(cell)) && rows.length > 1
  const lines = rows.map((cells, index) => ({ cells, line: index + 1 })).slice(isHeader ? 1 : 0)
  const idAt = lines.length === 0 ? 0 : idColumn(lines[0]?.cells ?? [], { known, partAt })
  const faults: string[] = []
  const test = new Set<string>()
  for (const { cells, line } of lines) {
    const id = cells[idAt] ?? ''
    const part = partAt < 0 ? 'test' : (cells[partAt] ?? '').toLowerCase()
    if (!known.has(id)) faults.push(`line ${line}: no bill of the data has this number`)
    else if (!PARTS.has(part)) faults.push(`line ${line}: neither train nor test`)
    else if (part === 'test') test.add(id)
  }
  if (faults.length > 0) throw refused(file, faults)
  if (test.size === 0) throw refused(file, ['it names no bill to judge'])
  if (test.size === known.size) throw refused(file, ['it leaves no bill to train on'])
  return test
}

function readRows(file: string): string[][] {
  try {
    const text = readFileSync(file, 'utf8')
    const delimiter = [';', ',', '\t']
    return parse(text, { bom: true, trim: true, delimiter, skip_empty_lines: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CliError(`--split: ${file} cannot be read: ${reason}. Use last40, or a file.`)
  }
}

/** The column in which some line says train or test; -1 without one. */
function partColumn(rows: readonly string[][]): number {
  const isPart = (cell: string) => PARTS.has(cell.toLowerCase())
  return rows.find((cells) => cells.some(isPart))?.findIndex(isPart) ?? -1
}

function idColumn(
  cells: readonly string[],
  { known, partAt }: { known: ReadonlySet<string>; partAt: number },
): number {
  const at = cells.findIndex((cell, index) => index !== partAt && known.has(cell))
  return at < 0 ? Number(partAt === 0) : at
}

function refused(file: string, faults: readonly string[]): CliError {
  const shown = faults.slice(0, MOST_SHOWN).map((fault) => `  ${fault}`)
  if (faults.length > MOST_SHOWN) shown.push(`  and ${faults.length - MOST_SHOWN} more`)
  return new CliError(`--split ${file}:\n${shown.join('\n')}`, { exitCode: EXIT.refused })
}
