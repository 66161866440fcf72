// The world of the agent role: a command that is started for every turn, and a creditor that the suite plays.
import type { Bill } from '../../play/bill.ts'
import { openCreditor, type PlayedCreditor, type Thread } from '../../play/creditor.ts'
import { ownFolder } from '../../play/left-behind.ts'
import type { Said } from '../../play/said.ts'
import { notLivingThrough, playTurn, type Turn } from '../../play/turn.ts'
import type { RoleSetup } from '../../run/case.ts'
import type { Trial } from '../../run/trial.ts'
import { CaseIncomplete } from '../../run/verdicts.ts'
import type { ProgramTarget } from '../roles.ts'

/** What the person lets the agent do: told in CONF_CONTEXT. */
export interface PersonPolicy {
  readonly currency: string
  /** Bills above this wait for the person. */
  readonly askAbove: string
  /** The most that may be promised to one creditor in a calendar month. */
  readonly perCreditorMonth: string
}

/** How a turn differs from a plain one. */
export interface TurnWish {
  /** The creditor's part, once the agent is known: bills are opened and delivered here. */
  readonly before?: () => void
  /** Seconds that have passed since the last turn. */
  readonly later?: number
  /** More of CONF_CONTEXT. */
  readonly context?: object
}

/** A conversation about a claim. */
export type BilledThread = Thread & { readonly bill: Bill }

export interface BilledTurn {
  readonly turn: Turn
  readonly threads: readonly BilledThread[]
}

/** A creditor, and an agent that lives from turn to turn. */
export interface Scene {
  readonly creditor: PlayedCreditor
  turn(wish?: TurnWish): Promise<Turn>
  /** A turn in which these bills lie in the inbox. */
  bills(wishes: readonly object[], wish?: TurnWish): Promise<BilledTurn>
  /** A turn with one bill. */
  bill(
    wish?: object,
    more?: TurnWish,
  ): Promise<{ readonly turn: Turn; readonly thread: BilledThread }>
  /** What the agent said in a thread, repeats left out. */
  saidIn(thread: Thread): readonly Said[]
}

export interface AgentWorld {
  readonly command: string
  /** Plays a scene, ends it, and looks at everything that the agent sent in it. */
  play(trial: Trial, part: (scene: Scene) => Promise<void>): Promise<void>
}

/** 1 March 2027, a Monday, ten o'clock in Brussels. */
export const STARTS_AT = Date.UTC(2027, 2, 1, 9) / 1000
export const POLICY: PersonPolicy = {
  ...{ currency: 'EUR', askAbove: '400.00', perCreditorMonth: '100000.00' },
}
const TURN_SECONDS = 40

/** Opens the world; the first scene shows whether the command can be started. */
export async function openAgentWorld(
  { command }: ProgramTarget,
  { seeded, transcript }: RoleSetup,
): Promise<AgentWorld> {
  const world: AgentWorld = {
    command,
    async play(trial, part) {
      const { scene, close } = await openAgentScene(command, trial)
      try {
        await part(scene)
        trial.same('what is wrong with what the agent sent', scene.creditor.faults, [])
      } finally {
        await close()
      }
    },
  }
  const creditor = await openCreditor({ seeded: seeded.within('open'), transcript }, STARTS_AT)
  const folder = ownFolder('agent')
  try {
    await playTurn(command, contextOf(creditor, folder.path, {}), { turnSeconds: TURN_SECONDS })
  } catch (error) {
    throw notLivingThrough(command, error)
  } finally {
    folder.remove()
    await creditor.close()
  }
  return world
}

/** Opens a scene with a creditor of its own. */
export async function openAgentScene(
  command: string,
  setup: RoleSetup,
  turnSeconds = TURN_SECONDS,
): Promise<{ readonly scene: Scene; readonly close: () => Promise<void> }> {
  const creditor = await openCreditor(setup, STARTS_AT)
  const folder = ownFolder('agent')
  const scene: Scene = {
    creditor,
    async bills(wishes, wish = {}) {
      const threads: BilledThread[] = []
      const turn = await scene.turn({
        ...wish,
        before() {
          for (const one of wishes) threads.push(creditor.open(one) as BilledThread)
          creditor.deliver(...threads.flatMap(({ messages }) => messages))
          wish.before?.()
        },
      })
      return { turn, threads }
    },
    async bill(wish = {}, more = {}) {
      const { turn, threads } = await scene.bills([wish], more)
      const [thread] = threads
      if (thread === undefined) throw new CaseIncomplete('the bill was not delivered')
      return { turn, thread }
    },
    async turn({ before = () => undefined, later = 0, context = {} } = {}) {
      creditor.now += later
      if (creditor.customer === null) creditor.onEnrolled = before
      else before()
      const turn = await playTurn(command, contextOf(creditor, folder.path, context), {
        turnSeconds,
      })
      if (creditor.customer === null) {
        throw new CaseIncomplete('the agent did not enrol with the code that it was given', {
          cause: turn.printed,
        })
      }
      return turn
    },
    saidIn({ thr }) {
      const seen = new Set<string>()
      return creditor.said.filter(({ claims, hash }) => {
        if (claims.thr !== thr || seen.has(hash)) return false
        seen.add(hash)
        return true
      })
    },
  }
  return {
    scene,
    async close() {
      folder.remove()
      await creditor.close()
    },
  }
}

function contextOf(creditor: PlayedCreditor, stateFolder: string, more: object) {
  const { activationCode, now, host } = creditor
  return {
    ...{ serverUrl: host.origin, scenario: 'turn', now },
    context: { activationCode, stateFolder, policy: POLICY, ...more },
  }
}
