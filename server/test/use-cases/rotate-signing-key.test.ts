import {
  generateSigningKey,
  importSigningKey,
  peekClaims,
  verifyMessage,
} from '@parley/sdk/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeSigningKey } from '../../src/secrets/make-signing-key.ts'
import { openSigner, type StoredSigner } from '../../src/secrets/signer.ts'
import { createVault } from '../../src/secrets/vault.ts'
import { readJwks, readMetadata } from '../../src/use-cases/read-metadata.ts'
import { revokeSigningKey, rotateSigningKey } from '../../src/use-cases/rotate-signing-key.ts'
import { DAY, openTestWorld, type TestWorld } from '../support/test-world.ts'

const vault = createVault(Buffer.alloc(32, 7))
const MINUTES = 60
const TEST_TYP = 'parley-status+jwt'

let world: TestWorld
let signer: StoredSigner
let first: string

beforeAll(async () => {
  world = await openTestWorld()
})

beforeEach(async () => {
  await world.reset()
  await world.deps.db.deleteFrom('signing_keys').execute()
  signer = await openSigner({ ...world.deps, vault })
  first = signer.kid
})

afterAll(() => world.close())

const keyDeps = () => ({ ...world.deps, makeKey: () => makeSigningKey(vault) })

async function rotate(overlapSeconds = 10 * MINUTES) {
  const rotated = await rotateSigningKey(keyDeps(), { overlapSeconds })
  if (!rotated.ok) throw new Error(rotated.error.detail)
  return rotated.value
}

async function revoke(kid: string) {
  const revoked = await revokeSigningKey(keyDeps(), { kid, reason: 'lost' })
  if (!revoked.ok) throw new Error(revoked.error.detail)
  return revoked.value
}

async function published(): Promise<Record<string, unknown>[]> {
  return [...(await readJwks(world.deps)).keys] as never
}

async function signed() {
  await signer.refresh()
  const jws = await signer.sign(TEST_TYP, { any: 'thing' })
  const peeked = peekClaims(jws)
  return peeked.ok ? peeked.value.header.kid : ''
}

describe('[KEY-03] rotating the key', () => {
  it('publishes the next one at once, and signs with it after the overlap', async () => {
    const now = world.deps.clock.now()
    const { kid, signsFrom } = await rotate()
    expect(signsFrom).toBe(now + 10 * MINUTES)
    expect((await published()).map((key) => key['kid'])).toEqual([kid, first])
    world.pass(10 * MINUTES - 1)
    expect(await signed()).toBe(first)
    world.pass(1)
    expect(await signed()).toBe(kid)
  })

  it('keeps the former valid as long as the last message that it signed', async () => {
    const { signsFrom } = await rotate()
    const former = (await published()).find((key) => key['kid'] === first)
    expect(former).toMatchObject({ exp: signsFrom + 30 * DAY })
  })

  it('is done once at a time, and again afterwards', async () => {
    const { kid } = await rotate()
    expect(await rotateSigningKey(keyDeps(), { overlapSeconds: 600 })).toMatchObject({
      ok: false,
      error: { code: 'rotation-under-way' },
    })
    world.pass(10 * MINUTES)
    const third = await rotate()
    world.pass(10 * MINUTES)
    expect(await signed()).toBe(third.kid)
    expect((await published()).map((key) => key['kid'])).toEqual([third.kid, kid, first])
  })

  it('makes one key when two ask at the same time', async () => {
    const both = await Promise.all([
      rotateSigningKey(keyDeps(), { overlapSeconds: 600 }),
      rotateSigningKey(keyDeps(), { overlapSeconds: 600 }),
    ])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await published()).toHaveLength(2)
  })

  it('leaves the metadata verifiable at every moment', async () => {
    await rotate()
    for (const seconds of [0, 10 * MINUTES, 31 * DAY]) {
      world.pass(seconds)
      await signer.refresh()
      const deps = { ...world.deps, signer }
      const { signedMetadata } = await readMetadata(deps)
      const options = {
        typ: 'parley-meta+jwt',
        keys: await readJwks(world.deps),
        now: world.deps.clock.now(),
        audience: 'urn:parley:anyone',
        issuer: world.deps.publicUrl,
      }
      expect(await verifyMessage(signedMetadata, options)).toMatchObject({ ok: true })
    }
  })
})

describe('[KEY-02] revoking a key', () => {
  it('that signs brings in a new one at once', async () => {
    const { kid } = await revoke(first)
    expect(kid).not.toBe(first)
    expect(await signed()).toBe(kid)
    expect((await published()).find((key) => key['kid'] === first)).toMatchObject({
      revoked: { at: world.deps.clock.now(), reason: 'lost' },
    })
  })

  it('that signs lets the next one take over now', async () => {
    const { kid } = await rotate()
    expect(await revoke(first)).toEqual({ kid, signsFrom: world.deps.clock.now() })
    expect(await signed()).toBe(kid)
  })

  it('that does not sign yet lets the present one go on without an end', async () => {
    const { kid } = await rotate()
    expect(await revoke(kid)).toMatchObject({ kid: first })
    world.pass(DAY)
    expect(await signed()).toBe(first)
    expect((await published()).find((key) => key['kid'] === first)).not.toHaveProperty('exp')
    const third = await rotate()
    world.pass(10 * MINUTES)
    expect(await signed()).toBe(third.kid)
  })

  it('that is unknown, or revoked already, changes nothing', async () => {
    for (const kid of ['nothing', first, first]) {
      const before = await published()
      const revoked = await revokeSigningKey(keyDeps(), { kid, reason: 'x' })
      if (revoked.ok) continue
      expect(revoked.error.code).toBe('key-unknown')
      expect(await published()).toEqual(before)
    }
    expect((await published()).length).toBe(2)
  })
})

describe('the keys in the store', () => {
  it('are encrypted, and of two signers that open at once both use one', async () => {
    await world.deps.db.deleteFrom('signing_keys').execute()
    const deps = { ...world.deps, vault }
    const [one, other] = await Promise.all([openSigner(deps), openSigner(deps)])
    expect(one.kid).toBe(other.kid)
    const made = await makeSigningKey(vault)
    const opened = await importSigningKey(JSON.parse(vault.open(made.encryptedPrivateJwk)))
    expect(opened.kid).toBe(made.kid)
    expect(made.encryptedPrivateJwk.toString('latin1')).not.toContain('"d"')
    expect((await generateSigningKey('ES256')).kid).not.toBe(made.kid)
  })
})
