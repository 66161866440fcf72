// What is written is what the schemas of ISO 20022 and of the German banks take.
import { expect, it } from 'vitest'
import { type CreditTransferMessage, writeCreditTransfer } from '../../src/iso20022/index.ts'
import { describeCorpus } from './corpus-files.ts'
import { xsdFaults } from './xsd-faults.ts'

const small: CreditTransferMessage = {
  messageId: 'REFUNDS-1',
  createdAt: 1_795_000_000,
  initiatingParty: { name: 'Stadsenergie' },
  payments: [
    {
      paymentInformationId: 'REFUNDS-1-1',
      executionDay: '2026-11-23',
      debtor: { name: 'Stadsenergie', account: { iban: 'BE68539007547034' } },
      transactions: [
        {
          endToEndId: 'E-1',
          amount: { minor: 1n, currency: 'EUR' },
          creditor: { name: 'Zoë & Söhne', account: { iban: 'NL91ABNA0417164300' } },
          remittance: { reference: 'RF18539007547034' },
        },
      ],
    },
  ],
}
const full: CreditTransferMessage = {
  ...small,
  initiatingParty: { name: 'Stadsenergie', organisation: { id: '0403170701', issuer: 'KBO-BCE' } },
  payments: ['1', '2'].map((number) => ({
    paymentInformationId: `REFUNDS-1-${number}`,
    executionDay: '2026-11-23',
    batchBooking: false,
    debtor: { name: 'Stadsenergie', account: { iban: 'BE68539007547034', bic: 'BBRUBEBB' } },
    transactions: ['A', 'B', 'C'].map((letter) => ({
      instructionId: `I-${number}-${letter}`,
      endToEndId: `E-${number}-${letter}`,
      amount: { minor: 99_999_999_999n, currency: 'EUR' },
      creditor: { name: 'n'.repeat(70), account: { iban: 'NL91ABNA0417164300', bic: 'ABNANL2A' } },
      purpose: 'REFU',
      remittance: { text: `<${'t'.repeat(138)}>` },
    })),
  })),
}

describeCorpus('iso20022/xsd', () => {
  it.each([
    ['small', '001.001.09', 'sepa', small],
    ['full', '001.001.09', 'sepa', full],
    ['full', '001.001.09', 'unicode', full],
    ['small', '001.001.03', 'sepa', small],
    ['full', '001.001.03', 'sepa', full],
  ] as const)(
    'a %s message is valid against pain.%s in %s',
    (_size, version, characters, message) => {
      const file = writeCreditTransfer(message, { version, characters })
      if (!file.ok) throw new Error(JSON.stringify(file.error))
      expect(xsdFaults(`pain.${version}`, file.value)).toEqual([])
      expect(
        xsdFaults(`pain.${version}`, file.value.replace('<NbOfTxs>', '<Nb>1</Nb><NbOfTxs>')),
      ).not.toEqual([])
    },
  )
})
