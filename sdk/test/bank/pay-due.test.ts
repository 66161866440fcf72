import { describe, expect, it } from 'vitest'
import type { BankStore, CustomerRecord, PaymentReport } from '../../src/index.ts'
import { createMemoryBankStore } from '../../src/index.ts'
import { peekClaims } from '../../src/protocol/index.ts'
import { type BankWorld, createBankWorld, DEBTOR_IBAN, LIMITS } from '../support/bank-world.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, IBAN, OTHER_IBAN } from '../support/fixtures.ts'

const MESSAGES = '/parley/messages'

/** A world whose bank holds one agreement of one line, due in the past. */
async function dueWorld(amount = '240.00', bankStore?: BankStore): Promise<BankWorld> {
  const world = await createBankWorld(bankStore === undefined ? {} : { bankStore })
  await agreeOnce(world, amount)
  world.passDueDates()
  return world
}

/** Makes an agreement that the menu restricts to a single payment. */
async function agreeOnce(world: BankWorld, amount: string): Promise<void> {
  const rows = [
    {
      ...{ rowId: 'once', instalments: 1, interval: null, priceBps: 0 },
      ...{ firstDueFrom: '2026-03-28', firstDueTo: '2026-03-28' },
    },
  ]
  const menu = { ...BASE_MENU, rows }
  await world.push(await world.peer.request({ amount: { value: amount, currency: 'EUR' }, menu }))
  await world.agent.idle()
  const response = await world.hand(world.peer.agreements.at(-1) ?? '')
  if (response.status !== 201) throw new Error(await response.text())
}

const BASE_MENU = {
  ...{ menuId: 'menu-0', tier: 0, final: true, policyVersion: 1 },
  policyHash: 'A'.repeat(43),
}

function outcomesOf(reports: readonly PaymentReport[]): unknown[] {
  return reports.map(({ state, code, reported }) => ({ state, code, reported }))
}

function statusesOf({ peer }: BankWorld): string[] {
  return peer.payments.map(({ status }) => status)
}

describe('a due line', () => {
  it('[PAY-04] is paid once to the signed account, under the signed reference, and reported', async () => {
    const world = await dueWorld()
    const { bank, rail, peer } = world
    const reports = await bank.payDue()
    expect(outcomesOf(reports)).toEqual([{ state: 'settled', code: null, reported: true }])
    expect(rail.paid).toMatchObject([
      {
        debtorAccount: { iban: DEBTOR_IBAN },
        creditor: { iban: IBAN, name: 'Stadtwerke Beispiel' },
        amount: { minor: 24_000n, currency: 'EUR' },
        remittance: { scheme: 'SCOR' },
      },
    ])
    expect(peer.payments).toMatchObject([
      { status: 'ACCP', seq: 0, prev: null, line: 1, iss: BANK_ORIGIN, aud: CREDITOR_ORIGIN },
      { status: 'ACSC', seq: 2, fencing: 1, line: 1 },
    ])
    expect(rail.paid[0]?.endToEndId).toBe(peer.payments[0]?.endToEndId)
    expect(await bank.payDue()).toEqual([])
    expect(rail.calls).toHaveLength(1)
  })

  it('is paid once over 100 deliveries and two instances that run at the same time', async () => {
    const world = await dueWorld()
    const { bank, restartBank, rail, hand, peer } = world
    const banks = [bank, restartBank()]
    const runs: Promise<unknown>[] = []
    for (let round = 0; round < 50; round++) {
      for (const one of banks) {
        runs.push(hand(peer.agreements[0] ?? '', one), one.payDue(), one.reconcile())
      }
    }
    await Promise.all(runs)
    expect(rail.calls).toHaveLength(1)
    expect(rail.paid).toHaveLength(1)
    const customer = await bank.customer('customer-1')
    expect(customer?.agreements[0]?.lines).toMatchObject([{ state: 'settled' }])
    await bank.reconcile()
    expect(statusesOf(world)).toEqual(['ACCP', 'ACSC'])
  })

  it('is not paid before its day begins where the customer lives', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '240.00')
    // 2026-03-27T22:59:59Z is the last second of the 27th in Berlin.
    world.clock.advance(1_774_652_399 - world.clock())
    expect(await world.bank.payDue()).toEqual([])
    world.clock.advance(1)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid[0]?.executionDay).toBe('2026-03-28')
  })

  it('is paid line by line, each on its day', async () => {
    const world = await createBankWorld()
    const row = { rowId: 'r', instalments: 3, interval: 'P1M' as const, priceBps: 0 }
    const rows = [{ ...row, firstDueFrom: '2026-03-31', firstDueTo: '2026-03-31' }]
    await world.push(await world.peer.request({ menu: { ...BASE_MENU, rows } }))
    await world.agent.idle()
    await world.hand(world.peer.agreements[0] ?? '')
    world.peer.behaviour.outstanding = '240.00'
    const days: string[] = []
    for (let day = 0; day < 100; day++) {
      for (const report of await world.bank.payDue()) days.push(`${report.line} ${report.state}`)
      world.clock.advance(86_400)
    }
    expect(days).toEqual(['1 settled', '2 settled', '3 settled'])
    expect(world.rail.paid.map(({ executionDay }) => executionDay)).toEqual([
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
    ])
    expect(new Set(world.rail.paid.map(({ endToEndId }) => endToEndId)).size).toBe(3)
  })
})

