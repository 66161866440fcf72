// How a bank writes its CSV: data of the catalog, so that another bank needs no code.
import type { DecimalMark } from '../import/csv-amount.ts'

/** Names under which a column may stand in the header; the first that is there is taken. */
export type ColumnNames = readonly string[]

/** A profile as its JSON file states it; `statement-profiles/profile.schema.json` describes it. */
export interface CsvProfile {
  readonly id: string
  readonly name: string
  /** ISO 3166 code; missing for banks of several countries. */
  readonly country?: string
  /** Between cells; banks that let their customers choose have several. */
  readonly separators: readonly string[]
  readonly quotes: boolean
  readonly encoding: 'utf-8' | 'windows-1252' | 'utf-8-or-windows-1252'
  /** The columns by which the header line is recognised; none for files without one. */
  readonly header?: readonly string[]
  /** For files without a header line: the names of the columns in order, and what must be in them. */
  readonly headless?: {
    readonly names: readonly string[]
    readonly patterns: Readonly<Record<string, string>>
  }
  readonly columns: CsvProfileColumns
  readonly date: string
  readonly decimal: DecimalMark
  /** Currency of the lines that state none. */
  readonly currency?: string
  readonly sign: CsvSign
  /** Lines of another status are announced, not booked. */
  readonly status?: { readonly column: string; readonly booked: readonly string[] }
  /** The account stands in the lines above the header. */
  readonly accountAboveHeader?: boolean
}

export type CsvSign =
  | { readonly by: 'amount' }
  | {
      readonly by: 'column'
      readonly column: string
      readonly credit: readonly string[]
      readonly debit: readonly string[]
    }
  | { readonly by: 'columns'; readonly credit: string; readonly debit: string }

export interface CsvProfileColumns {
  readonly bookingDate: ColumnNames
  readonly valueDate?: ColumnNames
  readonly amount?: ColumnNames
  readonly currency?: ColumnNames
  readonly account?: ColumnNames
  readonly balance?: ColumnNames
  /** An id that the bank gives each booking and never again. */
  readonly id?: ColumnNames
  readonly bankReference?: ColumnNames
  readonly partyName?: ColumnNames
  readonly partyIban?: ColumnNames
  readonly payerName?: ColumnNames
  readonly payeeName?: ColumnNames
  /** All of these that are there, in order. */
  readonly text?: ColumnNames
  readonly structuredReference?: ColumnNames
  readonly endToEndId?: ColumnNames
  readonly mandateId?: ColumnNames
  readonly returnReason?: ColumnNames
  readonly instructedAmount?: ColumnNames
  readonly instructedCurrency?: ColumnNames
  readonly rate?: ColumnNames
}

/** Returns what the schema cannot say: what of a profile contradicts itself. */
export function findProfileFaults(profile: CsvProfile): readonly string[] {
  const faults: string[] = []
  const { header, headless, columns, sign } = profile
  if ((header === undefined) === (headless === undefined)) {
    faults.push('state either header or headless')
  }
  if ((columns.amount === undefined) !== (sign.by === 'columns')) {
    faults.push('the amount stands in one column, or in those of sign')
  }
  const parts = ['yyyy', 'yy', 'MM', 'dd'].filter((part) => profile.date.includes(part))
  if (!parts.includes('MM') || !parts.includes('dd') || !parts.includes('yy')) {
    faults.push(`date "${profile.date}" needs dd, MM and yy or yyyy`)
  }
  if (columns.currency === undefined && profile.currency === undefined) {
    faults.push('no column and no member states the currency')
  }
  return faults
}

/** A profile with the separator of the file. */
export interface RecognisedProfile {
  readonly profile: CsvProfile
  readonly separator: string
  /** The cells of the line by which it was recognised. */
  readonly cells: readonly string[]
}

/** Finds the profiles whose first line this is; of several, those that name the most columns. */
export function recogniseProfiles(
  profiles: readonly CsvProfile[],
  split: (separator: string, quotes: boolean) => readonly string[] | undefined,
): readonly RecognisedProfile[] {
  const fitting = profiles.flatMap((profile) =>
    profile.separators.flatMap((separator) => {
      const cells = split(separator, profile.quotes)
      return cells !== undefined && isStartOf(profile, cells) ? [{ profile, separator, cells }] : []
    }),
  )
  const width = ({ profile }: RecognisedProfile) =>
    (profile.header ?? profile.headless?.names ?? []).length
  const widest = Math.max(...fitting.map(width))
  return fitting.filter((found) => width(found) === widest)
}

/** Tells whether a line is the header of a profile, or its first line of data without one. */
function isStartOf({ header, headless }: CsvProfile, cells: readonly string[]): boolean {
  if (header !== undefined) {
    const names = new Set(cells.map(comparable))
    return header.every((name) => names.has(comparable(name)))
  }
  if (headless === undefined || cells.length !== headless.names.length) return false
  return headless.names.every((name, index) => {
    const pattern = headless.patterns[name]
    return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(cells[index]?.trim() ?? '')
  })
}

/** Column names are compared without case, quotes and blanks around them. */
export function comparable(name: string): string {
  return name.trim().toLowerCase()
}
