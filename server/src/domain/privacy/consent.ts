// What a person may say yes to, and what follows when that ends.
import type { ClosableChannel, Preferences } from '../claim/debtor.ts'

export const CONSENT_PURPOSES = [
  /** To know the day on which the person is paid, and to offer that day. */
  'pay-day',
  'contact-by-email',
  'contact-by-sms',
  'contact-by-phone',
] as const

export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number]

/** Where a consent was given. */
export type ConsentChannel =
  | 'agent'
  | 'portal'
  | 'email'
  | 'sms'
  | 'phone'
  | 'letter'
  /** The creditor holds it itself. */
  | 'creditor'

/** What ends with a consent: a wish is forgotten, or nothing more is sent on a channel. */
export type ConsentEffect = { forgets: keyof Preferences } | { closes: ClosableChannel }

const EFFECTS: Readonly<Record<ConsentPurpose, ConsentEffect>> = {
  'pay-day': { forgets: 'payDay' },
  'contact-by-email': { closes: 'email' },
  'contact-by-sms': { closes: 'sms' },
  'contact-by-phone': { closes: 'phone' },
}

export function effectOf(purpose: ConsentPurpose): ConsentEffect {
  return EFFECTS[purpose]
}