describe('the lease', () => {
  it('[PAY-02] that is refused stops the payment for the day', async () => {
    const world = await dueWorld()
    world.peer.behaviour.grantLeases = false
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'scheduled', code: 'lease-LOCK' },
    ])
    expect(await world.bank.payDue()).toEqual([])
    world.peer.behaviour.grantLeases = true
    world.clock.advance(86_400)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.peer.payments.map(({ status, seq }) => [status, seq])).toEqual([
      ['ACCP', 0],
      ['ACCP', 2],
      ['ACSC', 4],
    ])
  })

  it.each(['PAID', 'CNCL'])('that is refused as %s ends the line', async (reason) => {
    const world = await dueWorld()
    world.peer.behaviour.grantLeases = false
    world.peer.behaviour.leaseReason = reason
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'stopped', code: `lease-${reason}`, reported: true },
    ])
    world.clock.advance(86_400)
    expect(await world.bank.payDue()).toEqual([])
    expect(statusesOf(world)).toEqual(['ACCP'])
  })

  it.each([
    ['settled', 'claim-settled'],
    ['cancelled', 'claim-cancelled'],
  ] as const)('shows a claim that is %s: nothing is paid, now or later', async (claim, code) => {
    const world = await dueWorld()
    world.peer.behaviour.claim = claim
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'stopped', code, reported: true },
    ])
    expect(statusesOf(world)).toEqual(['ACCP', 'RJCT'])
    expect(await world.bank.payDue()).toEqual([])
    expect(world.rail.calls).toEqual([])
  })

  it('shows that the customer paid otherwise: nothing is paid, and the creditor is told', async () => {
    const world = await dueWorld()
    world.peer.behaviour.outstanding = '239.99'
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'stopped', code: 'paid-otherwise', reported: true },
    ])
    expect(world.peer.payments[1]).toMatchObject({
      status: 'RJCT',
      fencing: 1,
      reason: { code: 'paid-otherwise' },
    })
    expect(world.rail.calls).toEqual([])
  })

  it('that is about to end is not used', async () => {
    const world = await dueWorld()
    world.peer.behaviour.leaseSeconds = 30
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'scheduled', code: 'lease-expired' },
    ])
    expect(world.rail.calls).toEqual([])
    world.peer.behaviour.leaseSeconds = 31
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('is asked for with the same bytes after a lost reply', async () => {
    const world = await dueWorld()
    world.network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'leasing' }])
    world.network.faultOf = () => 'none'
    const before = world.network.posted(MESSAGES).at(-1)
    expect(outcomesOf(await world.restartBank().payDue())).toMatchObject([{ state: 'settled' }])
    const [again] = world.network.posted(MESSAGES).slice(-2)
    expect(again).toBe(before)
    expect(statusesOf(world)).toEqual(['ACCP', 'ACSC'])
  })

  it('is asked for anew when the old one has run out in an outage', async () => {
    const world = await dueWorld()
    world.network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    await world.bank.payDue()
    world.clock.advance(3600)
    world.network.faultOf = () => 'none'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'lease-expired' }])
    expect(world.rail.calls).toEqual([])
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.peer.payments.at(-1)).toMatchObject({ status: 'ACSC', fencing: 2 })
  })

  it('that somebody forged is not believed', async () => {
    const world = await dueWorld()
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      const response = await world.peer.serve(request)
      if (!request.url.endsWith(MESSAGES)) return response
      const jws = await response.text()
      const headers = { 'content-type': 'application/jose' }
      return new Response(`${jws.slice(0, -6)}AAAAAA`, { headers })
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'leasing' }])
    expect(world.rail.calls).toEqual([])
  })

  it('that follows another message than the request is not believed', async () => {
    const world = await dueWorld()
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      const peeked = peekClaims(await request.clone().text())
      const response = await world.peer.serve(request)
      if (!request.url.endsWith(MESSAGES) || !peeked.ok) return response
      const { thr, requestId, amount } = peeked.value.payload
      const lease = { line: 1, granted: true, fencing: 1, until: world.clock() + 600 }
      const body = { requestId, claim: 'open', conversation: 'agreed', outstanding: amount, lease }
      const claims = { seq: 1, prev: `${'B'.repeat(42)}A` }
      const jws = await world.peer.next(String(thr), 'status', body, claims)
      return new Response(jws, { headers: { 'content-type': 'application/jose' } })
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'leasing' }])
    expect(world.rail.calls).toEqual([])
  })

  it('[PAY-06] that carries an old fencing number is not used', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'drop'
    await world.bank.payDue()
    await world.bank.reconcile()
    world.rail.behaviour.mode = 'pay'
    world.peer.behaviour.fencing = 1
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'lease-expired' }])
    expect(world.rail.paid).toEqual([])
    world.peer.behaviour.fencing = 2
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('that was given to another line is not used', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '20.00')
    await agreeOnce(world, '10.00')
    world.passDueDates()
    let granted: string | null = null
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      const isLeaseRequest = statusIn(await request.clone().text()) === 'ACCP'
      const reply = await (await world.peer.serve(request)).text()
      if (isLeaseRequest) granted ??= reply
      const body = isLeaseRequest ? (granted ?? '') : reply
      const type = request.method === 'GET' ? 'application/json' : 'application/jose'
      return new Response(body, { headers: { 'content-type': type } })
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'settled' },
      { state: 'leasing' },
    ])
    expect(world.rail.paid).toMatchObject([{ amount: { minor: 2_000n } }])
  })
})

