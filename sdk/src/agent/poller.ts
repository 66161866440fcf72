// Pulls now and then, for an agent without an inbox: one round at a time, slower while nobody can be
// reached, never sooner than a creditor asks.

import type { PullResult } from './traffic.ts'

/** What is polled; an agent. */
export interface Pollable {
  pull(): Promise<PullResult>
  resume(): Promise<void>
}

/** How often to pull. */
export interface PollerOptions {
  readonly intervalSeconds: number
  /** Share of the pause by which it varies, from 0 to 1 (0.1), so that agents do not come at once. */
  readonly jitter?: number
  /** Longest pause while nobody can be reached (3,600). */
  readonly maxPauseSeconds?: number
  /** From 0 up to 1; `Math.random` unless given. */
  readonly random?: () => number
  /** Runs a task later and returns what calls it off; `setTimeout` unless given. */
  readonly schedule?: (task: () => void, milliseconds: number) => () => void
  /** Told what a round threw, such as a store that is down; the next round comes all the same. */
  readonly onError?: (error: unknown) => void
}

/** A poller. */
export interface Poller {
  /** Pulls now and from then on; a second call changes nothing. */
  start(): void
  /** Stops, and resolves when the round under way has ended. */
  stop(): Promise<void>
}

const MAX_DOUBLINGS = 12

/**
 * Creates a poller for an agent. Every round sends what waits and pulls; after a round in which no
 * creditor could be reached the pause doubles.
 *
 * @throws {RangeError} for an interval or a jitter that is none.
 *
 * @example
 * import { type Agent, createPoller } from '@parley/sdk'
 * declare const agent: Agent
 * const poller = createPoller(agent, { intervalSeconds: 900 })
 * poller.start()
 * process.once('SIGTERM', () => poller.stop())
 */
export function createPoller(agent: Pollable, options: PollerOptions): Poller {
  const { intervalSeconds, jitter = 0.1, maxPauseSeconds = 3600, onError } = options
  const { random = Math.random, schedule = laterBySetTimeout } = options
  if (!(intervalSeconds > 0) || !(jitter >= 0 && jitter <= 1)) {
    throw new RangeError('a poller needs an interval above 0 and a jitter from 0 to 1')
  }
  let cancel: (() => void) | null = null
  let running: Promise<void> | null = null
  let failures = 0

  async function round(): Promise<number> {
    try {
      await agent.resume()
      const { inboxes } = await agent.pull()
      const unread = inboxes.filter(isUnread)
      failures = unread.length > 0 && unread.length === inboxes.length ? failures + 1 : 0
      // A creditor that asks to wait is left alone by the agent itself; others go on.
      return failures === 0 ? 0 : Math.min(...unread.map((one) => one.retryAfterSeconds ?? 0))
    } catch (error) {
      failures++
      onError?.(error)
      return 0
    }
  }

  function pauseAfter(leastSeconds: number): number {
    const longer = intervalSeconds * 2 ** Math.min(failures, MAX_DOUBLINGS)
    const pause = failures === 0 ? intervalSeconds : Math.min(longer, maxPauseSeconds)
    const varied = pause * (1 + jitter * (2 * random() - 1))
    return Math.max(varied, leastSeconds)
  }

  function run(): void {
    running = round().then((least) => {
      running = null
      if (cancel !== null) cancel = schedule(run, Math.round(pauseAfter(least) * 1000))
    })
  }

  return {
    start() {
      if (cancel !== null) return
      cancel = () => undefined
      if (running === null) run()
    },
    async stop() {
      cancel?.()
      cancel = null
      await running
    },
  }
}

function isUnread({ refusals, complete }: PullResult['inboxes'][number]): boolean {
  return !complete && refusals.some(({ code }) => code === 'unreachable')
}

function laterBySetTimeout(task: () => void, milliseconds: number): () => void {
  const timer = setTimeout(task, milliseconds)
  return () => clearTimeout(timer)
}
