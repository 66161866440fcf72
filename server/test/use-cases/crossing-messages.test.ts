// Messages that cross, on one PostgreSQL with two servers: exactly one order in the chain, and both
// sides hold the same state afterwards.
import { JOSE_JSON_MEDIA_TYPE, peekClaims, typOf, verifyEvidence } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { setHold } from '../../src/use-cases/manage-holds.ts'
import { revisePaymentRequest } from '../../src/use-cases/revise-payment-request.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import {
  claimNow,
  openTestWorld,
  type TestAgent,
  type TestWorld,
  transcriptOf,
} from '../support/test-world.ts'
import { addressedClaim, eur, hand, sign, signAccept } from '../support/thread-talk.ts'

const ROUNDS = 20

let database: FreshDatabase
let one: TestWorld
let other: TestWorld

beforeAll(async () => {
  database = await freshDatabase()
  one = await openTestWorld({ url: database.url, oneMenu: true })
  other = await openTestWorld({ url: database.url, oneMenu: true })
}, 120_000)

afterAll(async () => {
  await one?.close()
  await other?.close()
  await database?.drop()
})

interface Outcome {
  /** What the agent was told: `agreed`, another reply, or the code of a refusal. */
  agent: string
  /** What the other side of the race was told. */
  rival: string
  claim: Claim
  kinds: string[]
}

type Rival = (made: { agent: TestAgent; claim: Claim }) => Promise<() => Promise<string>>

const codeOf = (done: { ok: boolean; error?: { code: string } }) => done.error?.code ?? 'ok'

/** Lets an accept at one server cross something at the other, and checks what always holds. */
async function race(round: number, rival: Rival): Promise<Outcome> {
  const made = await addressedClaim(one)
  const jws = await signAccept(one, made.agent, made.claim)
  const against = await rival(made)
  const accept = async () => {
    const reply = await hand(one, jws)
    if (!reply.ok) return reply.error.code
    return reply.value.contentType === JOSE_JSON_MEDIA_TYPE ? 'agreed' : 'answered'
  }
  // Whoever starts first wins more often: they take turns.
  const [agent, theirs] =
    round % 2 === 0
      ? await Promise.all([accept(), against()])
      : (await Promise.all([against(), accept()])).toReversed()
  const { creditorId, claimId, thr } = made.claim
  const bundle = await exportEvidence(one.deps, { creditorId, claimId })
  if (!bundle.ok) throw new Error(bundle.error.code)
  const report = await verifyEvidence(JSON.parse(JSON.stringify(bundle.value)))
  expect(report.faults).toEqual([])
  const claim = await claimNow(one, claimId)
  expect(report.checked.agreements).toBe(claim.conversation === 'agreed' ? 1 : 0)
  expect(agent === 'agreed').toBe(claim.conversation === 'agreed')
  // The same message once more gets what the agent was told, from either server.
  const again = await hand(other, jws)
  expect(again.ok ? 'taken' : 'refused').toBe(
    ['agreed', 'answered'].includes(agent ?? '') ? 'taken' : 'refused',
  )
  const said = await transcriptOf(one, thr)
  expect(said.map(({ payload }) => payload['seq'])).toEqual(said.map((_, seq) => seq))
  const kinds = said.map(({ typ }) => typ)
  return { agent: agent ?? '', rival: theirs ?? '', claim, kinds }
}

describe.each([1, 2])('time %i, twenty rounds: an accept crosses', () => {
  const rounds = async (rival: Rival, check: (outcome: Outcome) => void) => {
    for (let round = 0; round < ROUNDS; round += 1) check(await race(round, rival))
  }

  it('[NEG-11] [NEG-01] a cancel: the plan stands, or the request is withdrawn', async () => {
    const cancel: Rival =
      async ({ claim: { creditorId, claimId } }) =>
      async () =>
        codeOf(await cancelPaymentRequest(other.deps, { creditorId, claimId, reason: 'DT01' }))
    await rounds(cancel, ({ agent, rival, claim, kinds }) => {
      const isAgreed = agent === 'agreed'
      expect(rival).toBe(isAgreed ? 'agreement-exists' : 'ok')
      expect(claim.state).toBe(isAgreed ? 'open' : 'cancelled')
      expect(kinds).toEqual([typOf('request'), isAgreed ? typOf('accept') : typOf('cancel')])
      if (!isAgreed) expect(['sequence-stale', 'claim-not-open']).toContain(agent)
    })
  }, 120_000)

  it('[NEG-11] [REV-02] a revision: one of the two holds, the other is refused', async () => {
    const revise: Rival =
      async ({ claim: { creditorId, claimId } }) =>
      async () => {
        const change = { creditorId, claimId, amount: eur('90.00') }
        return codeOf(await revisePaymentRequest(other.deps, change))
      }
    await rounds(revise, ({ agent, rival, claim, kinds }) => {
      const isAgreed = agent === 'agreed'
      expect(rival).toBe(isAgreed ? 'agreement-exists' : 'ok')
      expect(claim).toMatchObject(
        isAgreed ? { revision: 1, principal: 12_000n } : { revision: 2, principal: 9_000n },
      )
      expect(kinds).toEqual([typOf('request'), isAgreed ? typOf('accept') : typOf('request')])
      if (!isAgreed) expect(['sequence-stale', 'revision-superseded']).toContain(agent)
    })
  }, 120_000)

  it('[NEG-11] [THR-05] a dispute under the same place: one is taken, the other is a proof', async () => {
    const dispute: Rival = async ({ agent, claim }) => {
      const body = {
        requestId: claim.claimId,
        disputed: eur('30.00'),
        reason: { code: 'goods-missing' },
      }
      const jws = await sign(one, agent, { kind: 'dispute', thr: claim.thr, body })
      return async () => codeOf(await hand(other, jws))
    }
    await rounds(dispute, ({ agent, rival, claim, kinds }) => {
      const isAgreed = agent === 'agreed'
      expect([agent, rival]).toEqual(isAgreed ? ['agreed', 'equivocation'] : ['equivocation', 'ok'])
      expect(claim.disputed).toBe(isAgreed ? 0n : 3_000n)
      expect(kinds.slice(1)).toEqual(
        isAgreed ? [typOf('accept')] : [typOf('dispute'), typOf('status')],
      )
    })
  }, 120_000)

  it('[NEG-11] a hold of the creditor: the accept stands when it was first, else it is stale', async () => {
    const hold: Rival =
      async ({ claim: { creditorId, claimId } }) =>
      async () =>
        codeOf(
          await setHold(other.deps, { creditorId, claimId, reason: 'other' as const, until: null }),
        )
    await rounds(hold, ({ agent, rival, kinds }) => {
      expect(rival).toBe('ok')
      expect(kinds.slice(1)).toEqual(
        agent === 'agreed' ? [typOf('accept'), typOf('status')] : [typOf('status')],
      )
      if (agent !== 'agreed') expect(agent).toBe('sequence-stale')
    })
  }, 120_000)
})

describe('[THR-03] the same message at both servers at once', () => {
  it('is taken once and gets one reply', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { agent, claim } = await addressedClaim(one)
      const said = { kind: 'query' as const, thr: claim.thr, body: { requestId: claim.claimId } }
      const jws = await sign(one, agent, said)
      const [here, there] = await Promise.all([hand(one, jws), hand(other, jws)])
      expect(here).toMatchObject({ ok: true })
      expect(there).toEqual(here)
      const reply = here.ok ? peekClaims(here.value.body) : here
      expect(reply).toMatchObject({ value: { payload: { seq: 2 } } })
    }
  }, 120_000)
})