describe('the limits of the customer', () => {
  it.each([
    ['one payment', { perPayment: 23_999n }, 'limit-per-payment'],
    ['a day', { perDay: 23_999n }, 'limit-per-day'],
    ['a month', { perMonth: 23_999n }, 'limit-per-month'],
    ['a creditor', { perCreditorMonth: 23_999n }, 'limit-per-creditor-month'],
  ])('hold for %s, to the cent', async (_, tighter, code) => {
    const world = await dueWorld()
    const { EUR } = LIMITS.byCurrency
    if (EUR === undefined) throw new Error('no limits')
    await world.register({ limits: { ...LIMITS, byCurrency: { EUR: { ...EUR, ...tighter } } } })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'scheduled', code }])
    expect(world.network.posted(MESSAGES)).toHaveLength(1)
    expect(world.rail.calls).toEqual([])
    const exact = Object.fromEntries(Object.keys(tighter).map((name) => [name, 24_000n]))
    await world.register({ limits: { ...LIMITS, byCurrency: { EUR: { ...EUR, ...exact } } } })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('let only one of two bills through that together break them, also in parallel', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '260.00')
    await agreeOnce(world, '250.00')
    world.passDueDates()
    const banks = [world.bank, world.restartBank(), world.restartBank()]
    await Promise.all(banks.map((bank) => bank.payDue()))
    expect(world.rail.paid).toHaveLength(1)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'scheduled', code: 'limit-per-day' },
    ])
    world.clock.advance(86_400)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid).toHaveLength(2)
  })

  it('count money whose outcome is not known', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '260.00')
    await agreeOnce(world, '250.00')
    world.passDueDates()
    world.rail.behaviour.mode = 'lose'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'unknown' },
      { state: 'scheduled', code: 'limit-per-day' },
    ])
  })

  it('give way to the kill switch, which loses nothing', async () => {
    const world = await dueWorld()
    expect(await world.bank.setStopped('customer-1', true)).toBe(true)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'scheduled', code: 'stopped' },
    ])
    expect(world.rail.calls).toEqual([])
    await world.bank.setStopped('customer-1', false)
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
  })

  it('hold when the switch turns while the lease is asked for, and the lease is given back', async () => {
    const world = await dueWorld()
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      if (request.url.endsWith(MESSAGES)) await world.bank.setStopped('customer-1', true)
      return world.peer.serve(request)
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'scheduled', code: 'stopped' },
    ])
    expect(world.rail.calls).toEqual([])
    expect(world.peer.payments[1]).toMatchObject({
      status: 'RJCT',
      reason: { code: 'not-authorised' },
    })
  })

  it('hold when the customer pins another account after the agreement', async () => {
    const world = await dueWorld()
    await world.register({
      pinnedCreditors: [{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1', iban: OTHER_IBAN }],
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ code: 'account-changed' }])
    expect(world.rail.calls).toEqual([])
  })
})

