// Creditor references and QR payloads that others published as valid and as invalid, and the texts of
// published statements, in which hardly any number is a reference.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { epcQrPayload } from '../../src/domain/payment-qr.ts'
import { qrBillPayload } from '../../src/domain/qr-bill/qr-bill.ts'
import { readQrBill } from '../../src/domain/qr-bill/read-qr-bill.ts'
import { readEpcQr } from '../../src/domain/read-payment-qr.ts'
import { generateCreditorReference } from '../../src/domain/references/creditor-reference.ts'
import {
  findReferences,
  findReferencesWithSchemes,
} from '../../src/domain/references/find-references.ts'
import { NUMBERINGS, newReference } from '../../src/domain/references/numbering.ts'
import {
  parseReference,
  printReference,
  type ReferenceScheme,
} from '../../src/domain/references/reference-schemes.ts'

const root = resolve(import.meta.dirname, '../../..')
const corpus = resolve(root, process.env.PARLEY_CORPUS ?? '../shared/data')
const folder = resolve(corpus, 'references')
const isThere = existsSync(folder)
if (!isThere) console.warn(`left out: there is no ${folder}`)
const readText = (file: string) => (isThere ? readFileSync(resolve(folder, file), 'utf8') : '')

interface Row {
  value: string
  valid: string
  note: string
}

describe.runIf(isThere).each<[ReferenceScheme, string, number]>([
  ['SCOR', 'iso11649-rf.csv', 20],
  ['OGM', 'belgian-ogm.csv', 5],
  ['KID', 'norwegian-kid.csv', 32],
  ['QRR', 'swiss-qrr-esr.csv', 13],
])('references of the scheme %s', (scheme, file, count) => {
  const rows: Row[] = parse(readText(file), { columns: true })

  it('are all read', () => {
    expect(rows).toHaveLength(count)
  })

  it.each(rows)('"$value" valid: $valid ($note)', ({ value, valid }) => {
    const result = parseReference(scheme, value)
    expect(result.ok).toBe(valid === '1')
    if (!result.ok) return
    const printed = printReference(scheme, result.value)
    expect(parseReference(scheme, printed)).toEqual(result)
    if (scheme === 'SCOR') {
      expect(generateCreditorReference(result.value.slice(4))).toEqual(result)
    }
    // Two digits in a text are a day, or a house, before they are a KID.
    if (result.value.length < 4) return
    expect(findReferences(`Ref. ${value}, thanks`)).toContain(result.value)
    expect(findReferences(`ref ${printed}.`)).toContain(result.value)
  })
})

interface QrCorpus {
  valid: { name: string; payload: string }[]
  refused_fields: { why: string; fields: Record<string, string> }[]
}

describe.runIf(isThere)('EPC069-12 payloads', () => {
  const text = readText('epc069-12-qr.json') || '{"valid":[],"refused_fields":[]}'
  const listed = JSON.parse(text) as QrCorpus

  it.each(listed.valid)('takes $name', ({ payload }) => {
    const read = readEpcQr(payload)
    if (!read.ok) throw new Error(read.error.code)
    // Read with any version and number of decimals; written as version 002 and with two.
    const expected = payload
      .replace('BCD\n001', 'BCD\n002')
      .replace(/\n(EUR[0-9]+\.[0-9])\n/, '\n$10\n')
      .replace(/\n+$/, '')
    expect(epcQrPayload(read.value)).toEqual({ ok: true, value: expected })
  })

  it.each(listed.refused_fields)('refuses $why, read and written', ({ fields }) => {
    const { name = '', iban = '', amount = '', info: information = '', ...more } = fields
    const { bic = '', purpose = '', reference = '', text: note = '' } = more
    const euro = amount === '' ? '' : `EUR${amount}`
    const elements = [bic, name, iban.replaceAll(' ', ''), euro, purpose, reference, note]
    const payload = ['BCD', '002', '1', 'SCT', ...elements, information].join('\n')
    expect(readEpcQr(payload).ok).toBe(false)
    // An amount that is no money is refused before it comes here.
    if (amount !== '') return
    const optional = { bic, purpose, reference, text: note, information }
    const given = Object.entries(optional).filter(([, value]) => value !== '')
    expect(epcQrPayload({ name, iban, ...Object.fromEntries(given) }).ok).toBe(false)
  })
})

