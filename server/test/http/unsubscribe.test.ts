// The one click in a mail program, over a real connection (RFC 8058): which bodies are taken, that a link
// that is only followed changes nothing, and what follows for the channels of the person.
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'

const FORM = 'application/x-www-form-urlencoded'
const ONE_CLICK = 'List-Unsubscribe=One-Click'

let app: TestApp
let origin: string
let numbers = 0

beforeAll(async () => {
  app = await buildTestApp()
  await app.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(app.app.server.address() as AddressInfo).port}`
})
afterAll(() => app?.close())

async function issue() {
  numbers += 1
  const contact = { email: `ann-${numbers}@example.org` }
  const { json } = await app.send<{ id: string; debtorId: string; portalUrl: string }>({
    method: 'POST',
    url: '/v1/payment-requests',
    body: {
      invoiceNumber: `U-${numbers}`,
      debtor: { externalId: `u-${numbers}`, name: 'Ann Peeters', language: 'en', contact },
      amount: { value: '120.00', currency: 'EUR' },
      dueDate: '2026-03-27',
    },
  })
  return { ...json, path: `${new URL(json.portalUrl).pathname}/unsubscribe` }
}

async function closedOf({ debtorId }: { debtorId: string }) {
  const { json } = await app.send<{ closedChannels: string[] }>({ url: `/v1/debtors/${debtorId}` })
  return json.closedChannels
}

async function closings({ id }: { id: string }) {
  const rows = await app.store.db
    .selectFrom('events')
    .select(['type', 'data'])
    .where('claim_id', '=', id)
    .where('type', '=', 'channel.closed')
    .execute()
  return rows.map(({ data }) => data)
}

const click = (path: string, body: string | FormData = ONE_CLICK) =>
  fetch(`${origin}${path}`, {
    method: 'POST',
    body,
    redirect: 'manual',
    ...(typeof body === 'string' ? { headers: { 'content-type': FORM } } : {}),
  })

const post = (url: string, body: string, type = FORM) =>
  app.send({ method: 'POST', url, body, type, as: null, key: null })

describe('a click on "unsubscribe" in a mail program', () => {
  it('ends mails at once, without a redirect, a cookie or a page', async () => {
    const bill = await issue()
    const answer = await click(bill.path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; charset=utf-8',
    ])
    expect(await answer.text()).toContain('You get no more e-mails from us.')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(await closedOf(bill)).toEqual(['email'])
    expect(await closings(bill)).toEqual([{ channel: 'email' }])
  })

  it('is taken as parts of a form as well', async () => {
    const bill = await issue()
    const form = new FormData()
    form.set('List-Unsubscribe', 'One-Click')
    expect((await click(bill.path, form)).status).toBe(200)
    expect(await closedOf(bill)).toEqual(['email'])
  })

  it('has one effect, however often it comes', async () => {
    const bill = await issue()
    expect([(await click(bill.path)).status, (await click(bill.path)).status]).toEqual([200, 200])
    expect(await closings(bill)).toHaveLength(1)
  })

  it('counts again for an address that was told to us later', async () => {
    const bill = await issue()
    await click(bill.path)
    const contact = { email: 'ann-new@example.org' }
    await app.send({ method: 'PATCH', url: `/v1/debtors/${bill.debtorId}`, body: { contact } })
    expect(await closedOf(bill)).toEqual([])
    await click(bill.path)
    expect(await closedOf(bill)).toEqual(['email'])
  })

  it('is refused when it says anything else', async () => {
    const bill = await issue()
    expectProblem(await post(bill.path, 'List-Unsubscribe=No'), 400, 'body-invalid')
    expectProblem(await post(bill.path, 'email=x'), 400, 'body-invalid')
    expectProblem(await post(bill.path, '--x\r\n', 'multipart/form-data'), 400, 'body-invalid')
    expectProblem(await post(bill.path, '{}', 'application/json'), 415, 'content-type')
    expectProblem(
      await post(bill.path, `${ONE_CLICK}&x=${'x'.repeat(5_000)}`),
      413,
      'body-too-large',
    )
    expect(await closedOf(bill)).toEqual([])
  })

  it('on a link that is not ours is answered as every wrong link', async () => {
    await issue()
    expect((await post(`/p/${'0'.repeat(48)}/unsubscribe`, ONE_CLICK)).status).toBe(404)
  })
})

describe('the link itself', () => {
  it('leads to the wishes on the page when it is followed, and changes nothing', async () => {
    const bill = await issue()
    const answer = await fetch(`${origin}${bill.path}`, { redirect: 'manual' })
    const page = bill.path.replace('/unsubscribe', '')
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `${page}?open=preferences&lang=en#preferences`,
    ])
    const { text } = await app.send({
      url: `${page}?open=preferences&lang=en`,
      as: null,
      headers: { accept: 'text/html' },
    })
    expect(text).toContain('<details class="act" id="preferences" open>')
    expect(text).toContain('No more e-mails about my bills')
    expect(await closedOf(bill)).toEqual([])
  })
})

describe('the page that an answer to a wish leads to', () => {
  const show = (url: string) => app.send({ url, as: null, headers: { accept: 'text/html' } })

  it('begins with the day that was wished, where it is on offer', async () => {
    const { path } = await issue()
    const page = path.replace('/unsubscribe', '')
    const { text } = await show(`${page}?day=2026-04-07`)
    expect(text).toMatch(/<input type="radio"[^>]* checked>/)
    expect(text.match(/type="date"[^>]* value="2026-04-07"/g)).toHaveLength(1)
    const plain = await show(page)
    expect(plain.text).not.toMatch(/<input type="radio"[^>]* checked>/)
    expect(plain.text).not.toContain('value="2026-04-07"')
  })

  it('is the plain page for any other day', async () => {
    const { path } = await issue()
    const { status, text } = await show(`${path.replace('/unsubscribe', '')}?day=2031-01-01`)
    expect(status).toBe(200)
    expect(text).not.toMatch(/<input type="radio"[^>]* checked>/)
    expect(text).not.toContain('2031-01-01')
  })
})
