// What is well-formed and still refused, with the code and the member at fault; beside each stands
// what passes.
import { generateSigningKey } from '@parley/sdk/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  CANCELLATION,
  debtorInput,
  invoiceOf,
  invoiceWithDebtor,
  newNumber,
  POLICY_TERMS,
} from '../support/api-samples.ts'
import {
  buildTestApp,
  expectProblem,
  NOW,
  type Sent,
  type TestApp,
} from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { type AgentOptions, enrolHttpAgent, signEnrolment } from '../support/http-agent.ts'

let test: TestApp
let debtorId: string
beforeAll(async () => {
  test = await buildTestApp()
  const made = await test.send({ method: 'POST', url: '/v1/debtors', body: debtorInput() })
  debtorId = String(made.json['id'])
})
beforeEach(() => test.goTo(NOW))
afterAll(() => test?.close())

const post = (url: string, body?: unknown) => test.send({ method: 'POST', url, body })
const issue = (body: object) => post('/v1/payment-requests', body)
const issued = async () => String((await issue(invoiceOf(debtorId))).json['id'])

type Row = readonly [what: string, body: object, code: string, pointer: string]

/** Refuses each row with 422, unless the code says otherwise. */
function refuses(method: 'POST' | 'PATCH' | 'PUT', url: () => string, rows: readonly Row[]) {
  it.each(rows)('refuses %s', async (_what, body, code, pointer) => {
    const reply = await test.send({ method, url: url(), body })
    const { errors } = expectProblem(reply, 422, code)
    expect(errors).toMatchObject([{ pointer, code }])
  })
}

