// Facts about a debtor that decisions need.

export const LANGUAGES = ['fr', 'nl', 'en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

export interface ContactPoints {
  email?: string
  /** E.164. */
  phone?: string
  postalAddress?: { lines: string[]; country: string }
}

export interface Preferences {
  channel?: 'email'
  /** Day of the month on which the customer is paid, told by consent. */
  payDay?: number
}
