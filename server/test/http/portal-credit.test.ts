// The form of the page by which a person chooses what happens with a credit.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { invoiceWithDebtor } from '../support/api-samples.ts'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { logIn } from '../support/desk-app.ts'

let test: TestApp
let page: string

beforeAll(async () => {
  test = await buildTestApp()
  const { json } = await test.send({
    method: 'POST',
    url: '/v1/payment-requests',
    body: invoiceWithDebtor(),
  })
  const { reference } = json['remittance'] as { reference: string }
  page = new URL(String(json['portalUrl'])).pathname
  const payer = { name: 'Ann Peeters', iban: 'BE68539007547034' }
  const payment = { amount: '999.00', bankReference: 'B-1', reference, payer }
  await test.send({
    method: 'POST',
    url: '/v1/statements',
    body: camtNotification('BE71096123456769', [payment]),
    type: 'application/xml',
  })
  await vi.waitFor(
    async () => {
      const credits = await test.send<{ data: unknown[] }>({ url: '/v1/credits' })
      expect(credits.json.data).toHaveLength(1)
    },
    { timeout: 20_000 },
  )
})
afterAll(() => test?.close())

async function shown(lang = 'en'): Promise<string> {
  return (await test.send({ url: `${page}?lang=${lang}`, as: null })).text
}

async function post(fields: Record<string, string>) {
  const html = await shown()
  const form = /name="form" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const credit = /name="credit" value="([^"]+)"/.exec(html)?.[1] ?? 'co_gone'
  const body = new URLSearchParams({ form, credit, ...fields }).toString()
  const type = 'application/x-www-form-urlencoded'
  return await test.send({ method: 'POST', url: `${page}/credit?lang=en`, body, type, as: null })
}

describe('the form of a credit', () => {
  it.each(['en', 'nl', 'fr', 'de'])(
    'offers the choices in %s, without the whole account',
    async (lang) => {
      const html = await shown(lang)
      for (const choice of ['refund-to-origin', 'refund-to-account', 'next-bill']) {
        expect(html).toContain(`name="choice" value="${choice}"`)
      }
      expect(html).toContain('BE…7034')
      expect(html).not.toContain('BE68539007547034')
      expect(html).not.toContain('value="set-off"')
    },
  )

  it.each([
    ['nothing was chosen', {}, 'Choose what shall happen'],
    ['no account was named', { choice: 'refund-to-account' }, 'not a valid IBAN'],
    [
      'the account has wrong digits',
      { choice: 'refund-to-account', iban: 'BE68539007547035' },
      'not a valid IBAN',
    ],
    ['the offer is another one', { choice: 'next-bill', credit: 'co_old' }, 'changed meanwhile'],
  ])('is shown again when %s', async (_what, fields, words) => {
    const reply = await post(fields)
    expect(reply.status, reply.text).toBe(422)
    expect(reply.text).toContain(words)
  })

  it('is taken once, and the page says where the money goes', async () => {
    const reply = await post({ choice: 'refund-to-origin' })
    expect(reply.status, reply.text).toBe(303)
    const html = await shown()
    expect(html).toContain('to the account BE…7034')
    expect(html).not.toContain('name="choice"')
    const refunds = await test.send<{ data: object[] }>({ url: '/v1/refunds' })
    expect(refunds.json.data).toMatchObject([{ state: 'chosen', chosenBy: 'customer' }])
  })

  it('is put before a person with the amount, the account and what speaks against it', async () => {
    const listed = await test.send<{ data: { id: string }[] }>({
      url: '/v1/tasks?kind=approve-refund',
    })
    const id = listed.json.data[0]?.id ?? ''
    const { json } = await test.send<{ refund: object }>({ url: `/v1/tasks/${id}` })
    expect(json.refund).toMatchObject({
      amount: { value: '878.50', currency: 'EUR' },
      account: 'BE…7034',
    })
    const kim = await logIn(test, test.creditor)
    const { text } = await kim.get(`/desk/tasks/${id}`)
    for (const words of [
      '€878.50 to go back',
      'Ann Peeters',
      'BE68 5390 0754 7034',
      'the account that the money came from',
      'It is more than your rules may approve',
    ]) {
      expect(text).toContain(words)
    }
  })
})
