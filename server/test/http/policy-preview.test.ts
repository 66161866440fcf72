// What a policy would offer, before anybody sets it: the answer that a creditor reads, its refusals,
// and that nothing is left behind.
import type { components } from '@parley/sdk/creditor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POLICY_PREVIEW } from '../support/api-samples.ts'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'
import { type RefusedBody, refuseEach } from '../support/refuse-each.ts'

type Preview = components['schemas']['NegotiationPreview']

let test: TestApp
beforeAll(async () => {
  test = await buildTestApp()
})
afterAll(() => test?.close())

const URL_OF_PREVIEW = '/v1/negotiation-policies/preview'

/** Two menus of few rows: 120.00 EUR, due on 27 March, seen on 10 March 2026. */
const PLAIN = {
  maxDeferralDays: 30,
  maxInstalments: 4,
  maxDurationDays: 60,
  minInstalment: '40.00',
  intervals: ['P1M'],
  tiers: [5000, 0],
}
const BODY = { terms: PLAIN, amount: { value: '120.00', currency: 'EUR' }, dueDate: '2026-03-27' }

async function preview(body: object): Promise<Preview> {
  const reply = await test.send<Preview>({ method: 'POST', url: URL_OF_PREVIEW, body })
  expect(reply.status, reply.text).toBe(200)
  return reply.json
}

describe('the preview of a policy', () => {
  it('shows each menu with a sentence, and each row with its reason and an example', async () => {
    const { menus, ...rest } = await preview(BODY)
    expect(rest).toMatchObject({ offeredOn: '2026-03-10', dueDate: '2026-03-27' })
    expect(menus.map(({ summary }) => summary)).toEqual([
      'Menu 1 of 2: the plans worth at least 50 % to you, on a scale from your worst plan to your best.',
      'Menu 2 of 2: every plan that your policy and the law allow.',
    ])
    expect(
      menus.map(({ menu, of, leastShareBps, final }) => [menu, of, leastShareBps, final]),
    ).toEqual([
      [1, 2, 5000, false],
      [2, 2, 0, true],
    ])
    expect(menus[1]?.rows.map(({ why }) => why)).toEqual([
      'One payment, from 2026-03-10 to 2026-04-26: maxDeferralDays allows no later first day.',
      '2 monthly instalments, the first from 2026-03-10 to 2026-04-26: maxDeferralDays allows no later first day.',
      '3 monthly instalments, the first from 2026-03-10 to 2026-03-26: started later, it would end after 2026-05-26, the last day of maxDurationDays.',
    ])
    expect(menus[1]?.rows[2]).toMatchObject({
      rowId: '3-P1M',
      example: {
        total: { value: '120.00', currency: 'EUR' },
        lines: [
          { line: 1, dueDate: '2026-03-10', amount: { value: '40.00', currency: 'EUR' } },
          { line: 2, dueDate: '2026-04-10', amount: { value: '40.00', currency: 'EUR' } },
          { line: 3, dueDate: '2026-05-10', amount: { value: '40.00', currency: 'EUR' } },
        ],
      },
    })
    expect(menus[0]?.rows.at(-1)?.why).toMatch(/: started later, it would be worth less than 50 %/)
  })

  it('says why what the policy names is in no menu', async () => {
    const { notOffered } = await preview(BODY)
    expect(notOffered).toEqual([
      '4 monthly instalments are not offered: the last instalment would come after 2026-05-26, the last day of maxDurationDays.',
      'Instalments on a pay day are offered to customers who told theirs: name a payDay to see them.',
    ])
    const dear = await preview({ ...BODY, amount: { value: '90.00', currency: 'EUR' } })
    expect(dear.notOffered[0]).toBe(
      '3 monthly instalments are not offered: each would be below 40.00 EUR.',
    )
  })

  it('shows the envelope as it would stand in the menus, or none', async () => {
    const { envelope } = await preview(BODY)
    expect(envelope).toMatchObject({
      countedFrom: '2026-03-27',
      lastDueTo: '2026-05-26',
      tiers: [5000, 0],
    })
    const hidden = { ...PLAIN, publishEnvelope: false, payDayPlans: false }
    expect(await preview({ ...BODY, terms: hidden })).toMatchObject({ envelope: null })
  })

  it('counts from today when no due day is named, and shows a pay day', async () => {
    const { dueDate: _, ...today } = BODY
    const shown = await preview({ ...today, payDay: 25 })
    expect(shown.dueDate).toBe('2026-03-10')
    const row = shown.menus[1]?.rows.find(({ payDay }) => payDay === 25)
    expect(row?.why).toMatch(/^2 monthly instalments with the others on day 25 of the month, the/)
    expect(row?.example.lines.map(({ dueDate }) => dueDate)).toEqual(['2026-03-10', '2026-03-25'])
  })

  it('is what an issued request then offers, row for row', async () => {
    const segment = 'as-shown'
    const shown = await preview(BODY)
    const url = `/v1/negotiation-policies/${segment}`
    await test.send({ method: 'PUT', url, body: PLAIN })
    const { json } = await test.send<{ signedRequest: string }>({
      method: 'POST',
      url: '/v1/payment-requests',
      body: {
        invoiceNumber: 'as-shown',
        debtor: { externalId: 'as-shown', name: 'Ann Peeters' },
        ...{ amount: BODY.amount, dueDate: BODY.dueDate, segment },
      },
    })
    const payload = Buffer.from(json.signedRequest.split('.')[1] ?? '', 'base64url').toString()
    const { menu } = JSON.parse(payload) as { menu: { rows: object[]; envelope: object } }
    expect(shown.menus[0]?.rows.map(({ why: _, example: __, ...row }) => row)).toEqual(menu.rows)
    expect(shown.envelope).toEqual(menu.envelope)
  })

  it('stores nothing', async () => {
    const before = await test.send({ url: '/v1/negotiation-policies' })
    await preview(POLICY_PREVIEW)
    expect((await test.send({ url: '/v1/negotiation-policies' })).json).toEqual(before.json)
  })

  it('answers for every currency in its own decimals', async () => {
    const yen = await preview({ ...BODY, amount: { value: '12000', currency: 'JPY' } })
    expect(yen.menus.at(-1)?.rows[1]?.example.lines[0]?.amount).toEqual({
      value: '6000',
      currency: 'JPY',
    })
  })
})

