// The plain-text part of a mail. Lines are not wrapped: the reader's screen does that.

import type { Language } from '../wording/language.ts'
import type { FactRow, MessageBlock, MessageContent } from './message-content.ts'

// French sets a no-break space before a colon.
const COLONS: Readonly<Record<Language, string>> = { fr: '\u00a0:', nl: ':', en: ':', de: ':' }

/** Writes a message as plain text: blocks apart by an empty line, ending with a line feed. */
export function renderMessageText(content: MessageContent): string {
  const blocks = content.blocks.map((block) => renderBlock(block, COLONS[content.language]))
  return `${blocks.join('\n\n')}\n`
}

function renderBlock(block: MessageBlock, colon: string): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text
    case 'facts':
      return block.rows.map((row) => renderRow(row, colon)).join('\n')
    case 'action':
      return `${block.label}${colon}\n${block.url}\n${block.note}`
    case 'section':
      return `${block.heading}\n${block.text}`
    case 'list':
      return [block.heading, ...block.items.map((item) => `- ${item}`)].join('\n')
    case 'signature':
      return block.lines.join('\n')
    case 'footer':
      return `--\n${block.lines.join('\n')}`
  }
}

function renderRow({ label, value, detail }: FactRow, colon: string): string {
  const row = `${label}${colon} ${value}`
  return detail === undefined ? row : `${row} (${detail})`
}
