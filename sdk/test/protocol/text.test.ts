import { describe, expect, it } from 'vitest'
import { checkText } from '../../src/protocol/text.ts'

const limits = { maxCodePoints: 20 }

describe('checkText', () => {
  it.each([
    'Nordkraft Energi AS',
    'Kjøpmannskjæret ANS',
    'شركة الكهرباء',
    'חברת החשמל (IEC)',
    '東京電力',
    'Café ☕',
    'Zoe\u0308',
    '=1+2 <b>&',
    '  blanks  ',
  ])('accepts %j and returns it unaltered', (text) => {
    expect(checkText(text, limits)).toEqual({ ok: true, value: text })
  })

  it.each([
    ['text-control', 'Acme\u0000AS'],
    ['text-control', 'Acme\u001b[31mAS'],
    ['text-control', 'Acme\nBcc: x'],
    ['text-control', 'Acme\tAS'],
    ['text-control', 'Acme\u007f'],
    ['text-control', 'Acme\u0085'],
    ['text-control', 'Acme\u2028'],
    ['text-control', 'Acme\u2029'],
    ['text-bidi', 'Acme \u202egnidnel\u202c'],
    ['text-bidi', 'Acme\u2067 DE00 \u2069'],
    ['text-bidi', 'Acme\u200f'],
    ['text-bidi', 'Acme\u061cBank'],
    ['text-invisible', 'Ac\u200bme'],
    ['text-invisible', 'Ac\u200dme'],
    ['text-invisible', 'Ac\u00adme'],
    ['text-invisible', '\ufeffAcme'],
    ['text-invisible', 'Acme\ufe0f'],
    ['text-invisible', 'Acme\u3164'],
    ['text-invisible', 'Acme\u{e0041}'],
    ['text-invisible', 'Acme\ufff9'],
    ['text-invisible', 'Acme\u2800'],
    ['text-invisible', 'Acme\uffff'],
    ['text-surrogate', 'Acme\ud800'],
    ['text-surrogate', '\udc00Acme'],
    ['text-empty', ''],
    ['text-empty', ' \u00a0\u3000'],
    ['text-length', 'x'.repeat(21)],
    ['text-length', '☕'.repeat(21)],
    ['text-length', '😀'.repeat(21)],
    ['text-length', 'x'.repeat(1_000_000)],
  ])('refuses as %s %#', (code, text) => {
    expect(checkText('Acme', limits).ok).toBe(true)
    expect(checkText(text, limits)).toEqual({ ok: false, error: { code } })
  })

  it('counts code points, not UTF-16 units', () => {
    expect(checkText('😀'.repeat(20), limits).ok).toBe(true)
  })

  it('lets line feeds through in a note, and no other control', () => {
    const note = { maxCodePoints: 50, multiline: true }
    expect(checkText('first\nsecond', note).ok).toBe(true)
    for (const text of ['first\r\nsecond', 'a\tb', 'a\u2028b']) {
      expect(checkText(text, note)).toEqual({ ok: false, error: { code: 'text-control' } })
    }
    expect(checkText('\n \n', note)).toEqual({ ok: false, error: { code: 'text-empty' } })
  })
})
