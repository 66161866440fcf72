// Facts about a debtor that decisions need.

export const LANGUAGES = ['fr', 'nl', 'en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** A consumer, or a business: which law holds. */
export type Party = 'b2c' | 'b2b'

/** Channels that a person may close by a word. */
export type ClosableChannel = 'email' | 'sms' | 'letter' | 'phone'

export interface ContactPoints {
  email?: string
  /** E.164. */
  phone?: string
  postalAddress?: { lines: string[]; country: string }
}

/** What the customer wishes, told by consent. */
export interface Preferences {
  channel?: 'agent' | 'email' | 'sms' | 'letter' | 'phone'
  /** Day of the month on which the customer is paid. */
  payDay?: number
  /** ISO 639-1. */
  language?: string
}

/** The language for texts to a debtor: the wish where we speak it, else what the creditor told us. */
export function languageOfDebtor(debtor: {
  language: Language | null
  preferences: Preferences
}): Language | null {
  const wish = LANGUAGES.find((language) => language === debtor.preferences.language)
  return wish ?? debtor.language
}
