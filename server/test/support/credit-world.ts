// What tests of credits and refunds need beside the money world: credits, offers, refunds, files, and the
// sum that must hold over all claims of a creditor.
import { formatAmount } from '@parley/sdk/protocol'
import type { Claim } from '../../src/storage/claims.ts'
import { type CreditOffer, latestOffer } from '../../src/storage/credit-offers.ts'
import { updateCreditor } from '../../src/storage/creditors.ts'
import { type Refund, refundsOfClaim } from '../../src/storage/refunds.ts'
import { type ChooseCredit, chooseCredit } from '../../src/use-cases/choose-credit.ts'
import { type ExportRefunds, exportRefunds } from '../../src/use-cases/export-refunds.ts'
import { type IssueCreditNote, issueCreditNote } from '../../src/use-cases/issue-credit-note.ts'
import type { NotifiedPayment } from './camt-notification.ts'
import { workNow } from './lived-journey.ts'
import { receive } from './money-world.ts'
import type { TestWorld } from './test-world.ts'

/** Whose account the customer of these tests pays from. */
export const PAYER = { name: 'Ann Peeters', iban: 'BE68539007547034' }

const eur = (minor: bigint) => formatAmount({ minor, currency: 'EUR' })

let references = 0

/** Pays a claim from the payer's account, and lets what follows happen. */
export async function pay(
  world: TestWorld,
  { reference }: Claim,
  minor: bigint,
  more: Partial<NotifiedPayment> = {},
): Promise<NotifiedPayment> {
  references += 1
  const bankReference = `P${references}`
  const payment = { amount: eur(minor).value, reference, bankReference, payer: PAYER, ...more }
  await receive(world, payment)
  await workNow(world.deps)
  return payment
}

/** Takes a part of a bill back, and lets what follows happen; the refusal's code when it is refused. */
export async function creditNote(
  world: TestWorld,
  { creditorId, claimId }: Claim,
  note: Partial<IssueCreditNote> & { minor?: bigint } = {},
): Promise<string> {
  references += 1
  const { minor = 3_000n, ...more } = note
  const made = await issueCreditNote(world.deps, {
    creditorId,
    claimId,
    number: `CN-${references}`,
    amount: eur(minor),
    reason: 'Returned goods',
    ...more,
  })
  await workNow(world.deps)
  return made.ok ? 'ok' : made.error.code
}

/** Chooses for a claim, and lets what follows happen; the refusal's code when it is refused. */
export async function choose(
  world: TestWorld,
  { creditorId, claimId }: Claim,
  chosen: Pick<ChooseCredit, 'choice'> & Partial<ChooseCredit>,
): Promise<string> {
  const command = { creditorId, claimId, by: 'customer', ...chosen }
  const done = await chooseCredit(world.deps, command)
  await workNow(world.deps)
  return done.ok ? 'ok' : done.error.code
}

/** The latest offer of a claim. */
export async function offerOf({ deps }: TestWorld, claim: Claim): Promise<CreditOffer | undefined> {
  return await latestOffer(deps.db, claim)
}

/** The latest refund of a claim. @throws without one. */
export async function refundOf({ deps }: TestWorld, claim: Claim): Promise<Refund> {
  const [refund] = await refundsOfClaim(deps.db, claim)
  if (refund === undefined) throw new Error('there is no refund')
  return refund
}

/** Lets the creditor's rules approve refunds up to 500 euros. */
export async function letRulesApprove({ deps, creditorId }: TestWorld): Promise<void> {
  const creditRules = { approveUpTo: { value: '500.00', currency: 'EUR' } }
  await updateCreditor(deps.db, creditorId, { creditRules })
}

/** Makes a file of refunds. */
export async function exportNow(
  { deps, creditorId }: TestWorld,
  command: Partial<ExportRefunds> = {},
) {
  return await deps.db
    .transaction()
    .execute((tx) => exportRefunds(deps, tx, { creditorId, by: 'Eva', ...command }))
}

/** The booking of a refund that leaves, or of one that comes back. */
export function bookingOf(refund: Refund, way: 'leaves' | 'back' = 'leaves'): NotifiedPayment {
  references += 1
  return {
    amount: eur(refund.amount).value,
    endToEndId: refund.endToEndId,
    bankReference: `R${references}`,
    ...(way === 'leaves' ? { sign: 'DBIT' } : { sign: 'CRDT', takesBack: 'AC04' }),
  }
}

/**
 * Throws unless every cent that came in and was not taken back is on a claim, owed to its customer, or was
 * given back: over all claims of the world's creditor.
 */
export async function checkConserved({ store, creditorId }: TestWorld): Promise<void> {
  const { rows } = await store.pool.query<Record<string, bigint | string>>(
    `select
      (select coalesce(sum(p.amount), 0) from payments p join bank_transactions t
        on t.creditor_id = p.creditor_id and t.transaction_id = p.transaction_id
        where p.creditor_id = $1 and p.reversed_at is null) as came_in,
      (select coalesce(sum(paid), 0) from claims where creditor_id = $1) as on_claims,
      (select coalesce(sum(overpaid - given_back), 0) from claims where creditor_id = $1) as owed,
      (select coalesce(sum(amount), 0) from refunds where creditor_id = $1
        and state in ('chosen', 'approved', 'exported', 'paid')) as given_back`,
    [creditorId],
  )
  const sums = rows[0] ?? {}
  const of = (name: string) => BigInt(sums[name] ?? -1)
  if (of('came_in') !== of('on_claims') + of('owed') + of('given_back')) {
    throw new Error(`money is lost: ${JSON.stringify(sums, (_, it) => String(it))}`)
  }
}
