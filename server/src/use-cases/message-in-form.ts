// A message with all its facts in the form of its channel: mail, text message, letter. Reads nothing.
import type { CallScript } from '../domain/content/call-script.ts'
import { composeClaimMessage } from '../domain/content/claim-message.ts'
import type { ClaimMessageInput } from '../domain/content/claim-message-input.ts'
import { composeClaimLetter, type LetterContent } from '../domain/content/letter-content.ts'
import { listHeaders } from '../domain/content/list-headers.ts'
import type { RenderedMessage } from '../domain/content/message-content.ts'
import { composeClaimSms } from '../domain/content/render-message-sms.ts'
import type { Wording } from '../domain/wording/wording.ts'
import type { HumanMessage } from '../storage/human-messages.ts'
import type { MessageSources } from './message-input.ts'

/** A message that may leave, in the form of its channel. */
export type Composed =
  | {
      kind: 'mail'
      to: string
      message: RenderedMessage
      listHeaders: Readonly<Record<string, string>>
    }
  | { kind: 'sms'; to: string; text: string }
  | { kind: 'letter'; letter: LetterContent; country: string; delivery: 'standard' | 'registered' }
  | { kind: 'call'; script: CallScript }
  | { kind: 'app' }

/**
 * `address-unusable`: no letter or text may be sent to it. `sender-incomplete`: the creditor has no postal
 * address, which a letter must show.
 */
export type FormRefusal =
  | 'no-address'
  | 'address-unusable'
  | 'sender-incomplete'
  | 'channel-not-served'

/** The message in the form of a channel, or why there is none. */
export function inFormOf(
  wording: Wording,
  said: { message: HumanMessage; input: ClaimMessageInput; sources: MessageSources },
): Composed | FormRefusal {
  const { message, input, sources } = said
  const { email, phone, postalAddress } = sources.debtor.contact
  switch (message.channel) {
    case 'email':
      return email === undefined
        ? 'no-address'
        : {
            kind: 'mail',
            to: email,
            message: composeClaimMessage(input, wording),
            listHeaders: listHeaders(input, message),
          }
    case 'sms': {
      if (phone === undefined) return 'no-address'
      const sms = composeClaimSms(input, wording)
      return sms.ok ? { kind: 'sms', to: phone, text: sms.value.text } : 'address-unusable'
    }
    case 'letter':
    case 'registered-letter': {
      if (postalAddress === undefined) return 'no-address'
      const { lines, country } = postalAddress
      const recipient = { name: sources.debtor.name, lines, country }
      const letter = composeClaimLetter(input, { recipient, writtenAt: sources.now }, wording)
      const delivery = message.channel === 'letter' ? 'standard' : 'registered'
      if (letter.ok) return { kind: 'letter', letter: letter.value, country, delivery }
      return letter.error.code === 'sender-incomplete' ? 'sender-incomplete' : 'address-unusable'
    }
    default:
      return 'channel-not-served'
  }
}