describe('createPaymentRequest', () => {
  const invoice = invoiceWithDebtor()
  const amount = (value: string, currency: string) => ({
    ...invoice,
    amount: { value, currency },
  })
  const { debtor } = invoice
  const document = { type: 'invoice', id: 'D-1', sha256: 'A'.repeat(43) }
  refuses('POST', () => '/v1/payment-requests', [
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

describe('createDebtor', () => {
  refuses('POST', () => '/v1/debtors', [
    ['an unknown time zone', { name: 'Ann', timeZone: 'CEST' }, 'time-zone-unknown', '/timeZone'],
    ['a control character', { name: 'An\u0007n' }, 'text-invalid', '/name'],
    ['nothing but blanks', { name: '  ' }, 'text-invalid', '/name'],
    [
      'a tab in the external id',
      { name: 'Ann', externalId: 'C\t1' },
      'text-invalid',
      '/externalId',
    ],
    [
      'an invisible letter in the e-mail address',
      { name: 'Ann', contact: { email: 'a\u200bnn@example.org' } },
      'text-invalid',
      '/contact/email',
    ],
    [
      'a line feed in the address',
      {
        name: 'Ann',
        contact: { postalAddress: { lines: ['Kade 1', 'a\nb'], country: 'NL' } },
      },
      'text-invalid',
      '/contact/postalAddress/lines/1',
    ],
  ])

  it('refuses an external id that another debtor has', async () => {
    const body = debtorInput()
    expect((await post('/v1/debtors', body)).status).toBe(201)
    const { errors } = expectProblem(await post('/v1/debtors', body), 409, 'external-id-taken')
    expect(errors[0]?.pointer).toBe('/externalId')
  })
})

describe('updateDebtor', () => {
  refuses('PATCH', () => `/v1/debtors/${debtorId}`, [
    ['an unknown time zone', { timeZone: 'Mars/Base' }, 'time-zone-unknown', '/timeZone'],
    ['a control character', { name: 'An\u0007n' }, 'text-invalid', '/name'],
  ])

  it('refuses an unknown id', async () => {
    const sent: Sent = { method: 'PATCH', url: '/v1/debtors/db_unknown', body: { name: 'Ann' } }
    expectProblem(await test.send(sent), 404, 'not-found')
  })

  it('changes what it names and nothing else', async () => {
    const made = await post('/v1/debtors', debtorInput())
    const url = `/v1/debtors/${made.json['id']}`
    const changed = await test.send({ method: 'PATCH', url, body: { name: 'Ann Smith' } })
    expect(changed.json).toEqual({ ...made.json, name: 'Ann Smith' })
    expect((await test.send({ url })).json).toEqual(changed.json)
  })
})

describe('updateCreditor', () => {
  const account = (iban: string, bic?: string) => ({ account: bic ? { iban, bic } : { iban } })
  refuses('PATCH', () => '/v1/creditor', [
    ['wrong check digits', account('NL92ABNA0417164300'), 'account-invalid', '/account/iban'],
    ['a country without IBANs', account('US91ABNA0417164300'), 'account-invalid', '/account/iban'],
    ['a length of no IBAN there', account('NL91ABNA04171643'), 'account-invalid', '/account/iban'],
    [
      'a BIC of no country',
      account('NL91ABNA0417164300', 'ABNAXX2A'),
      'account-invalid',
      '/account/bic',
    ],
    ['an unknown time zone', { timeZone: 'Europe/Atlantis' }, 'time-zone-unknown', '/timeZone'],
    ['an unknown journey', { journey: 'hostile' }, 'journey-unknown', '/journey'],
    ['a name that hides something', { name: 'Blue\u2067Water' }, 'text-invalid', '/name'],
    [
      'a control character in its address',
      { contact: { postalAddress: { lines: ['\u0085'], country: 'BE' } } },
      'text-invalid',
      '/contact/postalAddress/lines/0',
    ],
  ])

  it('takes another account, zone and journey', async () => {
    const other = await test.addCreditor()
    const body = {
      ...account('NL91ABNA0417164300', 'ABNANL2A'),
      timeZone: 'Pacific/Auckland',
      journey: 'bot-first',
    }
    const changed = await test.send({ method: 'PATCH', url: '/v1/creditor', body, as: other })
    expect([changed.status, changed.json]).toMatchObject([200, body])
    expect((await test.send({ url: '/v1/creditor', as: other })).json).toEqual(changed.json)
  })
})

describe('putNegotiationPolicy', () => {
  refuses('PUT', () => '/v1/negotiation-policies/default', [
    [
      'a first day after the last',
      { ...POLICY_TERMS, maxDeferralDays: 40, maxDurationDays: 30 },
      'policy-invalid',
      '/maxDeferralDays',
    ],
  ])

  it('gives five changes at once five versions', async () => {
    const sent: Sent = {
      method: 'PUT',
      url: '/v1/negotiation-policies/at-once',
      body: POLICY_TERMS,
    }
    const replies = await Promise.all(Array.from({ length: 5 }, () => test.send(sent)))
    expect(replies.map(({ json }) => json['version']).toSorted()).toEqual([1, 2, 3, 4, 5])
  })
})

describe('webhook endpoints', () => {
  refuses(
    'POST',
    () => '/v1/webhook-endpoints',
    [
      'http://example.org/hooks',
      'https://user:secret@example.org/hooks',
      'https://169.254.169.254/latest/meta-data',
      'https://10.0.0.1/hooks',
      'https://[fd00::1]/hooks',
      'https://example.org:8443/hooks',
      'https://intranet/hooks',
    ].map((url) => [url, { url }, 'url-not-allowed', '/url']),
  )

  it('are removed once', async () => {
    const made = await post('/v1/webhook-endpoints', { url: 'https://example.org/hooks' })
    expect(made.json['secret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const sent: Sent = { method: 'DELETE', url: `/v1/webhook-endpoints/${made.json['id']}` }
    expect((await test.send(sent)).status).toBe(204)
    expectProblem(await test.send(sent), 404, 'not-found')
  })

  it('have no delivery with an unknown id', async () => {
    expectProblem(await post('/v1/webhook-deliveries/wd_unknown/replay'), 404, 'not-found')
  })
})

describe('uploadStatement', () => {
  const payment = { amount: '1.00', bankReference: 'B-1' }
  it.each([
    ['no XML', 'invoice;amount\n1;2\n'],
    ['another document', '<?xml version="1.0"?><html/>'],
    ['half a document', camtNotification('BE71096123456769', [payment]).slice(0, -40)],
    [
      'a document type',
      `<!DOCTYPE x [<!ENTITY a "b">]>${camtNotification('BE71096123456769', [])}`,
    ],
    ["another's account", camtNotification('NL91ABNA0417164300', [payment])],
  ])('refuses %s', async (_what, body) => {
    const sent: Sent = { method: 'POST', url: '/v1/statements', body, type: 'application/xml' }
    const { detail } = expectProblem(await test.send(sent), 422, 'statement-invalid')
    expect(detail).not.toBe('')
    const { json } = await test.send<{ data: unknown[] }>({ url: '/v1/bank-transactions' })
    expect(json.data.filter((row) => JSON.stringify(row).includes('1.00'))).toEqual([])
  })
})

describe('the protocol', () => {
  const seconds = (instant: string) => Date.parse(instant) / 1000
  const agentOptions = (now = NOW): AgentOptions => ({
    server: 'http://127.0.0.1:8080',
    now: () => seconds(now),
    wire: async (url, body) => {
      const type = 'application/jose'
      const reply = await test.send(
        body === undefined ? { url } : { method: 'POST', url, body, type },
      )
      return {
        status: reply.status,
        contentType: String(reply.headers['content-type']),
        text: reply.text,
      }
    },
  })
  const code = async () => {
    const made = await post(`/v1/debtors/${debtorId}/activation-codes`)
    return String(made.json['code'])
  }
  const enrol = async (activationCode: string, now = NOW, inbox?: string) => {
    const key = await generateSigningKey('Ed25519')
    const more = inbox === undefined ? { activationCode } : { activationCode, inbox }
    const body = await signEnrolment(agentOptions(now), key, more)
    return await test.send({
      method: 'POST',
      url: '/parley/enrolments',
      body,
      type: 'application/jose',
    })
  }

  it('makes no activation code for an unknown debtor', async () => {
    expectProblem(await post('/v1/debtors/db_unknown/activation-codes'), 404, 'not-found')
  })

  it('refuses an activation code that is unknown, used or old', async () => {
    expectProblem(await enrol('K7QF-2MZD-93XA-TT5V'), 404, 'activation-code-unknown')
    const used = await code()
    expect((await enrol(used)).status).toBe(201)
    expectProblem(await enrol(used), 410, 'activation-code-used')
    const old = await code()
    const later = '2026-06-09T09:00:00Z'
    await test.goTo(later)
    expectProblem(await enrol(old, later), 410, 'activation-code-expired')
  })

  it('takes an activation code without its hyphens', async () => {
    expect((await enrol((await code()).replaceAll('-', ''))).status).toBe(201)
  })

  it('refuses an inbox inside of a private network', async () => {
    const reply = await enrol(await code(), NOW, 'https://192.168.0.1/inbox')
    expect(expectProblem(reply, 422, 'inbox-not-allowed').errors[0]?.pointer).toBe('/inbox')
  })

  it('refuses an enrolment for another server', async () => {
    const key = await generateSigningKey('ES256')
    const options = { ...agentOptions(), server: 'https://other.example' }
    const body = await signEnrolment(options, key, { activationCode: await code() })
    const sent: Sent = { method: 'POST', url: '/parley/enrolments', body, type: 'application/jose' }
    expectProblem(await test.send(sent), 401, 'aud')
  })

  it('answers an acceptance, and refuses one by a stranger or with a broken signature', async () => {
    const agent = await enrolHttpAgent(agentOptions(), { activationCode: await code() })
    const stranger = await enrolHttpAgent(agentOptions(), { activationCode: await code() })
    const made = await issue(invoiceOf(debtorId))
    const request = String(made.json['signedRequest'])
    // The second enrolment of a debtor ends the first: the request is addressed to it.
    const theirs = await stranger.accept(request)
    const notTheirs = await agent.accept(request)
    expect((await agent.send(notTheirs)).status).toBe(401)
    const broken = `${theirs.slice(0, -8)}AAAAAAAA`
    const send = (body: string) =>
      test.send({ method: 'POST', url: '/parley/messages', body, type: 'application/jose' })
    expectProblem(await send(broken), 401, 'signature')
    const agreed = await send(theirs)
    expect(agreed.status).toBe(200)
    expect(agreed.headers['content-type']).toMatch(/^application\/jose\+json(;|$)/)
  })

  const unsigned = (header: object, payload: object) =>
    [header, payload, 'x'.repeat(64)]
      .map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)))
      .map((part) => part.toString('base64url'))
      .join('.')
  const header = (typ: string) => ({ alg: 'ES256', typ, kid: 'A'.repeat(43) })

  it.each([
    [
      'nothing known',
      unsigned(header('parley-accept+jwt'), { thr: 'A'.repeat(22) }),
      404,
      'not-found',
    ],
    [
      'a thread of NUL',
      unsigned(header('parley-accept+jwt'), { thr: '\0'.repeat(22) }),
      404,
      'not-found',
    ],
    [
      'a thread that is a number',
      unsigned(header('parley-accept+jwt'), { thr: 7 }),
      404,
      'not-found',
    ],
    [
      'an agreement of NUL',
      unsigned(header('parley-payment+jwt'), { agreementId: '\0'.repeat(43) }),
      404,
      'not-found',
    ],
    ['a kind that creditors send', unsigned(header('parley-request+jwt'), {}), 401, 'typ'],
    ['no message', 'hello', 400, 'serialization'],
    ['65 KiB', 'a'.repeat(65 << 10), 413, 'message-too-large'],
  ])('refuses a message with %s', async (_what, body, status, refused) => {
    const sent: Sent = { method: 'POST', url: '/parley/messages', body, type: 'application/jose' }
    expectProblem(await test.send(sent), status, refused)
  })

  it('knows no other inbox and no other link', async () => {
    expectProblem(await test.send({ url: `/parley/inbox/${'A'.repeat(43)}` }), 404, 'not-found')
    for (const url of [`/p/${'A'.repeat(48)}`, '/p/x', `/p/${'é'.repeat(20)}`]) {
      const page = await test.send({ url: encodeURI(url) })
      expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
      const headers = { accept: 'application/jose' }
      expectProblem(await test.send({ url: encodeURI(url), headers }), 404, 'not-found')
    }
  })
})
