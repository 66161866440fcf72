import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCamtParser, parseCamt } from '../../../src/domain/statement/camt.ts'
import { STATEMENT_REFUSAL_CODES } from '../../../src/domain/statement/statement-types.ts'
import { camtFile, detailXml, entryXml, refusalOf } from './camt-fixtures.ts'

const sound = camtFile(entryXml({ details: detailXml('120.50') }))
const withDoctype = (doctype: string) => sound.replace('?>\n', `?>\n${doctype}\n`)

describe('a hostile file', () => {
  it('is compared with one that is accepted', () => {
    expect(refusalOf(sound)).toBe('accepted')
  })

  it.each([
    ['an empty DOCTYPE', '<!DOCTYPE Document>'],
    ['an external DTD', '<!DOCTYPE Document SYSTEM "http://evil.example/x.dtd">'],
    ['an external entity', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    [
      'an entity bomb',
      `<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>`,
    ],
  ])('with %s is refused', (_, doctype) => {
    expect(refusalOf(withDoctype(doctype))).toBe('xml-doctype in line 2')
  })

  it.each(['&x;', '&constructor;', '&toString;', '&__proto__;', '&#0;', '&#xD800;', '&;'])(
    'with the reference "%s" is refused',
    (reference) => {
      const file = camtFile(entryXml({ more: `<AddtlNtryInf>${reference}</AddtlNtryInf>` }))
      expect(refusalOf(file)).toBe('statement-xml in line 5')
    },
  )

  it('that nests elements 200 deep is refused, also in parts that are skipped', () => {
    const deep = (name: string) => `<${name}>`.repeat(200) + `</${name}>`.repeat(200)
    expect(refusalOf(camtFile(deep('Id')))).toBe('xml-depth in line 5')
    expect(refusalOf(camtFile(deep('SplmtryData')))).toBe('xml-depth in line 5')
    expect(refusalOf(deep('x'))).toBe('xml-depth in line 1')
  })

  it('that nests a million elements is refused without harm to the stack', () => {
    expect(refusalOf('<a>'.repeat(1_000_000))).toBe('xml-depth in line 1')
  })

  it('that declares another encoding than the text was read in is refused', () => {
    const declared = (name: string) => sound.replace('UTF-8', name)
    expect(refusalOf(declared('UTF-16'))).toBe('xml-encoding in line 1')
    expect(refusalOf(declared('ISO-8859-1'))).toBe('xml-encoding in line 1')
    expect(refusalOf(declared('utf-8'))).toBe('accepted')
    expect(refusalOf(declared('US-ASCII'))).toBe('accepted')
  })

  it('that was cut off is refused wherever the cut is', () => {
    for (let length = 0; length < sound.length; length++) {
      const code = refusalOf(sound.slice(0, length))
      expect(code).toMatch(/^statement-(xml|namespace) in line [1-7]$/)
    }
  })

  it.each([
    ['a text', `<AddtlNtryInf>${'x'.repeat(20_000)}</AddtlNtryInf>`],
    ['an attribute', `<AddtlNtryInf x="${'x'.repeat(400_000)}"/>`],
    ['a comment', `<!--${'x'.repeat(400_000)}-->`],
    ['a name', `<${'x'.repeat(400_000)}/>`],
    ['a number of children', '<AddtlNtryInf/>'.repeat(20_000)],
  ])('with too long %s is refused', (_, more) => {
    expect(refusalOf(camtFile(entryXml({ more })))).toBe('xml-size in line 5')
  })

  it('with much white space between its records is no harm', () => {
    const entries = `${entryXml()}${' \n'.repeat(8_000)}`.repeat(3)
    expect(refusalOf(camtFile(entries))).toBe('accepted')
  })

  it.each([
    ['an unbound prefix', '<x:Ntry/>'],
    ['a duplicate attribute', '<Amt Ccy="EUR" Ccy="USD">1</Amt>'],
    ['an unquoted attribute', '<Amt Ccy=EUR>1</Amt>'],
    ['crossed tags', '<Id><Acct></Id></Acct>'],
    ['a control character', '<Id>\u0001</Id>'],
    ['text after a section end', '<Id>]]></Id>'],
  ])('with %s is refused', (_, xml) => {
    expect(refusalOf(camtFile(xml))).toBe('statement-xml in line 5')
  })

  it('with two roots or text behind the root is refused', () => {
    expect(refusalOf(`${sound}<Document/>`)).toBe('statement-xml in line 6')
    expect(refusalOf(`${sound}\n\nmore`)).toBe('statement-xml in line 8')
  })

  it('is refused as a whole: sound statements before the fault do not come through', () => {
    const file = camtFile(entryXml() + entryXml({ amount: '-1.00' }))
    expect(parseCamt(file)).toMatchObject({ ok: false, error: { code: 'statement-amount' } })
    const twoStatements = sound.replace('</Stmt>', '</Stmt><Stmt><Id>2</Id></Stmt>')
    expect(refusalOf(twoStatements)).toBe('statement-account in line 6')
  })

  it('keeps its first refusal, whatever is written afterwards', () => {
    const parser = createCamtParser(() => {})
    parser.write(camtFile(entryXml({ amount: '-1' })))
    parser.write(sound)
    parser.stop('xml-encoding', 'later')
    expect(parser.end()).toMatchObject({ ok: false, error: { code: 'statement-amount', line: 5 } })
    expect(parser.end()).toMatchObject({ ok: false, error: { code: 'statement-amount', line: 5 } })
  })

  it('names the line of the fault in a readable sentence', () => {
    const result = parseCamt(camtFile(`${entryXml()}\n\n${entryXml({ amount: '1,50' })}`))
    expect(result).toEqual({
      ok: false,
      error: {
        code: 'statement-amount',
        line: 7,
        message: '"1,50" in Ntry is not an amount of EUR.',
      },
    })
  })

  it('never makes the parser throw, and is refused with a known code or read', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '&',
      '"',
      '<Ntry>',
      '</Ntry>',
      '<TxDtls>',
      '</Stmt>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?x',
      '<!DOCTYPE',
      '-1',
      '\u0000',
      '\uD800',
      'xmlns="a"',
      'é',
      '<Amt>',
      '',
    )
    const edits = fc.array(fc.record({ at: fc.nat(sound.length), cut: fc.nat(12), put: piece }), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(edits, (changes) => {
        let file = sound
        for (const { at, cut, put } of changes)
          file = file.slice(0, at) + put + file.slice(at + cut)
        const result = parseCamt(file)
        if (result.ok) return
        expect(STATEMENT_REFUSAL_CODES).toContain(result.error.code)
        expect(result.error.line).toBeGreaterThan(0)
      }),
      { numRuns: 2_000 },
    )
  })
})
