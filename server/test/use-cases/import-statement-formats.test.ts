import { describe, expect, it } from 'vitest'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { ingFile, mt940File } from '../domain/statement/statement-fixtures.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { openFileWorld } from '../support/file-world.ts'
import { bookingsOf, checkSums, IBAN, issueHundred, paymentsOf } from '../support/money-world.ts'
import { claimNow } from '../support/test-world.ts'

const world = await openFileWorld()

type Options = { account?: string; profile?: string }

const tryImport = (file: string | Uint8Array, options: Options = {}) =>
  importBankStatement(world.deps, { creditorId: world.creditorId, file, ...options })

async function importFile(file: string | Uint8Array, options: Options = {}) {
  const imported = await tryImport(file, options)
  if (!imported.ok) throw new Error(imported.error.detail)
  return imported.value
}

const payment = (amount: string, reference: string, text: string) => [
  `:61:2603100310C${amount}NTRFNONREF//${reference}`,
  `:86:${text}`,
]

describe('an MT940', () => {
  it('settles a claim once, however often it is imported', async () => {
    const claim = await issueHundred(world)
    const file = mt940File(payment('100,', 'BANK-1', claim.reference))
    expect(await importFile(file)).toMatchObject({ matched: 1, transactions: 1 })
    expect(await importFile(file)).toMatchObject({ matched: 0, alreadyImported: 1 })
    expect((await claimNow(world, claim.claimId)).state).toBe('settled')
    expect(await paymentsOf(world, claim)).toHaveLength(1)
  })

  it('books payments that share a bank reference, and those that are equal', async () => {
    const claim = await issueHundred(world)
    const one = payment('10,', 'SAME', `first ${claim.reference}`)
    const file = mt940File([...one, ...one, ...payment('10,', 'SAME', `second ${claim.reference}`)])
    expect(await importFile(file)).toMatchObject({ matched: 3 })
    expect(await importFile(file)).toMatchObject({ matched: 0, alreadyImported: 3 })
    await checkSums(world, claim)
  })

  it('does not book what a camt brought under the same reference, and says so', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const camt = camtNotification(IBAN, [{ amount: '60.00', bankReference: 'BANK-1', reference }])
    expect(await importFile(camt)).toMatchObject({ matched: 1 })
    const file = mt940File([
      ...payment('60,', 'BANK-1', reference),
      ...payment('40,', 'BANK-1', reference),
    ])
    const imported = await importFile(file)
    expect(imported).toMatchObject({ matched: 1, possibleDuplicates: 1 })
    expect(imported.problems.map(({ code }) => code)).toEqual([
      'statement-unbalanced',
      'format-overlap',
      'possible-duplicate',
    ])
    expect((await claimNow(world, claim.claimId)).paid).toBe(10_000n)
    const reasons = (await bookingsOf(world)).map(({ reason }) => reason)
    expect(reasons).toContain('possible-duplicate')
    expect(await importFile(file)).toMatchObject({ alreadyImported: 2, possibleDuplicates: 0 })
  })

  it('changes nothing when its end is missing', async () => {
    const claim = await issueHundred(world)
    const file = mt940File(payment('100,', 'BANK-1', claim.reference))
    const refused = await tryImport(file.slice(0, file.indexOf(':62F:')))
    expect(refused).toMatchObject({ ok: false, error: { code: 'statement-invalid' } })
    expect(await bookingsOf(world)).toEqual([])
  })
})

describe('a CSV', () => {
  const row = (amount: string, text: string) => ({ day: '20260310', amount, text, account: IBAN })

  it('adds a line that came later the same day, also one that is equal', async () => {
    const claim = await issueHundred(world)
    const text = `Factuur ${claim.reference}`
    const morning = ingFile([row('10,00', text), row('20,00', text)])
    const evening = ingFile([row('10,00', text), row('10,00', text), row('20,00', text)])
    expect(await importFile(morning)).toMatchObject({ matched: 2 })
    expect(await importFile(evening)).toMatchObject({ matched: 1, alreadyImported: 2 })
    expect(await importFile(morning)).toMatchObject({ matched: 0, alreadyImported: 2 })
    expect((await claimNow(world, claim.claimId)).paid).toBe(4_000n)
    await checkSums(world, claim)
  })

  it('of an account without an IBAN needs to be told which it is', async () => {
    const file = `booking_date,amount,currency,account,text\n2026-03-10,5.00,EUR,Main,hello\n`
    const refused = await tryImport(file)
    if (refused.ok) throw new Error('an account was guessed')
    expect(refused.error.detail).toContain('say with "account"')
    expect(await tryImport(file, { account: 'NL91ABNA0417164300' })).toMatchObject({ ok: false })
    expect(await importFile(file, { account: IBAN })).toMatchObject({ unmatched: 1 })
  })

  it('is read by the profile that is named', async () => {
    const file = ingFile([row('1,00', 'x')])
    expect(await importFile(file, { profile: 'ing-nl' })).toMatchObject({ unmatched: 1 })
    expect(await tryImport(file, { profile: 'bunq' })).toMatchObject({ ok: false })
    const refused = await tryImport(file, { profile: 'none' })
    if (refused.ok) throw new Error('a profile was guessed')
    expect(refused.error.detail).toContain('rabobank-nl')
  })
})

describe('a camt.052', () => {
  it('is read, booked never, and says so', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const file = camtNotification(IBAN, [{ amount: '100.00', bankReference: 'B1', reference }])
      .replaceAll('camt.054', 'camt.052')
      .replaceAll('BkToCstmrDbtCdtNtfctn', 'BkToCstmrAcctRpt')
      .replaceAll('Ntfctn>', 'Rpt>')
    const imported = await importFile(file)
    expect(imported).toMatchObject({ statements: 1, transactions: 1, information: 1, matched: 0 })
    expect(imported.problems).toMatchObject([{ code: 'information-only', severity: 'note' }])
    expect(await bookingsOf(world)).toEqual([])
    expect((await claimNow(world, claim.claimId)).paid).toBe(0n)
    expect(
      await importFile(
        file
          .replaceAll('052', '054')
          .replaceAll('BkToCstmrAcctRpt', 'BkToCstmrDbtCdtNtfctn')
          .replaceAll('Rpt>', 'Ntfctn>'),
      ),
    ).toMatchObject({ matched: 1 })
  })
})

describe('statements that are missing', () => {
  const numbered = (number: string, day: string) =>
    camtNotification(IBAN, [
      { amount: '1.00', bankReference: `B${number}`, bookingDay: day },
    ]).replace('<Id>N-1</Id>', `<Id>N-${number}</Id><ElctrncSeqNb>${number}</ElctrncSeqNb>`)

  it('are told in the reply, until they come', async () => {
    const problemsOf = async (number: string, day: string) =>
      (await importFile(numbered(number, day))).problems.map(({ code, message }) => [code, message])
    expect(await problemsOf('7', '2026-03-02')).toEqual([])
    expect(await problemsOf('10', '2026-03-05')).toEqual([
      ['sequence-gap', 'Numbers 8 to 9 are missing in the electronic sequence of the account.'],
    ])
    expect(await problemsOf('9', '2026-03-04')).toEqual([
      ['sequence-gap', 'Number 8 is missing in the electronic sequence of the account.'],
    ])
    expect(await problemsOf('8', '2026-03-03')).toEqual([])
    expect(await problemsOf('11', '2026-03-06')).toEqual([])
  })
})