describe('a crash', () => {
  it('after the rail paid and before that was kept: found again, never paid again', async () => {
    const crashing = crashOn(createMemoryBankStore(), ({ agreements }) =>
      agreements.some(({ lines }) => lines.some(({ state }) => state === 'settled')),
    )
    const world = await dueWorld('240.00', crashing.store)
    crashing.arm()
    await expect(world.bank.payDue()).rejects.toThrow('crash')
    expect(world.rail.paid).toHaveLength(1)
    crashing.disarm()

    const next = world.restartBank()
    expect(await next.payDue()).toEqual([])
    expect(await next.reconcile()).toEqual([])
    world.clock.advance(600)
    expect(outcomesOf(await next.reconcile())).toEqual([
      { state: 'settled', code: null, reported: true },
    ])
    expect(await next.payDue()).toEqual([])
    expect(world.rail.calls).toHaveLength(1)
    expect(statusesOf(world)).toEqual(['ACCP', 'ACSC'])
  })

  it('before the rail was called: the payment is made later, once', async () => {
    const world = await dueWorld()
    const reached = Promise.withResolvers<void>()
    const pay = () => {
      reached.resolve()
      return new Promise<never>(() => undefined)
    }
    const stuck = world.restartBank({ rail: { pay, find: (query) => world.rail.find(query) } })
    void stuck.payDue()
    await reached.promise
    expect(await world.bank.payDue()).toEqual([])
    world.clock.advance(600)
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([
      { state: 'scheduled', code: 'not-executed' },
    ])
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid).toHaveLength(1)
    expect(statusesOf(world)).toEqual(['ACCP', 'RJCT', 'ACCP', 'ACSC'])
  })

  it('before a report left: it goes out by reconcile, with the same bytes', async () => {
    const world = await dueWorld()
    world.network.faultOf = ({ url, body }) =>
      url.endsWith(MESSAGES) && statusIn(body) === 'ACSC' ? 'lose-reply' : 'none'
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'settled', code: null, reported: false },
    ])
    world.network.faultOf = () => 'none'
    expect(outcomesOf(await world.restartBank().reconcile())).toMatchObject([{ reported: true }])
    const [first, second] = world.network.posted(MESSAGES).slice(-2)
    expect(second).toBe(first)
    expect(statusesOf(world)).toEqual(['ACCP', 'ACSC'])
  })
})

