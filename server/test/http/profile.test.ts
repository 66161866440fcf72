// What is known of a customer, over the API, on the desk and on the customer's own page; and what happens
// when the customer says that it is not right.
import { addDays } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invoiceOf } from '../support/api-samples.ts'
import { buildTestApp, expectProblem, type TestApp } from '../support/build-test-app.ts'
import { logIn, type Staff, sendForm } from '../support/desk-app.ts'
import { liveBills, paidBills } from '../support/lived-bills.ts'

interface Profile {
  claims: Record<string, number>
  facts: {
    id: string
    kind: string
    about: string | null
    sentence: string
    basis: string[]
    isUsed: boolean
    contested: string | null
  }[]
  unknown: string[]
  contests: { state: string; kind: string; decidedBy: string | null }[]
}

const DEBTOR = 'db_00000000000000000000000001'
const URL_OF_PROFILE = `/v1/debtors/${DEBTOR}/profile`
/** Paid on the 27th, whenever the bill was due. */
const HISTORY = paidBills(
  DEBTOR,
  Array.from({ length: 8 }, (_, month) => {
    const paidOn = `2025-0${month + 1}-27`
    return { paidOn, dueOn: addDays(paidOn, -3 - 5 * (month % 3)) }
  }),
)

let test: TestApp
let kim: Staff
let paymentRequestId: string
/** The path of the customer's page of the bill. */
let page: string

beforeAll(async () => {
  test = await buildTestApp()
  const { db } = test.store
  await liveBills({ deps: { db }, creditorId: test.creditor.creditorId }, HISTORY)
  const { json } = await test.send({
    ...{ method: 'POST', url: '/v1/payment-requests', body: invoiceOf(DEBTOR) },
  })
  paymentRequestId = String(json['id'])
  page = new URL(String(json['portalUrl'])).pathname
  kim = await logIn(test, test.creditor)
})

afterAll(() => test?.close())

const readProfile = async () => (await test.send<Profile>({ url: URL_OF_PROFILE })).json

async function payDay() {
  const { facts } = await readProfile()
  const fact = facts.find(({ kind }) => kind === 'pay-day')
  if (fact === undefined) throw new Error('no pay day was learnt')
  return fact
}

const look = (url: string) =>
  test.send<unknown>({ url, as: null, headers: { accept: 'text/html' } })

describe('a profile', () => {
  it('is derived from the events of the debtor', async () => {
    const { claims, facts, unknown } = await readProfile()
    expect(claims).toEqual({ all: 9, open: 1, settled: 8 })
    expect(await payDay()).toMatchObject({
      sentence: 'You mostly pay around day 27 of the month: 6 of your last 6 payments came then.',
      isUsed: true,
      contested: null,
    })
    expect(facts.find(({ about }) => about === paymentRequestId)).toBeDefined()
    expect(unknown).toContain('best-hour')
  })

  it('is unknown to another creditor, over the API and on the desk', async () => {
    const stranger = await test.addCreditor()
    expectProblem(await test.send({ url: URL_OF_PROFILE, as: stranger }), 404, 'not-found')
    const theirs = await logIn(test, stranger)
    const reply = await theirs.get(`/desk/customers/${DEBTOR}`)
    expect(reply.status).toBe(404)
    expect(reply.text).not.toContain('Peeters')
  })

  it('is shown to staff with its grounds, and linked from a task', async () => {
    const { text, status } = await kim.get(`/desk/customers/${DEBTOR}`)
    expect(status).toBe(200)
    expect(text).toContain('around day 27 of the month')
    expect(text).toContain((await payDay()).basis[0])
    expect(text).toContain('Not known yet')
  })

  it('asks staff to log in first', async () => {
    expect((await look(`/desk/customers/${DEBTOR}`)).headers['location']).toBe('/desk/login')
  })
})

