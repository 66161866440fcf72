// Which column of a payment history holds what: bills with the day on which they were paid. Names and
// addresses are not among the fields and are never read.
import { HEADERS } from './csv-columns.ts'
import type { ColumnMap, Vocabulary } from './match-columns.ts'

export const HISTORY_FIELDS = [
  'invoiceNumber',
  'customerId',
  'amount',
  'currency',
  'issueDate',
  'dueDate',
  'paidOn',
  'disputed',
  'sentBy',
  'contactedOn',
  'endedOn',
] as const
export type HistoryField = (typeof HISTORY_FIELDS)[number]
export type HistoryColumns = ColumnMap<HistoryField>

/** Headers in en, fr, nl, de; those of invoices are the same as for an import. */
export const HISTORY: Vocabulary<HistoryField> = {
  fields: HISTORY_FIELDS,
  required: ['invoiceNumber', 'customerId', 'amount', 'issueDate', 'dueDate', 'paidOn'],
  headers: {
    invoiceNumber: HEADERS.invoiceNumber,
    customerId: HEADERS.customerId,
    amount: HEADERS.amount,
    currency: HEADERS.currency,
    issueDate: HEADERS.issueDate,
    dueDate: HEADERS.dueDate,
    paidOn: `paidon paid paiddate datepaid paymentdate settleddate settlementdate settledon
      cleardate clearingdate closedate datepaiement datedepaiement datereglement payele betaaldatum
      betaaldop voldaanop zahlungsdatum bezahltam zahldatum ausgleichsdatum`,
    disputed: 'disputed dispute indispute disputedon litige conteste betwist betwisting strittig',
    sentBy:
      'sentby sent paperlessbill billchannel deliverychannel envoyepar verzondenper versandart',
    contactedOn: `contactedon firstreminder firstreminderdate remindedon reminderdate daterelance
      premiererelance aanmaningsdatum eersteaanmaning mahndatum erstemahnung`,
    endedOn: 'endedon cancelledon creditedon writtenoffon annulele geannuleerdop storniertam',
  },
}
