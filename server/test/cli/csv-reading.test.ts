import { describe, expect, it } from 'vitest'
import { type CsvEncoding, inspectFile } from '../../src/cli/import/inspect-file.ts'
import { readHeader } from '../../src/cli/import/read-header.ts'
import { type FileLine, MAX_LINE_LENGTH, readLines } from '../../src/cli/import/read-lines.ts'
import { readRecords } from '../../src/cli/import/read-records.ts'
import { temporaryFile } from './run-parley.ts'

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

async function linesOf(content: string | Uint8Array, encoding: CsvEncoding = 'utf8') {
  const file = await temporaryFile('in.csv', content)
  return await collect(readLines(file, encoding))
}

const texts = (lines: readonly FileLine[]) => lines.map(({ text }) => text)

async function recordsOf(content: string, width = 3) {
  const file = await temporaryFile('in.csv', content)
  const records = readRecords(readLines(file, 'utf8'), { delimiter: ',', width })
  return (await collect(records)).map(({ line, cells, fault }) => [line, cells ?? fault.code])
}

async function headerOf(content: string) {
  const file = await temporaryFile('in.csv', content)
  return await readHeader('in.csv', readLines(file, 'utf8'))
}

describe('inspectFile', () => {
  const inspect = async (content: string | Uint8Array, encoding: CsvEncoding = 'utf8') =>
    inspectFile(await temporaryFile('in.csv', content), encoding)

  it('accepts UTF-8 with and without a byte order mark', async () => {
    expect(await inspect('a,é\n')).toBe(2)
    expect(await inspect('\ufeffa,é\nb\nc')).toBe(3)
  })

  it('refuses an empty file', async () => {
    await expect(inspect('')).rejects.toThrow('is empty')
  })

  it('refuses UTF-16 and spreadsheets by name', async () => {
    const text = Buffer.from('a,b\n', 'utf16le')
    await expect(inspect(Buffer.concat([Buffer.from([0xff, 0xfe]), text]))).rejects.toThrow(
      'UTF-16',
    )
    await expect(inspect(text)).rejects.toThrow('UTF-16')
    await expect(inspect(Buffer.from('PK\u0003\u0004rest', 'latin1'))).rejects.toThrow(
      'spreadsheet',
    )
  })

  it('refuses Latin-1 bytes, names the line and the way out', async () => {
    const latin1 = Buffer.from('a\nb\nFrançois\n', 'latin1')
    await expect(inspect(latin1)).rejects.toThrow(/line 3.*--encoding latin1/)
    expect(await inspect(latin1, 'latin1')).toBe(4)
  })

  it('refuses a character that is cut off at the end', async () => {
    await expect(inspect(Buffer.from('é').subarray(0, 1))).rejects.toThrow('not UTF-8')
  })

  it('accepts a character on the border of two pieces of the file', async () => {
    const border = `${'a'.repeat(64 * 1024 - 1)}é\n`
    expect(await inspect(border)).toBe(2)
  })
})

describe('readLines', () => {
  it('knows every kind of line end and numbers the lines', async () => {
    expect(await linesOf('a\nb\r\nc\rd\n\ne')).toEqual([
      { line: 1, text: 'a' },
      { line: 2, text: 'b' },
      { line: 3, text: 'c' },
      { line: 4, text: 'd' },
      { line: 5, text: '' },
      { line: 6, text: 'e' },
    ])
  })

  it('drops the byte order mark', async () => {
    expect(texts(await linesOf('\ufeffa\nb'))).toEqual(['a', 'b'])
  })

  it('decodes old exports with their euro sign', async () => {
    expect(texts(await linesOf(Buffer.from([0x46, 0xe9, 0x80]), 'latin1'))).toEqual(['Fé€'])
  })

  it('finds the line end that falls on the border of two pieces', async () => {
    const first = 'a'.repeat(64 * 1024 - 1)
    expect((await linesOf(`${first}\r\nb`)).map(({ line }) => line)).toEqual([1, 2])
  })

  it('names a line that is too long and goes on behind it', async () => {
    const lines = await linesOf(`a\n${'x'.repeat(10 * 1024 * 1024)}\nb\n`)
    expect(lines).toEqual([{ line: 1, text: 'a' }, { line: 2 }, { line: 3, text: 'b' }])
    const longest = 'x'.repeat(MAX_LINE_LENGTH)
    expect(await linesOf(`${longest}\n${longest}x\n`)).toEqual([
      { line: 1, text: longest },
      { line: 2 },
    ])
  })
})

