// Agents around the SDK's real `decide`: one with money, one with little, and one that says whatever it likes.
// What an agent has decided is on disk before it is sent, and is sent again until it is answered.
import {
  BALANCED_WEIGHTS,
  type CashFlow,
  type Decision,
  type DecisionPolicy,
  decide,
} from '@parley/sdk'
import {
  type Agreement,
  deriveAgreement,
  type Menu,
  type Money,
  type PlanTerms,
  parseAmount,
  planHash,
  type RequestMessage,
} from '@parley/sdk/protocol'
import { hashOf, isSignedBy, type Signed, seal, sign } from './letters.ts'
import { BANK, dayAt, hashOfAgreement, requestOf, SERVER } from './simulated-server.ts'
import type { Party, Task, World } from './world.ts'

const RETRY_SECONDS = 90
const ANSWER_SECONDS = 900

/** What an agent believes of one bill; on its disk. */
export interface AgentThread {
  readonly request: Signed
  readonly menus: readonly Signed[]
  /** The answer that waits for its reply. */
  readonly outgoing: Signed | undefined
  readonly answers: number
  readonly counterMade: boolean
  readonly agreed:
    | { readonly text: Agreement; readonly hash: string; readonly by: string }
    | undefined
  readonly isWithBank: boolean
}

export interface SimulatedAgent extends Party {
  readonly isHostile: boolean
  /** The journal, by request id. */
  readonly disk: ReadonlyMap<string, AgentThread>
}

interface Household {
  readonly policy: DecisionPolicy
  readonly balance: bigint
}

export const HOUSEHOLDS: Readonly<Record<string, Household>> = {
  steady: {
    balance: 500_000n,
    policy: { buffer: 10_000n, comfortTarget: 30_000n, weights: BALANCED_WEIGHTS },
  },
  careful: {
    balance: 9_000n,
    policy: {
      buffer: 2_000n,
      comfortTarget: 20_000n,
      weights: BALANCED_WEIGHTS,
      strategy: 'patient',
    },
  },
}

