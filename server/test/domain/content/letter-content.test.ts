import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../src/catalog-files.ts'
import {
  composeClaimLetter,
  type LetterRecipient,
  lintLetter,
} from '../../../src/domain/content/letter-content.ts'
import { letterLayout } from '../../../src/domain/content/letter-layouts.ts'
import { renderMessageText } from '../../../src/domain/content/render-message-text.ts'
import { LANGUAGES } from '../../../src/domain/wording/language.ts'
import { messageInput, TEMPLATES } from '../../support/message-samples.ts'

const { wording } = loadCatalog()
const RECIPIENT: LetterRecipient = {
  name: 'Anna Peeters',
  lines: ['Kerkstraat 1', '1000 Brussel'],
  country: 'BE',
}
const CASES = TEMPLATES.flatMap((template) =>
  LANGUAGES.map((language) => [template, language] as const),
)

function compose(
  input = messageInput('payment-reminder-t2', 'en'),
  change: Partial<LetterRecipient> = {},
) {
  const recipient = { ...RECIPIENT, ...change }
  return composeClaimLetter(input, { recipient, writtenAt: 1_773_100_000 }, wording)
}

describe('composeClaimLetter', () => {
  it.each(CASES)('writes a %s in %s that speaks of no mail', (template, language) => {
    const input = messageInput(template, language)
    const letter = compose(input)
    if (!letter.ok) throw new Error(letter.error.detail)
    expect(lintLetter(letter.value, input, wording)).toEqual([])
    expect(renderMessageText(letter.value)).not.toMatch(/e-?mail/i)
  })

  it('writes the country in capitals for the post abroad, and leaves it out at home', () => {
    const home = compose()
    const abroad = compose(undefined, { country: 'FR' })
    expect(home.ok && home.value.recipient).toEqual([
      'Anna Peeters',
      'Kerkstraat 1',
      '1000 Brussel',
    ])
    expect(abroad.ok && abroad.value.recipient.at(-1)).toBe('FRANCE')
  })

  it('puts a code only where the whole amount is to be paid in euro', () => {
    const withCode = compose()
    expect(withCode.ok && withCode.value.code?.payload).toContain('EUR147.42')
    const thanks = compose(messageInput('thank-you', 'en'))
    expect(thanks.ok && thanks.value.code).toBeUndefined()
  })

  it('asks to scan only where there is a code', () => {
    const input = messageInput('payment-reminder-t2', 'en')
    const pounds = (minor: bigint) => ({ minor, currency: 'GBP' })
    const claim = {
      ...input.claim,
      outstanding: pounds(100n),
      items: [{ kind: 'principal', amount: pounds(100n) }] as const,
    }
    const letter = compose({ ...input, claim })
    if (!letter.ok) throw new Error(letter.error.detail)
    expect(letter.value.code).toBeUndefined()
    expect(renderMessageText(letter.value)).not.toContain('scan')
    expect(lintLetter(letter.value, { ...input, claim }, wording)).toEqual([])
  })

  it.each([
    ['address-incomplete', { lines: ['1000 Brussel'] }],
    ['address-incomplete', { lines: ['1000 Brussel', ' \u200b'] }],
    ['address-too-long', { lines: ['1', '2', '3', '4', '5', '6'] }],
    ['address-too-long', { lines: ['x'.repeat(61), '1000 Brussel'] }],
  ] as const)('refuses %s: %j', (code, change) => {
    expect(compose(undefined, change)).toMatchObject({ ok: false, error: { code } })
    expect(compose()).toMatchObject({ ok: true })
  })

  it('refuses a letter that could not come back', () => {
    const input = messageInput('payment-reminder-t2', 'en')
    const { address: _address, ...creditor } = input.creditor
    expect(compose({ ...input, creditor })).toMatchObject({
      ok: false,
      error: { code: 'sender-incomplete' },
    })
  })
})

describe('lintLetter', () => {
  it('misses a mention and objects to a threat', () => {
    const input = messageInput('payment-reminder-t2', 'en')
    const letter = compose(input)
    if (!letter.ok) throw new Error(letter.error.detail)
    const { blocks } = letter.value
    const without = { ...letter.value, blocks: blocks.filter(({ kind }) => kind !== 'facts') }
    const codes = lintLetter(without, input, wording).map(({ code }) => code)
    expect(codes).toContain('mention-missing')
    const threat = { kind: 'paragraph', text: 'Or else we go to court.' } as const
    const threatening = { ...letter.value, blocks: [...blocks, threat] }
    expect(lintLetter(threatening, input, wording).map(({ code }) => code)).toEqual([
      'threat',
      'threat',
    ])
  })
})

describe('letterLayout', () => {
  it.each([
    ['FR', 'window-right'],
    ['BE', 'window-right'],
    ['DE', 'window-left'],
    ['NL', 'window-left'],
    ['XX', 'window-left'],
  ])('gives %s the %s', (country, id) => {
    expect(letterLayout(country).id).toBe(id)
  })

  it('puts the sender and the text clear of the window', () => {
    for (const country of ['FR', 'DE']) {
      const { address, returnLine, sender, bodyTop } = letterLayout(country)
      expect(returnLine.y + returnLine.height).toBeLessThanOrEqual(address.y)
      expect(address.y + address.height + 8).toBeLessThanOrEqual(bodyTop)
      const isLeft = sender.x + sender.width <= address.x
      const isRight = sender.x >= address.x + address.width
      expect(isLeft || isRight).toBe(true)
    }
  })
})
