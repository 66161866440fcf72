// The figures of a small world that was counted by hand, and of the same world seen from elsewhere.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KpiId } from '../../src/domain/kpi/definitions.ts'
import type { Store } from '../../src/storage/database.ts'
import { readKpis } from '../../src/use-cases/read-kpis.ts'
import { addCreditorRow, addDebtorRow } from '../support/storage-rows.ts'
import { openTestStore } from '../support/test-store.ts'

let store: Store
let creditorId: string
let debtorId: string

/** Noon in Brussels. */
const noon = (day: string) => Date.parse(`${day}T11:00:00Z`) / 1000
let rows = 0
const newId = () => `row_${++rows}`

interface Bill {
  id: string
  principal: number
  issued: string
  due: string
  currency?: string
  segment?: string
}

async function bill({ id, principal, issued, due, currency = 'EUR', segment = 'a' }: Bill) {
  await store.pool.query(
    `insert into claims (creditor_id, claim_id, debtor_id, invoice_number, segment, currency,
      principal, issue_date, due_date, reference_scheme, reference, conversation, respond_by, thr,
      created_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,'SCOR',$4,'none',0,$2,$10)`,
    [creditorId, id, debtorId, id, segment, currency, principal, issued, due, noon(issued)],
  )
}

async function paid(claim: string, amount: number, on: string, more: object = {}) {
  const { bookedOn = on, returnedOn } = more as { bookedOn?: string; returnedOn?: string }
  const returned = returnedOn === undefined ? null : noon(returnedOn)
  await store.pool.query(`insert into payments values ($1,$2,$3,$2,$4,'[]',0,$5,$6,$7)`, [
    creditorId,
    newId(),
    claim,
    amount,
    on,
    returned,
    noon(bookedOn),
  ])
}

async function event(claim: string, type: string, on: string, data: object = {}) {
  await store.pool.query(
    'insert into events (creditor_id, claim_id, type, data, at) values ($1,$2,$3,$4,$5)',
    [creditorId, claim, type, JSON.stringify(data), noon(on)],
  )
}

async function wrote(claim: string, on: string, more: { cost?: number; template?: string } = {}) {
  const { cost = null, template = 'payment-reminder-t2' } = more
  await store.pool.query(
    `insert into human_messages (creditor_id, message_id, claim_id, debtor_id, step, channel,
      template, is_contact, journey_id, state, created_at, sent_at, cost, cost_currency)
      values ($1,$2,$3,$4,$2,'sms',$5,$5 <> 'thank-you','j','sent',$6,$6,$7,$8)`,
    [creditorId, newId(), claim, debtorId, template, noon(on), cost, cost && 'EUR'],
  )
}

async function plan(claim: string, on: string, by: string, lines: [string, number][]) {
  await store.pool.query(
    `insert into agreements (creditor_id, agreement_id, claim_id, accepted_by, plan, total, jws,
      agreed_at, late_terms, told) values ($1,$2,$3,$4,'{}',0,'{}',$5,'{}','{}')`,
    [creditorId, newId(), claim, by, noon(on)],
  )
  for (const [index, [due, amount]] of lines.entries()) {
    await store.pool.query('insert into plan_lines values ($1,$2,$3,$4,$5,0,0,$6)', [
      creditorId,
      claim,
      index + 1,
      due,
      amount,
      newId(),
    ])
  }
}

async function sentToBot(claim: string, on: string) {
  await store.pool.query(
    `insert into threads (creditor_id, thr, claim_id, peer_role, peer_iss, sub, last_seq,
      last_hash, created_at) values ($1,$2,$3,'agent','i','s',0,'h',$4)`,
    [creditorId, newId(), claim, noon(on)],
  )
}

