import {
  err,
  generateSigningKey,
  keyRecordOf,
  ok,
  type SigningKey,
  signMessage,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/domain/negotiation/policy.ts'
import { insertAgreement } from '../../src/storage/agreements.ts'
import { forgetHopNonces } from '../../src/use-cases/admit-hop.ts'
import { receiveMessage } from '../../src/use-cases/receive-message.ts'
import { bareHop, signedHop } from '../support/bank-hop.ts'
import { issueClaim, openTestWorld, type TestWorld } from '../support/test-world.ts'

const BANK = 'https://bank.example'
const AGREEMENT = 'A'.repeat(43)

let world: TestWorld
let key: SigningKey

beforeAll(async () => {
  world = await openTestWorld()
  key = await generateSigningKey('ES256')
})

beforeEach(async () => {
  await world.reset()
  const { creditorId, claimId, debtorId } = await issueClaim(world)
  const { db, clock } = world.deps
  const agreement = {
    ...{ creditorId, agreementId: AGREEMENT, claimId, debtorId },
    acceptedBy: 'agent',
    plan: { instalments: 1, interval: null, priceBps: 0, firstDueDate: '2026-03-27' },
    ...{ total: 12_000n, bankIss: BANK, jws: { payload: '', signatures: [] } },
    ...{ agreedAt: clock.now(), lateTerms: DEFAULT_POLICY.late, mayReplan: true },
  } as const
  await db.transaction().execute((tx) => insertAgreement(tx, agreement))
  const record = keyRecordOf({ ...key.publicJwk, kid: key.kid })
  world.deps.peerKeys = {
    resolverFor: () => async (header, issuer) =>
      record.ok && issuer === BANK && header.kid === key.kid
        ? ok(record.value)
        : err({ code: 'key-unknown' }),
  }
})

afterAll(() => world.close())

/** A payment message whose thread is wrong: refused with `thr` once its hop was let in. */
async function payment(changes: object = {}): Promise<string> {
  const { clock, publicUrl, ids } = world.deps
  const [jti, thr] = [toBase64Url(ids.randomBytes(16)), 'a-thread-of-no-line']
  const now = clock.now()
  const place = {
    ver: '1.0',
    iss: BANK,
    aud: publicUrl,
    sub: 'sub_1',
    jti,
    thr,
    seq: 0,
    prev: null,
  }
  const said = {
    requestId: 'pr_1',
    agreementId: AGREEMENT,
    line: 1,
    status: 'ACCP',
    amount: { value: '120.00', currency: 'EUR' },
    endToEndId: 'E2E-1',
  }
  return await signMessage(
    typOf('payment'),
    { ...place, iat: now, exp: now + 900, ...said, ...changes },
    key,
  )
}

const fresh = () => ({ key, now: world.deps.clock.now() })
const LET_IN = 'thr'

async function codeOf(jws: string, hop?: Parameters<typeof receiveMessage>[2]): Promise<string> {
  const reply = await receiveMessage(world.deps, jws, hop)
  return reply.ok ? 'taken' : reply.error.code
}

describe('[HOP-07] a payment message', () => {
  it('is refused without a signature of the hop, whatever it says', async () => {
    const jws = await payment()
    expect(await codeOf(jws, bareHop(jws))).toBe('hop-missing')
    expect(await codeOf(jws)).toBe('hop-missing')
    expect(await codeOf(jws, await signedHop(jws, fresh()))).toBe(LET_IN)
  })
})

describe('[PRB-03] an agreement that names another bank, or none', () => {
  const said = async (changes: object) => {
    const jws = await payment(changes)
    return await receiveMessage(world.deps, jws, await signedHop(jws, fresh()))
  }

  it.each([
    ['another bank', { iss: 'https://other.example' }],
    ['nobody', { iss: null }],
  ])('is to %s as one that does not exist', async (_who, changes) => {
    const unknown = await said({ ...changes, agreementId: 'B'.repeat(43) })
    expect(unknown.ok ? 'taken' : unknown.error.code).toBe('not-found')
    expect(await said(changes)).toEqual(unknown)
    await world.deps.db.updateTable('agreements').set({ bank_iss: null }).execute()
    expect(await said(changes)).toEqual(unknown)
  })

  it('is known to the bank that it names', async () => {
    const named = await said({})
    expect(named.ok ? 'taken' : named.error.code).toBe(LET_IN)
  })
})

describe('[HOP-04] a nonce', () => {
  it('lets one request in, not the same request again', async () => {
    const jws = await payment()
    const hop = await signedHop(jws, fresh())
    expect(await codeOf(jws, hop)).toBe(LET_IN)
    expect(await codeOf(jws, hop)).toBe('hop-replay')
    expect(await codeOf(jws, await signedHop(jws, fresh()))).toBe(LET_IN)
  })

  it('lets one of two in that come at the same time', async () => {
    const jws = await payment()
    const hop = await signedHop(jws, fresh())
    const codes = await Promise.all([codeOf(jws, hop), codeOf(jws, hop)])
    expect(codes.toSorted()).toEqual(['hop-replay', LET_IN])
  })

  it('is not used up by a request that was not signed by the bank', async () => {
    const jws = await payment()
    const nonce = 'n'.repeat(22)
    const stranger = await generateSigningKey('ES256')
    expect(await codeOf(jws, await signedHop(jws, { ...fresh(), key: stranger, nonce }))).toBe(
      'hop-key',
    )
    expect(await codeOf(jws, await signedHop(jws, { ...fresh(), nonce }))).toBe(LET_IN)
  })

  it('is forgotten when a repetition is too old anyway', async () => {
    const jws = await payment()
    const hop = await signedHop(jws, fresh())
    await codeOf(jws, hop)
    world.pass(599)
    expect(await forgetHopNonces(world.deps, { limit: 10 })).toBe(0)
    expect(await codeOf(jws, hop)).toBe('hop-created')
    world.pass(1)
    expect(await forgetHopNonces(world.deps, { limit: 10 })).toBe(1)
    expect(await codeOf(jws, hop)).toBe('hop-created')
  })
})

describe('what is refused of a hop', () => {
  it('[HOP-06] a key that is not of the message’s issuer', async () => {
    const jws = await payment()
    const stranger = await generateSigningKey('ES256')
    expect(await codeOf(jws, await signedHop(jws, { ...fresh(), key: stranger }))).toBe('hop-key')
  })

  it('[HOP-04] one from the future, and an old one', async () => {
    const jws = await payment()
    const at = (shift: number) => signedHop(jws, { key, now: world.deps.clock.now() + shift })
    expect(await codeOf(jws, await at(31))).toBe('hop-created')
    expect(await codeOf(jws, await at(-301))).toBe('hop-created')
    expect(await codeOf(jws, await at(30))).toBe(LET_IN)
  })

  it('[HOP-03] another body than the one that was signed', async () => {
    const jws = await payment()
    const hop = await signedHop(await payment(), fresh())
    const swapped = { ...hop, body: new TextEncoder().encode(jws) }
    expect(await codeOf(jws, swapped)).toBe('hop-digest')
  })

  it('[HOP-01] one for another server, or another path', async () => {
    const jws = await payment()
    const hop = await signedHop(jws, { ...fresh(), server: 'https://other.example' })
    const here = { ...hop, url: bareHop(jws).url }
    expect(await codeOf(jws, here)).toBe('hop-signature')
    const moved = { ...(await signedHop(jws, fresh())), url: `${bareHop(jws).url}?x=1` }
    expect(await codeOf(jws, moved)).toBe('hop-signature')
  })

  it('[HOP-05] two signatures of ours, or none that parses', async () => {
    const jws = await payment()
    const hop = await signedHop(jws, fresh())
    const input = hop.headers.get('signature-input') ?? ''
    const twice = `${input}, ${input.replace('parley=', 'again=')}`
    const change = (name: string, value: string) => ({
      ...hop,
      headers: new Map([...hop.headers, [name, value]]),
    })
    expect(await codeOf(jws, change('signature-input', twice))).toBe('hop-signature')
    expect(await codeOf(jws, change('signature', '%%%'))).toBe('hop-signature')
    expect(await codeOf(jws, hop)).toBe(LET_IN)
  })

  it('[HOP-02] an alg that the sender chose', async () => {
    const jws = await payment()
    const hop = await signedHop(jws, fresh())
    const input = `${hop.headers.get('signature-input')};alg="ecdsa-p256-sha256"`
    const headers = new Map([...hop.headers, ['signature-input', input]])
    expect(await codeOf(jws, { ...hop, headers })).toBe('hop-parameters')
  })
})
