// The last message that asked a person for something about a claim: what "why did you write?" is about.
import { lastContactOf } from '../storage/human-messages.ts'
import type { Deps } from './deps.ts'

export interface LastMessage {
  /** The key of its step. */
  readonly step: string
  readonly channel: string
  readonly sentAt: number
}

/** Null where nobody wrote. */
export async function lastMessageOf(
  { db }: Pick<Deps, 'db'>,
  claim: { creditorId: string; claimId: string },
): Promise<LastMessage | null> {
  return (await lastContactOf(db, claim)) ?? null
}
