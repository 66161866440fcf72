// Sets a letter in type: one PDF/A-2b document, A4, the address in the window of the envelope, the
// payment code beside the amounts. Composes nothing: every word comes ready.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { LetterContent, LetterRefusal } from '../domain/content/letter-content.ts'
import type { MessageBlock } from '../domain/content/message-content.ts'
import type { LetterPrinter } from '../use-cases/outbound-ports.ts'
import { firstMissingGlyph } from './letter-fonts.ts'
import {
  corner,
  type Doc,
  fitLine,
  gap,
  INK,
  keepTogether,
  newDocument,
  PAGE,
  POINTS,
  QUIET,
  RULE,
  type Sheet,
  TEXT_WIDTH,
} from './letter-sheet.ts'
import { drawSlip, SLIP_HEIGHT } from './letter-slip.ts'
import { drawFacts } from './letter-table.ts'

const MAX_PAGES = 4

/** The space between two lines, in type sizes. */
const LINE_GAP = 0.12

/** Type sizes in points, the largest that brings the letter to one page first. */
const SIZES = [10.5, 10, 9.5, 9]
const SIZE_OF_LONG_LETTERS = 10

/**
 * Builds the printer. The same letter gives the same bytes. Refuses `glyph-missing` where the typeface
 * lacks a character or the script runs from right to left, and `too-many-pages` over four.
 */
export function createLetterPrinter(): LetterPrinter {
  return {
    async print(letter) {
      const missing = firstMissingGlyph(textsOf(letter).join('\n'))
      if (missing !== undefined) return refuse('glyph-missing', missing)
      const sheet = setOnOnePage(letter)
      const pages = sheet.doc.bufferedPageRange().count
      if (pages > MAX_PAGES) return refuse('too-many-pages', `${pages} pages`)
      if (pages > 1) drawPageNumbers(sheet, pages)
      return ok({ pdf: await finish(sheet.doc), pages })
    },
  }
}

/** The largest type that brings the letter to one page, but for its payment slip; readable type over several pages else. */
function setOnOnePage(letter: LetterContent): Sheet {
  for (const size of SIZES) {
    const { sheet, pagesOfBody } = set(letter, size)
    const isFitting = letter.slip !== undefined && pagesOfBody === 1
    if (isFitting || sheet.doc.bufferedPageRange().count === 1) return sheet
  }
  return set(letter, SIZE_OF_LONG_LETTERS).sheet
}

function set(letter: LetterContent, size: number): { sheet: Sheet; pagesOfBody: number } {
  const sheet = { doc: newDocument(letter), letter, size }
  drawHead(sheet)
  drawBody(sheet)
  const pagesOfBody = sheet.doc.bufferedPageRange().count
  drawSlip(sheet)
  return { sheet, pagesOfBody }
}

async function finish(doc: Doc): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  const isDone = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', resolve)
    doc.on('error', reject)
  })
  doc.end()
  await isDone
  return Buffer.concat(chunks)
}

function drawHead({ doc, letter, size }: Sheet): void {
  const { layout, recipient, returnLine, sender, date } = letter
  for (const height of layout.foldMarks) {
    doc.moveTo(3 * POINTS, height * POINTS).lineTo(8 * POINTS, height * POINTS)
    doc.lineWidth(0.4).stroke(RULE)
  }
  const [name = '', ...rest] = sender
  fitLine(doc.font('bold'), { text: name, box: { ...layout.sender, height: 6 }, size: 12 })
  const details = { ...layout.sender, y: layout.sender.y + 7 }
  doc.font('regular').fontSize(9).fillColor(QUIET)
  doc.text([...rest, '', date].join('\n'), ...corner(details), { width: details.width * POINTS })
  fitLine(doc.font('regular').fillColor(QUIET), {
    text: returnLine,
    box: layout.returnLine,
    size: 7,
  })
  doc.fillColor(INK)
  const lineHeight = layout.address.height / 6
  recipient.forEach((text, index) => {
    const y = layout.address.y + index * lineHeight
    fitLine(doc, {
      text,
      box: { ...layout.address, y, height: lineHeight },
      size: Math.min(size, 10.5),
    })
  })
}

function drawBody(sheet: Sheet): void {
  const { doc, letter, size } = sheet
  doc.x = PAGE.left * POINTS
  doc.y = letter.layout.bodyTop * POINTS
  doc
    .font('bold')
    .fontSize(size + 1.5)
    .fillColor(INK)
  doc.text(letter.subject, { width: TEXT_WIDTH * POINTS })
  gap(doc, size * 0.9)
  let hasCode = letter.code !== undefined
  for (const block of letter.blocks) {
    drawBlock(sheet, block, hasCode)
    if (block.kind === 'facts') hasCode = false
  }
}

