import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BankStore,
  type CustomerRecord,
  createMemoryBankStore,
  type JournalEntry,
  NO_SWITCHES,
} from '../../src/index.ts'
import { createFileBankStore } from '../../src/node/index.ts'
import { createBankWorld, LIMITS } from '../support/bank-world.ts'
import { type OpenedPostgres, openPostgres } from '../support/postgres-store.ts'

let folder = ''
let postgres: OpenedPostgres
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-bank-'))
  postgres = await openPostgres()
})
afterAll(async () => {
  await postgres.close()
  await rm(folder, { recursive: true })
})

const CUSTOMER: CustomerRecord = {
  customerId: 'Customer/1',
  version: 1,
  journalSeq: 0,
  agentKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'kid-1' }],
  debtorAccount: { iban: 'DE02120300000000202051' },
  timeZone: 'Europe/Berlin',
  limits: LIMITS,
  mandates: [],
  refused: [],
  stopped: false,
  agreements: [],
}

function entry(seq: number, code: string | null = null): JournalEntry {
  return {
    ...{ seq, at: 1, version: seq, subject: 'switch', what: 'stopped', code },
    ...{ agreementId: null, line: null, fencing: null, facts: { 'é\u0000"': 'ü' } },
  }
}

const stores: ReadonlyArray<[string, () => Promise<BankStore>]> = [
  ['in memory', async () => createMemoryBankStore()],
  ['in a folder', async () => createFileBankStore(join(folder, crypto.randomUUID()))],
  ['in PostgreSQL', () => postgres.store()],
]

describe.each(stores)('a bank store %s', (_, create) => {
  it('gives back what it keeps, big integers included', async () => {
    const store = await create()
    expect(await store.customer('Customer/1')).toBeUndefined()
    expect(await store.saveCustomer(CUSTOMER, [])).toBe(true)
    expect(await store.customer('Customer/1')).toEqual(CUSTOMER)
    expect(await store.customerOfKey('kid-1')).toEqual(CUSTOMER)
    expect(await store.customerOfKey('kid-2')).toBeUndefined()
    expect(await store.customerIds()).toEqual(['Customer/1'])
    const changed = { ...CUSTOMER, version: 2, agentKeys: [] }
    expect(await store.saveCustomer(changed, [])).toBe(true)
    expect(await store.customerOfKey('kid-1')).toBeUndefined()
  })

  it('keeps a version only upon the one before', async () => {
    const store = await create()
    expect(await store.saveCustomer({ ...CUSTOMER, version: 2 }, [])).toBe(false)
    expect(await store.saveCustomer(CUSTOMER, [])).toBe(true)
    expect(await store.saveCustomer(CUSTOMER, [])).toBe(false)
    expect(await store.saveCustomer({ ...CUSTOMER, version: 2 }, [])).toBe(true)
  })

  it('lets exactly one of many writers win, and keeps its journal alone', async () => {
    const store = await create()
    for (const version of [1, 2]) {
      const saves = Array.from({ length: 20 }, (_, index) =>
        store.saveCustomer({ ...CUSTOMER, version }, [entry(version, `writer-${index}`)]),
      )
      const won = await Promise.all(saves)
      expect(won.filter(Boolean)).toHaveLength(1)
      const journal = await store.journal('Customer/1')
      expect(journal).toHaveLength(version)
      expect(journal.at(-1)?.code).toBe(`writer-${won.indexOf(true)}`)
    }
  })

  it('keeps the journal of each customer in order, and pages through it', async () => {
    const store = await create()
    for (let version = 1; version <= 12; version++) {
      const entries = version === 5 ? [] : [entry(version < 5 ? version : version - 1)]
      expect(await store.saveCustomer({ ...CUSTOMER, version }, entries)).toBe(true)
    }
    const journal = await store.journal('Customer/1')
    expect(journal.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(journal[0]).toEqual(entry(1))
    const page = await store.journal('Customer/1', { after: 9, limit: 1 })
    expect(page.map(({ seq }) => seq)).toEqual([10])
    expect(await store.journal('Customer/2')).toEqual([])
    expect(await store.journal(null)).toEqual([])
  })

  it('keeps the first copy of an agreement', async () => {
    const store = await create()
    await store.keepAgreement('id-1', 'first')
    await store.keepAgreement('id-1', 'second')
    expect(await store.agreement('id-1')).toBe('first')
    expect(await store.agreement('id-2')).toBeUndefined()
  })

  it('[PAY-09] keeps the switches of the operator, with their journal', async () => {
    const store = await create()
    const creditor = { issuer: 'https://creditor.example', creditorId: 'cr1' }
    expect(await store.switches()).toEqual(NO_SWITCHES)
    const stopped = { version: 1, journalSeq: 1, stopped: false, stoppedCreditors: [creditor] }
    expect(await store.saveSwitches(stopped, [entry(1)])).toBe(true)
    expect(await store.saveSwitches(stopped, [entry(1)])).toBe(false)
    expect(await store.switches()).toEqual(stopped)
    const started = { ...stopped, version: 2, journalSeq: 2, stoppedCreditors: [] }
    expect(await store.saveSwitches(started, [entry(2)])).toBe(true)
    expect(await store.switches()).toEqual(started)
    expect(await store.journal(null)).toEqual([entry(1), entry(2)])
  })

  it('carries a payment made once by two banks', async () => {
    const world = await createBankWorld({ bankStore: await create() })
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
