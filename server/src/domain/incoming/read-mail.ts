// Reads a raw incoming mail into what it is: a bounce, an automatic answer, or the words of a person.
// Everything in it is untrusted, the sender's address included: nothing here is proof of who wrote.

import { err, ok, type Result } from '@parley/sdk/protocol'
import PostalMime, { type Email } from 'postal-mime'
import { type MailReturn, readDeliveryStatus } from './delivery-status.ts'

export type IncomingMail =
  | {
      readonly kind: 'returned'
      readonly returns: readonly MailReturn[]
      /** The Message-IDs that it may be about, without angle brackets. */
      readonly about: readonly string[]
    }
  | { readonly kind: 'automatic'; readonly about: readonly string[] }
  | {
      readonly kind: 'reply'
      readonly from: string
      /** The mail's own Message-ID, where it has one. */
      readonly messageId?: string
      readonly about: readonly string[]
      readonly subject: string
      /** As written, quotations included; `readMailReply` cuts them. */
      readonly text: string
    }

export interface MailRefusal {
  readonly code: 'mail-too-large' | 'mail-unreadable'
}

const MAX_BYTES = 2_000_000
const MAX_IDS = 50
const MAX_TEXT = 200_000

/** Reads one mail. Refuses `mail-too-large` over 2 MB and `mail-unreadable`. */
export async function readMail(raw: Uint8Array): Promise<Result<IncomingMail, MailRefusal>> {
  if (raw.length > MAX_BYTES) return err({ code: 'mail-too-large' })
  let mail: Email
  try {
    mail = await PostalMime.parse(raw, {
      attachmentEncoding: 'utf8',
      maxNestingDepth: 20,
      maxHeadersSize: 200_000,
    })
  } catch {
    return err({ code: 'mail-unreadable' })
  }
  const reports = mail.attachments.filter((it) => it.mimeType === 'message/delivery-status')
  if (reports.length > 0) return ok(readBounce(mail, reports))
  const about = idsIn([mail.inReplyTo, mail.references].join(' '))
  if (isAutomatic(mail)) return ok({ kind: 'automatic', about })
  const from = mail.from?.address ?? ''
  if (from === '') return err({ code: 'mail-unreadable' })
  const text = (mail.text ?? textOfHtml(mail.html ?? '')).slice(0, MAX_TEXT)
  const [messageId] = idsIn(mail.messageId ?? '')
  const own = messageId === undefined ? {} : { messageId }
  return ok({ kind: 'reply', from, ...own, about, subject: mail.subject ?? '', text })
}

function readBounce(mail: Email, reports: Email['attachments']): IncomingMail {
  const returns = reports.flatMap(({ content }) => readDeliveryStatus(asText(content)))
  // The mail that came back, or its headers alone (RFC 6522 §3).
  const originals = mail.attachments.filter((it) =>
    ['message/rfc822', 'text/rfc822-headers'].includes(it.mimeType),
  )
  const messageIds = originals.map(
    ({ content }) =>
      /^message-id:\s*(<[^<>\s]{1,500}>)/im.exec(asText(content).slice(0, MAX_TEXT))?.[1],
  )
  const about = idsIn([...messageIds, mail.inReplyTo, mail.references].join(' '))
  return { kind: 'returned', returns, about }
}

/** RFC 3834 §5, and what older programs write instead. */
function isAutomatic({ headers }: Email): boolean {
  const value = (name: string) => headers.find(({ key }) => key === name)?.value.toLowerCase() ?? ''
  const autoSubmitted = value('auto-submitted')
  const isMarked = autoSubmitted !== '' && !autoSubmitted.startsWith('no')
  const precedence = value('precedence')
  return (
    isMarked ||
    ['bulk', 'junk', 'list', 'auto_reply'].includes(precedence) ||
    value('x-autoreply') !== '' ||
    value('x-autorespond') !== '' ||
    value('x-auto-response-suppress').includes('all')
  )
}

function idsIn(text: string): string[] {
  const ids = text.slice(0, MAX_TEXT).match(/<[^<>\s]{1,500}>/g) ?? []
  return [...new Set(ids.slice(0, MAX_IDS).map((id) => id.slice(1, -1)))]
}

/** The words of an HTML mail without a text part: only to be read, never to be shown as HTML. */
function textOfHtml(html: string): string {
  return html
    .slice(0, MAX_TEXT)
    .replace(/<(?:br|\/p|\/div|\/li|\/tr)\b[^>]{0,200}>/gi, '\n')
    .replace(/<blockquote\b[^>]{0,200}>/gi, '\n> ')
    .replace(/<[^<>]{0,1000}>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
}

function asText(content: string | ArrayBuffer | Uint8Array): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content)
}
