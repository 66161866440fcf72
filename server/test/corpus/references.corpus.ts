// Creditor references and QR payloads that others published as valid and as invalid.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseAmount } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { type EpcQrFields, epcQrPayload } from '../../src/domain/payment-qr.ts'
import {
  generateCreditorReference,
  normaliseCreditorReference,
} from '../../src/domain/references/creditor-reference.ts'
import { findReferences } from '../../src/domain/references/find-references.ts'

const root = resolve(import.meta.dirname, '../../..')
const folder = resolve(root, process.env.PARLEY_CORPUS ?? '../shared/data', 'references')
const isThere = existsSync(folder)
if (!isThere) console.warn(`left out: there is no ${folder}`)
const readText = (file: string) => (isThere ? readFileSync(resolve(folder, file), 'utf8') : '')

describe.runIf(isThere)('ISO 11649 references', () => {
  const lines = readText('iso11649-rf.csv').trimEnd().split('\n')
  const rows = lines.slice(1).map((line) => {
    const [value = '', valid, note = ''] = line.split(',')
    return { value, isValid: valid === '1', note }
  })

  it.each(rows)('"$value" valid: $isValid ($note)', ({ value, isValid }) => {
    const result = normaliseCreditorReference(value)
    expect(result.ok).toBe(isValid)
    if (!result.ok) return
    expect(generateCreditorReference(result.value.slice(4))).toEqual(result)
    expect(findReferences(`invoice: ${value}.`)).toContain(result.value)
  })
})

interface QrCorpus {
  valid: { name: string; payload: string }[]
  refused_fields: { why: string; fields: Record<string, string> }[]
}

describe.runIf(isThere)('EPC069-12 payloads', () => {
  const text = readText('epc069-12-qr.json') || '{"valid":[],"refused_fields":[]}'
  const corpus = JSON.parse(text) as QrCorpus

  it.each(corpus.valid)('$name', ({ payload }) => {
    const [, , , , bic, name = '', iban = '', amount, purpose, reference, text, information] =
      payload.split('\n')
    const result = build({ name, iban, bic, amount, purpose, reference, text, information })
    // Read with any version and number of decimals; written as version 002 and with two.
    const expected = payload
      .replace('BCD\n001', 'BCD\n002')
      .replace(/\n(EUR[0-9]+\.[0-9])\n/, '\n$10\n')
      .replace(/\n+$/, '')
    expect(result).toEqual({ ok: true, value: expected })
  })

  it.each(corpus.refused_fields)('refuses $why', ({ fields }) => {
    const { name = '', iban = '', info: information, ...others } = fields
    expect(build({ name, iban, information, ...others }).ok).toBe(false)
  })

  interface WrittenFields {
    name: string
    iban: string
    [more: string]: string | undefined
  }

  function build({ name, iban, amount, ...optional }: WrittenFields) {
    const given = Object.entries(optional).filter(
      ([, value]) => value !== undefined && value !== '',
    )
    const fields: EpcQrFields = { name, iban, ...Object.fromEntries(given) }
    if (amount === undefined || amount === '') return epcQrPayload(fields)
    const value = amount.replace('EUR', '').replace(/^([0-9]+\.[0-9])$/, '$10')
    const money = parseAmount({ value, currency: 'EUR' })
    return money.ok ? epcQrPayload({ ...fields, amount: money.value }) : money
  }
})
