// What tests about the desk stand on: tasks on claims, a signed act read back with the published keys,
// and a case that is ready for an agency.
import { compactVerify, createLocalJWKSet } from 'jose'
import { publishedKeys } from '../../src/domain/claim/published-keys.ts'
import { actBytes } from '../../src/domain/desk/signed-act.ts'
import { type Claim, findClaimById } from '../../src/storage/claims.ts'
import type { StoredNotice } from '../../src/storage/column-types.ts'
import { allSigningKeys } from '../../src/storage/signing-keys.ts'
import { insertTasks } from '../../src/storage/tasks.ts'
import { DAY, issueClaim, type TestWorld } from './test-world.ts'

type World = Pick<TestWorld, 'deps' | 'creditorId' | 'goTo'>

/** Opens a task on a claim, with what a person said. */
export async function openTask(
  { deps }: Pick<TestWorld, 'deps'>,
  claim: Pick<Claim, 'creditorId' | 'claimId' | 'debtorId'>,
  task: { kind: string; details?: object; inDays?: number; origin?: string },
): Promise<{ creditorId: string; taskId: string }> {
  const { creditorId, claimId, debtorId } = claim
  const now = deps.clock.now()
  const taskId = deps.ids.newId('tk')
  const { kind, details, inDays = 2, origin = taskId } = task
  await deps.db.transaction().execute((tx) =>
    insertTasks(tx, [
      {
        creditorId,
        taskId,
        claimId,
        debtorId,
        kind,
        origin,
        details: details === undefined ? null : JSON.stringify(details),
        dueAt: now + inDays * DAY,
        createdAt: now,
      },
    ]),
  )
  return { creditorId, taskId }
}

/** Tells whether an event of a claim is signed by a key that we publish. */
export async function isSigned(
  { deps }: Pick<TestWorld, 'deps'>,
  claimId: string,
  event: { type: string; at: number; data: Record<string, string | number | boolean | null> },
): Promise<boolean> {
  const { type, at, data } = event
  const bytes = actBytes({ iss: deps.publicUrl, paymentRequestId: claimId, type, at, data })
  const [header, , signature] = String(data['jws']).split('.')
  const jws = `${header}.${Buffer.from(bytes).toString('base64url')}.${signature}`
  const keys = createLocalJWKSet(publishedKeys(await allSigningKeys(deps.db)) as never)
  return await compactVerify(jws, keys, { algorithms: ['ES256'] }).then(
    () => true,
    () => false,
  )
}

/** A claim of 120.00 EUR to a Belgian consumer whose term is over: nothing stands in the way. */
export async function readyCase(world: World): Promise<Claim> {
  const claim = await issueClaim(world, {
    debtor: {
      externalId: `ready-${world.deps.ids.newId('x')}`,
      name: 'Ann Peeters',
      language: 'nl',
      contact: {
        email: 'ann@example.org',
        postalAddress: { lines: ['Kaai 1', '2000 Antwerpen'], country: 'BE' },
      },
    },
  })
  world.goTo('2026-04-24T08:00:00Z')
  await addNotice(world, claim)
  const found = await findClaimById(world.deps.db, claim.claimId)
  if (found === undefined) throw new Error('the claim is gone')
  return found
}

/** A letter of 1 April, as the journey would have sent it. */
export const NOTICE: StoredNotice = {
  kind: 'reminder',
  profile: 'be-b2c',
  version: 1,
  day: '2026-04-01',
  channel: 'letter',
  currency: 'EUR',
  parts: [{ label: 'principal', minor: '12000', formula: '' }],
  total: '12000',
  announced: { lastDay: '2026-04-21', fee: '0', feeFrom: '2026-04-22' },
}

async function addNotice(
  { deps }: Pick<TestWorld, 'deps'>,
  { creditorId, claimId, debtorId }: Claim,
): Promise<void> {
  const sentAt = Date.parse('2026-04-01T08:00:00Z') / 1000
  await deps.db
    .insertInto('human_messages')
    .values({
      creditor_id: creditorId,
      message_id: deps.ids.newId('hm'),
      claim_id: claimId,
      debtor_id: debtorId,
      step: 'notice',
      channel: 'letter',
      template: 'first-reminder-free-t3',
      journey_id: 'be-consumer',
      state: 'sent',
      created_at: sentAt,
      sent_at: sentAt,
      notice: JSON.stringify(NOTICE),
      provider: 'post',
      provider_id: 'p-1',
      delivery: 'delivered',
    })
    .execute()
}
