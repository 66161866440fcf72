// Which column of a CSV file of invoices holds what. Headers in four languages are recognised.

import type { Result } from '@parley/sdk/protocol'
import {
  type ColumnChoice,
  type ColumnFault,
  type ColumnMap as ColumnMapOf,
  countHeaders,
  findColumns,
  type Vocabulary,
} from './match-columns.ts'

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

export type ColumnMap = ColumnMapOf<CsvField>

const REQUIRED: readonly CsvField[] = ['invoiceNumber', 'customerId', 'name', 'amount', 'dueDate']

/** Names as `compact` writes them: en, fr, nl, de. */
export const HEADERS: Readonly<Record<CsvField, string>> = {
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

const INVOICES: Vocabulary<CsvField> = {
  fields: CSV_FIELDS,
  required: REQUIRED,
  headers: HEADERS,
}

/** Finds the column of each field; refuses as `findColumns` does. */
export function matchColumns(
  headers: readonly string[],
  choices: readonly ColumnChoice[] = [],
): Result<ColumnMap, ColumnFault[]> {
  return findColumns(INVOICES, headers, choices)
}

/** How many fields the headers name: the right separator finds the most. */
export function countKnownHeaders(headers: readonly string[]): number {
  return countHeaders(INVOICES, headers)
}
