// A test world with what tests of money need: claims, plans, notifications of the bank, and the sums
// that must hold whatever happened.
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import {
  type Claim,
  changeClaim,
  type PlanLineRow,
  planLinesOf,
  replacePlanLines,
} from '../../src/storage/claims.ts'
import { type Payment, paymentsOfClaim } from '../../src/storage/payments.ts'
import { createCreditor } from '../../src/use-cases/create-creditor.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { camtNotification, type NotifiedPayment } from './camt-notification.ts'
import { claimNow, debtorNamed, eventsOf, issueClaim, type TestWorld } from './test-world.ts'

/** The account of the creditor of every test world. */
export const IBAN = 'BE71096123456769'
/** The account of somebody else. */
export const OTHER_IBAN = 'NL91ABNA0417164300'

/** Issues 100.00 EUR to a debtor named by an external id; a new debtor without one. */
export async function issueHundred(
  world: Pick<TestWorld, 'deps' | 'creditorId'>,
  change: { value?: string; debtor?: string; hasEmail?: boolean } = {},
): Promise<Claim> {
  const { value = '100.00', debtor, hasEmail = true } = change
  const named = debtorNamed(debtor ?? `customer-${world.deps.ids.newId('x')}`)
  return await issueClaim(world, {
    amount: { value, currency: 'EUR' },
    debtor: hasEmail ? named : { externalId: named.externalId, name: named.name },
  })
}

/** Adds a creditor beside that of the world, with the same account. */
export async function addCreditor({ deps }: TestWorld): Promise<string> {
  const made = await createCreditor(deps, {
    name: 'Green Gas',
    account: { iban: IBAN },
    timeZone: 'Europe/Brussels',
    language: 'fr',
    contact: { email: 'bills@green-gas.example' },
  })
  if (!made.ok) throw new Error(made.error.detail)
  return made.value.creditorId
}

/** Imports a notification that must be accepted, and returns what it brought. */
export async function receive(world: TestWorld, ...payments: readonly NotifiedPayment[]) {
  const file = camtNotification(IBAN, payments)
  const imported = await importBankStatement(world.deps, { creditorId: world.creditorId, file })
  if (!imported.ok) throw new Error(imported.error.detail)
  return imported.value
}

/** Agrees on a plan, without a message; money that came in counts for the first lines. */
export async function agreeOn(
  { deps }: TestWorld,
  { claimId }: Claim,
  planned: readonly { amount: bigint; dueDate: string }[],
): Promise<void> {
  const claim = await claimNow({ deps }, claimId)
  let left = claim.paid
  const lines = planned.map(({ amount, dueDate }, i): PlanLineRow => {
    const paid = left < amount ? left : amount
    left -= paid
    return {
      line: i + 1,
      dueDate,
      amount,
      paid,
      credited: 0n,
      endToEndId: `${claimId.slice(3)}X${i + 1}`,
    }
  })
  const price = sumOf(planned.map(({ amount }) => amount)) - claim.principal
  await deps.db.transaction().execute(async (tx) => {
    await changeClaim(tx, claim, { conversation: 'agreed', price })
    await replacePlanLines(tx, claim, lines)
  })
}

export async function linesOf({ deps }: TestWorld, claim: Claim): Promise<PlanLineRow[]> {
  return await planLinesOf(deps.db, claim)
}

export async function paymentsOf({ deps }: TestWorld, claim: Claim): Promise<Payment[]> {
  return await paymentsOfClaim(deps.db, claim)
}

/** The stored bookings of the world's creditor. */
export async function bookingsOf({ deps, creditorId }: TestWorld) {
  return await deps.db
    .selectFrom('bank_transactions')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .orderBy('booking_date')
    .orderBy('imported_at')
    .execute()
}

export async function caseOf({ deps }: TestWorld, { claimId }: Claim) {
  return await deps.db
    .selectFrom('dunning_cases')
    .selectAll()
    .where('claim_id', '=', claimId)
    .executeTakeFirst()
}

/** What happened to a claim after it was issued. */
export async function eventsAfterIssue(world: TestWorld, { claimId }: Claim) {
  const events = await eventsOf(world, claimId)
  return events.slice(1).map(({ type, data }) => ({ type, data }))
}

/** Notes that a person got a mail about a claim. */
export async function noteMail(
  { deps }: TestWorld,
  claim: Claim,
  mail: { step: string; sentAt: number },
): Promise<void> {
  await deps.db
    .insertInto('human_messages')
    .values({
      creditor_id: claim.creditorId,
      message_id: deps.ids.newId('hm'),
      claim_id: claim.claimId,
      debtor_id: claim.debtorId,
      step: mail.step,
      channel: 'email',
      template: 'payment-request-t1',
      state: 'sent',
      created_at: mail.sentAt,
      sent_at: mail.sentAt,
    })
    .execute()
}

/**
 * Throws unless the payments that did not come back are what the claim calls paid and over-paid, its
 * lines hold what it calls paid, and it is settled when, and only when, nothing is outstanding.
 */
export async function checkSums(world: TestWorld, { claimId }: Claim): Promise<void> {
  const claim = await claimNow(world, claimId)
  const lines = await linesOf(world, claim)
  const payments = await paymentsOf(world, claim)
  const booked = payments.filter(({ reversedAt }) => reversedAt === null)
  const isSettled = claim.state === 'settled'
  const held = [
    ['payments', sumOf(booked.map(({ amount }) => amount)) === claim.paid + claim.overpaid],
    ['surplus', sumOf(booked.map(({ overpaid }) => overpaid)) === claim.overpaid],
    ['lines', sumOf(lines.map(({ paid }) => paid)) === claim.paid],
    ['settled', claim.state === 'cancelled' || isSettled === (outstandingOf(claim) === 0n)],
    ['shares', payments.every(isDivided)],
  ] as const
  const broken = held.filter(([, holds]) => !holds).map(([name]) => name)
  if (broken.length > 0) throw new Error(`sums of ${claimId} differ: ${broken.join(', ')}`)
}

function isDivided({ amount, overpaid, allocations, division }: Payment): boolean {
  const paid = amount - overpaid
  const parts = division === null ? [paid] : Object.values<bigint>(division)
  return paid === sumOf(allocations.map(({ minor }) => minor)) && paid === sumOf(parts)
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n)
}
