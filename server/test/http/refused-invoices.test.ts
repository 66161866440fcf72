// Invoices and cancellations that are well-formed and still refused; beside each stands what passes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CANCELLATION,
  debtorInput,
  invoiceOf,
  invoiceWithDebtor,
  newNumber,
  POLICY_TERMS,
} from '../support/api-samples.ts'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { refuseEach } from '../support/refuse-each.ts'

let test: TestApp
let debtorId: string
beforeAll(async () => {
  test = await buildTestApp()
  const made = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
  debtorId = String(made.json['id'])
})
afterAll(() => test?.close())

const app = () => test
const post = (url: string, body?: unknown) => test.send({ method: 'POST', url, body })
const issue = (body: object) => post('/v1/payment-requests', body)
const decodeRequest = (jws: string) =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as {
    remittance: object
  }
const issued = async () => String((await issue(invoiceOf(debtorId))).json['id'])

describe('createPaymentRequest', () => {
  const invoice = invoiceWithDebtor()
  const amount = (value: string, currency: string) => ({
    ...invoice,
    amount: { value, currency },
  })
  const { debtor } = invoice
  const document = { type: 'invoice', id: 'D-1', sha256: 'A'.repeat(43) }
  refuseEach({ app, method: 'POST', url: () => '/v1/payment-requests' }, [
    ['an amount of nothing', amount('0.00', 'EUR'), 'amount-invalid', '/amount/value'],
    ['one decimal of the euro', amount('120.5', 'EUR'), 'amount-invalid', '/amount/value'],
    ['three decimals of the euro', amount('120.500', 'EUR'), 'amount-invalid', '/amount/value'],
    ['decimals of the yen', amount('120.00', 'JPY'), 'amount-invalid', '/amount/value'],
    ['two decimals of the dinar', amount('120.50', 'KWD'), 'amount-invalid', '/amount/value'],
    ['19 digits', amount('99999999999999999.99', 'EUR'), 'amount-invalid', '/amount/value'],
    ['no currency', amount('120.50', 'XXX'), 'currency-unsupported', '/amount/currency'],
    ['gold', amount('120.50', 'XAU'), 'currency-unsupported', '/amount/currency'],
    ['a currency of the past', amount('120.50', 'DEM'), 'currency-unsupported', '/amount/currency'],
    ['30 February', { ...invoice, dueDate: '2026-02-30' }, 'date-invalid', '/dueDate'],
    ['month 13', { ...invoice, issueDate: '2026-13-01' }, 'date-invalid', '/issueDate'],
    [
      'a due date before the issue date',
      { ...invoice, issueDate: '2026-03-28' },
      'due-date-before-issue-date',
      '/dueDate',
    ],
    [
      'a due date in eleven years',
      { ...invoice, dueDate: '2037-03-10' },
      'due-date-range',
      '/dueDate',
    ],
    [
      'a due date eleven years ago',
      { ...invoice, issueDate: undefined, dueDate: '2015-03-10' },
      'due-date-range',
      '/dueDate',
    ],
    [
      'wrong check digits of the reference',
      { ...invoice, remittance: { scheme: 'SCOR', reference: 'RF19539007547034' } },
      'reference-invalid',
      '/remittance/reference',
    ],
    [
      '[TXT-05] wrong check digits of a Belgian reference',
      { ...invoice, remittance: { scheme: 'OGM', reference: '+++090/9337/55494+++' } },
      'reference-invalid',
      '/remittance/reference',
    ],
    [
      '[TXT-06] a QRR reference to an account that is no QR-IBAN',
      { ...invoice, remittance: { scheme: 'QRR', reference: '210000000003139471430009017' } },
      'reference-scheme-unfit',
      '/remittance/scheme',
    ],
    [
      'a Norwegian reference in euro',
      { ...invoice, remittance: { scheme: 'KID', reference: '12345678903' } },
      'reference-scheme-unfit',
      '/remittance/scheme',
    ],
    ['an unknown debtor', invoiceOf('db_unknown'), 'debtor-unknown', '/debtorId'],
    [
      'an unknown time zone',
      { ...invoice, debtor: { ...debtor, timeZone: 'Europe/Atlantis' } },
      'time-zone-unknown',
      '/debtor/timeZone',
    ],
    [
      'a name that turns the line around',
      { ...invoice, debtor: { ...debtor, name: 'Ann\u202eeciluaP' } },
      'text-invalid',
      '/debtor/name',
    ],
    [
      'a number with a line feed',
      { ...invoice, invoiceNumber: 'N\n1' },
      'text-invalid',
      '/invoiceNumber',
    ],
    [
      'a document without a host',
      { ...invoice, documents: [{ ...document, uri: 'https://' }] },
      'document-invalid',
      '/documents/0/uri',
    ],
    [
      'a document of no day',
      { ...invoice, documents: [{ ...document, issueDate: '2026-00-10' }] },
      'date-invalid',
      '/documents/0/issueDate',
    ],
    [
      'an invisible letter in the id of a document',
      { ...invoice, documents: [document, { ...document, id: 'D\u200b2' }] },
      'text-invalid',
      '/documents/1/id',
    ],
  ])

  it.each([
    ['yen without decimals', { value: '120', currency: 'JPY' }],
    ['dinars with three', { value: '120.500', currency: 'KWD' }],
    ['18 digits', { value: '9999999999999999.99', currency: 'EUR' }],
  ])('takes %s', async (_what, value) => {
    const reply = await issue({ ...invoiceOf(debtorId), amount: value })
    expect([reply.status, reply.json['amount']], reply.text).toEqual([201, value])
  })

  it('refuses a number that was issued before', async () => {
    const body = invoiceOf(debtorId)
    expect((await issue(body)).status).toBe(201)
    const { errors } = expectProblem(await issue(body), 409, 'invoice-number-taken')
    expect(errors[0]?.pointer).toBe('/invoiceNumber')
  })

  it('refuses a reference that another invoice has', async () => {
    const remittance = { scheme: 'SCOR', reference: 'RF18539007547034' }
    const first = await issue({ ...invoiceOf(debtorId), remittance })
    expect([first.status, first.json['remittance']]).toEqual([201, remittance])
    const second = await issue({ ...invoiceOf(debtorId), remittance })
    const { errors } = expectProblem(second, 409, 'reference-taken')
    expect(errors[0]?.pointer).toBe('/remittance/reference')
  })

  it.each([
    ['OGM', '+++090/9337/55493+++', '090933755493'],
    ['FI', '12 34561', '1234561'],
    ['NL', '5000 0567 8901 2345', '5000056789012345'],
    ['OCR', '12345674', '12345674'],
    ['SCOR', 'rf04 0', 'RF040'],
  ])('takes %s %s as it is printed and keeps its electronic form', async (scheme, given, kept) => {
    const body = { ...invoiceOf(debtorId), remittance: { scheme, reference: given } }
    const reply = await issue(body)
    expect([reply.status, reply.json['remittance']]).toEqual([201, { scheme, reference: kept }])
    const request = decodeRequest(String(reply.json['signedRequest']))
    expect(request.remittance).toEqual({ scheme, reference: kept })
    const shown = await test.send({ url: `/v1/payment-requests/${reply.json['id']}` })
    expect(shown.json['remittance']).toEqual({ scheme, reference: kept })
  })

  it('numbers as the creditor chose, as the request wishes, and by RF in other currencies', async () => {
    const as = await test.addCreditor()
    const url = '/v1/creditor'
    const patched = await test.send({ method: 'PATCH', url, as, body: { referenceScheme: 'OGM' } })
    expect(patched.status).toBe(200)
    const schemeOf = async (changes: object) => {
      const body = { ...invoiceWithDebtor(), remittance: undefined, ...changes }
      const reply = await test.send({ method: 'POST', url: '/v1/payment-requests', as, body })
      expect(reply.status, reply.text).toBe(201)
      return (reply.json['remittance'] as { scheme: string }).scheme
    }
    expect(await schemeOf({})).toBe('OGM')
    expect(await schemeOf({ remittance: { scheme: 'FI' } })).toBe('FI')
    expect(await schemeOf({ amount: { value: '12.00', currency: 'USD' } })).toBe('SCOR')
  })

  it('takes a policy whose smallest instalment has more decimals than the currency', async () => {
    const terms = { ...POLICY_TERMS, minInstalment: '10.005' }
    const url = '/v1/negotiation-policies/fine'
    expect((await test.send({ method: 'PUT', url, body: terms })).status).toBe(200)
    for (const value of [
      { value: '120.50', currency: 'EUR' },
      { value: '120', currency: 'JPY' },
    ]) {
      const body = { ...invoiceOf(debtorId), segment: 'fine', amount: value }
      expect((await issue(body)).status).toBe(201)
    }
  })

  it('refuses nothing to the neighbours of a refused invoice that came with them', async () => {
    const taken = invoiceOf(debtorId)
    await issue(taken)
    const bad = { ...invoiceOf(debtorId), dueDate: '2026-02-30' }
    const bodies = [invoiceOf(debtorId), taken, bad, invoiceOf(debtorId), invoiceOf('db_none')]
    const replies = await Promise.all(bodies.map(issue))
    expect(replies.map(({ status }) => status)).toEqual([201, 409, 422, 201, 422])
  })
})