beforeAll(async () => {
  store = await openTestStore()
  creditorId = await addCreditorRow(store)
  debtorId = await addDebtorRow(store.db, creditorId)
  // Overdue in April, paid in April after two letters; the second crossed the money.
  await bill({ id: 'A', principal: 100_00, issued: '2026-02-01', due: '2026-03-01' })
  await wrote('A', '2026-03-10')
  await event('A', 'promise.made', '2026-04-08', { day: '2026-04-14' })
  await paid('A', 100_00, '2026-04-15', { bookedOn: '2026-04-17' })
  await wrote('A', '2026-04-16')
  // Overdue all the time; a promise that was not kept.
  await bill({ id: 'B', principal: 200_00, issued: '2026-02-10', due: '2026-03-10' })
  await paid('B', 50_00, '2026-03-20')
  await event('B', 'promise.made', '2026-04-02', { day: '2026-04-10' })
  await wrote('B', '2026-05-01')
  // Due and paid within the period, two days late.
  await bill({ id: 'C', principal: 300_00, issued: '2026-03-01', due: '2026-04-30' })
  await wrote('C', '2026-05-01')
  await paid('C', 300_00, '2026-05-02', { bookedOn: '2026-05-03' })
  // Silent bot, then a text message, then a dispute; a promise whose grace ends in July.
  await bill({ id: 'D', principal: 400_00, issued: '2026-05-01', due: '2026-05-31' })
  await sentToBot('D', '2026-05-01')
  await event('D', 'negotiation.timed-out', '2026-05-05')
  await wrote('D', '2026-06-05', { cost: 101 })
  await event('D', 'dispute.raised', '2026-06-10', { amount: '400.00', currency: 'EUR' })
  await event('D', 'promise.made', '2026-06-20', { day: '2026-06-29', amount: '100.00' })
  // A plan with a bot.
  await bill({ id: 'E', principal: 500_00, issued: '2026-06-15', due: '2026-07-15' })
  await sentToBot('E', '2026-06-15')
  await event('E', 'negotiation.agreed', '2026-06-20', { acceptedBy: 'agent' })
  await plan('E', '2026-06-20', 'agent', [['2026-07-20', 500_00]])
  // Written off in May.
  await bill({ id: 'F', principal: 80_00, issued: '2026-01-01', due: '2026-02-01' })
  await event('F', 'payment-request.written-off', '2026-05-10')
  // Paid by itself.
  await bill({ id: 'G', principal: 60_00, issued: '2026-01-01', due: '2026-02-01' })
  await paid('G', 60_00, '2026-04-20')
  await wrote('G', '2026-04-21', { template: 'thank-you' })
  // A plan on the page that is kept; written to before the due day alone.
  await bill({ id: 'H', principal: 90_00, issued: '2026-01-05', due: '2026-02-05' })
  await wrote('H', '2026-02-01')
  await plan('H', '2026-04-10', 'portal', [
    ['2026-04-30', 45_00],
    ['2026-07-30', 45_00],
  ])
  await event('H', 'negotiation.agreed', '2026-04-10', { acceptedBy: 'portal' })
  await paid('H', 45_00, '2026-04-29')
  // Withdrawn at once.
  await bill({ id: 'I', principal: 70_00, issued: '2026-04-05', due: '2026-05-05' })
  await event('I', 'payment-request.cancelled', '2026-04-06')
  // A part forgiven; the payment came back.
  await bill({ id: 'J', principal: 120_00, issued: '2026-01-01', due: '2026-02-01' })
  await event('J', 'dispute.upheld', '2026-04-12', { credit: '20.00', currency: 'EUR' })
  await paid('J', 100_00, '2026-05-01', { returnedOn: '2026-06-05' })
  // Another currency and segment; its bot was too late.
  await bill({
    id: 'K',
    principal: 10_00,
    issued: '2026-04-10',
    due: '2026-05-10',
    currency: 'USD',
    segment: 'b',
  })
  await sentToBot('K', '2026-04-10')
  await event('K', 'negotiation.timed-out', '2026-04-15')
  await event('K', 'negotiation.countered', '2026-04-16')
  await event('B', 'reminder.deferred', '2026-04-03', { reason: 'quiet-hours' })
  await event('B', 'reminder.deferred', '2026-04-04', { reason: 'quiet-hours' })
  await event('D', 'reminder.skipped', '2026-06-30', { reason: 'held' })
  await event('D', 'reminder.skipped', '2026-07-01', { reason: 'held' })
})
afterAll(() => store?.close())

const deps = () => ({ db: store.db, clock: { now: () => noon('2026-06-30') } })

