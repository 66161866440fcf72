// Two servers on one real PostgreSQL import the same statements: the unique key decides.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { ingFile, mt940File } from '../domain/statement/statement-fixtures.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { checkSums, IBAN, issueHundred, linesOf, paymentsOf } from '../support/money-world.ts'
import { claimNow, openTestWorld, outboxOf, type TestWorld } from '../support/test-world.ts'

let database: FreshDatabase
let world: TestWorld

beforeAll(async () => {
  database = await freshDatabase()
  world = await openTestWorld({ url: database.url })
})

afterAll(async () => {
  await world?.close()
  await database?.drop()
})

const importFile = (file: string) =>
  importBankStatement(world.deps, { creditorId: world.creditorId, file })

const twelve = <T>(of: (i: number) => T[]) => Array.from({ length: 12 }, (_, i) => of(i)).flat()

describe('imports of one file beside each other', () => {
  it('have one effect, with payments of the same claims and their returns', async () => {
    await world.reset()
    const claims = await Promise.all(Array.from({ length: 6 }, () => issueHundred(world)))
    const payments = claims.flatMap(({ reference }, i) => [
      { amount: '60.00', bankReference: `A${i}`, reference },
      { amount: '60.00', bankReference: `B${i}`, reference },
    ])
    const returns = payments.slice(0, 4).map((payment) => ({ ...payment, takesBack: 'AC04' }))
    const file = camtNotification(IBAN, [...payments, ...returns])

    const results = await Promise.all([importFile(file), importFile(file), importFile(file)])

    const counts = results.flatMap((result) => (result.ok ? [result.value] : []))
    const sum = (name: 'matched' | 'reversals' | 'unmatched') =>
      counts.reduce((total, count) => total + count[name], 0)
    expect([sum('matched'), sum('reversals'), sum('unmatched')]).toEqual([12, 4, 0])
    for (const claim of claims) {
      await checkSums(world, claim)
      expect(await paymentsOf(world, claim)).toHaveLength(2)
    }
    const states = await Promise.all(claims.map(({ claimId }) => claimNow(world, claimId)))
    expect(states.map(({ state, paid, overpaid }) => [state, paid, overpaid])).toEqual([
      ['open', 0n, 0n],
      ['open', 0n, 0n],
      ...Array.from({ length: 4 }, () => ['settled', 10_000n, 2_000n]),
    ])
  })

  it.each([
    [
      'MT940',
      (text: string) =>
        mt940File(twelve((i) => [`:61:260310C10,NTRFNONREF//R${i % 3}`, `:86:${text}`])),
    ],
    ['CSV', (text: string) => ingFile(twelve(() => [{ amount: '10,00', text, account: IBAN }]))],
  ])('have one effect in %s, where payments are known by their content', async (_, fileOf) => {
    await world.reset()
    const claim = await issueHundred(world)
    const file = fileOf(claim.reference)
    const results = await Promise.all([importFile(file), importFile(file), importFile(file)])
    const counts = results.flatMap((result) => (result.ok ? [result.value] : []))
    expect(counts.reduce((sum, { matched }) => sum + matched, 0)).toBe(12)
    expect(counts.reduce((sum, { alreadyImported }) => sum + alreadyImported, 0)).toBe(24)
    expect(await paymentsOf(world, claim)).toHaveLength(12)
    await checkSums(world, claim)
  })

  it('book different payments of one claim without losing any', async () => {
    await world.reset()
    const claim = await issueHundred(world)
    const { reference } = claim
    const files = Array.from({ length: 4 }, (_, file) =>
      camtNotification(
        IBAN,
        Array.from({ length: 5 }, (_, i) => ({
          amount: '5.00',
          bankReference: `F${file}-${i}`,
          reference,
        })),
      ),
    )
    const results = await Promise.all(files.map(importFile))
    expect(results.every(({ ok }) => ok)).toBe(true)
    await checkSums(world, claim)
    expect((await claimNow(world, claim.claimId)).state).toBe('settled')
    expect((await linesOf(world, claim)).map(({ paid }) => paid)).toEqual([10_000n])
    expect(await outboxOf(world, 'thank-debtor')).toHaveLength(1)
  })
})