describe('readRecords', () => {
  it('reads plain and quoted cells by RFC 4180', async () => {
    expect(await recordsOf('a,b,c\n"a,1","say ""b""",\n\n,,\nx,y,z')).toEqual([
      [1, ['a', 'b', 'c']],
      [2, ['a,1', 'say "b"', '']],
      [5, ['x', 'y', 'z']],
    ])
  })

  it('reads a cell with line breaks and counts on from it', async () => {
    expect(await recordsOf('"a\nb\r\nc",2,3\nx,y,z\n')).toEqual([
      [1, ['a\nb\nc', '2', '3']],
      [4, ['x', 'y', 'z']],
    ])
  })

  it('loses one line to a quote that never closes, and no other', async () => {
    expect(await recordsOf('a,"b,c\nd,e,f\n"g",h,i\n')).toEqual([
      [1, 'quotes'],
      [2, ['d', 'e', 'f']],
      [3, ['g', 'h', 'i']],
    ])
  })

  it('loses two lines to two quotes that never close', async () => {
    expect(await recordsOf('a,"b,c\nd,e,f\ng,"h,i\nj,k,l\n')).toEqual([
      [1, 'quotes'],
      [2, ['d', 'e', 'f']],
      [3, 'quotes'],
      [4, ['j', 'k', 'l']],
    ])
  })

  it('refuses quotes in the middle of a cell', async () => {
    expect(await recordsOf('a,b"c",d\na,"b"c,d\nx,y,z\n')).toEqual([
      [1, 'quotes'],
      [2, 'quotes'],
      [3, ['x', 'y', 'z']],
    ])
  })

  it('gives up on an open quote after a hundred lines', async () => {
    const records = await recordsOf(`"a,b,c\n${'d,e,f\n'.repeat(300)}`)
    expect(records[0]).toEqual([1, 'quotes'])
    expect(records).toHaveLength(301)
  })

  it('passes a line that is too long on as a fault', async () => {
    expect(await recordsOf(`a,b,c\n${'x'.repeat(70_000)}\nd,e,f`)).toEqual([
      [1, ['a', 'b', 'c']],
      [2, 'line-too-long'],
      [3, ['d', 'e', 'f']],
    ])
  })

  it('reads a file of nothing but quotes within the time of a test', async () => {
    const records = await recordsOf('"\n'.repeat(20_000))
    expect(records.every(([, fault]) => fault === 'quotes')).toBe(true)
  })
})

describe('readHeader', () => {
  it.each([
    [',', 'Invoice number,Customer no,Name,Amount,Due date\n'],
    [';', '\n\nRechnungsnummer;Kundennr;Name;Betrag, brutto;Fälligkeit\n'],
    ['\t', 'factuurnummer\tklantnummer\tnaam\tbedrag\tvervaldatum'],
  ])('finds the separator %j', async (delimiter, content) => {
    expect((await headerOf(content)).delimiter).toBe(delimiter)
  })

  it('follows the separator that Excel names in a first line', async () => {
    expect(await headerOf('sep=,\nName,"A; B; C",Amount\n')).toEqual({
      delimiter: ',',
      headers: ['Name', 'A; B; C', 'Amount'],
    })
  })

  it('refuses a file of blank lines and a broken header', async () => {
    await expect(headerOf('\n \n')).rejects.toThrow('is empty')
    await expect(headerOf('"a,b\n')).rejects.toThrow('quotation marks')
    await expect(headerOf('x'.repeat(70_000))).rejects.toThrow('too long')
  })
})
