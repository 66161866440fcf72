// Plays a schedule against a target without ever waiting for an answer. Latency counts from the
// instant at which the work was due, so that neither a slow server nor a late generator hides any.
import { setTimeout as pause } from 'node:timers/promises'
import type { Arrival } from './schedule.ts'
import type { Tally } from './tally.ts'

/** Does one piece of work of each kind; throws `WorkFailed` or an error of the network. */
export type Target<Kind extends string> = Readonly<Record<Kind, (dueAt: number) => Promise<void>>>

/**
 * Resolves once all work has ended; `lateMs` collects by how much the generator itself was late. Ends
 * early when `isEnough` says so: what arrived until then is still waited for.
 */
export async function playOpenLoop<Kind extends string>(
  arrivals: Iterable<Arrival<Kind>>,
  target: Target<Kind>,
  { tally, lateMs, isEnough = () => false }: PlayOptions,
): Promise<void> {
  const beganAt = performance.now()
  const underWay = new Set<Promise<void>>()
  for (const { at, kind } of arrivals) {
    const dueAt = beganAt + at
    const ahead = dueAt - performance.now()
    if (ahead > 0) await pause(ahead)
    if (isEnough(underWay.size)) break
    lateMs.push(performance.now() - dueAt)
    const work = target[kind](dueAt).then(
      () => tally.done(kind, performance.now() - dueAt),
      (error: unknown) => tally.failed(kind, error),
    )
    underWay.add(work)
    void work.then(() => underWay.delete(work))
  }
  await Promise.all(underWay)
}

export interface PlayOptions {
  tally: Tally
  lateMs: number[]
  /** Asked before each piece of work; told how many are under way. */
  isEnough?: (underWay: number) => boolean
}
