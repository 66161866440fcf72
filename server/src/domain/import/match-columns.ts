// Finds the column of each field in the header of a CSV file, by a vocabulary. Two columns for one field
// are never chosen between.

import { err, ok, type Result } from '@parley/sdk/protocol'

/** The fields of a kind of file, and the headers by which each is known. */
export interface Vocabulary<Field extends string> {
  readonly fields: readonly Field[]
  readonly required: readonly Field[]
  /** Lower-case letters and digits, without accents; divided by blanks. */
  readonly headers: Readonly<Record<Field, string>>
}

/** A column that the operator named for a field. */
export interface ColumnChoice {
  readonly column: string
  readonly field: string
}

/** Where each field stands; `width` is the number of columns that every line must have. */
export interface ColumnMap<Field extends string> {
  readonly indexOf: ReadonlyMap<Field, number>
  readonly width: number
  /** Headers that nothing is taken from. */
  readonly ignored: readonly string[]
}

export interface ColumnFault {
  readonly code: 'column-missing' | 'column-ambiguous' | 'column-unknown' | 'field-unknown'
  readonly reason: string
}

/**
 * Finds the column of each field, by the operator's choices first and by the headers otherwise.
 *
 * Refuses, all at once: `field-unknown` and `column-unknown` (a choice that names no field or no
 * column), `column-ambiguous` (two columns for a field) and `column-missing` (none for a field that
 * every line needs).
 */
export function findColumns<Field extends string>(
  vocabulary: Vocabulary<Field>,
  headers: readonly string[],
  choices: readonly ColumnChoice[],
): Result<ColumnMap<Field>, ColumnFault[]> {
  const faults: ColumnFault[] = []
  const fieldOf = readerOf(vocabulary)
  const indexOf = chosenColumns(vocabulary, { headers, choices }, faults)
  for (const field of vocabulary.fields) {
    if (indexOf.has(field)) continue
    const columns = headers.flatMap((header, index) => (fieldOf(header) === field ? [index] : []))
    const [only, ...others] = columns
    if (others.length > 0) faults.push(ambiguous(field, columns, headers))
    else if (only !== undefined) indexOf.set(field, only)
    else if (vocabulary.required.includes(field)) faults.push(missing(field))
  }
  if (faults.length > 0) return err(faults)
  const used = new Set(indexOf.values())
  const ignored = headers.filter((_, index) => !used.has(index))
  return ok({ indexOf, width: headers.length, ignored })
}

/** How many fields the headers name: the right separator finds the most. */
export function countHeaders<Field extends string>(
  vocabulary: Vocabulary<Field>,
  headers: readonly string[],
): number {
  return new Set(headers.map(readerOf(vocabulary)).filter((field) => field !== undefined)).size
}

/** Tells the field of a header. */
function readerOf<Field extends string>(
  vocabulary: Vocabulary<Field>,
): (header: string) => Field | undefined {
  const byHeader = new Map(
    vocabulary.fields.flatMap((field) =>
      vocabulary.headers[field].split(/\s+/).map((header): [string, Field] => [header, field]),
    ),
  )
  return (header) => byHeader.get(compact(header))
}

function chosenColumns<Field extends string>(
  { fields }: Vocabulary<Field>,
  { headers, choices }: { headers: readonly string[]; choices: readonly ColumnChoice[] },
  faults: ColumnFault[],
): Map<Field, number> {
  const indexOf = new Map<Field, number>()
  for (const { column, field: name } of choices) {
    const field = fields.find((known) => known.toLowerCase() === name.trim().toLowerCase())
    const index = headers.findIndex((header) => compact(header) === compact(column))
    if (field === undefined) faults.push(unknownField(name, fields))
    else if (index < 0) faults.push(unknownColumn(column))
    else indexOf.set(field, index)
  }
  return indexOf
}

/** Letters and digits alone, lower case, without accents: `N° de facture` is `ndefacture`. */
function compact(header: string): string {
  return header
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}

function missing(field: string): ColumnFault {
  const reason = `no column holds the ${field}: name it with --map "Your header=${field}"`
  return { code: 'column-missing', reason }
}

function ambiguous(
  field: string,
  columns: readonly number[],
  headers: readonly string[],
): ColumnFault {
  const names = columns.map((index) => `"${headers[index]}"`).join(' and ')
  const reason = `${names} may both be the ${field}: choose with --map "Your header=${field}"`
  return { code: 'column-ambiguous', reason }
}

function unknownColumn(column: string): ColumnFault {
  return {
    code: 'column-unknown',
    reason: `--map names the column "${column}", which is not there`,
  }
}

function unknownField(field: string, fields: readonly string[]): ColumnFault {
  const reason = `--map names the field "${field}"; the fields are ${fields.join(', ')}`
  return { code: 'field-unknown', reason }
}
