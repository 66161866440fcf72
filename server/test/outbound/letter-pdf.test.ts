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
      expect(code).toBe(paymentCode(input)?.payload)
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

describe('a letter with a Swiss QR-bill', () => {
  const PLACES = { slip: 297 - 105, code: { x: 67, y: 297 - 105 + 17 } }

  it.each<[Language, string[]]>([
    ['de', ['Zahlteil', 'Empfangsschein', 'Konto / Zahlbar an', 'Annahmestelle', 'Zahlbar durch']],
    ['fr', ['Section paiement', 'Récépissé', 'Compte / Payable à', 'Point de dépôt', 'Monnaie']],
    ['en', ['Payment part', 'Receipt', 'Account / Payable to', 'Acceptance point', 'Currency']],
    ['nl', ['Payment part', 'Receipt', 'Account / Payable to', 'Acceptance point', 'Currency']],
  ])(
    'bears payment part and receipt at the foot of its last page (%s)',
    async (language, words) => {
      const letter = compose(swissInput(language))
      const { pdf, pages } = await print(letter)
      const last = (await picturesOf(pdf)).at(-1)
      if (last === undefined || letter.slip === undefined) throw new Error('no slip')
      if (PICTURES !== undefined) {
        mkdirSync(PICTURES, { recursive: true })
        writeFileSync(join(PICTURES, `letter-swiss-${language}.png`), pngOf(last))
      }
      expect(pages).toBeLessThanOrEqual(2)
      expect(scan(last)).toBe(letter.slip.payload)
      const { bill } = letter.slip
      expect(bill.debtor?.name).toBe(RECIPIENTS[language].name)
      const text = last.text.replace(/\s+/g, ' ')
      const figures = [
        'CH44 3199 9123 0008 8901 2',
        '21 00000 00003 13947 14300 09017',
        '14 742.10',
      ]
      // Each stands on the receipt and on the payment part.
      for (const figure of figures) expect(text.split(figure).length).toBeGreaterThanOrEqual(3)
      for (const word of words) expect(text).toContain(word)
      // The code fills its place, and its quiet zone is empty.
      const { x, y } = PLACES.code
      expect(inkIn(last, { x, y, width: 46, height: 46 })).toBeGreaterThan(10_000)
      for (const quiet of [
        { x: x - 4, y: y - 4, width: 54, height: 3.5 },
        { x: x + 46.3, y, width: 4, height: 46 },
        { x, y: y + 46.3, width: 46, height: 3.5 },
      ]) {
        expect(inkIn(last, quiet)).toBe(0)
      }
      // The black field of the cross, beside its bars.
      expect(inkIn(last, { x: x + 20.3, y: y + 20.3, width: 1.3, height: 1.3 })).toBeGreaterThan(80)
    },
  )

  it('leaves room for the payer to write where the address has no postal code', async () => {
    const recipient = { name: 'Ann', lines: ['Somewhere', 'Nowhere'], country: 'CH' }
    const letter = compose(swissInput('en'), recipient)
    expect(letter.slip?.bill.debtor).toBeUndefined()
    const last = (await picturesOf((await print(letter)).pdf)).at(-1)
    expect(last?.text).toContain('Payable by (name/address)')
    expect(last && scan(last)).toBe(letter.slip?.payload)
  })

  it('has the code of EPC069-12 beside its amounts where the account is no Swiss one', () => {
    const letter = compose(messageInput('payment-reminder-t3', 'de'))
    expect([letter.slip, letter.code?.payload.slice(0, 3)]).toEqual([undefined, 'BCD'])
  })

  function swissInput(language: Language): ClaimMessageInput {
    const input = messageInput('payment-reminder-t3', language)
    const outstanding = { minor: 1_474_210n, currency: 'CHF' }
    return {
      ...input,
      creditor: {
        ...input.creditor,
        iban: 'CH4431999123000889012',
        address: ['Seestrasse 12', '8002 Zürich'],
        addressCountry: 'CH',
      },
      claim: {
        ...input.claim,
        ...{ outstanding, items: [{ kind: 'principal', amount: outstanding }] },
        ...{ reference: '210000000003139471430009017', referenceScheme: 'QRR' },
      },
    } as ClaimMessageInput
  }
})
