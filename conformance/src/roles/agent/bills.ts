// What the agent's cases share: a bill in the inbox, one defect in it, and what the agent makes of both.
import type { Thread } from '../../play/creditor.ts'
import type { Said } from '../../play/said.ts'
import type { Turn } from '../../play/turn.ts'
import type { Case, CaseFacts } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { sha256 } from '../../wire/jws.ts'
import type { AgentWorld, Scene } from './world.ts'

/** The case in which the agent agrees to a bill: the control of whatever must not be agreed to. */
export const AGREES = 'AGT-601'

const ANSWERS: ReadonlySet<string> = new Set(['accept', 'counter', 'decline'])
const BINDING: ReadonlySet<string> = new Set(['accept', 'counter'])

/** A case that plays one scene. */
export function sceneCase(
  facts: CaseFacts,
  part: (scene: Scene, trial: Trial) => Promise<void>,
): Case<AgentWorld> {
  return {
    ...facts,
    role: 'agent',
    run: (world, trial) => world.play(trial, (s) => part(s, trial)),
  }
}

/** The kinds of the agent's answers in a thread, in order. */
export function answersIn(scene: Scene, thread: Thread): string {
  return kindsOf(scene.saidIn(thread), ANSWERS)
}

/** The kinds of the agent's answers in all threads, in order. */
export function answersOf({ creditor: { said } }: Scene): string {
  return kindsOf([...new Map(said.map((one) => [one.hash, one])).values()], ANSWERS)
}

/** The kinds of the answers that bind the person. */
export function bindingIn(scene: Scene, thread: Thread): string {
  return kindsOf(scene.saidIn(thread), BINDING)
}

function kindsOf(said: readonly Said[], wanted: ReadonlySet<string>): string {
  const kinds = said.map(({ kind }) => kind)
  return kinds.filter((kind) => wanted.has(kind)).join(' ')
}

/** With which codes a message was refused, as the log says. */
export function refusedWith(turn: Turn, jws: string): string {
  return turn.refusalsOf(sha256(jws)).join(' ')
}

/** A message that differs from one that would be agreed to. */
export interface Spoilt {
  readonly defect: string
  /** The codes, one of which the refusal has. */
  readonly codes: readonly string[]
  /** Members of the request that replace the good ones. */
  readonly members: (now: number) => object
}

/**
 * A case about bills that must be refused with a code: each lies in the inbox beside a good one, which has to
 * be agreed to in the same turn.
 */
export function refusedBills(facts: CaseFacts, spoilt: readonly Spoilt[]): Case<AgentWorld> {
  return sceneCase({ control: AGREES, ...facts }, async (scene, trial) => {
    const wishes = spoilt.map(({ members }) => members(scene.creditor.now))
    const { turn, threads } = await scene.bills([...wishes, {}])
    for (const [index, { defect, codes }] of spoilt.entries()) {
      const code = refusedWith(turn, threads[index]?.messages[0] ?? '')
      const wanted = codes.join(' or ')
      trial.same(`${defect}: refused with`, codes.includes(code) ? wanted : code, wanted)
    }
    trial.same('what the agent said to all of them and to a good one', answersOf(scene), 'accept')
  })
}

/** A case about bills that only the person may agree to: no answer binds the person. */
export function heldBills(
  facts: CaseFacts,
  bills: readonly { readonly what: string; readonly members: object }[],
): Case<AgentWorld> {
  return sceneCase({ control: AGREES, ...facts }, async (scene, trial) => {
    const wishes = bills.map(({ members }) => members)
    const { turn, threads } = await scene.bills(wishes)
    for (const [index, { what }] of bills.entries()) {
      const said = threads.slice(index, index + 1).map((thread) => bindingIn(scene, thread))
      trial.same(`${what}: answers that bind`, said, [''])
    }
    const told = turn.events.filter(({ event }) => event === 'held' || event === 'refused').length
    trial.holds('the log tells why, for each', told >= bills.length, `${told} lines`)
  })
}
