// Why a message of ISO 20022 cannot be written or read: one closed list, and where the fault stands.

/** Every code that writing or reading a message of ISO 20022 may give. */
export const ISO_REFUSAL_CODES = [
  // Values
  'iso-length',
  'iso-characters',
  'iso-identifier',
  'iso-account',
  'iso-agent',
  'iso-amount',
  'iso-currency',
  'iso-day',
  'iso-instant',
  'iso-reference',
  'iso-code',
  // The message
  'iso-count',
  'iso-duplicate',
  // Reading
  'iso-xml',
  'iso-doctype',
  'iso-size',
  'iso-message',
  'iso-element',
] as const

/** One of `ISO_REFUSAL_CODES`. */
export type IsoRefusalCode = (typeof ISO_REFUSAL_CODES)[number]

/** Why a message was refused; `at` names the member or the element and never quotes its content. */
export interface IsoRefusal {
  readonly code: IsoRefusalCode
  /** Such as `payments/0/transactions/3/creditor/name`, or `PmtInf/ReqdExctnDt`. */
  readonly at: string
}
