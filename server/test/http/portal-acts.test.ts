// The other acts of the page over HTTP: what is refused and shown again, what a link must not tell, and
// how often it may be asked.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'

const FORM = 'application/x-www-form-urlencoded'
const ACTS = ['paid', 'dispute', 'help', 'preferences'] as const

let app: TestApp
let numbers = 0

beforeAll(async () => {
  app = await buildTestApp()
})
afterAll(() => app?.close())

async function issue(contact: object = { email: 'ann@example.org' }) {
  numbers += 1
  const { json } = await app.send<{ id: string; debtorId: string; portalUrl: string }>({
    method: 'POST',
    url: '/v1/payment-requests',
    body: {
      invoiceNumber: `T-${numbers}`,
      debtor: { externalId: `t-${numbers}`, name: 'Ann Peeters', language: 'en', contact },
      amount: { value: '120.00', currency: 'EUR' },
      dueDate: '2026-03-27',
    },
  })
  return { ...json, path: new URL(json.portalUrl).pathname }
}

let forms = 0

function submit(
  path: string,
  act: (typeof ACTS)[number],
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  forms += 1
  const form = String(forms).padStart(16, '0')
  const body = new URLSearchParams({ form, ...fields }).toString()
  const url = `${path}/${act}?lang=en`
  return app.send({ method: 'POST', url, body, type: FORM, headers, as: null, key: null })
}

const show = (url: string, headers: Record<string, string> = {}) =>
  app.send({ url, as: null, headers: { accept: 'text/html', ...headers } })

const cancel = ({ id }: { id: string }) =>
  app.send({ method: 'POST', url: `/v1/payment-requests/${id}/cancel`, body: { reason: 'DT01' } })

const tasksOf = async ({ id }: { id: string }) => {
  const rows = await app.store.db
    .selectFrom('tasks')
    .select('kind')
    .where('claim_id', '=', id)
    .execute()
  return rows.map(({ kind }) => kind)
}

