import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { looksLike } from '../../src/protocol/look-alike.ts'

const known = ['Nordkraft Energi AS', 'Telia', 'Московская Энергия', 'ΔΕΗ', 'Bank of Ireland']

describe('looksLike (DOC-112)', () => {
  it.each([
    ['Cyrillic letters in a Latin name', 'N\u043erdkr\u0430ft Energi AS', 0],
    ['Greek letters in a Latin name', 'Tel\u03b9\u03b1', 1],
    ['capitals of another script', '\u0422\u0415L\u0406\u0410', 1],
    [
      'Latin letters in a Cyrillic name',
      'M\u043eck\u043e\u0432c\u043a\u0430\u044f \u042d\u043d\u0435\u0440\u0433\u0438\u044f',
      2,
    ],
    ['Latin letters in a Greek name', 'Δ\u0415H', 3],
    ['figures for letters', 'Te1ia', 1],
    ['a capital I for an l', 'TeIia', 1],
    ['accents that are hard to see', 'No\u1e5bdkra\u0323ft Energi AS', 0],
    ['full-width letters', '\uff34\uff45\uff4c\uff49\uff41', 1],
    ['mathematical letters', '\ud835\udc13\ud835\udc1e\ud835\udc25\ud835\udc22\ud835\udc1a', 1],
    ['other blanks and punctuation', 'Nord-Kraft  Energi A.S.', 0],
    ['invisible characters', 'Te\u200bl\u00adia\ufe0f', 1],
    ['another case', 'BANK OF IRELAND', 4],
    ['the very same name', 'Telia', 1],
  ])('notices %s', (_, name, index) => {
    expect(looksLike(name, known)).toBe(known[index] ?? null)
  })

  it('takes rn for m and vv for w', () => {
    expect(looksLike('Arnazon', ['Amazon'])).toBe('Amazon')
    expect(looksLike('Vvater Works', ['Water Works'])).toBe('Water Works')
  })

  it.each([
    'Nordkraft Vann AS',
    'Telenor',
    'Энергия',
    'شركة الكهرباء',
    '東京電力',
    'ΔΕΥΑ',
    '',
    '☕',
  ])('lets %j pass', (name) => {
    expect(looksLike(name, known)).toBeNull()
  })

  it('does not take two names without letters for each other, nor vowel signs for accents', () => {
    expect(looksLike('☕', ['☂', ''])).toBeNull()
    expect(looksLike('\u0915\u093f', ['\u0915\u093e'])).toBeNull()
  })

  it('is the same both ways, and never throws', () => {
    const unit = fc.constantFrom(...'aаαеeоο0lI1 .\u0301rnmvw\ud800')
    const text = fc.string({ unit, maxLength: 6 })
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(looksLike(left, [right]) === null).toBe(looksLike(right, [left]) === null)
      }),
      { numRuns: 5000 },
    )
  })
})
