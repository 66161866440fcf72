// ISO 4217 as published in June 2024, against the table that scales money.

import { expect, it } from 'vitest'
import { MINOR_UNITS } from '../../src/protocol/currencies.ts'
import { describeCorpus, readCorpusJson } from './corpus-files.ts'

const FILE = 'conformance/currency/iso4217-minor-units.json'

/** Listed, but not for bills: metals, units of account, funds, testing, no currency. */
const NOT_FOR_BILLS =
  'XAG XAU XPD XPT XBA XBB XBC XBD XDR XSU XUA XTS XXX BOV CHE CHW CLF COU MXV USN UYI'.split(' ')
/** Withdrawn: CUC in 2021, ANG in 2025, BGN in 2026. */
const WITHDRAWN_SINCE = ['ANG', 'BGN', 'CUC']
/** New: XCG in 2025. */
const ADDED_SINCE = ['XCG']

describeCorpus(FILE, () => {
  it('agrees on every code and its minor units, but for the stated differences', () => {
    const { rows } = readCorpusJson<{ rows: Array<{ code: string; minor_unit: number }> }>(FILE)
    const left = new Set([...NOT_FOR_BILLS, ...WITHDRAWN_SINCE])
    const expected = rows.filter(({ code }) => !left.has(code))
    const pairs = expected.map(({ code, minor_unit }): [string, number] => [code, minor_unit])
    const ours = [...MINOR_UNITS].filter(([code]) => !ADDED_SINCE.includes(code))
    expect(ours.toSorted()).toEqual(pairs.toSorted())
    expect(ADDED_SINCE.every((code) => MINOR_UNITS.has(code))).toBe(true)
  })
})
