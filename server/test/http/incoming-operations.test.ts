// What mail servers and providers of text messages hand in, over HTTP: who is believed, what follows,
// and that the same twice has one effect.
import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdSource } from '../../src/ids.ts'
import { buildTestApp, expectProblem, NOW, type TestApp } from '../support/build-test-app.ts'

const MAIL_SECRET = 'the-mail-server-secret'
const TOKEN = 'twilio-token'
const SIGNING = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const PROVIDERS = [
  {
    name: 'one',
    kind: 'twilio',
    url: 'https://api.twilio.com',
    account: 'AC1',
    from: '+3225550123',
    secret: TOKEN,
  },
  { name: 'two', kind: 'webhook', url: 'https://sms.example/send', secret: SIGNING },
]
const ORIGIN = 'http://127.0.0.1:8080'

let app: TestApp
let numbers = 0
const ids = createIdSource({ now: () => Date.parse(NOW) / 1000 })

beforeAll(async () => {
  app = await buildTestApp({
    PARLEY_INCOMING_SECRET: MAIL_SECRET,
    PARLEY_SMS_PROVIDERS: JSON.stringify(PROVIDERS),
  })
})
afterAll(() => app?.close())

interface Sent {
  id: string
  debtorId: string
  messageId: string
  phone: string
  reference: string
}

/** A bill, and a message about it that left by a channel. */
async function sent(
  channel: 'email' | 'sms',
  providerId?: string,
  remittance?: { scheme: string },
): Promise<Sent> {
  numbers += 1
  const phone = `+3247012${String(numbers).padStart(4, '0')}`
  const contact = { email: `ann-${numbers}@example.org`, phone }
  const { json } = await app.send<{
    id: string
    debtorId: string
    remittance: { reference: string }
  }>({
    method: 'POST',
    url: '/v1/payment-requests',
    body: {
      invoiceNumber: `I-${numbers}`,
      debtor: { externalId: `i-${numbers}`, name: 'Ann Peeters', language: 'en', contact },
      amount: { value: '120.00', currency: 'EUR' },
      dueDate: '2026-03-27',
      remittance,
    },
  })
  const messageId = ids.newId('hm')
  await app.store.db
    .insertInto('human_messages')
    .values({
      creditor_id: app.creditor.creditorId,
      message_id: messageId,
      claim_id: json.id,
      debtor_id: json.debtorId,
      step: 'first',
      channel,
      template: 'payment-request-t1',
      state: 'sent',
      created_at: Date.parse(NOW) / 1000,
      sent_at: Date.parse(NOW) / 1000 + numbers,
      ...(providerId === undefined ? {} : { provider: 'one', provider_id: providerId }),
    })
    .execute()
  const { id, debtorId } = json
  return { id, debtorId, messageId, phone, reference: json.remittance.reference }
}

async function stateOf({ id, debtorId, messageId }: Sent) {
  const { json } = await app.send<{ holds: { reason: string }[] }>({
    url: `/v1/payment-requests/${id}`,
  })
  const debtor = await app.send<{ closedChannels: string[] }>({ url: `/v1/debtors/${debtorId}` })
  const { delivery } = await app.store.db
    .selectFrom('human_messages')
    .select('delivery')
    .where('message_id', '=', messageId)
    .executeTakeFirstOrThrow()
  const tasks = await app.store.db
    .selectFrom('tasks')
    .select('kind')
    .where('claim_id', '=', id)
    .execute()
  return {
    holds: json.holds.map(({ reason }) => reason),
    closed: debtor.json.closedChannels,
    delivery,
    tasks: tasks.map(({ kind }) => kind),
  }
}

const NOTHING = { holds: [], closed: [], delivery: null, tasks: [] }

const post = (raw: string, secret: string | null = MAIL_SECRET) =>
  app.send({
    method: 'POST',
    url: '/incoming/mail',
    body: raw,
    type: 'message/rfc822',
    as: secret,
    key: null,
  })

const answer = (headers: readonly string[], text: string) =>
  [...headers, 'Subject: Re: Your bill', '', text, ''].join('\r\n')

const from = (address: string) => `From: Ann <${address}>`

