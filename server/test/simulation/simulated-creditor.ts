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
  /** At the moment at which a bank asks for the lease of a line of it. */
  readonly isAtWorst?: boolean
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

  world.onSend((sent) => {
    const { kind, body } = sent as { kind?: string; body?: { requestId?: string } }
    if (kind !== 'payment') return
    const act = acts.find(({ isAtWorst, of }) => {
      const issued = isAtWorst === true && of !== undefined ? first(of) : undefined
      return issued?.includes(`"${body?.requestId}"`)
    })
    if (act !== undefined) world.later(CLIENT, 0, () => tell(act))
  })

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
    if (!world.chance(35)) return [issue]
    // Else just when the bank asks whether it may pay.
    const isSoon = world.chance(50)
    const late = at + (isSoon ? Math.floor(world.random() * world.pick([600, 4 * 3600])) : 35 * DAY)
    const worst = isSoon ? {} : { isAtWorst: true }
    return [
      issue,
      { kind: 'cancel', key: `cancel-${index}`, at: late, of: key, body: {}, ...worst },
    ]
  })
}
