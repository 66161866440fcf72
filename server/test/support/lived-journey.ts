// Lets a claim live: sweeps what is due, sends what is queued by real ports, and moves the clock to
// whatever comes next.
import { instantInZone } from '@parley/sdk/protocol'
import { nextActionAt } from '../../src/storage/dunning-cases.ts'
import { recomputeCharges } from '../../src/use-cases/lower-charges.ts'
import { type SendDeps, sendHumanMessage } from '../../src/use-cases/send-human-message.ts'
import { settleCredit } from '../../src/use-cases/settle-credit.ts'
import { payNextBills, takeCreditDefault } from '../../src/use-cases/take-credit-default.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { thankDebtor } from '../../src/use-cases/thank-debtor.ts'
import { writeOffBalance } from '../../src/use-cases/write-off-balance.ts'
import type { TestWorld } from './test-world.ts'

const MAX_ROUNDS = 2_000

/** Takes and sends everything that is due now, until nothing is. */
export async function settleNow(deps: SendDeps & TestWorld['deps']): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const taken = await takeDueDunningSteps(deps, { limit: 100 })
    const sent = await sendQueued(deps)
    const worked = await doWork(deps)
    if (taken + sent + worked === 0) return
  }
  throw new Error('the world does not come to rest')
}

/** Lives until the start of a day, from one due instant to the next. */
export async function liveUntil(
  world: Pick<TestWorld, 'deps' | 'goTo'>,
  deps: SendDeps & TestWorld['deps'],
  day: string,
): Promise<void> {
  const end = instantInZone(day, '00:00', 'Europe/Brussels')
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await settleNow(deps)
    const next = await nextInstant(deps)
    if (next === null || next >= end) {
      world.goTo(new Date(end * 1000).toISOString())
      return
    }
    world.goTo(new Date(Math.max(next, deps.clock.now()) * 1000).toISOString())
  }
  throw new Error('the claim lives on without end')
}

async function nextInstant(deps: TestWorld['deps']): Promise<number | null> {
  const now = deps.clock.now()
  const message = await deps.db
    .selectFrom('human_messages')
    .select((eb) => eb.fn.min('try_again_at').as('at'))
    .where('state', '=', 'queued')
    .where('try_again_at', '>', now)
    .executeTakeFirst()
  const step = await nextActionAt(deps.db)
  const instants = [message?.at ?? null, step].filter((at) => at !== null)
  return instants.length === 0 ? null : Math.min(...instants.map(Number))
}

async function sendQueued(deps: SendDeps & TestWorld['deps']): Promise<number> {
  const now = deps.clock.now()
  const queued = await deps.db
    .selectFrom('human_messages')
    .select(['creditor_id as creditorId', 'message_id as messageId'])
    .where('state', '=', 'queued')
    .where((eb) => eb.or([eb('try_again_at', 'is', null), eb('try_again_at', '<=', now)]))
    .orderBy('message_id')
    .execute()
  for (const key of queued) await sendHumanMessage(deps, key)
  return queued.length
}

type Work = (
  deps: TestWorld['deps'],
  key: { creditorId: string; claimId: string; paymentId: string },
) => Promise<unknown>

const WORK: Readonly<Record<string, Work>> = {
  'recompute-charges': recomputeCharges,
  'thank-debtor': thankDebtor,
  'settle-credit': settleCredit,
  'take-default': takeCreditDefault,
  'write-off-balance': writeOffBalance,
}

/** Does the work that commits asked for, other than to send, until none is left. */
export async function workNow(deps: TestWorld['deps']): Promise<void> {
  while ((await doWork(deps)) > 0);
}

/** The work that commits asked for, other than to send. */
async function doWork(deps: TestWorld['deps']): Promise<number> {
  const rows = await deps.db
    .deleteFrom('outbox')
    .where('queue', 'in', Object.keys(WORK))
    .returning(['creditor_id', 'queue', 'payload'])
    .execute()
  for (const { creditor_id: creditorId, queue, payload } of rows) {
    const { claimId, paymentId } = payload as { claimId: string; paymentId: string }
    await WORK[queue]?.(deps, { creditorId, claimId, paymentId })
  }
  return rows.length + (await payNextBills(deps, { limit: 100 }))
}
