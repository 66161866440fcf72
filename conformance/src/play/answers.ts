// What an agent answers to an offer: a row of a menu, a plan of its own, or no. Each may be spoilt in one
// thing by the case that sends it.
import { type AgreedRequest, agreementText, signAgreement } from '../wire/agreement.ts'
import type { Claims } from '../wire/jws.ts'
import type { Amount } from '../wire/money.ts'
import { type MenuRow, type PlanTerms, planHash, planOf } from '../wire/plan.ts'
import type { Seeded } from '../wire/seeded.ts'
import type { Place, PlayedAgent } from './agent.ts'

export interface Menu {
  readonly menuId: string
  readonly tier: number
  readonly final: boolean
  readonly policyVersion: number
  readonly policyHash: string
  readonly rows: readonly MenuRow[]
  // biome-ignore lint/suspicious/noExplicitAny: what a system under test answers is of no known type.
  readonly envelope?: any
}

/** The payload of a `request`, as far as answers need it. */
export interface OfferedRequest extends AgreedRequest {
  readonly amount: Amount
  readonly menu: Menu
}

/** Where the answer stands and what it answers. */
export interface Answering {
  readonly agent: PlayedAgent
  readonly seeded: Seeded
  /** Epoch seconds. */
  readonly now: number
  readonly request: OfferedRequest
  readonly place: Place
}

/** What of an answer differs from a good one. */
export interface Spoilt {
  readonly members?: object
  readonly claims?: Partial<Claims>
  /** The text that the agent signs in place of the agreement. */
  readonly agreement?: (text: string) => string
  readonly payBy?: { readonly bank: string }
}

/** An answer, and the agreement that follows from it. */
export interface SignedAnswer {
  readonly jws: string
  readonly agreement: string
}

/** Accepts a row on a day: its first one by default. */
export function signAccept(
  answering: Answering,
  { menu, row, day = row.firstDueFrom }: { menu: Menu; row: MenuRow; day?: string },
  spoilt: Spoilt = {},
): SignedAnswer {
  const naming = { menuId: menu.menuId, rowId: row.rowId, firstDueDate: day }
  return signPlan('accept', answering, planOf(row, day), {
    ...spoilt,
    members: { ...naming, ...spoilt.members },
  })
}

/** Names a plan. */
export function signCounter(
  answering: Answering,
  plan: PlanTerms,
  spoilt: Spoilt = {},
): SignedAnswer {
  return signPlan('counter', answering, plan, { ...spoilt, members: { plan, ...spoilt.members } })
}

/** Takes nothing of a menu. */
export function signDecline(
  { agent, request, place }: Answering,
  { menuId }: Pick<Menu, 'menuId'>,
  nothingAcceptable: boolean,
): string {
  const { requestId } = request
  return agent.sign('decline', place, { requestId, menuId, nothingAcceptable })
}

function signPlan(
  kind: 'accept' | 'counter',
  { agent, seeded, now, request, place }: Answering,
  plan: PlanTerms,
  { members = {}, claims = {}, agreement = (text) => text, payBy }: Spoilt,
): SignedAnswer {
  const jti = seeded.id()
  const bank = payBy === undefined ? {} : { payBy }
  const answer = { jti, iat: now, prev: String(place.prev), ...bank }
  const text = agreementText({ request, principal: request.amount, plan, answer })
  const jws = agent.sign(
    kind,
    place,
    {
      requestId: request.requestId,
      planHash: planHash(request.amount, plan),
      agreementSignature: signAgreement(agreement(text), agent.key),
      ...bank,
      ...members,
    },
    { jti, iat: now, exp: now + 600, ...claims },
  )
  return { jws, agreement: text }
}
