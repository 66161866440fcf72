// Queries in every state of a claim, and what is quoted.
import { describe, expect, it } from 'vitest'
import { changeClaim } from '../../src/storage/claims.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { openFileWorld } from '../support/file-world.ts'
import { receive } from '../support/money-world.ts'
import { claimNow, eventsOf } from '../support/test-world.ts'
import {
  addressedClaim,
  eur,
  expectRefusal,
  hand,
  say,
  sign,
  signAccept,
} from '../support/thread-talk.ts'

const world = await openFileWorld({ oneMenu: true })

async function setting() {
  const { agent, claim } = await addressedClaim(world)
  const query = (more: object = {}) => ({
    kind: 'query' as const,
    thr: claim.thr,
    body: { requestId: claim.claimId, ...more },
  })
  const ask = async (more: object = {}) => (await say(world, agent, query(more))).payload
  return { agent, claim, query, ask }
}

describe('[STA-01] a query', () => {
  it('is answered in every state of the claim, and changes nothing about it', async () => {
    const { claim, ask } = await setting()
    const before = await claimNow(world, claim.claimId)
    expect(await ask()).toMatchObject({
      requestId: claim.claimId,
      claim: 'open',
      conversation: 'sent',
      outstanding: eur('120.00'),
      nextStep: 'human-channel',
    })
    expect(await claimNow(world, claim.claimId)).toEqual(before)
    for (const state of ['handed-over', 'written-off'] as const) {
      const now = await claimNow(world, claim.claimId)
      await world.deps.db.transaction().execute((tx) => changeClaim(tx, now, { state }))
      expect(await ask()).toMatchObject({ claim: state, nextStep: 'none' })
    }
  })

  it('is answered after an agreement, with its id', async () => {
    const { agent, claim, ask } = await setting()
    await hand(world, await signAccept(world, agent, claim))
    const status = await ask()
    expect(status).toMatchObject({ conversation: 'agreed', nextStep: 'none' })
    expect(status['agreementId']).toMatch(/^[\w-]{43}$/)
  })

  it('[THR-06] is answered after the receipt and after the cancel, which came first', async () => {
    const { claim, ask } = await setting()
    await receive(world, { amount: '120.00', bankReference: 'B1', reference: claim.reference })
    expect(await ask()).toMatchObject({ claim: 'settled', outstanding: eur('0.00') })
    const other = await setting()
    const { creditorId, claimId } = other.claim
    await cancelPaymentRequest(world.deps, { creditorId, claimId, reason: 'DT01' })
    expect(await other.ask()).toMatchObject({ claim: 'cancelled', outstanding: eur('0.00') })
    for (const [id, typ] of [
      [claim.claimId, 'parley-receipt+jwt'],
      [claimId, 'parley-cancel+jwt'],
    ]) {
      const sent = await world.deps.db
        .selectFrom('agent_deliveries as d')
        .innerJoin('messages as m', (join) =>
          join.onRef('m.thr', '=', 'd.thr').onRef('m.seq', '=', 'd.seq'),
        )
        .select('m.typ')
        .where('d.claim_id', '=', id ?? '')
        .execute()
      expect(sent.map((row) => row.typ)).toContain(typ)
    }
  })

  it('[THR-03] gets the same reply again, and takes its places once', async () => {
    const { agent, query, ask } = await setting()
    const jws = await sign(world, agent, query())
    const first = await hand(world, jws)
    expect(await hand(world, jws)).toEqual(first)
    expect(await ask()).toMatchObject({ seq: 4 })
  })
})

describe('[STA-02] a quote', () => {
  it('states total and parts for a day', async () => {
    const { claim, ask } = await setting()
    await receive(world, { amount: '20.00', bankReference: 'B1', reference: claim.reference })
    expect(await ask({ asOf: '2026-03-31' })).toMatchObject({
      requestId: claim.claimId,
      revision: 1,
      asOf: '2026-03-31',
      total: eur('100.00'),
      parts: [
        { kind: 'principal', amount: eur('120.00') },
        { kind: 'paid', amount: eur('20.00') },
      ],
      rounding: 'half-even-per-part',
    })
  })

  it('is over nothing once the request was withdrawn', async () => {
    const { claim, ask } = await setting()
    const { creditorId, claimId } = claim
    await cancelPaymentRequest(world.deps, { creditorId, claimId, reason: 'DT01' })
    expect(await ask({ asOf: '2026-03-31' })).toMatchObject({
      total: eur('0.00'),
      parts: [
        { kind: 'principal', amount: eur('120.00') },
        { kind: 'credit', amount: eur('120.00') },
      ],
    })
  })

  // Today is 10 March 2026 for the creditor; 366 days later is 11 March 2027.
  it.each(['2026-03-10', '2027-03-11'])('is given for %s', async (asOf) => {
    const { ask } = await setting()
    expect(await ask({ asOf })).toMatchObject({ asOf, total: eur('120.00') })
  })

  it.each(['2026-03-09', '2027-03-12', '2026-02-30'])('is refused for %s', async (asOf) => {
    const { agent, query, claim } = await setting()
    await expectRefusal(world, await sign(world, agent, query({ asOf })), 'date-outside-window')
    expect(await eventsOf(world, claim.claimId)).toHaveLength(2)
  })
})