describe('cancelPaymentRequest', () => {
  const cancel = (id: string, body: object = CANCELLATION) =>
    post(`/v1/payment-requests/${id}/cancel`, body)

  it('cancels once, and says so again', async () => {
    const id = await issued()
    for (let time = 1; time <= 2; time += 1) {
      const reply = await cancel(id)
      expect([reply.status, reply.json['claim']]).toEqual([200, 'cancelled'])
    }
    const { json } = await test.send<{ data: { type: string }[] }>({
      url: `/v1/payment-requests/${id}/events`,
    })
    expect(json.data.map(({ type }) => type)).toEqual([
      'payment-request.issued',
      'payment-request.cancelled',
    ])
  })

  it('refuses an unknown id, and a text that hides something', async () => {
    expectProblem(await cancel('pr_unknown'), 404, 'not-found')
    const text = { reason: 'DT01', text: 'a\u2066b' }
    const { errors } = expectProblem(await cancel(await issued(), text), 422, 'text-invalid')
    expect(errors[0]?.pointer).toBe('/text')
  })

  it('refuses a request that was paid', async () => {
    const made = await issue(invoiceOf(debtorId))
    const { reference } = made.json['remittance'] as { reference: string }
    const file = camtNotification('BE71096123456769', [
      { amount: '120.50', reference, bankReference: newNumber() },
    ])
    const url = '/v1/statements'
    const upload = await test.send({ method: 'POST', url, body: file, type: 'application/xml' })
    expect([upload.status, upload.json['matched']], upload.text).toEqual([200, 1])
    expectProblem(await cancel(String(made.json['id'])), 409, 'claim-settled')
  })
})