/** With `victims` it is hostile, and has read all of their mail. */
export function createSimulatedAgent(
  world: World,
  name: string,
  victims?: readonly SimulatedAgent[],
): SimulatedAgent {
  const isHostile = victims !== undefined
  const disk = new Map<string, AgentThread>()
  let drawn = 0

  const threadOf = (thr: string) => {
    const found = [...disk].find(([, { request }]) => request.thr === thr)
    return found === undefined ? undefined : { requestId: found[0], thread: found[1] }
  }

  async function* receive(body: unknown, from: string): Task {
    const { kind } = body as { kind: string }
    if (kind === 'reply') yield* hear(body as { to: string; reply: object })
    else if (kind === 'taken') keep((body as { requestId: string }).requestId, { isWithBank: true })
    else if (from === SERVER && isSignedBy(SERVER, body as Signed)) yield* offered(body as Signed)
  }

  function keep(requestId: string, change: Partial<AgentThread>): void {
    const thread = disk.get(requestId)
    if (thread !== undefined) disk.set(requestId, { ...thread, ...change })
  }

  async function* offered(message: Signed): Task {
    const { requestId } = message.body as RequestMessage
    const known = disk.get(requestId)
    const isNew = ![known?.request, ...(known?.menus ?? [])].some((it) => it?.jti === message.jti)
    if (isNew && message.kind === 'request') {
      disk.set(requestId, {
        ...{ request: message, menus: [message], outgoing: undefined, answers: 0 },
        ...{ counterMade: false, agreed: undefined, isWithBank: false },
      })
    } else if (isNew && known !== undefined) {
      // The next menu is the reply to what was said before.
      keep(requestId, { menus: [...known.menus, message], outgoing: undefined })
    } else if (isNew) return
    world.send(name, SERVER, { kind: 'got', jti: message.jti })
    yield 'kept an offer'
    if (isHostile) for (const seconds of [1, 30, 120]) world.later(name, seconds, forge)
    if (isNew) yield* consider(requestId)
  }

  /** In another's name and place, by the own key. */
  async function* forge(): Task {
    const victim = world.pick(victims ?? [])
    const theirs = [...victim.disk.values()].find(({ agreed }) => agreed === undefined)
    if (theirs === undefined) return
    const body = { menuId: menuOf(theirs.menus).menuId, nothingAcceptable: true }
    const forged = signed('decline', placeAfter(theirs), body)
    world.send(name, SERVER, { ...forged, iss: victim.name })
    yield 'forged'
  }

  async function* consider(requestId: string): Task {
    const thread = disk.get(requestId)
    if (thread === undefined || thread.outgoing !== undefined || thread.agreed !== undefined) return
    const answer = isHostile ? await mischief(thread) : await honest(thread)
    yield 'decided'
    if (answer === undefined || disk.get(requestId) !== thread) return
    keep(requestId, {
      ...{ outgoing: answer, answers: thread.answers + 1 },
      counterMade: thread.counterMade || answer.kind === 'counter',
    })
    yield 'kept an answer'
    yield* say(requestId, answer)
  }

  async function* say(requestId: string, message: Signed): Task {
    if (disk.get(requestId)?.outgoing?.jti !== message.jti) return
    world.send(name, SERVER, message)
    yield 'said'
    world.later(name, RETRY_SECONDS, () => say(requestId, message))
  }

  function decisionOn({ request, menus, counterMade, answers }: AgentThread): Decision {
    const { policy, balance } = HOUSEHOLDS[name] as Household
    const today = dayAt(world.now())
    const cashFlow: CashFlow = {
      ...{ currency: 'EUR', asOf: today, balance, charges: [], dailySpend: 100n },
      incomes: [{ dayOfMonth: 25, amount: 40_000n }],
    }
    return decide({
      ...{ principal: principalOf(request), menu: menuOf(menus), today, cashFlow, policy },
      history: {
        counterMade,
        answersMade: answers,
        confirmed: true,
        partlyPaid: false,
        commitments: [],
      },
    })
  }

  async function honest(thread: AgentThread): Promise<Signed | undefined> {
    if ((thread.menus.at(-1)?.exp ?? 0) <= world.now()) return undefined
    const decision = decisionOn(thread)
    if (decision.kind === 'accept') {
      const { menuId, rowId, plan } = decision
      const { firstDueDate } = plan.terms
      return await binding(thread, 'accept', plan.terms, { menuId, rowId, firstDueDate })
    }
    if (decision.kind === 'counter') {
      const { terms } = decision.plan
      return await binding(thread, 'counter', terms, { menuId: decision.menuId, plan: terms })
    }
    if (decision.kind !== 'decline') return undefined
    const { menuId, nothingAcceptable } = decision
    return signed('decline', placeAfter(thread), { menuId, nothingAcceptable })
  }

  async function binding(
    thread: AgentThread,
    kind: 'accept' | 'counter',
    plan: PlanTerms,
    more: object,
  ): Promise<Signed> {
    const place = placeAfter(thread)
    const derived = await derive(thread, place, plan)
    const body = {
      ...{ ...more, planHash: await planHash(principalOf(thread.request), plan) },
      ...{ payBy: { bank: BANK }, agreementSignature: seal(name, derived.hash) },
    }
    return signed(kind, place, body)
  }

  async function derive({ request }: AgentThread, place: Place, plan: PlanTerms) {
    const { jti, iat, prev } = place
    const { agreement, bytes } = await deriveAgreement({
      ...{ request: requestOf(request, name), principal: principalOf(request), plan },
      answer: { jti, iat, prev: prev ?? '', payBy: { bank: BANK } },
    })
    return { agreement, hash: hashOfAgreement(bytes) }
  }

  type Place = Pick<Signed, 'thr' | 'seq' | 'prev' | 'jti' | 'iat'>

  function placeAfter({ menus }: AgentThread): Place {
    const last = menus.at(-1) as Signed
    drawn += 1
    const jti = `${name}${drawn}-${Math.floor(world.random() * 1e9)}`
    return { thr: last.thr, seq: last.seq + 1, prev: hashOf(last), jti, iat: world.now() }
  }

  const signed = (kind: string, place: Place, body: object) =>
    sign(name, { kind, iss: name, ...place, exp: place.iat + ANSWER_SECONDS, body })

  /** Anything but what it should say; each time something else. */
  async function mischief(thread: AgentThread): Promise<Signed | undefined> {
    const menu = menuOf(thread.menus)
    const { menuId } = menu
    const decline = (place: Place) => signed('decline', place, { menuId, nothingAcceptable: false })
    const place = placeAfter(thread)
    const row = world.pick(menu.rows)
    const { rowId, firstDueFrom: firstDueDate, instalments, interval, priceBps } = row
    const plan = { instalments, interval, priceBps, firstDueDate } as PlanTerms
    const accept = await binding(thread, 'accept', plan, { menuId, rowId, firstDueDate })
    const send = (message: Signed) => world.send(name, SERVER, message)
    switch (Math.floor(world.random() * 8)) {
      case 0:
        return decline(place)
      case 1: {
        // Two answers under one jti, the second in its right place.
        const first = decline(place)
        world.later(name, 400, () => again(thread, first))
        return first
      }
      case 2: {
        // Several answers at once for one place.
        for (let copy = 0; copy < 4; copy++) {
          const other = { ...place, jti: `${place.jti}-${copy}` }
          send(decline({ ...other, jti: `${other.jti}-no` }))
          send(await bindingAt(thread, other, plan, { menuId, rowId, firstDueDate }))
        }
        return decline(place)
      }
      case 3: {
        // Long after the offer has ended.
        const late = { ...place, iat: place.iat + 4 * 3600 }
        const message = await bindingAt(thread, late, plan, { menuId, rowId, firstDueDate })
        world.later(name, 4 * 3600, () => shout(message))
        return undefined
      }
      case 4:
        return signed('accept', place, { ...accept.body, planHash: 'x'.repeat(43) })
      case 5:
        return signed('accept', place, { ...accept.body, firstDueDate: '2031-01-01' })
      case 6:
        return { ...accept, body: { ...accept.body, rowId: 'none' } }
      default:
        return accept
    }
  }

  async function bindingAt(thread: AgentThread, place: Place, plan: PlanTerms, more: object) {
    const { hash } = await derive(thread, place, plan)
    const body = { ...more, planHash: await planHash(principalOf(thread.request), plan) }
    return signed('accept', place, { ...body, agreementSignature: seal(name, hash) })
  }

  async function* shout(message: Signed): Task {
    world.send(name, SERVER, message)
    yield 'shouted'
  }

  async function* again({ request }: AgentThread, first: Signed): Task {
    const thread = threadOf(request.thr)?.thread
    if (thread === undefined || thread.menus.length < 2) return
    yield 'says another thing under one jti'
    const { menuId } = menuOf(thread.menus)
    const place = { ...placeAfter(thread), jti: first.jti }
    world.send(name, SERVER, signed('decline', place, { menuId, nothingAcceptable: false }))
  }

  interface Reply {
    readonly kind?: string
    readonly refused?: string
    readonly text?: Agreement
    readonly hash?: string
    readonly signature?: string
  }

  async function* hear({ to, reply }: { to: string; reply: Reply }): Task {
    const found = [...disk].find(([, { outgoing }]) => outgoing?.jti === to)
    if (found === undefined) return
    const [requestId] = found
    yield 'heard'
    if (reply.kind === 'next') return
    if (reply.kind !== 'agreed' || reply.text === undefined) {
      keep(requestId, { outgoing: undefined })
      return
    }
    const { text, hash = '', signature } = reply
    // Only what it signed itself, and the server too.
    const said = (found[1].outgoing?.body ?? {}) as { agreementSignature?: string }
    if (said.agreementSignature !== seal(name, hash) || signature !== seal(SERVER, hash)) return
    keep(requestId, { outgoing: undefined, agreed: { text, hash, by: to } })
    yield 'kept an agreement'
    yield* handIn(requestId)
  }

  async function* handIn(requestId: string): Task {
    const { agreed, isWithBank } = disk.get(requestId) ?? {}
    if (agreed === undefined || isWithBank === true) return
    const { text, hash } = agreed
    const seals = { agent: seal(name, hash), server: seal(SERVER, hash) }
    world.send(name, BANK, { kind: 'agreement', requestId, text, seals })
    yield 'handed in'
    world.later(name, RETRY_SECONDS, () => handIn(requestId))
  }

  async function* wake(): Task {
    for (const [requestId, { outgoing, agreed }] of disk) {
      if (outgoing !== undefined) yield* say(requestId, outgoing)
      else if (agreed !== undefined) yield* handIn(requestId)
      else yield* consider(requestId)
    }
  }

  return { name, isHostile, disk, receive, wake }
}

function menuOf(menus: readonly Signed[]): Menu {
  const last = menus.at(-1)
  if (last === undefined) throw new Error('a bill without a menu')
  return (last.body as { menu: Menu }).menu
}

function principalOf({ body }: Signed): Money {
  const parsed = parseAmount((body as RequestMessage).amount)
  if (!parsed.ok) throw new Error('the request has no amount')
  return parsed.value
}
