// Which column of a CSV file holds what. Headers in four languages are recognised; two columns for
// one field are never chosen between.

import { err, ok, type Result } from '@parley/sdk/protocol'

/** What Parley takes from a file. */
export const CSV_FIELDS = [
  'invoiceNumber',
  'customerId',
  'name',
  'email',
  'phone',
  'language',
  'amount',
  'currency',
  'issueDate',
  'dueDate',
  'segment',
] as const

export type CsvField = (typeof CSV_FIELDS)[number]

/** A column that the operator named for a field. */
export interface ColumnChoice {
  readonly column: string
  readonly field: string
}

/** Where each field stands; `width` is the number of columns that every line must have. */
export interface ColumnMap {
  readonly indexOf: ReadonlyMap<CsvField, number>
  readonly width: number
  /** Headers that nothing is taken from. */
  readonly ignored: readonly string[]
}

export interface ColumnFault {
  readonly code: 'column-missing' | 'column-ambiguous' | 'column-unknown' | 'field-unknown'
  readonly reason: string
}

const REQUIRED: readonly CsvField[] = ['invoiceNumber', 'customerId', 'name', 'amount', 'dueDate']

/** Names as `compact` writes them: en, fr, nl, de. */
const HEADERS: Readonly<Record<CsvField, string>> = {
  invoiceNumber: `invoicenumber invoiceno invoicenr invoicenum invoiceid invoice documentnumber
    documentno billnumber numerofacture numerodefacture numfacture nfacture ndefacture nofacture
    nodefacture facture referencefacture reffacture factuurnummer factuurnr factuurno factuur
    rechnungsnummer rechnungsnr rechnungnr rechnung rgnr belegnummer belegnr`,
  customerId: `customerid customernumber customerno customernr customercode clientid clientnumber
    clientno clientcode debtorid debtornumber debtorno numeroclient numerodeclient nclient noclient
    idclient identifiantclient codeclient referenceclient refclient klantnummer klantnr klantid
    klantcode debiteurnummer debiteurnr relatienummer kundennummer kundennr kundenid kundenkonto
    debitorennummer debitorennr debitornr`,
  name: `name customername clientname debtorname fullname companyname nom nomclient nomduclient
    nomcomplet raisonsociale naam klantnaam naamklant debiteurnaam bedrijfsnaam kundenname
    firmenname`,
  email: `email emailaddress mail mailaddress customeremail courriel adressecourriel adresseemail
    adressemail emailclient emailadres mailadres emailadresse mailadresse`,
  phone: `phone phonenumber telephone telephonenumber tel mobile mobilephone mobilenumber cell gsm
    gsmnummer portable numerodetelephone telefoon telefoonnummer mobiel telefon telefonnummer mobil
    mobilnummer handy handynummer`,
  language: 'language languagecode lang locale langue taal taalcode sprache sprachcode',
  amount: `amount totalamount total invoiceamount amountdue grossamount outstanding
    outstandingamount openamount montant montantttc montanttotal montantdu totalttc resteapayer
    bedrag totaalbedrag factuurbedrag totaal tebetalen openstaand openstaandbedrag betrag
    gesamtbetrag rechnungsbetrag bruttobetrag offenerbetrag`,
  currency: `currency currencycode devise codedevise monnaie valuta valutacode munt munteenheid
    wahrung waehrung wahrungscode`,
  issueDate: `issuedate dateofissue invoicedate billdate datefacture datedefacture dateemission
    datedemission datefacturation factuurdatum datumfactuur rechnungsdatum belegdatum
    ausstellungsdatum`,
  dueDate: `duedate due paymentdue paymentduedate payby dateecheance datedecheance echeance
    datelimite datelimitedepaiement vervaldatum vervaldag uiterstebetaaldatum falligkeit
    falligkeitsdatum falligam faelligkeit faelligkeitsdatum faelligam`,
  segment: 'segment customersegment segmentclient klantsegment kundensegment',
}

const FIELD_BY_HEADER: ReadonlyMap<string, CsvField> = new Map(
  CSV_FIELDS.flatMap((field) =>
    HEADERS[field].split(/\s+/).map((header): [string, CsvField] => [header, field]),
  ),
)

/**
 * Finds the column of each field, by the operator's choices first and by the headers otherwise.
 *
 * Refuses, all at once: `field-unknown` and `column-unknown` (a choice that names no field or no
 * column), `column-ambiguous` (two columns for a field) and `column-missing` (none for a field that
 * every payment request needs).
 */
export function matchColumns(
  headers: readonly string[],
  choices: readonly ColumnChoice[] = [],
): Result<ColumnMap, ColumnFault[]> {
  const faults: ColumnFault[] = []
  const indexOf = chosenColumns(headers, choices, faults)
  for (const field of CSV_FIELDS) {
    if (indexOf.has(field)) continue
    const columns = headers.flatMap((header, index) => (fieldOf(header) === field ? [index] : []))
    const [only, ...others] = columns
    if (others.length > 0) faults.push(ambiguous(field, columns, headers))
    else if (only !== undefined) indexOf.set(field, only)
    else if (REQUIRED.includes(field)) faults.push(missing(field))
  }
  if (faults.length > 0) return err(faults)
  const used = new Set(indexOf.values())
  const ignored = headers.filter((_, index) => !used.has(index))
  return ok({ indexOf, width: headers.length, ignored })
}

/** How many fields the headers name: the right separator finds the most. */
export function countKnownHeaders(headers: readonly string[]): number {
  return new Set(headers.map(fieldOf).filter((field) => field !== undefined)).size
}

function chosenColumns(
  headers: readonly string[],
  choices: readonly ColumnChoice[],
  faults: ColumnFault[],
): Map<CsvField, number> {
  const indexOf = new Map<CsvField, number>()
  for (const { column, field: name } of choices) {
    const field = CSV_FIELDS.find((known) => known.toLowerCase() === name.trim().toLowerCase())
    const index = headers.findIndex((header) => compact(header) === compact(column))
    if (field === undefined) faults.push(unknownField(name))
    else if (index < 0) faults.push(unknownColumn(column))
    else indexOf.set(field, index)
  }
  return indexOf
}

function fieldOf(header: string): CsvField | undefined {
  return FIELD_BY_HEADER.get(compact(header))
}

/** Letters and digits alone, lower case, without accents: `N° de facture` is `ndefacture`. */
function compact(header: string): string {
  return header
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}

function missing(field: CsvField): ColumnFault {
  const reason = `no column holds the ${field}: name it with --map "Your header=${field}"`
  return { code: 'column-missing', reason }
}

function ambiguous(
  field: CsvField,
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

function unknownField(field: string): ColumnFault {
  const reason = `--map names the field "${field}"; the fields are ${CSV_FIELDS.join(', ')}`
  return { code: 'field-unknown', reason }
}