describe('an act', () => {
  it('leads back to the page, which thanks for it and tells what was told', async () => {
    const { path } = await issue()
    const done = await submit(path, 'paid', { day: '2026-03-09' })
    expect([done.status, done.text]).toEqual([303, ''])
    expect(done.headers).toMatchObject({
      location: `${path}?done=paid&lang=en#done`,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    const { text } = await show(`${path}?done=paid&lang=en`)
    expect(text).toContain('role="status"')
    expect(text).toContain('You told us on 10 March 2026 that you have paid.')
    expect(text).not.toContain('name="day"')
  })

  it('of the same form twice has one effect', async () => {
    const bill = await issue()
    const fields = { form: 'A'.repeat(16), text: 'Please call' }
    expect((await submit(bill.path, 'help', fields)).status).toBe(303)
    expect((await submit(bill.path, 'help', fields)).status).toBe(303)
    expect(await tasksOf(bill)).toEqual(['call-back'])
  })

  it.each([
    ['paid', { day: '9 March' }, 'Enter the day with day, month and year'],
    ['paid', { day: '2026-03-11' }, 'Choose today or a day before'],
    ['dispute', {}, 'Choose what is wrong'],
    ['dispute', { reason: 'other', part: 'all' }, 'Enter an amount such as €60.00'],
    ['dispute', { reason: 'other', part: '0' }, 'Enter an amount such as €60.00'],
    ['dispute', { reason: 'other', part: '120.01' }, 'Enter an amount of €120.00 at most'],
    ['preferences', { payDay: '32' }, 'Enter a number from 1 to 31'],
  ] as const)('%s with %j is shown again with what is wrong', async (act, fields, text) => {
    const bill = await issue()
    const again = await submit(bill.path, act, fields)
    expect(again.status).toBe(422)
    expect(again.text.match(new RegExp(text, 'g'))).toHaveLength(2)
    expect(again.text).toContain(`<details class="act" id="${act}" open>`)
    expect(again.text).toContain('<title>Error: ')
    expect(await tasksOf(bill)).toEqual([])
  })

  it('that no page sends is refused', async () => {
    const { path } = await issue()
    expectProblem(await submit(path, 'paid', { form: 'x' }), 400, 'body-invalid')
    expectProblem(await submit(path, 'help', { claim: 'other' }), 400, 'body-invalid')
    expectProblem(await submit(path, 'dispute', { reason: 'fun' }), 400, 'body-invalid')
    expectProblem(await submit(path, 'paid', { day: 'x'.repeat(5_000) }), 413, 'body-too-large')
  })

  it.each(ACTS)('%s of a link that is not ours is answered as every wrong link', async (act) => {
    const { path } = await issue()
    const wrong = [`${path.slice(0, -1)}!`, `/p/${'0'.repeat(48)}`, '/p/x']
    const answers = await Promise.all(wrong.map((link) => submit(link, act)))
    for (const { status, text } of answers) {
      expect(status).toBe(404)
      expect(withoutNonce(text)).toBe(withoutNonce(answers[0]?.text ?? ''))
    }
  })

  it('keeps what a person wrote out of the page, and hostile words harmless', async () => {
    const { path } = await issue()
    const text = '<script>alert(1)</script>'
    const again = await submit(path, 'dispute', { text, part: '">' })
    expect(again.text).not.toContain('<script')
    expect(again.text).toContain('&lt;script&gt;')
    await submit(path, 'dispute', { reason: 'other', text })
    expect((await show(path)).text).not.toContain('alert(1)')
  })
})

const withoutNonce = (text: string) => text.replace(/nonce="[^"]+"/, '')

describe('wishes', () => {
  it('are offered as far as they lead somewhere, and tell no address', async () => {
    const { path } = await issue({ email: 'secret@example.org', phone: '+32470123456' })
    const { text } = await show(path)
    expect(text).toContain('<option value="email">')
    expect(text).toContain('name="stopSms"')
    expect(text).not.toContain('<option value="letter">')
    expect(text).not.toMatch(/secret@|470123456/)
  })

  it('are kept, and a stopped channel stays closed', async () => {
    const bill = await issue({ email: 'ann@example.org', phone: '+32470123456' })
    const fields = { channel: 'sms', language: 'fr', payDay: '5', stopEmail: 'yes' }
    const done = await submit(bill.path, 'preferences', fields)
    expect(done.headers['location']).toBe(`${bill.path}?done=preferences&lang=fr#done`)
    const { json } = await app.send({ url: `/v1/debtors/${bill.debtorId}` })
    expect(json).toMatchObject({
      preferences: { channel: 'sms', language: 'fr', payDay: 5 },
      closedChannels: ['email'],
    })
    await submit(bill.path, 'preferences', { channel: 'email', payDay: '' })
    const later = await app.send({ url: `/v1/debtors/${bill.debtorId}` })
    expect(later.json).toMatchObject({ preferences: {}, closedChannels: ['email'] })
    expect(later.json['preferences']).toEqual({})
  })
})

describe('a closed claim', () => {
  it('offers help and wishes, and refuses nothing', async () => {
    const bill = await issue()
    await cancel(bill)
    const { text } = await show(bill.path)
    expect([...text.matchAll(/<details class="act" id="(\w+)"/g)].map(([, act]) => act)).toEqual([
      'help',
      'preferences',
    ])
    for (const act of ['paid', 'help'] as const) {
      expect((await submit(bill.path, act)).status).toBe(303)
    }
    expect((await submit(bill.path, 'dispute', { reason: 'other' })).status).toBe(303)
    expect((await tasksOf(bill)).sort()).toEqual(['call-back', 'look-into-dispute'])
  })

  it('is shown for ninety days, and then nobody is shown it', async () => {
    const [open, closed] = [await issue(), await issue()]
    await cancel(closed)
    try {
      await app.goTo('2026-06-08T08:59:00Z')
      expect((await show(closed.path)).status).toBe(200)
      await app.goTo('2026-06-08T09:01:00Z')
      const expired = await show(closed.path)
      expect(expired.status).toBe(410)
      expect(expired.text).toContain('This link is no longer valid')
      expect(expired.text).not.toContain('Blue Water')
      expect((await submit(closed.path, 'help')).status).toBe(410)
      expect((await show(open.path)).status).toBe(200)
    } finally {
      await app.goTo('2026-03-10T09:00:00Z')
    }
  })
})

describe('many requests', () => {
  it('of one link wait, with a page that says so, and no other link does', async () => {
    const [busy, calm] = [await issue(), await issue()]
    const statuses: number[] = []
    for (let i = 0; i < 25; i += 1) {
      statuses.push((await submit(busy.path, 'paid', { day: 'x' })).status)
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(422))
    const refused = await submit(busy.path, 'paid', { day: 'x' })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.text).toContain('One moment, please')
    expect((await submit(calm.path, 'paid', { day: 'x' })).status).toBe(422)
    expect((await show(busy.path)).status).toBe(200)
  })

  it('of one address wait, as a proxy near us tells it, and nobody else does', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': `203.0.113.1, ${address}` })
    const statuses = new Set<number>()
    for (let i = 0; i < 320; i += 1) {
      statuses.add((await show(`/p/${i}`, from('198.51.100.7'))).status)
    }
    expect([...statuses]).toEqual([404, 429])
    expect((await show('/p/x', from('198.51.100.8'))).status).toBe(404)
  })
})