async function figures(change: { creditorId?: string; segment?: string; to?: string } = {}) {
  const period = { creditorId, from: '2026-04-01', to: '2026-06-30', ...change }
  const kpis = await readKpis(deps(), period)
  if (!kpis.ok) throw new Error(kpis.error.code)
  const found = new Map(kpis.value.kpis.map(({ definition, values }) => [definition.id, values]))
  return (id: KpiId) =>
    (found.get(id) ?? []).map(({ currency, label, value, numerator, denominator }) =>
      [currency ?? label, value, numerator, denominator].filter((it) => it !== null),
    )
}

describe('the figures of a quarter', () => {
  it.each([
    // 1,195 × 91 ÷ 900 days.
    [
      'dso',
      [
        ['EUR', '120.8', '1195.00', '900.00'],
        ['USD', '91.0', '10.00', '10.00'],
      ],
    ],
    // (900 + 300 − 1,195) ÷ (900 + 300 − 545), both times three months.
    [
      'cei',
      [
        ['EUR', '0.8', '15.00', '1965.00'],
        ['USD', '-200.0', '-20.00', '10.00'],
      ],
    ],
    // A, G and H of A, B, F, G, H and J.
    ['cure-rate', [['50.0', '3', '6']]],
    ['self-cure-rate', [['66.7', '2', '3']]],
    // A kept 100, B nothing of 150; the grace of D ends in July.
    ['promise-kept-rate', [['EUR', '40.0', '100.00', '250.00']]],
    // E of D, E and K.
    ['bot-answer-rate', [['33.3', '1', '3']]],
    ['fallback-rate', [['33.3', '1', '3']]],
    [
      'funnel',
      [
        ['bills', '4', '4', '4'],
        ['written about', '1', '1', '4'],
        ['plan on the page', '0', '0', '4'],
        ['plan from a bot', '1', '1', '4'],
        ['disputed', '1', '1', '4'],
        ['settled', '0', '0', '4'],
      ],
    ],
    // D of A, B, C and D.
    ['right-party-rate', [['25.0', '1', '4']]],
    // 1.01 for 100 + 300 + 60 + 45.
    ['cost-per-recovered', [['EUR', '0.0020', '1.01', '505.00']]],
    ['crossed-reminders', [['25.0', '1', '4']]],
    [
      'blocks',
      [
        ['deferred: quiet-hours', '2', '2', '3'],
        ['skipped: held', '1', '1', '3'],
      ],
    ],
  ] as const)('%s is as counted by hand', async (id, expected) => {
    expect((await figures())(id)).toEqual(expected)
  })

  it('of one segment count that alone', async () => {
    const of = await figures({ segment: 'b' })
    expect(of('dso')).toEqual([['USD', '91.0', '10.00', '10.00']])
    expect(of('bot-answer-rate')).toEqual([['0.0', '0', '1']])
    expect(of('blocks')).toEqual([])
  })

  it('do not change by what happens afterwards', async () => {
    await paid('D', 400_00, '2026-07-02')
    await event('E', 'payment-request.written-off', '2026-07-03')
    expect((await figures())('dso')[0]).toEqual(['EUR', '120.8', '1195.00', '900.00'])
    const later = (await figures({ to: '2026-07-31' }))('dso')[0]
    // B 150, J 100 and the second line of H; E is no sale any more.
    expect(later).toEqual(['EUR', '90.0', '295.00', '400.00'])
  })

  it('are of this month and the two before, where nothing else is asked for', async () => {
    const report = await readKpis(deps(), { creditorId })
    expect(report).toMatchObject({ ok: true, value: { from: '2026-04-01', to: '2026-06-30' } })
  })

  it('of another creditor are empty', async () => {
    const of = await figures({ creditorId: await addCreditorRow(store) })
    expect(of('dso')).toEqual([])
    expect(of('cure-rate')).toEqual([['0', '0']])
    expect(of('blocks')).toEqual([])
  })

  it.each([
    ['date-invalid', { from: '2026-02-30', to: '2026-03-01' }],
    ['date-invalid', { from: '2026-02-01', to: '2026-13-01' }],
    ['date-outside-window', { from: '2026-02-02', to: '2026-02-01' }],
    ['date-outside-window', { from: '2020-01-01', to: '2026-02-01' }],
  ])('are refused as %s', async (code, period) => {
    const kpis = await readKpis(deps(), { creditorId, ...period })
    expect(kpis.ok ? 'ok' : kpis.error.code).toBe(code)
  })
})
