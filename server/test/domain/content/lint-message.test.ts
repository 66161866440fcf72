import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import { composeClaimMessage } from '../../../src/domain/content/claim-message.ts'
import { lintMessage } from '../../../src/domain/content/lint-message.ts'
import type { RenderedMessage } from '../../../src/domain/content/message-content.ts'
import { FAMILIAR_ADDRESS, THREATS } from '../../../src/domain/content/unwelcome-words.ts'
import { LANGUAGES, type Language } from '../../../src/domain/wording/language.ts'
import { messageInput } from '../../support/message-samples.ts'

const { wording } = loadCatalog()

function lint(change: (message: RenderedMessage) => RenderedMessage, language: Language = 'en') {
  const input = messageInput('payment-reminder-t3', language)
  return lintMessage(change(composeClaimMessage(input, wording)), input, wording)
}

function add(sentence: string) {
  return ({ subject, text, html }: RenderedMessage): RenderedMessage => ({
    subject,
    text: `${text}${sentence}\n`,
    html: html.replace('</body>', `<p>${sentence}</p></body>`),
  })
}

function without(words: string) {
  return ({ subject, text, html }: RenderedMessage): RenderedMessage => ({
    subject,
    text: text.replaceAll(words, ''),
    html: html.replaceAll(words, ''),
  })
}

describe('lintMessage', () => {
  it('accepts a message as it was composed', () => {
    expect(lint((message) => message)).toEqual([])
    expect(lint(add('Have a good day.'))).toEqual([])
  })

  it.each([
    ['the creditor', 'Wasserwerk Süd'],
    ['the amount outstanding', '€147.42'],
    ['the due day', '27 March 2026'],
    ['the reference', 'RF18 5390 0754 7034'],
    ['the IBAN', 'BE71 0961 2345 6769'],
    ['how to pay', 'make a bank transfer'],
    ['the link', 'pay.example'],
    ['how to say "already paid"', 'reply to this e-mail with the day'],
    ['how to ask for help', 'Need help?'],
  ])('misses %s', (_, words) => {
    expect(lint(without(words)).map(({ code }) => code)).toContain('mention-missing')
  })

  it.each(
    LANGUAGES.flatMap((language) => THREATS[language].map((word) => [language, word] as const)),
  )('objects to a threat in %s: %s', (language, word) => {
    expect(lint(add(`Xx ${word.toUpperCase()} xx.`), language)).toContainEqual({
      code: 'threat',
      detail: word,
    })
  })

  it.each(
    LANGUAGES.flatMap((language) =>
      FAMILIAR_ADDRESS[language].map((word) => [language, word] as const),
    ),
  )('objects to the familiar address in %s: %s', (language, word) => {
    expect(lint(add(`Xx ${word}, xx.`), language)).toEqual([
      { code: 'familiar-address', detail: word },
    ])
  })

  it('forgives people their names', () => {
    const input = { ...messageInput('payment-reminder-t3', 'de'), debtorName: 'Du Gericht' }
    expect(lintMessage(composeClaimMessage(input, wording), input, wording)).toEqual([])
  })

  it('objects when one part says more than the other', () => {
    const faults = lint((message) => ({ ...message, text: `${message.text}One more thing.\n` }))
    expect(faults.map(({ code }) => code)).toEqual(['parts-differ'])
  })

  it('objects to a subject of two lines', () => {
    const faults = lint((message) => ({ ...message, subject: 'Hello\r\nBcc: x@example.org' }))
    expect(faults.map(({ code }) => code)).toEqual(['subject-unsafe'])
  })

  it.each([
    '<img src="https://x.example/pixel">',
    '<p onclick="x()"></p>',
    '<link href="x">',
    '<style>.page{background:url(https://x.example/pixel)}</style>',
    '<style>@import "https://x.example/fonts.css"</style>',
  ])('objects to anything that is loaded or run: %s', (markup) => {
    const faults = lint((message) => ({
      ...message,
      html: message.html.replace('</head>', `${markup}</head>`),
    }))
    expect(faults.map(({ code }) => code)).toEqual(['external-resource'])
  })

  it('objects to a gap that nobody filled', () => {
    expect(lint(add('Dear undefined'))).toEqual([{ code: 'unfilled', detail: 'undefined' }])
  })

  it('objects when the facts themselves do not add up', () => {
    const input = messageInput('payment-reminder-t3', 'en')
    const message = composeClaimMessage(input, wording)
    const claim = { ...input.claim, outstanding: { minor: 1n, currency: 'EUR' } }
    expect(lintMessage(message, { ...input, claim }, wording).map(({ code }) => code)).toEqual([
      'total-differs',
    ])
  })
})
