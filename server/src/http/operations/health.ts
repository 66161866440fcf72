// For the operator and the load balancer.
import { ok } from '@parley/sdk/protocol'
import type { Deps } from '../../use-cases/deps.ts'
import { readWork } from '../../use-cases/read-work.ts'
import type { Handler } from '../operation.ts'
import { problemOf } from '../problems.ts'
import { instant } from './wire.ts'

export interface HealthDeps extends Pick<Deps, 'db' | 'clock'> {
  /** False while the process starts or drains. */
  isReady(): boolean
  pendingJobs(): Promise<number>
  /** When this process last swept, in epoch seconds of the real clock; null before. */
  lastSweepAt(): number | null
  /** Takes up what is due and waits until no job is pending, or so long; returns how many are. */
  settleJobs(deadlineMs: number): Promise<number>
}

export function healthOperations(deps: HealthDeps): Record<string, Handler> {
  return {
    async getLiveness() {
      return ok({ status: 200, body: { status: 'ok' } })
    },

    async getReadiness() {
      if (deps.isReady() && (await reachesStore(deps))) {
        return ok({ status: 200, body: { status: 'ok' } })
      }
      const problem = problemOf('not-ready')
      return ok({ status: 503, contentType: 'application/problem+json', body: problem })
    },

    async getWork({ query }) {
      const waitMs = Number(query['wait']) * 1000
      const queued = await (waitMs > 0 ? deps.settleJobs(waitMs) : deps.pendingJobs())
      const work = await readWork(deps)
      return ok({
        status: 200,
        body: {
          clock: instant(deps.clock.now()),
          due: work.due,
          queued,
          nextActionAt: instantOrNull(work.nextActionAt),
          lastSweepAt: instantOrNull(deps.lastSweepAt()),
          unmatched: {
            count: work.unmatched.count,
            oldestAt: instantOrNull(work.unmatched.oldestAt),
          },
        },
      })
    },
  }
}

const instantOrNull = (at: number | null) => (at === null ? null : instant(at))

async function reachesStore(deps: HealthDeps): Promise<boolean> {
  try {
    await readWork(deps)
    return true
  } catch {
    return false
  }
}
