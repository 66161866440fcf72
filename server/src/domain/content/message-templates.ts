// The messages that Parley sends to people, and how strongly each of them speaks.

/** From friendly (T1) to formal notice (T5). */
export type Tone = 'T1' | 'T2' | 'T3' | 'T4' | 'T5'

/** The tone of each message that asks for a payment; a journey step must state the same one. */
export const DUNNING_TEMPLATE_TONES = {
  'payment-request-t1': 'T1',
  'payment-reminder-t2': 'T2',
  'payment-reminder-t3': 'T3',
} as const satisfies Readonly<Record<string, Tone>>

/** A message that asks for a payment; sent by a journey step. */
export type DunningTemplate = keyof typeof DUNNING_TEMPLATE_TONES

/** Every message; the last two answer something good that the person did. */
export type MessageTemplate = DunningTemplate | 'thank-you' | 'plan-confirmed'
