// A year of a creditor: its customers, their bills and what comes in on its account, with the truth about
// each booking.

export interface YearDebtor {
  debtorId: string
  name: string
  iban: string
  externalId: string | null
}

export interface YearClaim {
  claimId: string
  debtor: YearDebtor
  invoiceNumber: string
  reference: string
  minor: bigint
  issueDate: string
  dueDate: string
}

export interface YearShare {
  claimId: string
  minor: bigint
}

/** What a booking is in truth. */
export type Truth =
  | { kind: 'claims'; shares: readonly YearShare[] }
  /** Money that has nothing to do with any claim. */
  | { kind: 'nobody' }
  /** Takes an earlier booking back. */
  | { kind: 'returns'; bookingId: string }

export interface YearBooking {
  bookingId: string
  day: string
  direction: 'credit' | 'debit'
  minor: bigint
  bankReference: string
  structured?: string
  texts: readonly string[]
  payer?: { name: string; iban: string }
  returnReason?: string
  truth: Truth
  /** How it was made, for the report. */
  style: string
  /** A reference of ours stands in it, with right check digits and whole. */
  hasValidReference: boolean
}

export interface Year {
  account: string
  claims: readonly YearClaim[]
  /** In the order of the account. */
  bookings: readonly YearBooking[]
}
