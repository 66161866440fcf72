import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../src/catalog-files.ts'
import type { ClaimMessageInput } from '../../src/domain/content/claim-message-input.ts'
import {
  composeClaimLetter,
  type LetterContent,
  type LetterRecipient,
  type PrintedLetter,
} from '../../src/domain/content/letter-content.ts'
import { paymentCode } from '../../src/domain/content/payment-code.ts'
import { LANGUAGES, type Language } from '../../src/domain/wording/language.ts'
import { createLetterPrinter } from '../../src/outbound/letter-pdf.ts'
import { messageInput } from '../support/message-samples.ts'
import { inkIn, picturesOf, pngOf, scan } from '../support/pdf-picture.ts'

const { wording } = loadCatalog()
const printer = createLetterPrinter()

/** Where pictures of the letters go, to be looked at; nowhere by default. */
const PICTURES = process.env['PARLEY_TEST_PICTURES']

const RECIPIENTS: Readonly<Record<Language, LetterRecipient>> = {
  fr: { name: 'Anne Dupré', lines: ['12 rue des Écoles', '75005 PARIS'], country: 'FR' },
  nl: { name: 'Anna Peeters', lines: ['Kerkstraat 1', '1017 GA Amsterdam'], country: 'NL' },
  en: { name: 'Ann Smith', lines: ['4 Mill Lane', 'Bath', 'BA1 1AA'], country: 'GB' },
  de: { name: 'Änne Groß', lines: ['Straße des 17. Juni 135', '10623 Berlin'], country: 'DE' },
}

function compose(input: ClaimMessageInput, recipient = RECIPIENTS[input.language]): LetterContent {
  const letter = composeClaimLetter(input, { recipient, writtenAt: 1_773_100_000 }, wording)
  if (!letter.ok) throw new Error(letter.error.detail)
  return letter.value
}

async function print(letter: LetterContent): Promise<PrintedLetter> {
  const printed = await printer.print(letter)
  if (!printed.ok) throw new Error(printed.error.detail)
  return printed.value
}

describe('a printed letter', () => {
  it.each(LANGUAGES)(
    'shows the address in the window and a code to scan, on one page (%s)',
    async (language) => {
      const input = messageInput('payment-reminder-t3', language)
      const letter = compose(input)
      const printed = await print(letter)
      expect(printed.pages).toBe(1)
      const [page] = await picturesOf(printed.pdf)
      if (page === undefined) throw new Error('no page')
      if (PICTURES !== undefined) {
        mkdirSync(PICTURES, { recursive: true })
        writeFileSync(join(PICTURES, `letter-${language}.png`), pngOf(page))
      }
      const code = scan(page)
      expect(code).toBe(paymentCode(input))
      expect(code).toContain('EUR147.42')
      const { address, returnLine } = letter.layout
      expect(inkIn(page, address)).toBeGreaterThan(500)
      expect(inkIn(page, returnLine)).toBeGreaterThan(50)
      // Nothing else may show in the window, nor hang over its edges.
      const frame = { x: address.x - 5, y: address.y, width: 4.5, height: address.height }
      expect(inkIn(page, frame)).toBe(0)
      const below = { ...address, y: address.y + address.height, height: 8 }
      expect(inkIn(page, below)).toBe(0)
      for (const line of [...letter.recipient, letter.subject, 'BE71 0961 2345 6769']) {
        expect(page.text.replace(/\s/g, ' ')).toContain(line.replace(/\s/g, ' '))
      }
    },
  )

  it('carries what PDF/A-2b asks for: its typeface, its colours, its metadata', async () => {
    const { pdf } = await print(compose(messageInput('payment-request-t1', 'de')))
    const text = Buffer.from(pdf).toString('latin1')
    expect(text).toMatch(/<pdfaid:part>2<\/pdfaid:part>/)
    expect(text).toMatch(/<pdfaid:conformance>B<\/pdfaid:conformance>/)
    expect(text).toContain('/OutputIntents')
    expect(text).toMatch(/\/FontFile[23] /)
    expect(text).not.toMatch(/\/BaseFont \/Helvetica|\/JavaScript|\/URI|\/Encrypt/)
  })

  it('is the same bytes for the same letter', async () => {
    const letter = compose(messageInput('payment-request-t1', 'nl'))
    const [one, two] = [await print(letter), await print(letter)]
    expect(Buffer.from(one.pdf).equals(Buffer.from(two.pdf))).toBe(true)
  })

  it('numbers its pages when there are several, and keeps each row', async () => {
    const input = messageInput('plan-confirmed', 'en')
    if (input.template !== 'plan-confirmed') throw new Error('another template')
    const lines = Array.from({ length: 60 }, (_, index) => ({
      dueDate: `20${String(26 + Math.floor(index / 12))}-${String((index % 12) + 1).padStart(2, '0')}-27`,
      amount: { value: '2.46', currency: 'EUR' },
    }))
    const printed = await print(compose({ ...input, plan: { interval: 'P1M', lines } }))
    expect(printed.pages).toBeGreaterThan(1)
    const pages = await picturesOf(printed.pdf, 1)
    const text = pages.map((page) => page.text).join('\n')
    if (PICTURES !== undefined) {
      for (const [index, page] of pages.entries()) {
        writeFileSync(join(PICTURES, `letter-long-${index + 1}.png`), pngOf(page))
      }
    }
    expect(
      pages.map((page, index) => page.text.includes(`Page ${index + 1} of ${pages.length}`)),
    ).toEqual(pages.map(() => true))
    expect(text.match(/€2\.46/g)).toHaveLength(60)
    for (const page of pages) {
      expect(inkIn(page, { x: 20, y: 288, width: 170, height: 9 })).toBe(0)
    }
  })

  it.each(LANGUAGES)(
    'shows how each charge was computed and what the law asks for, word for word (%s)',
    async (language) => {
      const letter = compose(messageInput('damages-added-t4', language))
      const pages = await picturesOf((await print(letter)).pdf)
      const [first] = pages
      if (first === undefined) throw new Error('no page')
      expect(scan(first)).toContain('EUR178.15')
      const text = pages.map((page) => page.text.replace(/\s+/g, ' ')).join(' ')
      const words = letter.blocks.flatMap((block) => {
        if (block.kind === 'list') return [block.heading, ...block.items]
        if (block.kind === 'section') return [block.heading, block.text]
        if (block.kind !== 'facts') return []
        return block.rows.flatMap(({ label, value, detail = '' }) => [label, value, detail])
      })
      for (const line of words) expect(text).toContain(line.replace(/\s+/g, ' '))
    },
  )

  it.each([
    ['Chinese', '张伟'],
    ['Hebrew, which runs the other way', 'דוד'],
    ['an emoji', 'Ann 🦊'],
  ])('refuses a name that the typeface cannot show: %s', async (_title, debtorName) => {
    const letter = compose({ ...messageInput('payment-request-t1', 'en'), debtorName })
    expect(await printer.print(letter)).toMatchObject({
      ok: false,
      error: { code: 'glyph-missing' },
    })
  })

  it.each(['Κωνσταντίνος', 'Željko Ćirić', 'Юлия', 'Łukasz'])('shows %s', async (debtorName) => {
    const letter = compose({ ...messageInput('thank-you', 'en'), debtorName })
    const [page] = await picturesOf((await print(letter)).pdf, 1)
    expect(page?.text).toContain(debtorName)
  })
})
