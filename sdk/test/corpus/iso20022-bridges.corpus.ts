// What the bridges write is what the schemas of ISO 20022 take, and published messages are read.
import { expect, it } from 'vitest'
import {
  activationOfAgreement,
  activationOfRequest,
  creditTransferOfAgreement,
  debtorAnswerOf,
  readCancellationAnswer,
  readPaymentActivation,
  readStatusReport,
  type StatusReport,
  statusOfAgreement,
  writeCreditTransfer,
  writePaymentActivation,
  writeStatusReport,
} from '../../src/iso20022/index.ts'
import { agreed, DEBTOR, must, REQUEST, SINGLE, THREE } from '../iso20022/iso-fixtures.ts'
import { describeCorpus, listCorpus, readCorpus } from './corpus-files.ts'
import { xsdFaults } from './xsd-faults.ts'

const facts = { messageId: 'M-1', createdAt: 1_772_500_000, debtor: DEBTOR }
const FOLDER = 'iso20022/samples/fednow-rfp'
const ORIGINALS = new Map([
  ['RequestForPayment_Sc1_Step2_Var1_PayCon_pain.014.xml', 'changed'],
  ['RequestForPayment_Sc1_Step2_Var2_RelRemit_pain.014.xml', 'received'],
  ['RequestForPayment_Scenario1_Step2_pain.014.xml', 'presented'],
  ['RequestForPayment_Scenario1_Step3_pain.014.xml', 'received'],
  ['RequestForPayment_Scenario2_step2_pain.014.xml', 'refused'],
  ['RequestForPayment_Scenario5_Step2_pain.014.xml', 'presented'],
  ['RequestForPayment_Scenario5_Step4_pain.014.xml', 'received'],
])

describeCorpus('iso20022/xsd/pain.013.001.07.xsd', () => {
  it('takes a request with all that it can say', () => {
    const signed = { typ: 'parley-request+jwt', jws: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' }
    const conditions = { delayPenalty: '4 % a year', immediatePaymentRebate: { bps: 205 } }
    const ultimateCreditor = { name: 'Stadsenergie' }
    const given = { ...facts, signed, conditions, ultimateCreditor }
    const file = must(writePaymentActivation(activationOfRequest(REQUEST, given)))
    expect(xsdFaults('pain.013.001.07', file)).toEqual([])
    const rebate = { immediatePaymentRebate: { minor: 100n, currency: 'EUR' } }
    const less = { ...facts, debtor: { name: 'Ann' }, conditions: rebate, documents: [] }
    const small = must(writePaymentActivation(activationOfRequest(REQUEST, less)))
    expect(xsdFaults('pain.013.001.07', small)).toEqual([])
    expect(xsdFaults('pain.013.001.07', small.replace('<NbOfTxs>', '<Nb/><NbOfTxs>'))).not.toEqual(
      [],
    )
  })

  it.each(['P1W', 'P2W', 'P1M'] as const)(
    'takes an agreement of 60 instalments, %s',
    async (interval) => {
      const agreement = await agreed({ ...THREE, instalments: 60, interval })
      const activation = activationOfAgreement(agreement, { ...facts, expiresAfterDays: 14 })
      expect(xsdFaults('pain.013.001.07', must(writePaymentActivation(activation)))).toEqual([])
      const message = creditTransferOfAgreement(agreement, facts)
      for (const version of ['001.001.09', '001.001.03'] as const) {
        const file = must(writeCreditTransfer(message, { version }))
        expect(xsdFaults(`pain.${version}`, file)).toEqual([])
      }
    },
  )
})

describeCorpus('iso20022/xsd/pain.014.001.07.xsd', () => {
  it('takes our statuses, but for what it wants to know of the original', async () => {
    const transactions = [
      statusOfAgreement(await agreed(SINGLE), REQUEST),
      statusOfAgreement(await agreed(THREE), REQUEST),
      {
        status: 'RJCT',
        reasons: [
          { code: 'UCRD', texts: ['who'], originator: 'Ann' },
          { proprietary: 'own', texts: [] },
        ],
      },
    ]
    const report: StatusReport = {
      ...{ messageId: 'S-1', createdAt: 1_772_500_000, initiatingParty: { name: 'Bank' } },
      ...{ originalMessageId: 'M-1', originalMessageName: 'pain.013.001.07', groupStatus: 'PART' },
      reasons: [{ texts: ['some of it'] }],
      payments: [
        { originalPaymentInformationId: 'P-1', status: 'PART', reasons: [], transactions },
      ],
    }
    expect(xsdFaults('pain.014.001.07', must(writeStatusReport(report)))).toEqual([])
  })
})

describeCorpus(FOLDER, () => {
  const text = (name: string) => new TextDecoder().decode(readCorpus(`${FOLDER}/${name}`))
  const rows = new TextDecoder().decode(readCorpus('iso20022/index.csv')).split('\n')
  const names = rows[0]?.split(',') ?? []
  const cell = (file: string, name: string) =>
    rows.find((row) => row.includes(`/${file},`))?.split(',')[names.indexOf(name)] ?? ''
  const requests = listCorpus(FOLDER).filter((name) => name.includes('pain.013'))
  const reports = listCorpus(FOLDER).filter((name) => name.includes('pain.014'))

  it('has requests and reports', () => {
    expect([requests.length, reports.length]).toEqual([6, 7])
  })

  it.each(requests)('%s is read as the index counts it', (name) => {
    const { payments, createdAt } = must(readPaymentActivation(text(name)))
    expect(createdAt).toBeGreaterThan(1_600_000_000)
    expect(payments).toHaveLength(text(name).match(/<CdtTrfTx>/g)?.length ?? 0)
    expect(payments.map(({ amount }) => amount.currency)).toEqual([cell(name, 'ccy')])
    const documents = payments.flatMap((payment) => payment.documents)
    expect(documents).toHaveLength(Number(cell(name, 'rfrddoc')))
    expect(payments[0]?.amount.minor).toBeGreaterThan(1_000_000n)
    expect(payments[0]?.expiry).toHaveProperty('day')
  })

  it.each(reports)('%s is read, means something, and is written again', (name) => {
    const report = must(readStatusReport(text(name)))
    const [transaction] = report.payments.flatMap(({ transactions }) => transactions)
    if (transaction === undefined) throw new Error('no transaction')
    expect(debtorAnswerOf(transaction).kind).toBe(ORIGINALS.get(name))
    const again = must(writeStatusReport(report))
    expect(must(readStatusReport(again))).toEqual(report)
    expect(xsdFaults('pain.014.001.07', again)).toEqual([])
  })

  it('are answered by requests that were made', () => {
    const made = new Set(requests.map((name) => must(readPaymentActivation(text(name))).messageId))
    const answered = reports.map((name) => must(readStatusReport(text(name))).originalMessageId)
    expect(answered.filter((id) => !made.has(id))).toEqual([])
  })

  it('of other kinds are refused', () => {
    const others = listCorpus('iso20022/samples')
      .flatMap((folder) =>
        listCorpus(`iso20022/samples/${folder}`).map((name) => `${folder}/${name}`),
      )
      .filter((path) => path.endsWith('.xml') && !/pain\.01[34]/.test(path))
    expect(others.length).toBeGreaterThan(50)
    for (const path of others) {
      const xml = new TextDecoder().decode(readCorpus(`iso20022/samples/${path}`))
      for (const read of [readPaymentActivation, readStatusReport, readCancellationAnswer]) {
        const result = read(xml)
        expect(['iso-message', 'iso-xml'], path).toContain(result.ok ? '' : result.error.code)
      }
    }
  })
})
