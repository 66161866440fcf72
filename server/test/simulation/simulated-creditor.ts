// The creditor's own system: issues bills and withdraws some, each act under an Idempotency-Key that is on
// disk before it is sent, and sent again until it is answered.
import { HOUSEHOLDS } from './simulated-agents.ts'
import { SERVER } from './simulated-server.ts'
import type { Party, Task, World } from './world.ts'

export const CLIENT = 'creditor'
const RETRY_SECONDS = 60
const DAY = 86_400

interface Act {
  readonly kind: 'issue' | 'cancel'
  readonly key: string
  readonly at: number
  /** Of a withdrawal: the key under which the bill was issued. */
  readonly of?: string
  readonly body: object
}

export interface SimulatedCreditor extends Party {
  readonly acts: readonly Act[]
  /** Every answer that came, by key. */
  readonly answers: ReadonlyMap<string, ReadonlySet<string>>
}

export function createSimulatedCreditor(world: World): SimulatedCreditor {
  const acts = actsOf(world)
  const answers = new Map<string, Set<string>>()
  const first = (key: string) => [...(answers.get(key) ?? [])][0]

  async function* tell(act: Act): Task {
    if (first(act.key) !== undefined) return
    const issued = act.of === undefined ? undefined : first(act.of)
    if (act.of === undefined || issued !== undefined) {
      const { claimId } = JSON.parse(issued ?? '{}') as { claimId?: string }
      world.send(CLIENT, SERVER, { kind: act.kind, key: act.key, claimId, ...act.body })
    }
    yield 'told'
    world.later(CLIENT, RETRY_SECONDS, () => tell(act))
  }

  return {
    ...{ name: CLIENT, acts, answers },
    async *receive(body) {
      const { key, reply } = body as { key: string; reply: object }
      answers.set(key, (answers.get(key) ?? new Set()).add(JSON.stringify(reply)))
      yield 'heard'
    },
    async *wake() {
      for (const act of acts) {
        const seconds = Math.max(0, act.at - world.now())
        world.later(CLIENT, seconds, () => tell(act))
      }
      yield 'took up its acts'
    },
  }
}

function actsOf(world: World): Act[] {
  const agents = [...Object.keys(HOUSEHOLDS), 'hostile']
  return agents.flatMap((agent, index) => {
    const key = `issue-${index}`
    const at = world.now() + Math.floor(world.random() * 600)
    const minor = String(1_000 + Math.floor(world.random() * 12_000))
    const policy = Math.floor(world.random() * 3)
    const issue: Act = { kind: 'issue', key, at, body: { agent, minor, policy } }
    if (!world.chance(25)) return [issue]
    const late = at + Math.floor(world.random() * world.pick([1, 1, 20]) * DAY * world.random())
    return [issue, { kind: 'cancel', key: `cancel-${index}`, at: late, of: key, body: {} }]
  })
}
