// The file of refunds that the server makes is what the schema of ISO 20022 takes.
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { expect, it } from 'vitest'
import { describeCorpus, readCorpus } from '../../../sdk/test/corpus/corpus-files.ts'
import { refundFile } from '../../src/domain/credit/refund-file.ts'

const order = { messageId: 're01', createdAt: 1_795_000_000, executionDay: '2026-11-23' } as const
const party = { name: 'Zoë & Söhne', account: { iban: 'BE71096123456769' } }
const refund = (number: number, holder: string) => ({
  endToEndId: `RF${number}`,
  money: { minor: BigInt(number), currency: 'EUR' },
  holder,
  iban: 'BE68539007547034',
  invoiceNumber: `2026/${'9'.repeat(200)}`,
})

describeCorpus('iso20022/xsd', () => {
  it.each([
    ['one', [refund(1, 'Ann Peeters')]],
    [
      'names of every kind',
      ['Ødegård', '株式会社', 'n'.repeat(100)].map((it, i) => refund(i + 1, it)),
    ],
    ['many', Array.from({ length: 500 }, (_, i) => refund(i + 1, 'Ann'))],
  ])('%s', (_what, refunds) => {
    const file = refundFile(party, order, refunds)
    if (!file.ok) throw new Error(file.error.detail)
    using schema = XmlDocument.fromBuffer(readCorpus('iso20022/xsd/pain.001.001.09.xsd'))
    using validator = XsdValidator.fromDoc(schema)
    using document = XmlDocument.fromString(file.value)
    expect(() => validator.validate(document)).not.toThrow()
    using broken = XmlDocument.fromString(file.value.replace('<NbOfTxs>', '<Nb>1</Nb><NbOfTxs>'))
    expect(() => validator.validate(broken)).toThrow()
  })
})