function drawBlock(sheet: Sheet, block: MessageBlock, hasCode: boolean): void {
  const { doc, size } = sheet
  const width = TEXT_WIDTH * POINTS
  switch (block.kind) {
    case 'paragraph':
      paragraph(sheet, block.text)
      break
    case 'facts':
      drawFacts(sheet, block.rows, hasCode)
      break
    case 'action':
      drawAction(sheet, block)
      break
    case 'section':
      keepTogether(sheet, 1 + linesOf(sheet, block.text))
      doc.font('bold').fontSize(size).text(block.heading, { width })
      paragraph(sheet, block.text)
      break
    case 'list':
      drawList(sheet, block)
      break
    case 'signature':
      keepTogether(sheet, 3)
      paragraph(sheet, block.lines.join('\n'))
      break
    case 'footer':
      // Its other lines are the address, which stands at the head of a letter.
      keepTogether(sheet, 3)
      doc.font('regular')
      doc.fontSize(size - 2)
      doc.fillColor(QUIET)
      doc.text(block.lines[0] ?? '', { width })
      doc.fillColor(INK)
  }
}

function drawAction(sheet: Sheet, block: Extract<MessageBlock, { kind: 'action' }>): void {
  const { doc, size } = sheet
  const width = TEXT_WIDTH * POINTS
  keepTogether(sheet, 3)
  doc.font('bold').fontSize(size).text(block.label, { width })
  doc.font('regular').text(block.url, { width })
  doc.fontSize(size - 1)
  doc.fillColor(QUIET)
  doc.text(block.note, { width })
  doc.fillColor(INK)
  gap(doc, size * 0.7)
}

function drawList(sheet: Sheet, { heading, items }: Extract<MessageBlock, { kind: 'list' }>): void {
  const { doc, size } = sheet
  const indent = size * 1.1
  const width = TEXT_WIDTH * POINTS
  keepTogether(sheet, 3)
  doc.font('bold').fontSize(size).text(heading, { width })
  doc.font('regular').fontSize(size)
  for (const item of items) {
    keepTogether(sheet, 2)
    doc.text('–', PAGE.left * POINTS, doc.y, { lineBreak: false })
    doc.text(item, PAGE.left * POINTS + indent, doc.y, {
      width: width - indent,
      lineGap: size * LINE_GAP,
    })
  }
  doc.x = PAGE.left * POINTS
  gap(doc, size * 0.7)
}

/** A paragraph, whole on one page: a single word on the next one is hard to read. */
function paragraph(sheet: Sheet, text: string): void {
  const { doc, size } = sheet
  keepTogether(sheet, linesOf(sheet, text))
  doc.font('regular').fontSize(size)
  doc.text(text, { width: TEXT_WIDTH * POINTS, lineGap: size * LINE_GAP })
  gap(doc, size * 0.7)
}

/** How many lines a paragraph takes; three at most where it is longer than half a page. */
function linesOf({ doc, size }: Sheet, text: string): number {
  doc.font('regular').fontSize(size)
  const options = { width: TEXT_WIDTH * POINTS, lineGap: size * LINE_GAP }
  const height = doc.heightOfString(text, options)
  return height > (PAGE.height / 2) * POINTS ? 3 : height / (size * 1.3)
}

function drawPageNumbers({ doc, letter }: Sheet, pages: number): void {
  for (let page = 0; page < pages; page += 1) {
    doc.switchToPage(page)
    const text = letter.pageNumbers(page + 1, pages)
    // Below the margin: the library would open a new page for it.
    doc.page.margins.bottom = 0
    doc.font('regular').fontSize(8).fillColor(QUIET)
    // The slip is cut off: the number of its page stands above.
    const hasSlip = letter.slip !== undefined && page === pages - 1
    const foot = hasSlip ? SLIP_HEIGHT + 12 : 14
    doc.text(text, PAGE.left * POINTS, (PAGE.height - foot) * POINTS, {
      width: TEXT_WIDTH * POINTS,
      align: 'right',
      lineBreak: false,
    })
  }
}

function textsOf(letter: LetterContent): string[] {
  const { subject, recipient, returnLine, sender, blocks, slip } = letter
  const inBlocks = blocks.flatMap((block) => {
    switch (block.kind) {
      case 'paragraph':
        return [block.text]
      case 'facts':
        return block.rows.flatMap(({ label, value, detail = '' }) => [label, value, detail])
      case 'action':
        return [block.label, block.url, block.note]
      case 'section':
        return [block.heading, block.text]
      case 'list':
        return ['–', block.heading, ...block.items]
      default:
        return block.lines
    }
  })
  const { creditor, debtor } = slip?.bill ?? {}
  const onSlip = [creditor, debtor].flatMap((address) => Object.values(address ?? {}))
  return [subject, ...recipient, returnLine, ...sender, ...inBlocks, ...onSlip]
}

function refuse(code: LetterRefusal['code'], detail: string): Result<never, LetterRefusal> {
  return err({ code, detail })
}
