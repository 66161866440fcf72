// One message as a list of blocks, before it becomes mail, SMS or letter. All texts are plain and
// finished; each medium only arranges and escapes them.

import type { Language } from '../wording/language.ts'

/** A message in a person's language, independent of the medium. */
export interface MessageContent {
  readonly language: Language
  /** One line, free of control characters: fit for a mail header. */
  readonly subject: string
  readonly blocks: readonly MessageBlock[]
}

/** A part of a message, in reading order. */
export type MessageBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly FactRow[] }
  | { readonly kind: 'action'; readonly label: string; readonly url: string; readonly note: string }
  | { readonly kind: 'section'; readonly heading: string; readonly text: string }
  | { readonly kind: 'list'; readonly heading: string; readonly items: readonly string[] }
  | { readonly kind: 'signature'; readonly lines: readonly string[] }
  | { readonly kind: 'footer'; readonly lines: readonly string[] }

/** A label and its value, such as "Due date" and "27 March 2026". */
export interface FactRow {
  readonly label: string
  readonly value: string
  /** How the value was computed. */
  readonly detail?: string
  /** The one value that a person looks for first. */
  readonly isMain?: boolean
}

/** A message ready for a mail server: the text and the HTML part say the same. */
export interface RenderedMessage {
  readonly subject: string
  readonly text: string
  readonly html: string
}
