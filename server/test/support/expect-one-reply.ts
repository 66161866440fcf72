// What several processes answer to one act that reached them at once.
import { expect } from 'vitest'
import type { ProcessReply } from './server-process.ts'

/** At least one made it, all who did have the same bytes, and the others were told to wait. */
export function expectOneReply(
  replies: readonly (ProcessReply<Record<string, unknown>> | undefined)[],
): Record<string, unknown> {
  const made = replies.filter((reply) => reply?.status === 201)
  expect(made.length, JSON.stringify(replies.map((reply) => reply?.text))).toBeGreaterThan(0)
  expect(new Set(made.map((reply) => reply?.text)).size).toBe(1)
  for (const reply of replies) {
    if (reply?.status === 201) continue
    expect([reply?.status, reply?.json['code']]).toEqual([409, 'idempotency-key-in-flight'])
  }
  return made[0]?.json ?? {}
}
