// Data keys over two handles of one database, as two processes have them.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createVault } from '../../src/secrets/vault.ts'
import { openStore, type Store } from '../../src/storage/database.ts'
import { findDebtor } from '../../src/storage/debtors.ts'
import { keyringOf, OPEN_KEY_MS } from '../../src/storage/keyring.ts'
import { pageOfSecrets } from '../../src/storage/master-sealed.ts'
import { destroyPersonKeys, keysWrappedByOthers } from '../../src/storage/person-keys.ts'
import { openField, sealField } from '../../src/storage/sealed-fields.ts'
import { rotateMasterKey } from '../../src/use-cases/rotate-master-key.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { addCreditorRow, addDebtorRow } from '../support/storage-rows.ts'

const [FORMER, PRESENT] = [randomBytes(32), randomBytes(32)]
let database: FreshDatabase
const stores: Store[] = []

beforeEach(async () => {
  database = await freshDatabase({ migrated: true })
})

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(stores.splice(0).map((store) => store.close()))
  await database.drop()
})

async function open(...keys: Parameters<typeof createVault>): Promise<Store> {
  const location = { kind: 'postgres', url: database.url, poolSize: 2 } as const
  const store = await openStore(location, createVault(...keys))
  stores.push(store)
  return store
}

async function person(store: Store) {
  const creditorId = await addCreditorRow(store)
  const debtorId = await addDebtorRow(store.db, creditorId)
  return { creditorId, debtorId, personId: debtorId }
}

it('opens a field for its creditor, its person and its place alone', async () => {
  const store = await open(PRESENT)
  const [owner, other] = [await person(store), await person(store)]
  const sealed = await sealField(store.db, { ...owner, place: 'a.b 1', text: 'Ann' })
  expect(sealed.toString('latin1')).not.toContain('Ann')
  expect(await openField(store.db, { ...owner, place: 'a.b 1', sealed })).toBe('Ann')
  await expect(openField(store.db, { ...owner, place: 'a.b 2', sealed })).rejects.toThrow('a.b 2')
  await expect(openField(store.db, { ...other, place: 'a.b 1', sealed })).rejects.toThrow(
    'has no data key',
  )
  const turned = Buffer.from(sealed)
  turned.set([(turned.at(-1) ?? 0) ^ 1], turned.length - 1)
  await expect(openField(store.db, { ...owner, place: 'a.b 1', sealed: turned })).rejects.toThrow()
})

it('closes for every process within half a minute of being destroyed in one', async () => {
  const [one, other] = [await open(PRESENT), await open(PRESENT)]
  const owner = await person(one)
  const field = { ...owner, place: 'a.b 1' }
  const sealed = await sealField(other.db, { ...field, text: 'Ann' })
  await one.db.transaction().execute((tx) => destroyPersonKeys(tx, [owner], 1))
  expect(await openField(one.db, { ...field, sealed })).toBeNull()
  expect(await openField(other.db, { ...field, sealed })).toBe('Ann')
  const later = performance.now() + OPEN_KEY_MS
  vi.spyOn(performance, 'now').mockReturnValue(later)
  expect(await openField(other.db, { ...field, sealed })).toBeNull()
  const late = await sealField(other.db, { ...field, text: 'again' })
  expect(await openField(other.db, { ...field, sealed: late })).toBeNull()
})

it('moves under another master key, in a run that may be cut off', async () => {
  const before = await open(FORMER)
  const owner = await person(before)
  const secret = await keyringOf(before.db).secret(before.db, 'a test')
  const both = await open(PRESENT, FORMER)
  expect(await findDebtor(both.db, owner)).toMatchObject({ name: 'Ann Peeters' })
  const vault = createVault(PRESENT, FORMER)
  const first = await rotateMasterKey({ db: both.db, vault })
  expect(first).toMatchObject({ 'data keys': expect.any(Number), 'secrets of the server': 2 })
  expect(await keysWrappedByOthers(both.db, { keyId: vault.keyId, limit: 1 })).toEqual([])
  const again = await rotateMasterKey({ db: both.db, vault })
  expect(Object.values(again).every((count) => count === 0)).toBe(true)

  const after = await open(PRESENT)
  expect(await findDebtor(after.db, owner)).toMatchObject({ name: 'Ann Peeters' })
  expect(await keyringOf(after.db).secret(after.db, 'a test')).toEqual(secret)
  const [kept] = await pageOfSecrets(after.db, 'secrets of the server', { after: '', limit: 1 })
  const former = createVault(FORMER)
  expect(() => former.open(kept?.sealed ?? Buffer.alloc(0), kept?.context)).toThrow('does not open')
  const stale = await open(FORMER)
  await expect(findDebtor(stale.db, owner)).rejects.toThrow('PARLEY_MASTER_KEY is not the one')
})
