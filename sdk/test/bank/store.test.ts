import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BankStore, type CustomerRecord, createMemoryBankStore } from '../../src/index.ts'
import { createFileBankStore } from '../../src/node/index.ts'
import { createBankWorld, LIMITS } from '../support/bank-world.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-bank-'))
})
afterAll(() => rm(folder, { recursive: true }))

const CUSTOMER: CustomerRecord = {
  customerId: 'Customer/1',
  version: 1,
  agentKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'kid-1' }],
  debtorAccount: { iban: 'DE02120300000000202051' },
  timeZone: 'Europe/Berlin',
  limits: LIMITS,
  pinned: [],
  stopped: false,
  agreements: [],
}

const stores: ReadonlyArray<[string, () => BankStore]> = [
  ['in memory', createMemoryBankStore],
  ['in a folder', () => createFileBankStore(join(folder, crypto.randomUUID()))],
]

describe.each(stores)('a bank store %s', (_, create) => {
  it('gives back what it keeps, big integers included', async () => {
    const store = create()
    expect(await store.customer('Customer/1')).toBeUndefined()
    expect(await store.saveCustomer(CUSTOMER)).toBe(true)
    expect(await store.customer('Customer/1')).toEqual(CUSTOMER)
    expect(await store.customerOfKey('kid-1')).toEqual(CUSTOMER)
    expect(await store.customerOfKey('kid-2')).toBeUndefined()
    expect(await store.customerIds()).toEqual(['Customer/1'])
  })

  it('keeps a version only upon the one before', async () => {
    const store = create()
    expect(await store.saveCustomer({ ...CUSTOMER, version: 2 })).toBe(false)
    expect(await store.saveCustomer(CUSTOMER)).toBe(true)
    expect(await store.saveCustomer(CUSTOMER)).toBe(false)
    expect(await store.saveCustomer({ ...CUSTOMER, version: 2 })).toBe(true)
  })

  it('lets exactly one of many writers win', async () => {
    const store = create()
    const saves = Array.from({ length: 20 }, () => store.saveCustomer(CUSTOMER))
    expect((await Promise.all(saves)).filter(Boolean)).toHaveLength(1)
  })

  it('keeps the first copy of an agreement', async () => {
    const store = create()
    await store.keepAgreement('id-1', 'first')
    await store.keepAgreement('id-1', 'second')
    expect(await store.agreement('id-1')).toBe('first')
    expect(await store.agreement('id-2')).toBeUndefined()
  })

  it('[PAY-09] keeps which creditors are stopped, each once', async () => {
    const store = create()
    const creditor = { issuer: 'https://creditor.example', creditorId: 'cr1' }
    expect(await store.stoppedCreditors()).toEqual([])
    await store.setCreditorStopped(creditor, true)
    await store.setCreditorStopped(creditor, true)
    expect(await store.stoppedCreditors()).toEqual([creditor])
    await store.setCreditorStopped(creditor, false)
    await store.setCreditorStopped(creditor, false)
    expect(await store.stoppedCreditors()).toEqual([])
    await store.setCreditorStopped(creditor, true)
    expect(await store.stoppedCreditors()).toEqual([creditor])
  })

  it('carries a payment made once by two banks', async () => {
    const world = await createBankWorld({ bankStore: create() })
    const agreement = await world.agree()
    const other = world.restartBank()
    const banks = [world.bank, other]
    await Promise.all([0, 1, 2, 3].map((index) => world.hand(agreement, banks[index % 2])))
    world.passDueDates()
    const lines = (await world.bank.customer('customer-1'))?.agreements[0]?.lines ?? []
    await Promise.all([...banks, ...banks].map((bank) => bank.payDue()))
    expect(lines.length).toBeGreaterThan(0)
    expect(world.rail.paid).toHaveLength(lines.length)
    expect(world.rail.calls).toHaveLength(lines.length)
  })
})
