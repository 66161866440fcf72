// A test world with what answers of people need, and short ways to say something.
import { loadLaw } from '../../src/law-files.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { openTasks } from '../../src/storage/tasks.ts'
import { type PersonReply, type ReplyDeps, takeReply } from '../../src/use-cases/take-reply.ts'
import type { TestWorld } from './test-world.ts'

const { calendars } = loadLaw()

export function replyDeps({ deps }: Pick<TestWorld, 'deps'>): TestWorld['deps'] & ReplyDeps {
  return { ...deps, calendars }
}

let messages = 0

/** What a person says about a claim, sure and on the phone unless said otherwise. */
export async function tell(
  world: TestWorld,
  { creditorId, claimId }: Pick<Claim, 'creditorId' | 'claimId'>,
  said: Partial<PersonReply> & Pick<PersonReply, 'action'>,
) {
  messages += 1
  const origin = `test:${messages}`
  const reply = { creditorId, claimId, channel: 'phone', isSure: true, origin, ...said } as const
  return await takeReply(replyDeps(world), reply)
}

/** The open tasks of the world's creditor, with what was sealed in them. */
export async function tasksOf({ deps, creditorId }: TestWorld) {
  const tasks = await openTasks(deps.db, { creditorId, limit: 50 })
  return tasks.map(({ kind, dueAt, origin, claimId, details }) => ({
    kind,
    dueAt: new Date(dueAt * 1000).toISOString(),
    origin,
    claimId,
    details: details === null ? null : (JSON.parse(details) as object),
  }))
}
