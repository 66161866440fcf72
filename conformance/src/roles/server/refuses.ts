// A refusal proves something when the same message without its defect is taken, in the same state.
import type { Trial } from '../../run/trial.ts'
import type { Reply } from '../../wire/client.ts'
import { type Conversation, type ServerWorld, saidBy } from './world.ts'

/** A message with one defect, and the refusal that it has to get: `401 alg`. */
export interface Hostile {
  readonly defect: string
  readonly refusal: string
  readonly jws: string
}

export interface Refusals {
  readonly hostile: readonly Hostile[]
  /** The message without a defect. */
  readonly good: string
  /** What the good one is answered by: `200 status`. */
  readonly answer: string
}

/**
 * Sends each hostile message and expects its refusal; then looks whether the claim and the inbox are as they
 * were; then sends the good one, which has to be taken: it is the control, and shows that nothing was used up.
 */
export async function refusesEach(
  world: ServerWorld,
  trial: Trial,
  { agent, issued }: Pick<Conversation, 'agent' | 'issued'>,
  { hostile, good, answer }: Refusals,
): Promise<Reply> {
  const before = await stateOf(world, trial, issued.id, () => agent.pull())
  for (const { defect, refusal, jws } of hostile) {
    const reply = await agent.post(jws)
    trial.same(defect, saidBy(reply), refusal)
    trial.holds(`${defect}: the problem does not quote the message`, !quotes(reply, jws))
  }
  const afterwards = await stateOf(world, trial, issued.id, () => agent.pull())
  trial.holds('the claim and the inbox are as before', before === afterwards, 'they have changed')
  const taken = await agent.post(good)
  trial.same('the control: the message without a defect', saidBy(taken), answer)
  return taken
}

/** What a message may change, as the creditor and the agent see it. */
export async function stateOf(
  world: ServerWorld,
  trial: Trial,
  claimId: string,
  pull: () => Promise<readonly string[]>,
): Promise<string> {
  return JSON.stringify([await world.read(trial, claimId), await pull()])
}

/** Whether a part of the message stands in the answer (PRB-03). */
function quotes({ text }: Reply, jws: string): boolean {
  return jws.split('.').some((part) => part.length > 40 && text.includes(part.slice(0, 40)))
}
