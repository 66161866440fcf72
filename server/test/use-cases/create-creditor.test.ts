import { createHash } from 'node:crypto'
import { sha256Base64Url } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalog } from '../../src/catalog-files.ts'
import { DEFAULT_POLICY, policyText } from '../../src/domain/negotiation/policy.ts'
import { createIdSource } from '../../src/ids.ts'
import {
  findCreditorIdByKeyHash,
  readCreditor,
  updateCreditor,
} from '../../src/storage/creditors.ts'
import type { Store } from '../../src/storage/database.ts'
import { insertPolicyVersion, latestPolicies, latestPolicy } from '../../src/storage/policies.ts'
import { createCreditor, type NewCreditor } from '../../src/use-cases/create-creditor.ts'
import { openTestStore } from '../support/test-store.ts'

const NOW = 1_800_000_000
const clock = { now: () => NOW }
const NEW: NewCreditor = {
  name: 'Stadsenergie',
  account: { iban: 'NL91ABNA0417164300', bic: 'ABNANL2A' },
  timeZone: 'Europe/Amsterdam',
  language: 'nl',
  contact: { email: 'vragen@stadsenergie.example' },
}

let store: Store
let create: (changes?: Partial<NewCreditor>) => ReturnType<typeof createCreditor>

beforeAll(async () => {
  store = await openTestStore()
  const deps = {
    db: store.db,
    clock,
    ids: createIdSource(clock),
    journeys: loadCatalog().journeys,
  }
  create = (changes = {}) => createCreditor(deps, { ...NEW, ...changes })
}, 120_000)

afterAll(() => store.close())

async function created() {
  const result = await create()
  if (!result.ok) throw new Error(result.error.detail)
  return result.value
}

const hashOf = (apiKey: string) => createHash('sha256').update(apiKey).digest()

describe('createCreditor', () => {
  it('stores the settings, the default policy and the hash of the key', async () => {
    const { creditorId, apiKey } = await created()
    expect(await readCreditor(store.db, creditorId)).toEqual({
      creditorId,
      name: 'Stadsenergie',
      iban: 'NL91ABNA0417164300',
      bic: 'ABNANL2A',
      nextAccount: null,
      accountVersion: 1,
      referenceScheme: 'SCOR',
      timeZone: 'Europe/Amsterdam',
      language: 'nl',
      contact: { email: 'vragen@stadsenergie.example' },
      country: 'NL',
      chargesAgreed: false,
      enterpriseNumber: null,
      journey: 'friendly-default',
      responseTimeHours: 24,
      creditRules: {},
      retention: {},
      createdAt: NOW,
    })
    expect(await latestPolicies(store.db, creditorId)).toEqual([
      {
        segment: 'default',
        version: 1,
        policyHash: await sha256Base64Url(policyText('default', 1, DEFAULT_POLICY)),
        terms: DEFAULT_POLICY,
      },
    ])
    expect(await findCreditorIdByKeyHash(store.db, hashOf(apiKey))).toBe(creditorId)
    const rows = await store.pool.query('select * from api_keys where creditor_id = $1', [
      creditorId,
    ])
    expect(JSON.stringify(rows.rows)).not.toContain(apiKey)
  })

  it.each<[string, Partial<NewCreditor>]>([
    ['QRR', { account: { iban: 'CH4431999123000889012' } }],
    ['SCOR', { account: { iban: 'CH5800791123000889012' } }],
    ['OCR-LENGTH', { referenceScheme: 'OCR-LENGTH' }],
  ])('numbers by %s for %j', async (referenceScheme, changes) => {
    const result = await create(changes)
    if (!result.ok) throw new Error(result.error.detail)
    const { creditorId } = result.value
    expect(await readCreditor(store.db, creditorId)).toMatchObject({ referenceScheme })
  })

  it('gives every creditor another key, and knows neither a wrong nor a revoked one', async () => {
    const [first, second] = [await created(), await created()]
    expect(first.apiKey).not.toBe(second.apiKey)
    expect(await findCreditorIdByKeyHash(store.db, hashOf(`${first.apiKey}x`))).toBeUndefined()
    await store.pool.query('update api_keys set revoked_at = 1 where creditor_id = $1', [
      first.creditorId,
    ])
    expect(await findCreditorIdByKeyHash(store.db, hashOf(first.apiKey))).toBeUndefined()
    expect(await findCreditorIdByKeyHash(store.db, hashOf(second.apiKey))).toBe(second.creditorId)
  })

  it.each<[string, string, Partial<NewCreditor>]>([
    ['text-invalid', '/name', { name: 'Stads\u202eenergie' }],
    ['text-invalid', '/name', { name: '' }],
    ['account-invalid', '/account/iban', { account: { iban: 'NL91ABNA0417164301' } }],
    ['account-invalid', '/account/bic', { account: { iban: NEW.account.iban, bic: 'ABNA' } }],
    ['time-zone-unknown', '/timeZone', { timeZone: '+02:00' }],
    ['text-invalid', '/contact/email', { contact: { email: 'vragen' } }],
    ['reference-scheme-unfit', '/referenceScheme', { referenceScheme: 'QRR' }],
    [
      'reference-scheme-unfit',
      '/referenceScheme',
      { referenceScheme: 'SCOR', account: { iban: 'CH4431999123000889012' } },
    ],
  ])('refuses with %s at %s and stores nothing', async (code, pointer, changes) => {
    const count = async () => (await store.pool.query('select 1 from creditors')).rows.length
    const before = await count()
    expect(await create(changes)).toMatchObject({ ok: false, error: { code, pointer } })
    expect(await count()).toBe(before)
  })
})

