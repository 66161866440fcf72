import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choosePaymentCode } from '../../src/domain/choose-payment-code.ts'
import { parley } from './run-parley.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-qr-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function read(text: string) {
  const file = join(folder, 'code.txt')
  await writeFile(file, text)
  const { code, out } = await parley(['qr', 'read', file])
  return { code, json: JSON.parse(out) as object }
}

const TRANSFER = {
  name: 'Blue Water',
  address: { lines: ['Seestrasse 12', '8002 Zürich'], country: 'CH' },
  reference: 'RF18539007547034',
  referenceScheme: 'SCOR',
} as const

describe('parley qr read', () => {
  it.each([
    ['BE71096123456769', 'EUR', 'EPC069-12'],
    ['CH5800791123000889012', 'CHF', 'Swiss QR-bill'],
  ])('says what the code to %s asks for', async (iban, currency, standard) => {
    const code = choosePaymentCode({ ...TRANSFER, iban, amount: { minor: 12_050n, currency } })
    const amount = { value: '120.50', currency }
    expect(await read(code?.payload ?? '')).toMatchObject({
      code: 0,
      json: { standard, says: { iban, amount, reference: 'RF18539007547034' } },
    })
  })

  it.each([
    ['BCD\n002\n1\nSCT\n\nBlue Water\nBE72096123456769', 'EPC069-12', 'qr-iban'],
    ['SPC\n0300', 'Swiss QR-bill', 'qr-version'],
    ['hello', 'unknown', 'qr-structure'],
  ])('ends with 1 for %j', async (text, standard, refused) => {
    expect(await read(text)).toEqual({ code: 1, json: { standard, refused } })
  })
})