describe('the customer’s own copy', () => {
  it('is linked from the page of the bill, in the language of the page', async () => {
    const own = await look(`${page}?lang=de`)
    expect(own.text).toContain(`href="${page}/profile?lang=de"`)
    const copy = await look(`${page}/profile?lang=de`)
    expect(copy.text).toContain('Sie zahlen meist um den 27. des Monats')
    expect(copy.text).toContain('Wir haben Ihnen zu dieser Rechnung nicht geschrieben.')
    expect(copy.text).toContain('Was wir nicht wissen')
  })

  it('says why the customer was written to', async () => {
    await test.store.db
      .insertInto('human_messages')
      .values({
        ...{ creditor_id: test.creditor.creditorId, message_id: 'hm_1', debtor_id: DEBTOR },
        ...{ claim_id: paymentRequestId, step: 'first-notice', channel: 'email', state: 'sent' },
        ...{ template: 'payment-request-t1', created_at: 1, sent_at: 1_773_133_200 },
      })
      .execute()
    const copy = await look(`${page}/profile?lang=en`)
    expect(copy.text).toContain('We wrote on 10 March 2026 by e-mail, so that you know')
  })

  it('leads nowhere behind a link that is not ours', async () => {
    const reply = await look(`/p/${'A'.repeat(page.length - 3)}/profile`)
    expect(reply.status).toBe(404)
  })
})

describe('a fact that the customer contests', () => {
  it('is not used until somebody decides, and is a task with its explanation', async () => {
    const { id } = await payDay()
    const sent = await sendForm(test, `${page}/profile?lang=en`, { fact: id, text: 'A new job.' })
    expect(sent.headers['location']).toBe(`${page}/profile?lang=en#${id}`)
    expect(await payDay()).toMatchObject({ isUsed: false, contested: 'open' })
    const copy = await look(`${page}/profile?lang=en`)
    expect(copy.text).toContain('We do not use it until a person has decided.')
    const events = await test.send<{ data: { type: string; data: object }[] }>({
      url: `/v1/payment-requests/${paymentRequestId}/events?limit=100`,
    })
    expect(events.json.data).toContainEqual(
      expect.objectContaining({
        type: 'profile.contested',
        data: expect.objectContaining({ kind: 'pay-day', subject: id, channel: 'portal' }),
      }),
    )
  })

  it('is decided by a person, once, and not by ending the task alone', async () => {
    const { json } = await test.send<{ data: { id: string }[] }>({
      url: '/v1/tasks?kind=review-contest',
    })
    expect(json.data).toHaveLength(1)
    const url = `/v1/tasks/${json.data[0]?.id}/completion`
    const complete = (body: object) => test.send({ method: 'POST', url, body })
    expectProblem(await complete({ outcome: 'done', by: 'Kim' }), 422, 'action-invalid')
    const taskPage = await kim.get(`/desk/tasks/${json.data[0]?.id}`)
    expect(taskPage.text).toContain('A new job.')
    expect(taskPage.text).toContain('around day 27 of the month')
    const upheld = { outcome: 'done', by: 'Kim', action: { kind: 'uphold-contest' } }
    expect((await complete(upheld)).status).toBe(200)
    expect(await payDay()).toMatchObject({ isUsed: false, contested: 'upheld' })
    const { contests } = await readProfile()
    expect(contests).toMatchObject([{ kind: 'pay-day', state: 'upheld', decidedBy: 'Kim' }])
    const copy = await look(`${page}/profile?lang=en`)
    expect(copy.text).toContain('you are right')
  })

  it('cannot be that of somebody else', async () => {
    const other = 'db_00000000000000000000000002'
    const { db } = test.store
    const { creditorId } = test.creditor
    await liveBills({ deps: { db }, creditorId }, paidBills(other, HISTORY_DAYS))
    const theirs = await test.send<Profile>({ url: `/v1/debtors/${other}/profile` })
    const fact = theirs.json.facts[0]?.id ?? ''
    expect((await sendForm(test, `${page}/profile`, { fact })).status).toBe(404)
    expect((await sendForm(test, `${page}/profile`, { step: 'never-taken' })).status).toBe(404)
  })

  it('may be a step that was taken', async () => {
    expect((await sendForm(test, `${page}/profile`, { step: 'first-notice' })).status).toBe(303)
    const copy = await look(`${page}/profile?lang=en`)
    expect(copy.text).toContain('A person looks at it.')
  })
})

const HISTORY_DAYS = [{ paidOn: '2025-03-05', dueOn: '2025-03-01' }]