describe('storage of creditors', () => {
  it('changes what is given and nothing else', async () => {
    const { creditorId } = await created()
    const before = await readCreditor(store.db, creditorId)
    await updateCreditor(store.db, creditorId, {})
    expect(await readCreditor(store.db, creditorId)).toEqual(before)
    const change = { bic: null, contact: {}, responseTimeHours: 48 }
    await updateCreditor(store.db, creditorId, change)
    expect(await readCreditor(store.db, creditorId)).toEqual({ ...before, ...change })
  })

  it('throws for a creditor that does not exist', async () => {
    await expect(readCreditor(store.db, 'cr_none')).rejects.toThrow()
  })
})

describe('storage of policies', () => {
  it('finds the newest version of a segment, or that of default', async () => {
    const { creditorId } = await created()
    const version = (segment: string, number: number) =>
      insertPolicyVersion(store.db, {
        creditorId,
        segment,
        version: number,
        policyHash: `${segment}-${number}`,
        terms: { ...DEFAULT_POLICY, maxInstalments: number },
        at: NOW,
      })
    await version('default', 10)
    await version('home', 9)
    await version('home', 2)
    await version('zzz', 1)
    const hashOfSegment = async (segment: string) =>
      (await latestPolicy(store.db, creditorId, segment)).policyHash
    expect(await hashOfSegment('home')).toBe('home-9')
    expect(await hashOfSegment('other')).toBe('default-10')
    expect(await hashOfSegment('default')).toBe('default-10')
    const latest = await latestPolicies(store.db, creditorId)
    expect(latest.map(({ policyHash }) => policyHash)).toEqual(['default-10', 'home-9', 'zzz-1'])
    expect(latest[0]?.terms.maxInstalments).toBe(10)
  })

  it('never changes a version', async () => {
    const { creditorId } = await created()
    const again = { creditorId, segment: 'default', version: 1, policyHash: 'x', at: NOW }
    const terms = { ...DEFAULT_POLICY, maxInstalments: 12 }
    expect(await insertPolicyVersion(store.db, { ...again, terms })).toBe(false)
    const [kept] = await latestPolicies(store.db, creditorId)
    expect(kept?.terms).toEqual(DEFAULT_POLICY)
  })
})
