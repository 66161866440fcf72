// The blocks that several kinds of message share. What a kind says, and in which order, is told by
// `dunning-blocks.ts` and `claim-message.ts`.

import type { TextKey, TextValues } from '../wording/text-catalog.ts'
import type { Wording } from '../wording/wording.ts'
import type { ClaimMessageInput } from './claim-message-input.ts'
import { type LongMedium, textKeyFor } from './medium-texts.ts'
import type { MessageBlock } from './message-content.ts'
import { messageValues } from './message-values.ts'

/** Says a text of the catalog in the language, medium and with the values of one message. */
export type Say = (key: TextKey, more?: TextValues) => string

/** Binds a message's values, language and medium to the texts of the catalog. */
export function sayFor(input: ClaimMessageInput, wording: Wording, medium: LongMedium): Say {
  const values = messageValues(input)
  return (key, more) => wording.say(input.language, textKeyFor(key, medium), { ...values, ...more })
}

export function paragraph(text: string): MessageBlock {
  return { kind: 'paragraph', text }
}

/** A heading with a text below it. */
export function section(heading: string, text: string): MessageBlock {
  return { kind: 'section', heading, text }
}

/** A heading with a list below it; nothing where the list is empty. */
export function list(heading: string, items: readonly string[]): MessageBlock[] {
  return items.length === 0 ? [] : [{ kind: 'list', heading, items }]
}

/** The link to the person's page. */
export function action(url: string, say: Say, label: string): MessageBlock {
  return { kind: 'action', label, url, note: say('message.link-note') }
}

/** What to do who has paid already. */
export function alreadyPaid(say: Say): MessageBlock {
  return section(say('message.already-paid.heading'), say('message.already-paid.body'))
}
