// What a provider of text messages tells us later: how a message fared, or what a person answered.

import type { ProviderRefusal } from '../delivery/provider-outcome.ts'

export type SmsEvent = SmsReport | SmsReply

/** How a message that we handed over fares. */
export interface SmsReport {
  readonly kind: 'report'
  readonly providerId: string
  /** Our reference, when the provider tells it back. */
  readonly reference?: string
  readonly state: 'under-way' | 'sent' | 'delivered' | 'failed'
  /** With `failed`. */
  readonly failure?: ProviderRefusal
}

/** What a person wrote to our number; the text is untrusted and at most so long as we read. */
export interface SmsReply {
  readonly kind: 'reply'
  readonly providerId: string
  /** E.164. */
  readonly from: string
  readonly to: string
  readonly text: string
}

/** E.164: a plus, no leading zero, at most 15 digits; 7 is the shortest in use. */
export const E164 = /^\+[1-9]\d{6,14}$/

/** The longest answer that is looked at: ten segments. Longer ones are cut. */
export const MAX_REPLY_LENGTH = 1_600
