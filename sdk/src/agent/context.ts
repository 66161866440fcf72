// What every part of a running agent shares. Built once by create-agent.ts; nothing else reads the
// options.

import type { Fetch } from '../peer/bounded-fetch.ts'
import type { Directory } from '../peer/directory.ts'
import type { SigningKey } from '../protocol/keys.ts'
import type { AgentEvent } from './agent-event.ts'
import type { CashFlow } from './cash-flow.ts'
import type { DecisionPolicy } from './policy.ts'
import type { AgentStore, ThreadKey, ThreadRecord } from './store.ts'
import type { TrustSource } from './trust.ts'

/** The parts of a running agent. */
export interface AgentContext {
  readonly key: SigningKey
  /** The agent's own `iss`. */
  readonly iss: string
  readonly store: AgentStore
  readonly directory: Directory
  readonly fetch: Fetch
  readonly clock: () => number
  readonly randomBytes: (length: number) => Uint8Array
  readonly readPolicy: () => Promise<DecisionPolicy>
  readonly readCashFlow: () => Promise<CashFlow>
  readonly inbox?: string
  readonly payBy?: { readonly bank: string }
  readonly agentName?: string
  readonly allowLoopbackHttp: boolean
  /** Asked about creditors that are not pinned; none unless given. */
  readonly trust: readonly TrustSource[]
  /** Whether what arrives is acknowledged (DLV-04). */
  readonly acknowledge: boolean
  /** Whether money is known to be on its way for a bill (STA-03). */
  readonly isPaymentUnderWay: (thread: ThreadRecord) => Promise<boolean>
  /** Least seconds between a notice of another account and its automatic use (ENR-07). */
  readonly coolingOffSeconds: number
  /** Keys of enrolments that were imported before, by their public half. */
  readonly importedKeys: Map<string, SigningKey>
  readonly emit: (event: AgentEvent) => void
  /** Runs tasks one after the other, so that two decisions never miss each other's promises. */
  readonly exclusive: <T>(task: () => Promise<T>) => Promise<T>
}

/** What a change of a conversation comes to: a record to keep, or none, and an outcome. */
export interface ThreadChange<T> {
  readonly thread: ThreadRecord | null
  readonly outcome: T
}

const MAX_ATTEMPTS = 8

/**
 * Changes one conversation: loads it, computes the change, keeps it with compare-and-set, and
 * starts over when another process was faster. The change gets `undefined` for a conversation
 * that does not exist yet; its record's `version` is set here. Returns null when it never won.
 */
export function changeThread<T>(
  context: AgentContext,
  key: ThreadKey,
  change: (thread: ThreadRecord | undefined) => Promise<ThreadChange<T>>,
): Promise<T | null> {
  return context.exclusive(async () => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const kept = await context.store.thread(key)
      const { thread, outcome } = await change(kept)
      if (thread === null) return outcome
      const version = (kept?.version ?? 0) + 1
      if (await context.store.saveThread({ ...thread, version })) return outcome
    }
    return null
  })
}
