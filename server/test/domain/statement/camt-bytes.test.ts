import { describe, expect, it } from 'vitest'
import { collectEntries } from '../../../src/domain/statement/camt.ts'
import { createCamtByteParser, parseCamtBytes } from '../../../src/domain/statement/camt-bytes.ts'
import { camtFile, entryXml } from './camt-fixtures.ts'

const named = (name: string) => camtFile(entryXml({ more: `<AddtlNtryInf>${name}</AddtlNtryInf>` }))
const utf8 = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const utf16 = (text: string) => {
  const bytes = [0xff, 0xfe]
  for (let at = 0; at < text.length; at++) {
    bytes.push(text.charCodeAt(at) & 0xff, text.charCodeAt(at) >> 8)
  }
  return Uint8Array.from(bytes)
}
const firstText = (bytes: Uint8Array) => {
  const result = parseCamtBytes(bytes)
  return result.ok ? result.value[0]?.entries[0]?.transactions[0]?.unstructured[0] : result.error
}

describe('the bytes of a statement file', () => {
  it('are read as UTF-8 with and without a byte order mark', () => {
    expect(firstText(utf8(named('Zoë Łukasz')))).toBe('Zoë Łukasz')
    expect(firstText(utf8(`\uFEFF${named('Zoë')}`))).toBe('Zoë')
    expect(firstText(utf8(named('Zoë').replace(' encoding="UTF-8"', '')))).toBe('Zoë')
    expect(firstText(utf8(named('Zoe').replace('UTF-8', 'ASCII')))).toBe('Zoe')
  })

  it.each([
    ['ISO-8859-1', 0xe9, 'é'],
    ['ISO-8859-15', 0xa4, '€'],
    ['windows-1252', 0x80, '€'],
  ])('are read in the declared %s', (encoding, byte, letter) => {
    const bytes = latin1(named('?').replace('UTF-8', encoding))
    bytes[bytes.lastIndexOf(0x3f, bytes.indexOf(0x3f, 60))] = byte
    expect(firstText(bytes)).toBe(letter)
  })

  it('are read as UTF-16 with a byte order mark', () => {
    for (const name of ['UTF-16', 'utf-16le']) {
      expect(firstText(utf16(named('Zoë').replace('UTF-8', name)))).toBe('Zoë')
    }
  })

  it('are refused when the byte order mark contradicts the declaration', () => {
    expect(firstText(utf16(named('Zoë')))).toMatchObject({ code: 'xml-encoding', line: 1 })
    const latin = utf8(`\uFEFF${named('Zoë').replace('UTF-8', 'ISO-8859-1')}`)
    expect(firstText(latin)).toMatchObject({ code: 'xml-encoding', line: 1 })
  })

  it('are refused at the line where they are not in the declared encoding', () => {
    expect(firstText(latin1(named('Zoë')))).toMatchObject({ code: 'xml-encoding' })
    const cut = utf8(`${named('x')}é`).slice(0, -1)
    expect(firstText(cut)).toMatchObject({ code: 'xml-encoding', line: 6 })
  })

  it('are refused in an encoding that is not supported', () => {
    const bytes = latin1(named('x').replace('UTF-8', 'EBCDIC-CP-BE'))
    expect(firstText(bytes)).toMatchObject({ code: 'xml-encoding', line: 1 })
  })

  it('give the same result in chunks that cut letters and the declaration', () => {
    const bytes = utf8(named('Zoë € 𝔸'))
    const whole = parseCamtBytes(bytes)
    for (const size of [1, 3, 300]) {
      const read = collectEntries((take) => {
        const parser = createCamtByteParser(take)
        for (let at = 0; at < bytes.length; at += size) parser.write(bytes.slice(at, at + size))
        return parser.end()
      })
      expect(read).toEqual(whole)
    }
  })

  it('are refused when there are none', () => {
    expect(parseCamtBytes(new Uint8Array())).toMatchObject({
      ok: false,
      error: { code: 'statement-xml', line: 1 },
    })
  })
})
