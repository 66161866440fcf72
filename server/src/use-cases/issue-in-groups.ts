// Group commit in the application: invoices that arrive while a group is being written form the
// next group. Each caller waits for its own commit; throughput no longer hangs on the disk.
import { err, type Result } from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { acrossCreditors, forCreditor } from '../storage/creditor-scope.ts'
import {
  type IssueCommand,
  type IssueDeps,
  type Issued,
  issuePaymentRequests,
} from './issue-payment-requests.ts'

export type IssueInGroups = (command: IssueCommand) => Promise<Result<Issued, Refusal>>

interface Waiting {
  command: IssueCommand
  resolve(outcome: Result<Issued, Refusal>): void
  reject(error: unknown): void
}

const MAX_GROUP = 64
const MAX_GROUPS_IN_FLIGHT = 2

/**
 * Issues one invoice together with those of the same moment. The same idempotency key while its
 * first request runs answers `idempotency-key-in-flight`.
 */
export function issueInGroups(deps: IssueDeps): IssueInGroups {
  const queue: Waiting[] = []
  const keysInFlight = new Set<string>()
  let groupsInFlight = 0

  async function flush(): Promise<void> {
    const group = queue.splice(0, MAX_GROUP)
    if (group.length === 0) return
    groupsInFlight++
    try {
      const commands = group.map(({ command }) => command)
      const outcomes = await inScopeOf(commands, () => issuePaymentRequests(deps, commands))
      group.forEach((waiting, i) => {
        const outcome = outcomes[i]
        if (outcome === undefined) waiting.reject(new Error('an invoice of a group got no answer'))
        else waiting.resolve(outcome)
      })
    } catch (error) {
      for (const waiting of group) waiting.reject(error)
    } finally {
      groupsInFlight--
      schedule()
    }
  }

  function schedule(): void {
    if (queue.length > 0 && groupsInFlight < MAX_GROUPS_IN_FLIGHT) void flush()
  }

  return async (command) => {
    const key = flightKey(command)
    if (key !== undefined && keysInFlight.has(key)) return err(inFlight())
    if (key !== undefined) keysInFlight.add(key)
    try {
      return await new Promise((resolve, reject) => {
        queue.push({ command, resolve, reject })
        // Requests that were read from their sockets in the same turn join the group.
        setImmediate(schedule)
      })
    } finally {
      if (key !== undefined) keysInFlight.delete(key)
    }
  }
}

/**
 * A group of one creditor is written for that one. One of several goes across: each of its rows is
 * read and written by the creditor of its own command.
 */
function inScopeOf<T>(commands: readonly IssueCommand[], work: () => T): T {
  const [creditorId = '', ...others] = new Set(commands.map((command) => command.creditorId))
  return others.length === 0 ? forCreditor(creditorId, work) : acrossCreditors(work)
}

function flightKey({ creditorId, idempotency }: IssueCommand): string | undefined {
  return idempotency === undefined ? undefined : `${creditorId} ${idempotency.key}`
}

function inFlight(): Refusal {
  return refusal(
    'idempotency-key-in-flight',
    'the first request with this Idempotency-Key still runs: try again in a second',
  )
}