describe('a mail', () => {
  it('needs the secret of the configuration', async () => {
    expectProblem(await post('From: a@b.example\r\n\r\nx', null), 401, 'unauthorized')
    expectProblem(
      await post('From: a@b.example\r\n\r\nx', 'wrong-secret-here'),
      401,
      'unauthorized',
    )
    expectProblem(await post('From: a@b.example\r\n\r\nx', 'the-operator'), 401, 'unauthorized')
  })

  it('that answers ours has the effect of its words, once', async () => {
    const bill = await sent('email')
    const mail = answer(
      [
        from('someone@elsewhere.example'),
        'Message-ID: <a-1@elsewhere.example>',
        `In-Reply-To: <${bill.messageId}@localhost>`,
      ],
      'I have already paid.',
    )
    expect((await post(mail)).status).toBe(202)
    const relayed = `Received: by another way\r\n${mail}`
    expect((await post(relayed)).status).toBe(202)
    expect(await stateOf(bill)).toMatchObject({
      holds: ['already-paid'],
      tasks: ['look-for-payment'],
    })
  })

  it('that nobody can be sure of goes to a person, with its words sealed', async () => {
    const bill = await sent('email')
    const about = `References: <${bill.messageId}@localhost>`
    await post(answer([from('ann@example.org'), about], 'Is it true that I paid? Who knows.'))
    expect(await stateOf(bill)).toMatchObject({
      holds: ['request-of-debtor'],
      tasks: ['read-reply'],
    })
  })

  it('is found by the payment reference, and believed from the own address alone', async () => {
    const [own, foreign] = [await sent('email'), await sent('email')]
    const words = (reference: string) => `I have already paid. Reference ${reference}.`
    await post(answer([from(`Ann-${numbers - 1}@EXAMPLE.org`)], words(own.reference)))
    await post(answer([from('stranger@elsewhere.example')], words(foreign.reference)))
    expect((await stateOf(own)).holds).toEqual(['already-paid'])
    expect((await stateOf(foreign)).holds).toEqual(['request-of-debtor'])
  })

  it('with a reference that two creditors gave reaches neither, whatever addresses they hold', async () => {
    const bill = await sent('email')
    const words = answer(
      [from('victim@example.org')],
      `I lost my job. Reference ${bill.reference}.`,
    )
    const copier = await app.addCreditor()
    const copied = await app.send<{ id: string }>({
      method: 'POST',
      url: '/v1/payment-requests',
      as: copier,
      body: {
        invoiceNumber: 'copied',
        debtor: { externalId: 'x', name: 'Ann', contact: { email: 'victim@example.org' } },
        amount: { value: '1.00', currency: 'EUR' },
        dueDate: '2026-03-27',
        remittance: { scheme: 'SCOR', reference: bill.reference },
      },
    })
    expect(copied.status, copied.text).toBe(201)
    await post(words)
    expect(await stateOf(bill)).toEqual(NOTHING)
    const tasks = await app.send<{ data: unknown[] }>({ url: '/v1/tasks', as: copier })
    expect(tasks.json.data).toEqual([])
    // Our Message-ID, which only the recipient knows, cannot be copied.
    const known = [from('victim@example.org'), `In-Reply-To: <${bill.messageId}@parley.example>`]
    await post(answer(known, 'I have already paid.'))
    expect((await stateOf(bill)).holds).toEqual(['already-paid'])
  })

  it('is found by a reference of digits from the own address alone', async () => {
    const finnish = () => sent('email', undefined, { scheme: 'FI' })
    const [own, foreign] = [await finnish(), await finnish()]
    const words = (reference: string) => `I have already paid. My number is ${reference}.`
    await post(answer([from(`ann-${numbers - 1}@example.org`)], words(own.reference)))
    await post(answer([from('stranger@elsewhere.example')], words(foreign.reference)))
    expect((await stateOf(own)).holds).toEqual(['already-paid'])
    expect(await stateOf(foreign)).toEqual(NOTHING)
  })

  it('that names no claim of ours, or is automatic, has no effect', async () => {
    const bill = await sent('email')
    const about = `In-Reply-To: <${bill.messageId}@localhost>`
    const ours = from('ann@example.org')
    const mails = [
      answer([ours], 'I have already paid.'),
      answer([ours, 'In-Reply-To: <hm_00000000000000000000000000@localhost>'], 'STOP'),
      answer([ours, 'In-Reply-To: <hm_%@localhost>'], 'Reference RF18 5390 0754 7034'),
      answer([ours, about, 'Auto-Submitted: auto-replied'], 'I am away. I have already paid.'),
    ]
    for (const mail of mails) expect((await post(mail)).status).toBe(202)
    expect(await stateOf(bill)).toEqual(NOTHING)
  })

  it('that cannot be read is refused', async () => {
    expectProblem(await post('\r\nno header at all'), 422, 'mail-unreadable')
    expectProblem(
      await post(`From: a@b.example\r\n\r\n${'x'.repeat(2_000_001)}`),
      413,
      'body-too-large',
    )
  })

  const bounce = ({ messageId }: Sent, status: string, action = 'failed') =>
    [
      'From: <MAILER-DAEMON@mx.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      '',
      'Final-Recipient: rfc822; ann@example.org',
      `Action: ${action}`,
      `Status: ${status}`,
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: <${messageId}@localhost>`,
      '',
      '--b--',
      '',
    ].join('\r\n')

  it.each([
    [
      '5.1.1',
      'failed',
      { delivery: 'undelivered', closed: ['email'], tasks: ['search-for-address'] },
    ],
    ['5.2.2', 'failed', { delivery: 'undelivered', closed: [], tasks: [] }],
    ['4.4.1', 'delayed', { delivery: null, closed: [], tasks: [] }],
  ])('that came back with %s %s', async (status, action, effect) => {
    const bill = await sent('email')
    await post(bounce(bill, status, action))
    await post(bounce(bill, status, action))
    expect(await stateOf(bill)).toEqual({ holds: [], ...effect })
  })
})

/** A callback as a Twilio-shaped provider signs it. */
function twilio(parameters: Record<string, string>, { query = '', token = TOKEN } = {}) {
  const path = `/incoming/sms/one${query}`
  const signed = Object.keys(parameters)
    .sort()
    .map((name) => name + parameters[name])
  const signature = createHmac('sha1', token).update(`${ORIGIN}${path}${signed.join('')}`)
  return app.send({
    method: 'POST',
    url: path,
    body: new URLSearchParams(parameters).toString(),
    type: 'application/x-www-form-urlencoded',
    headers: { 'x-twilio-signature': signature.digest('base64') },
    as: null,
    key: null,
  })
}

function webhook(content: object, { secret = SIGNING, url = '/incoming/sms/two' } = {}) {
  const body = JSON.stringify(content)
  const at = new Date()
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
  }
  const type = 'application/json'
  return app.send({ method: 'POST', url, body, type, headers, as: null, key: null })
}

describe('a callback about text messages', () => {
  const said = (bill: Sent, text: string, sid = `SM${numbers}`) => ({
    MessageSid: sid,
    From: bill.phone,
    To: '+3225550123',
    Body: text,
    SmsStatus: 'received',
  })

  it('is believed by its signature alone', async () => {
    const bill = await sent('sms')
    const forged = await twilio(said(bill, 'STOP'), { token: 'another' })
    expectProblem(forged, 401, 'callback-unsigned')
    const other = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    expectProblem(await webhook({ type: 'sms.reply' }, { secret: other }), 401, 'callback-unsigned')
    expectProblem(await webhook({}, { url: '/incoming/sms/three' }), 404, 'not-found')
    expectProblem(await webhook({}, { url: '/incoming/sms/one' }), 422, 'callback-invalid')
    expectProblem(await webhook({ type: 'nothing', id: 'x' }), 422, 'callback-invalid')
    expect(await stateOf(bill)).toEqual(NOTHING)
  })

  it('with an answer has its effect once, and answers the person the same each time', async () => {
    const bill = await sent('sms')
    const [first, again] = [await twilio(said(bill, 'PAID')), await twilio(said(bill, 'PAID'))]
    expect(first.headers['content-type']).toBe('text/xml; charset=utf-8')
    expect(first.text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Blue Water: thank you. We are looking for your payment and will not remind you meanwhile.</Message></Response>',
    )
    expect(again.text).toBe(first.text)
    expect(await stateOf(bill)).toMatchObject({
      holds: ['already-paid'],
      tasks: ['look-for-payment'],
    })
  })

  it('with a day leads to the page', async () => {
    const bill = await sent('sms')
    const { json } = await webhook({
      type: 'sms.reply',
      id: 'r-1',
      from: bill.phone,
      to: '3225550123',
      text: 'DATE 27',
    })
    expect(json).toMatchObject({ reply: expect.stringMatching(/27\/03\/2026.*\/p\//) })
    expect((await stateOf(bill)).holds).toEqual([])
  })

  it('with a promise is told that no reminder comes until that day', async () => {
    const bill = await sent('sms')
    const { text } = await twilio(said(bill, 'I will pay on 27 March', 'SMpromise'))
    expect(text).toContain('you will pay on 27/03/2026 and will not remind you until then')
    expect((await stateOf(bill)).holds).toEqual(['promise'])
  })

  it('with a stop closes the channel, and no task is left', async () => {
    const bill = await sent('sms')
    const { text } = await twilio(said(bill, 'Stop'))
    expect(text).toContain('no more texts')
    expect(await stateOf(bill)).toMatchObject({ closed: ['sms'], holds: [], tasks: [] })
  })

  it('with a stop closes it for everybody who shares the number', async () => {
    const bill = await sent('sms')
    const contact = { phone: bill.phone }
    const body = { name: 'Bob Peeters', contact }
    const other = await app.send<{ id: string }>({ method: 'POST', url: '/v1/debtors', body })
    await twilio(said(bill, 'STOP', 'SMshared'))
    const { json } = await app.send({ url: `/v1/debtors/${other.json.id}` })
    expect(json).toMatchObject({ closedChannels: ['sms'] })
  })

  it('from a number that we never wrote to is answered with nothing', async () => {
    const bill = { ...(await sent('email')), phone: '+32499999999' }
    expect((await twilio(said(bill, 'PAID'))).text).toContain('<Response></Response>')
  })

  it('is answered five times a day, so that two machines come to an end', async () => {
    const bill = await sent('sms')
    const texts = []
    for (let i = 0; i < 7; i += 1) texts.push((await twilio(said(bill, 'Hm?', `SMx${i}`))).text)
    expect(texts.filter((text) => text.includes('<Message>'))).toHaveLength(5)
  })

  const report = (sid: string, status: string, code?: string) => ({
    MessageSid: sid,
    MessageStatus: status,
    ...(code === undefined ? {} : { ErrorCode: code }),
  })

  it('with a report is found by our reference or the id of the provider', async () => {
    const [byReference, byId] = [await sent('sms'), await sent('sms', 'SMknown')]
    const query = `?reference=${byReference.messageId}`
    await twilio(report('SMunknown', 'delivered'), { query })
    await twilio(report('SMknown', 'delivered'))
    await twilio(report('SMknown', 'sent'))
    expect(await stateOf(byReference)).toEqual({ ...NOTHING, delivery: 'delivered' })
    expect(await stateOf(byId)).toEqual({ ...NOTHING, delivery: 'delivered' })
  })

  it.each([
    ['30005', { closed: ['sms'], tasks: ['search-for-address'] }],
    ['21610', { closed: ['sms'], tasks: [] }],
    ['30003', { closed: [], tasks: [] }],
    ['30007', { closed: [], tasks: [] }],
  ])('that it failed with %s', async (code, effect) => {
    const bill = await sent('sms', `SMfailed${code}`)
    await twilio(report(`SMfailed${code}`, 'undelivered', code))
    expect(await stateOf(bill)).toEqual({ holds: [], delivery: 'undelivered', ...effect })
  })
})

describe('an answer that staff note', () => {
  const note = (id: string, body: object, key?: string) =>
    app.send<{ holds: { reason: string }[] }>({
      method: 'POST',
      url: `/v1/payment-requests/${id}/replies`,
      body: { channel: 'phone', ...body },
      ...(key === undefined ? {} : { key }),
    })

  it.each([
    [{ kind: 'paid-already', day: '2026-03-09' }, ['already-paid']],
    [{ kind: 'promise', day: '2026-03-20' }, ['promise']],
    [{ kind: 'date-wish', day: '2026-04-01' }, []],
    [{ kind: 'dispute', amount: { value: '20.00', currency: 'EUR' } }, ['dispute']],
    [{ kind: 'hardship' }, ['hardship']],
    [{ kind: 'help' }, ['assistance']],
    [{ kind: 'wrong-person' }, []],
    [{ kind: 'returned', channel: 'letter' }, []],
    [{ kind: 'stop' }, []],
    [{ kind: 'other', text: 'Sang a song' }, ['request-of-debtor']],
  ])('%j', async (body, holds) => {
    const { status, json, text } = await note((await sent('email')).id, body)
    expect(status, text).toBe(200)
    expect(json.holds.map(({ reason }) => reason)).toEqual(holds)
  })

  it('has one effect under its id, whatever the key', async () => {
    const bill = await sent('email')
    const body = { kind: 'help', messageId: 'call-1' }
    expect((await note(bill.id, body)).status).toBe(200)
    expect((await note(bill.id, body)).status).toBe(200)
    expect(await stateOf(bill)).toMatchObject({ tasks: ['call-back'] })
  })

  it.each([
    [{ kind: 'promise' }, 'date-invalid', '/day'],
    [{ kind: 'promise', day: '2026-02-31' }, 'date-invalid', '/day'],
    [{ kind: 'paid-already', day: '2026-03-11' }, 'date-invalid', '/day'],
    [{ kind: 'dispute', amount: { value: '120.01', currency: 'EUR' } }, 'amount-invalid', null],
    [{ kind: 'dispute', amount: { value: '1.00', currency: 'USD' } }, 'currency-mismatch', null],
  ])('%j is refused', async (body, code, pointer) => {
    const { errors } = expectProblem(await note((await sent('email')).id, body), 422, code)
    if (pointer !== null) expect(errors[0]?.pointer).toBe(pointer)
  })
})
