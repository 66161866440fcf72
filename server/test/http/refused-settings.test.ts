// Debtors, settings, endpoints and statements that are well-formed and still refused; beside each
// stands what passes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MT940 } from '../domain/statement/statement-fixtures.ts'
import { debtorInput, JOURNEY_ASSIGNMENT, POLICY_TERMS } from '../support/api-samples.ts'
import { buildTestApp, expectProblem, type Sent, type TestApp } from '../support/build-test-app.ts'
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

describe('createDebtor', () => {
  refuseEach({ app, method: 'POST', url: () => '/v1/debtors' }, [
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
  refuseEach({ app, method: 'PATCH', url: () => `/v1/debtors/${debtorId}` }, [
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
  refuseEach({ app, method: 'PATCH', url: () => '/v1/creditor' }, [
    ['wrong check digits', account('NL92ABNA0417164300'), 'account-invalid', '/account/iban'],
    ['a country without IBANs', account('US91ABNA0417164300'), 'account-invalid', '/account/iban'],
    [
      '[TXT-05] a length of no IBAN there',
      account('NL91ABNA04171643'),
      'account-invalid',
      '/account/iban',
    ],
    [
      'a BIC of no country',
      account('NL91ABNA0417164300', 'ABNAXX2A'),
      'account-invalid',
      '/account/bic',
    ],
    ['an unknown time zone', { timeZone: 'Europe/Atlantis' }, 'time-zone-unknown', '/timeZone'],
    [
      '[ENR-07] an account from the day after tomorrow on',
      { ...account('NL91ABNA0417164300'), accountEffectiveOn: '2026-03-12' },
      'date-outside-window',
      '/accountEffectiveOn',
    ],
    [
      'an account from a day on that is more than a year away',
      { ...account('NL91ABNA0417164300'), accountEffectiveOn: '2027-03-12' },
      'date-outside-window',
      '/accountEffectiveOn',
    ],
    [
      'an account from no day on',
      { ...account('NL91ABNA0417164300'), accountEffectiveOn: '2026-02-30' },
      'date-invalid',
      '/accountEffectiveOn',
    ],
    ['an unknown journey', { journey: 'hostile' }, 'journey-unknown', '/journey'],
    [
      'a journey that this server cannot run',
      { journey: 'key-account' },
      'journey-unsupported',
      '/journey',
    ],
    [
      'a journey that begins with something in a life',
      { journey: 'dispute' },
      'journey-unsupported',
      '/journey',
    ],
    [
      'QRR references to an account that is no QR-IBAN',
      { referenceScheme: 'QRR' },
      'reference-scheme-unfit',
      '/referenceScheme',
    ],
    [
      'a QR-IBAN instead of an account with other references',
      account('CH4431999123000889012'),
      'reference-scheme-unfit',
      '/account/iban',
    ],
    ['a name that hides something', { name: 'Blue\u2067Water' }, 'text-invalid', '/name'],
    [
      'a control character in its address',
      { contact: { postalAddress: { lines: ['\u0085'], country: 'BE' } } },
      'text-invalid',
      '/contact/postalAddress/lines/0',
    ],
  ])

  it('takes another zone, journey and numbering at once', async () => {
    const other = await test.addCreditor()
    const numbering = { referenceScheme: 'OGM' }
    const body = { timeZone: 'Pacific/Auckland', journey: 'bot-first', ...numbering }
    const changed = await test.send({ method: 'PATCH', url: '/v1/creditor', body, as: other })
    expect([changed.status, changed.json]).toMatchObject([200, body])
    expect((await test.send({ url: '/v1/creditor', as: other })).json).toEqual(changed.json)
  })

  it('[ENR-07] names another account three days from now, and shows it beside the present', async () => {
    const other = await test.addCreditor()
    const body = account('NL91ABNA0417164300', 'ABNANL2A')
    const sent: Sent = { method: 'PATCH', url: '/v1/creditor', body, as: other }
    const { json } = await test.send(sent)
    const nextAccount = { ...body, effectiveOn: '2026-03-13' }
    expect(json).toMatchObject({ ...account('BE71096123456769'), nextAccount })
    const later = { ...body, accountEffectiveOn: '2026-04-01' }
    expect((await test.send({ ...sent, body: later })).json).toMatchObject({
      nextAccount: { ...body, effectiveOn: '2026-04-01' },
    })
    const bill = {
      invoiceNumber: 'moves-1',
      debtor: { externalId: 'm-1', name: 'Ann Peeters', language: 'en' },
      amount: { value: '100.00', currency: 'EUR' },
      dueDate: '2026-05-01',
    }
    const issue = { method: 'POST', url: '/v1/payment-requests', body: bill, as: other } as const
    const { portalUrl } = (await test.send<{ portalUrl: string }>(issue)).json
    const page = async () => (await test.send({ url: new URL(portalUrl).pathname })).text
    expect(await page()).toMatch(/BE71 ?.*changes on 1 April 2026: .*NL91 ABNA 0417 1643 00/s)
  })

  it('refuses a day of no account', async () => {
    const body = { accountEffectiveOn: '2026-04-01' }
    const sent: Sent = { method: 'PATCH', url: '/v1/creditor', body }
    expectProblem(await test.send(sent), 422, 'account-invalid')
  })
})

describe('putNegotiationPolicy', () => {
  refuseEach({ app, method: 'PUT', url: () => '/v1/negotiation-policies/default' }, [
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

describe('putJourneyAssignment', () => {
  const url = '/v1/journey-assignments/default'
  refuseEach({ app, method: 'PUT', url: () => url }, [
    ['an unknown champion', { champion: 'hostile' }, 'journey-unknown', '/champion'],
    [
      'an unknown challenger',
      { ...JOURNEY_ASSIGNMENT, challenger: 'hostile' },
      'journey-unknown',
      '/challenger',
    ],
    [
      'a journey that this server cannot run',
      { champion: 'key-account' },
      'journey-unsupported',
      '/champion',
    ],
    [
      'shares of more than all',
      { ...JOURNEY_ASSIGNMENT, challengerPercent: 91 },
      'percent-invalid',
      '/challengerPercent',
    ],
    [
      'a share of nobody',
      { ...JOURNEY_ASSIGNMENT, challenger: null },
      'percent-invalid',
      '/challengerPercent',
    ],
  ])

  it('is read again as it was stated, by its creditor alone', async () => {
    const other = await test.addCreditor()
    const put = await test.send({ method: 'PUT', url, body: JOURNEY_ASSIGNMENT })
    expect(put.json).toMatchObject({ ...JOURNEY_ASSIGNMENT, segment: 'default' })
    expect((await test.send({ url })).json).toEqual(put.json)
    const list = '/v1/journey-assignments'
    expect((await test.send({ url: list })).json).toEqual({ data: [put.json] })
    expect((await test.send({ url: `${url}/results` })).json).toMatchObject({
      arms: [{ arm: 'champion' }, { arm: 'challenger' }, { arm: 'hold-out' }],
      differences: [{ verdict: 'too-few' }, { verdict: 'too-few' }],
    })
    expect((await test.send({ url: list, as: other })).json).toEqual({ data: [] })
    expectProblem(await test.send({ url, as: other }), 404, 'not-found')
    expectProblem(await test.send({ url: `${url}/results`, as: other }), 404, 'not-found')
  })

  it('is removed by its creditor alone, once', async () => {
    const other = await test.addCreditor()
    const put = await test.send({ method: 'PUT', url, body: JOURNEY_ASSIGNMENT })
    expectProblem(await test.send({ method: 'DELETE', url, as: other }), 404, 'not-found')
    expect((await test.send({ url })).json).toEqual(put.json)
    expect(await test.send({ method: 'DELETE', url })).toMatchObject({ status: 204, text: '' })
    expectProblem(await test.send({ url }), 404, 'not-found')
    expectProblem(await test.send({ method: 'DELETE', url }), 404, 'not-found')
  })
})

describe('webhook endpoints', () => {
  refuseEach(
    { app, method: 'POST', url: () => '/v1/webhook-endpoints' },
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
  it('takes an MT940 as text, and refuses what its query names wrongly', async () => {
    const upload = (query: string, body = MT940) =>
      test.send({ method: 'POST', url: `/v1/statements${query}`, body, type: 'text/plain' })
    expect((await upload('')).json).toMatchObject({ statements: 1, transactions: 3 })
    expectProblem(await upload('?profile=none'), 422, 'statement-invalid')
    expectProblem(await upload('?account=NL91ABNA0417164300'), 422, 'statement-invalid')
    expectProblem(await upload('?account=mine'), 400, 'parameter-invalid')
    expectProblem(await upload('', ''), 400, 'body-missing')
  })

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