describe('a process that stands still', () => {
  it('does not call the rail after its lease, and the payment is made later, once', async () => {
    const world = await createBankWorld()
    await agreeOnce(world, '240.00')
    world.passDueDates()
    const store = world.bankStore
    const slow = world.restartBank({
      store: {
        ...store,
        async saveCustomer(record) {
          const isPaying = record.agreements[0]?.lines[0]?.state === 'paying'
          if (isPaying) world.clock.advance(3600)
          return store.saveCustomer(record)
        },
      },
    })
    expect(outcomesOf(await slow.payDue())).toMatchObject([{ state: 'paying' }])
    expect(world.rail.calls).toEqual([])
    await world.bank.reconcile()
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.calls).toHaveLength(1)
  })
})

describe('an outcome that is not known', () => {
  it('[PAY-05] is reported as pending and never paid again before the rail has answered', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'lose'
    world.rail.behaviour.find = 'unsure'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([
      { state: 'unknown', reported: true },
    ])
    for (let day = 0; day < 3; day++) {
      world.clock.advance(86_400)
      expect(await world.bank.payDue()).toEqual([])
      expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ state: 'unknown' }])
    }
    world.rail.behaviour.find = 'answer'
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.calls).toHaveLength(1)
    expect(statusesOf(world)).toEqual(['ACCP', 'PDNG', 'ACSC'])
  })

  it('turns back into a payment to make when the rail never got it', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'drop'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'unknown' }])
    world.rail.behaviour.mode = 'pay'
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([
      { state: 'scheduled', code: 'not-executed' },
    ])
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(world.rail.paid).toHaveLength(1)
    expect(new Set(world.rail.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
  })

  it('holds a new payment back until the creditor has taken the last report', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'drop'
    await world.bank.payDue()
    world.rail.behaviour.mode = 'pay'
    world.network.faultOf = ({ url, body }) =>
      url.endsWith(MESSAGES) && statusIn(body) === 'RJCT' ? 'lose-reply' : 'none'
    await world.bank.reconcile()
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'scheduled', code: 'report-pending', reported: false },
    ])
    expect(world.rail.paid).toEqual([])
    world.network.faultOf = () => 'none'
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state: 'settled' }])
    expect(statusesOf(world)).toEqual(['ACCP', 'PDNG', 'RJCT', 'ACCP', 'ACSC'])
  })

  it('is told in order when the report of it was lost', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'lose'
    world.network.faultOf = ({ url, body }) =>
      url.endsWith(MESSAGES) && statusIn(body) === 'PDNG' ? 'lose-reply' : 'none'
    await world.bank.payDue()
    await world.bank.reconcile()
    world.network.faultOf = () => 'none'
    expect(outcomesOf(await world.bank.reconcile())).toMatchObject([
      { state: 'settled', reported: true },
    ])
    expect(world.peer.payments.map(({ status, seq }) => [status, seq])).toEqual([
      ['ACCP', 0],
      ['PDNG', 2],
      ['ACSC', 4],
    ])
  })
})

describe('a payment that the rail rejects', () => {
  it('is reported with its code, ends the line, and frees the limits', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'reject'
    expect(outcomesOf(await world.bank.payDue())).toEqual([
      { state: 'rejected', code: 'AC04', reported: true },
    ])
    expect(world.peer.payments[1]).toMatchObject({ status: 'RJCT', reason: { code: 'AC04' } })
    expect(world.bankEvents).toContainEqual(
      expect.objectContaining({ type: 'rejected', code: 'AC04' }),
    )
    expect(await world.bank.payDue()).toEqual([])
    expect(world.rail.paid).toEqual([])
  })
})

function statusIn(body: string): unknown {
  const peeked = peekClaims(body)
  return peeked.ok ? peeked.value.payload.status : undefined
}

/** A store whose process dies, once armed, when it is about to keep such a record. */
function crashOn(
  store: BankStore,
  isFatal: (record: CustomerRecord) => boolean,
): { readonly store: BankStore; arm(): void; disarm(): void } {
  let isArmed = false
  return {
    store: {
      ...store,
      saveCustomer(record) {
        if (isArmed && isFatal(record)) throw new Error('crash')
        return store.saveCustomer(record)
      },
    },
    arm: () => {
      isArmed = true
    },
    disarm: () => {
      isArmed = false
    },
  }
}