interface QrBillCorpus {
  valid: string[]
  invalid: { payload: string; why: string }[]
}

describe.runIf(isThere)('Swiss QR-bills', () => {
  const text = readText('swiss-qr-bill.json') || '{"valid":[],"invalid":[]}'
  const listed = JSON.parse(text) as QrBillCorpus

  it.each(listed.valid)('takes %j', (payload) => {
    const read = readQrBill(payload)
    if (!read.ok) throw new Error(read.error.code)
    for (const other of [
      payload.replaceAll('\n', '\r\n'),
      payload.replaceAll('\n', '\r'),
      `${payload}\n`,
      payload.replace('\n0200\n', '\n0201\n'),
    ]) {
      expect(readQrBill(other)).toEqual(read)
    }
    // Combined addresses are read, and written as structured ones.
    const written = qrBillPayload(read.value)
    expect(written.ok && readQrBill(written.value)).toEqual(read)
    if (!payload.includes('\nK\n')) expect(written).toEqual({ ok: true, value: payload })
  })

  it.each(listed.invalid)('refuses $why', ({ payload }) => {
    expect(readQrBill(payload).ok).toBe(false)
  })
})

describe.runIf(isThere)('numbers in the texts of statements', () => {
  const texts = isThere ? statementTexts(resolve(corpus, 'iso20022/samples')) : []
  const found = texts.flatMap(findReferencesWithSchemes)
  const candidates = found.filter(({ strength }) => strength === 'candidate')

  it('are hardly ever taken for a reference', () => {
    const sure = found.filter(({ strength }) => strength === 'sure')
    console.info(`${texts.length} texts: ${sure.length} sure, ${candidates.length} candidates`)
    expect(texts.length).toBeGreaterThan(300)
    // None of these texts holds a reference of ours.
    expect(sure).toEqual([])
    expect(candidates.length).toBeLessThan(5)
  })

  it('equal none of 90,000 references of a creditor', () => {
    let seed = 1n
    const bytes = () => {
      seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n
      return Uint8Array.from({ length: 8 }, (_, at) => Number((seed >> BigInt(8 * at)) & 255n))
    }
    const own = new Set(
      NUMBERINGS.flatMap((numbering) =>
        Array.from({ length: 9_000 }, () => newReference(numbering, bytes()).reference),
      ),
    )
    expect(own.size).toBeGreaterThan(89_000)
    expect(candidates.filter(({ reference }) => own.has(reference))).toEqual([])
  })

  it('leave every reference to be found that is written among them', () => {
    const missed = NUMBERINGS.flatMap((numbering, at) => {
      const { scheme, reference } = newReference(numbering, new Uint8Array(8).fill(at + 37))
      return texts.filter((text) => {
        const written = `${text} ${printReference(scheme, reference)} ${text}`
        return !findReferences(written).includes(reference)
      })
    })
    console.info(
      `${texts.length * NUMBERINGS.length - missed.length} of ${texts.length * NUMBERINGS.length} found`,
    )
    expect(missed).toEqual([])
  })
})

/** What banks and people wrote, each text once. */
function statementTexts(samples: string): string[] {
  const files = readdirSync(samples, { recursive: true, encoding: 'utf8' })
  const texts = files
    .filter((file) => file.endsWith('.xml'))
    .flatMap((file) => [
      ...readFileSync(resolve(samples, file), 'utf8').matchAll(
        /<(?:\w+:)?(?:Ustrd|AddtlNtryInf|AddtlTxInf|AddtlRmtInf)>([^<]*)</g,
      ),
    ])
    .map(([, text = '']) => text)
  return [...new Set(texts)]
}
