// Which text a medium says: a mail asks for a reply to the mail, a letter cannot.

import type { TextKey } from '../wording/text-catalog.ts'

/** A medium that has room for the whole message. */
export type LongMedium = 'mail' | 'letter'

const IN_LETTERS: Readonly<Partial<Record<TextKey, TextKey>>> = {
  'message.how-to-pay': 'letter.how-to-pay',
  'message.button': 'letter.button',
  'message.already-paid.body': 'letter.already-paid.body',
  'message.need-help.body': 'letter.need-help.body',
  'message.questions.body': 'letter.questions.body',
  'message.footer': 'letter.footer',
  'thank-you.button': 'letter.button',
  'plan-confirmed.button': 'letter.button',
  'plan-confirmed.change': 'letter.plan-change',
}

/** Returns the key of the text that the medium says in the place of `key`. */
export function textKeyFor(key: TextKey, medium: LongMedium): TextKey {
  return medium === 'letter' ? (IN_LETTERS[key] ?? key) : key
}