describe('previewNegotiationPolicy', () => {
  const terms = (change: object) => ({ ...BODY, terms: { ...PLAIN, ...change } })
  const amount = (value: string, currency = 'EUR') => ({ ...BODY, amount: { value, currency } })
  const rows: readonly RefusedBody[] = [
    [
      'a first day after the last',
      terms({ maxDeferralDays: 90 }),
      'policy-invalid',
      '/terms/maxDeferralDays',
    ],
    ['tiers that end above 0', terms({ tiers: [5000] }), 'policy-invalid', '/terms/tiers'],
    [
      'no plan without a price',
      terms({ prices: [{ priceBps: -100 }] }),
      'policy-invalid',
      '/terms/prices',
    ],
    ['more decimals than the currency has', amount('120.000'), 'amount-invalid', '/amount/value'],
    ['nothing', amount('0.00'), 'amount-invalid', '/amount/value'],
    [
      'no currency of ISO 4217',
      amount('120.00', 'EUX'),
      'currency-unsupported',
      '/amount/currency',
    ],
    ['no day', { ...BODY, dueDate: '2026-02-30' }, 'date-invalid', '/dueDate'],
    ['a due day in eleven years', { ...BODY, dueDate: '2037-03-11' }, 'due-date-range', '/dueDate'],
  ]
  refuseEach({ app: () => test, method: 'POST', url: () => URL_OF_PREVIEW }, rows)

  it('takes the body that all of these break', async () => {
    expect((await preview(BODY)).menus).toHaveLength(2)
  })
})
