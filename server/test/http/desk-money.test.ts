// Money that nobody could place, at the desk: what it may be for, why, and the forms that place it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildTestApp, type TestApp } from '../support/build-test-app.ts'
import { camtNotification, type NotifiedPayment } from '../support/camt-notification.ts'
import { billWithTask, logIn, type Staff } from '../support/desk-app.ts'

const IBAN = 'BE71096123456769'

let test: TestApp
let kim: Staff
beforeAll(async () => {
  test = await buildTestApp()
  kim = await logIn(test, test.creditor)
})
afterAll(() => test?.close())

interface TaskOnWire {
  id: string
  kind: string
  bankTransactionId: string | null
  outstanding: { value: string }
}

/** Imports money and returns the task that asks a person to place it. */
async function moneyTask(payment: NotifiedPayment): Promise<TaskOnWire> {
  const body = camtNotification(IBAN, [payment])
  const type = 'application/xml'
  const imported = await test.send({ method: 'POST', url: '/v1/statements', body, type })
  expect(imported.json['unmatched'], imported.text).toBe(1)
  const { json } = await test.send<{ data: TaskOnWire[] }>({ url: '/v1/tasks?kind=match-payment' })
  const task = json.data.find(({ outstanding }) => outstanding.value === payment.amount)
  if (task === undefined) throw new Error('no task')
  return task
}

async function billOf(claimId: string) {
  const { json } = await test.send<{
    invoiceNumber: string
    claim: string
    overpaid: { value: string }
  }>({ url: `/v1/payment-requests/${claimId}` })
  return json
}

const place = (task: TaskOnWire, fields: Record<string, string>) =>
  kim.post(`/desk/tasks/${task.id}`, { outcome: 'done', ...fields })

const PAYER = { name: 'PEETERS ANN &amp; CO', iban: 'LT121000011101001000' }

describe('the task of money that nobody could place', () => {
  it('shows what it may be for and why, and is booked by one button', async () => {
    const { claimId } = await billWithTask(test, { kind: 'call-back', value: '71.31' })
    const task = await moneyTask({ amount: '71.31', bankReference: 'M1', text: 'hi', payer: PAYER })
    const list = await kim.get('/desk?kind=match-payment')
    expect(list.text).toContain('From <bdi>PEETERS ANN &amp; CO</bdi>')
    expect((await kim.get('/desk/kpis')).text).toContain('€71.31 in 1 payment')
    const page = await kim.get(`/desk/tasks/${task.id}`)
    const { invoiceNumber } = await billOf(claimId)
    expect(page.status).toBe(200)
    for (const words of [invoiceNumber, 'exactly this is owed', 'LT12 1000', 'Why it waits']) {
      expect(page.text).toContain(words)
    }
    const placed = await place(task, { act: 'match-payment', 'number-1': invoiceNumber })
    expect([placed.status, placed.headers['location']]).toEqual([303, '/desk?done=match-payment'])
    expect((await billOf(claimId)).claim).toBe('settled')
    const ended = await kim.get(`/desk/tasks/${task.id}`)
    expect(ended.text).toContain('by <bdi>Kim</bdi>')
    expect(ended.text).not.toContain('Book it')
  })

  it('is shared among bills by their numbers, with a comma in an amount', async () => {
    const bills = [
      await billWithTask(test, { kind: 'call-back', value: '20.00' }),
      await billWithTask(test, { kind: 'call-back', value: '11.50' }),
    ]
    const [one, two] = await Promise.all(bills.map(({ claimId }) => billOf(claimId)))
    const task = await moneyTask({ amount: '33.50', bankReference: 'M2' })
    const numbers = { 'number-1': one?.invoiceNumber ?? '', 'number-2': two?.invoiceNumber ?? '' }
    const short = await place(task, { act: 'match-payment', ...numbers })
    expect(short.status).toBe(422)
    expect(short.text).toContain('all of the money has to be allocated')
    const placed = await place(task, { act: 'match-payment', ...numbers, 'amount-2': '13,50' })
    expect(placed.status).toBe(303)
    expect(await billOf(bills[1]?.claimId ?? '')).toMatchObject({
      claim: 'settled',
      overpaid: { value: '2.00' },
    })
  })

  it('tells of a number that is no bill, and changes nothing', async () => {
    const task = await moneyTask({ amount: '8.08', bankReference: 'M3' })
    const wrong = await place(task, { act: 'match-payment', 'number-1': 'nothing-like-it' })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('Nothing was changed: there is no bill nothing-like-it.')
    const none = await place(task, { act: 'none' })
    expect(none.status).toBe(422)
    const aside = await place(task, { act: 'set-aside', setAside: 'own-transfer' })
    expect(aside.status).toBe(303)
    const { json } = await test.send<{ bankTransaction: { state: string }; history: unknown[] }>({
      url: `/v1/bank-transactions/${task.bankTransactionId}`,
    })
    expect(json.bankTransaction).toMatchObject({ state: 'set-aside', reason: 'own-transfer' })
    expect(json.history).toHaveLength(2)
  })
})
