// Runs a POST once per Idempotency-Key (the operation's name holds the ids of its path): with its effect in one transaction, or around work that has
// one effect by itself.
import { err, ok, type Result } from '@parley/sdk/protocol'
import type { Refusal } from '../../domain/refusal.ts'
import { answerOnce, answerOnceAfter, type KeptReply } from '../../use-cases/answer-once.ts'
import type { Deps, Tx } from '../../use-cases/deps.ts'
import type { Answer, Call } from '../operation.ts'

type OnceDeps = Pick<Deps, 'db' | 'clock' | 'vault'>

type Made = Result<{ status: number; body: object }, Refusal>

/** The work and its reply are committed together. */
export async function once(
  deps: OnceDeps,
  operation: string,
  call: Call,
  work: (tx: Tx) => Promise<Made>,
): Promise<Answer> {
  const key = { creditorId: call.creditorId, operation, ...call.idempotency }
  return asAnswer(await answerOnce(deps, key, async (tx) => kept(await work(tx))))
}

/** The reply is kept after work whose effect is the same however often it runs. */
export async function onceAfter(
  deps: OnceDeps,
  operation: string,
  call: Call,
  work: () => Promise<Made>,
): Promise<Answer> {
  const key = { creditorId: call.creditorId, operation, ...call.idempotency }
  return asAnswer(await answerOnceAfter(deps, key, async () => kept(await work())))
}

function kept(made: Made): Result<KeptReply, Refusal> {
  return made.ok
    ? ok({ status: made.value.status, body: JSON.stringify(made.value.body) })
    : err(made.error)
}

function asAnswer(reply: Result<KeptReply, Refusal>): Answer {
  return reply.ok ? ok({ status: reply.value.status, body: reply.value.body }) : reply
}
