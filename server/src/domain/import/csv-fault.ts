// Why a line of a CSV file cannot become a payment request. Reasons are shown to the operator and
// written to a report: they quote a number or a day at most, never a name or an address.

/** One reason; `code` is stable, `reason` says what to do. */
export interface CsvFault {
  readonly code: CsvFaultCode
  readonly reason: string
}

export type CsvFaultCode =
  | 'amount-ambiguous'
  | 'amount-decimals'
  | 'amount-format'
  | 'amount-negative'
  | 'amount-range'
  | 'columns'
  | 'currency-mismatch'
  | 'currency-unknown'
  | 'date-ambiguous'
  | 'date-format'
  | 'due-date-before-issue-date'
  | 'duplicate-invoice'
  | 'email-format'
  | 'language-unknown'
  | 'line-too-long'
  | 'phone-format'
  | 'quotes'
  | 'segment-format'
  | 'text-formula'
  | 'text-invalid'
  | 'value-missing'

const SHOWABLE = /^[-+=0-9A-Za-z.,'’/: €\u00a0\u202f]{1,24}$/

/** A number, day or code in quotation marks; whatever a terminal or a reader could trip over, not. */
export function quoted(value: string): string {
  return SHOWABLE.test(value) ? `"${value}"` : 'this value'
}
