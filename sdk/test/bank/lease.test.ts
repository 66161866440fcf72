// The lease that a creditor grants before a payment: refused, forged, old, or of another line.
import { describe, expect, it } from 'vitest'
import { peekClaims, signingInputHash } from '../../src/protocol/index.ts'
import { createBankWorld } from '../support/bank-world.ts'
import { agreeOnce, dueWorld, outcomesOf, statusesOf, statusIn } from '../support/due-line.ts'
import { CREDITOR_ORIGIN } from '../support/fixtures.ts'

const MESSAGES = '/parley/messages'

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

  it.each([
    ['another message than the request is not believed', 'leasing', `${'B'.repeat(42)}A`],
    ['the request is believed', 'settled', null],
  ])('that follows %s', async (_, state, otherPrev) => {
    const world = await dueWorld()
    world.network.serve(CREDITOR_ORIGIN, async (request) => {
      const asked = await request.clone().text()
      const peeked = peekClaims(asked)
      const response = await world.peer.serve(request)
      if (!request.url.endsWith(MESSAGES) || !peeked.ok) return response
      const { thr, requestId, amount } = peeked.value.payload
      const lease = { line: 1, granted: true, fencing: 1, until: world.clock() + 600 }
      const body = { requestId, claim: 'open', conversation: 'agreed', outstanding: amount, lease }
      const claims = { seq: 1, prev: otherPrev ?? (await signingInputHash(asked)) }
      const jws = await world.peer.next(String(thr), 'status', body, claims)
      return new Response(jws, { headers: { 'content-type': 'application/jose' } })
    })
    expect(outcomesOf(await world.bank.payDue())).toMatchObject([{ state }])
    expect(world.rail.calls).toHaveLength(state === 'settled' ? 1 : 0)
  })

  it('[PAY-06] that carries an old fencing number is not used', async () => {
    const world = await dueWorld()
    world.rail.behaviour.mode = 'drop'
    await world.bank.payDue()
    world.clock.advance(600)
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
