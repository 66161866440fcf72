import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml, html, trustedHtml } from '../../../src/domain/content/safe-html.ts'
import { nameInSentence, oneLine } from '../../../src/domain/content/safe-text.ts'
import { isWebAddress } from '../../../src/domain/content/web-address.ts'

describe('oneLine', () => {
  it('makes one line of many and removes what nobody sees', () => {
    expect(oneLine(' a\r\n\tb\u0000\u2029c\u200b\u202ed  e ')).toBe('a b cd e')
  })

  it('keeps letters of every script, accents and emoji', () => {
    expect(oneLine('Żółć Ünal שלום 李 🙂')).toBe('Żółć Ünal שלום 李 🙂')
  })

  it('repairs a lone surrogate', () => {
    expect(oneLine('a\ud800b')).toBe('a\ufffdb')
  })

  it('is done when applied again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(oneLine(text))).toBe(oneLine(text))
      }),
    )
  })
})

describe('nameInSentence', () => {
  it('isolates right-to-left names and no others', () => {
    expect(nameInSentence('محمد')).toBe('\u2068محمد\u2069')
    expect(nameInSentence('Anna')).toBe('Anna')
  })
})

describe('html', () => {
  it('escapes every value, inside lists and attributes too', () => {
    const value = `<a href="x" id='y'>&</a>`
    const escaped = '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&lt;/a&gt;'
    expect(html`<p title="${value}">${[value, 7]}</p>`.markup).toBe(
      `<p title="${escaped}">${escaped}7</p>`,
    )
  })

  it('inserts markup of ours as it is, and nothing for null and false', () => {
    expect(html`<b>${html`<i>${'<'}</i>`}${null}${false}${trustedHtml('<hr>')}</b>`.markup).toBe(
      '<b><i>&lt;</i><hr></b>',
    )
  })

  it('does not mistake an object that looks like markup for markup', () => {
    const forged = { markup: '<script>' } as unknown as string
    expect(() => html`${forged}`.markup).toThrow()
  })

  it('lets no text out of element or attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']/)
      }),
    )
  })
})

describe('isWebAddress', () => {
  it.each(['https://pay.example/p/1?a=b', 'http://127.0.0.1:8080/p/1'])('accepts %s', (url) => {
    expect(isWebAddress(url)).toBe(true)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//pay.example/',
    '/p/1',
    'https://user:secret@pay.example/',
    'https://pay.example/a b',
    'https://pay.example/\u202e',
    '',
  ])('refuses %s', (url) => {
    expect(isWebAddress(url)).toBe(false)
  })
})
