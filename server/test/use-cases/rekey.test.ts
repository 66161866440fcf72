import {
  generateSigningKey,
  type SigningKey,
  signRekeyProof,
  verifyEvidence,
} from '@parley/sdk/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import { type EnrolledAgent, enrolFor, handIn, say, signNext } from '../support/enrolled-agent.ts'
import {
  claimNow,
  DAY,
  issueClaim,
  openTestWorld,
  requestOf,
  type TestWorld,
  transcriptOf,
} from '../support/test-world.ts'

let world: TestWorld
let agent: EnrolledAgent
let next: SigningKey
let claimId: string
let debtorId: string

beforeAll(async () => {
  world = await openTestWorld()
})

beforeEach(async () => {
  await world.reset()
  ;({ claimId, debtorId } = await issueClaim(world))
  agent = await enrolFor(world, debtorId)
  next = await generateSigningKey('Ed25519')
})

afterAll(() => world.close())

const inDays = (days: number) => world.deps.clock.now() + days * DAY

async function rekeyBody(change: object = {}, facts: object = {}) {
  const { iss, thr } = agent
  const proven = { iss, aud: world.deps.publicUrl, thr, ...facts }
  const proof = await signRekeyProof(proven, next)
  return { jwk: next.publicJwk, proof, overlapUntil: inDays(7), ...change }
}

const rekey = async (change: object = {}, facts: object = {}) =>
  await say(world, agent, { kind: 'rekey', body: await rekeyBody(change, facts) })

const wish = (key: SigningKey, claims: object = {}) =>
  say(world, agent, { kind: 'preference', body: { consent: true, payDay: 3 }, key, claims })

async function declineWith(key: SigningKey, id = claimId): Promise<string> {
  const request = await requestOf(world, await claimNow(world, id))
  const { thr, menu } = request as typeof request & { thr: string }
  const said = await transcriptOf(world, thr)
  const head = { seq: said.length - 1, hash: said.at(-1)?.hash ?? '' }
  const body = { requestId: id, menuId: menu.menuId, nothingAcceptable: true }
  const jws = await signNext(world, { ...agent, thr, head }, { kind: 'decline', body, key })
  const reply = await receiveMessage(world.deps, jws)
  return reply.ok ? 'taken' : reply.error.code
}

describe('[ENR-06] the next key of an agent', () => {
  it('signs from then on beside the former, under the same name', async () => {
    expect(await wish(next)).toBe('key-unknown')
    expect(await rekey()).toBe('noted')
    expect(await wish(next)).toBe('noted')
    expect(await wish(agent.key)).toBe('noted')
    expect(await declineWith(next)).toBe('taken')
  })

  it('signs alone after the overlap', async () => {
    await rekey({ overlapUntil: inDays(7) })
    world.pass(7 * DAY - 1)
    expect(await wish(agent.key)).toBe('noted')
    world.pass(1)
    expect(await wish(agent.key)).toBe('key-retired')
    expect(await wish(next)).toBe('noted')
  })

  it('may take over at once', async () => {
    await rekey({ overlapUntil: world.deps.clock.now() })
    expect(await wish(agent.key)).toBe('key-retired')
    expect(await wish(next)).toBe('noted')
  })

  it('is replaced by another in its turn, signed with either valid key', async () => {
    await rekey()
    const former = next
    next = await generateSigningKey('ES256')
    const body = await rekeyBody({ overlapUntil: inDays(1) })
    expect(await say(world, agent, { kind: 'rekey', body, key: former })).toBe('noted')
    world.pass(2 * DAY)
    expect(await wish(former)).toBe('key-retired')
    expect(await wish(agent.key)).toBe('noted')
    expect(await wish(next)).toBe('noted')
  })

  it('signs nothing of an earlier moment', async () => {
    world.pass(DAY)
    await rekey()
    const before = world.deps.clock.now() - 3_600
    expect(await wish(next, { iat: before })).toBe('key-not-yet-valid')
    expect(await wish(next)).toBe('noted')
  })

  it('gets the same reply for the same message after the former has retired', async () => {
    const jws = await signNext(world, agent, { kind: 'rekey', body: await rekeyBody() })
    const first = await handIn(world, agent, jws)
    expect(first).toMatchObject({ ok: true })
    world.pass(40 * DAY)
    expect(await receiveMessage(world.deps, jws)).toEqual(first)
  })

  it('stands in the evidence with the former, and both with their times', async () => {
    expect(await declineWith(agent.key)).toBe('taken')
    world.pass(DAY)
    const at = world.deps.clock.now()
    await rekey()
    const { creditorId, deps } = world
    const second = await issueClaim(world, { debtorId })
    expect(await declineWith(next, second.claimId)).toBe('taken')
    world.pass(30 * DAY)
    for (const id of [claimId, second.claimId]) {
      const bundle = await exportEvidence(deps, { creditorId, claimId: id })
      if (!bundle.ok) throw new Error(bundle.error.code)
      const party = bundle.value.parties.find(({ role }) => role === 'agent')
      expect(party?.iss).toBe(agent.iss)
      expect(party?.jwks.keys).toMatchObject([
        { kid: agent.key.kid, exp: at + 7 * DAY },
        { kid: next.kid, nbf: at },
      ])
      expect(await verifyEvidence(bundle.value)).toMatchObject({ ok: true, faults: [] })
      // Without the rekey, anybody could have added the key.
      for (const key of party?.jwks.keys ?? []) delete (key as { rekey?: string }).rekey
      expect((await verifyEvidence(bundle.value)).faults).toMatchObject([{ code: 'party' }])
    }
  })
})

describe('[ENR-06] a rekey is refused', () => {
  it('when the proof is by another key', async () => {
    const { proof } = await rekeyBody()
    next = await generateSigningKey('Ed25519')
    expect(await rekey({ proof })).toBe('kid')
    expect(await rekey()).toBe('noted')
  })

  it.each([
    ['for another name', { iss: 'urn:ietf:params:oauth:jwk-thumbprint:sha-256:x' }],
    ['to another creditor', { aud: 'https://other.example' }],
    ['in another thread', { thr: 'another-thread-there' }],
  ])('when the proof was made %s', async (_what, facts) => {
    expect(await rekey({}, facts)).toBe('signature')
    expect(await rekey()).toBe('noted')
  })

  it('when the two keys were to be valid for more than 30 days, or until yesterday', async () => {
    expect(await rekey({ overlapUntil: inDays(30) + 1 })).toBe('overlap-invalid')
    expect(await rekey({ overlapUntil: inDays(0) - 1 })).toBe('overlap-invalid')
    expect(await rekey({ overlapUntil: inDays(30) })).toBe('noted')
  })

  it('when it names a key that it named before', async () => {
    await rekey()
    expect(await rekey()).toBe('key-reused')
    next = agent.key
    expect(await rekey()).toBe('key-reused')
  })

  it('when the key is of another kind, or the schema is broken', async () => {
    expect(await rekey({ jwk: { kty: 'OKP', crv: 'P-256', x: 'A'.repeat(43) } })).toBe(
      'key-unknown',
    )
    expect(await rekey({ proof: undefined })).toBe('schema')
  })

  it('when a stranger signs it', async () => {
    const body = await rekeyBody()
    expect(await say(world, agent, { kind: 'rekey', body, key: next })).toBe('key-unknown')
  })
})
