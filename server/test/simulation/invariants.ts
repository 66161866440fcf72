// What must hold after every step, and once everything is quiet; read from what was committed, from the rail's
// books and from every journal, and never from what the server says of itself.
import { parseAmount } from '@parley/sdk/protocol'
import { isSignedBy } from './letters.ts'
import type { SimulatedAgent } from './simulated-agents.ts'
import type { SimulatedBank, SimulatedRail } from './simulated-bank.ts'
import type { SimulatedCreditor } from './simulated-creditor.ts'
import { lineKey } from './simulated-server.ts'
import type { AgreementRow, ClaimRow, EffectRow, SimulatedStore } from './simulated-store.ts'

export interface Parties {
  readonly store: SimulatedStore
  readonly agents: readonly SimulatedAgent[]
  readonly bank: SimulatedBank
  readonly rail: SimulatedRail
  readonly creditor: SimulatedCreditor
}

export class Broken extends Error {}

function hold(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Broken(what)
}

/** Which state a claim may go to, and which a conversation. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  open: ['open', 'settled', 'cancelled'],
  settled: ['settled'],
  cancelled: ['cancelled'],
}
const CONVERSATIONS: Readonly<Record<string, readonly string[]>> = {
  sent: ['sent', 'negotiating', 'agreed', 'refused', 'impasse'],
  negotiating: ['negotiating', 'agreed', 'refused', 'impasse'],
  refused: ['refused', 'negotiating', 'agreed', 'impasse'],
  impasse: ['impasse', 'negotiating', 'agreed', 'refused'],
  agreed: ['agreed'],
}

/** Looks at what is new since the last look. @throws {Broken} with the invariant's name. */
export function createWatch({ store, agents, rail, creditor }: Parties): () => void {
  const { history } = store
  const seen = { claims: 0, effects: 0, agreements: 0, grants: 0, acts: 0, bookings: 0 }
  const last = new Map<string, ClaimRow>()
  const agreed = new Map<string, string>()
  const effects = new Set<string>()
  const places = new Set<string>()
  const acted = new Set<string>()
  const paid = new Set<string>()

  function lookAtClaim(claim: ClaimRow): void {
    const { claimId, state, conversation, lines, principal, price } = claim
    const before = last.get(claimId)
    last.set(claimId, claim)
    if (before !== undefined) {
      const isPath = STATES[before.state]?.includes(state) === true
      hold(isPath, `I6 ${claimId} went from ${before.state} to ${state}`)
      const isTalk = CONVERSATIONS[before.conversation]?.includes(conversation) === true
      hold(isTalk, `I6 ${claimId} went from ${before.conversation} to ${conversation}`)
    }
    if (lines.length === 0) return
    const sum = lines.reduce((total, { amount }) => total + amount, 0n)
    hold(sum === principal + price, `I3 the lines of ${claimId} sum to ${sum}`)
  }

  function lookAtAgreement({ claimId, agreement, at, offerUntil }: AgreementRow): void {
    const before = agreed.get(claimId) ?? agreement.agreementId
    agreed.set(claimId, before)
    hold(before === agreement.agreementId, `I2 ${claimId} has two agreements`)
    hold(at < offerUntil, `I2 ${claimId} was agreed on an offer that had ended`)
    const total = parseAmount(agreement.total)
    const sum = agreement.lines.reduce((minor, { amount }) => {
      const parsed = parseAmount(amount)
      return minor + (parsed.ok ? parsed.value.minor : 0n)
    }, 0n)
    hold(total.ok && total.value.minor === sum, `I3 the parts of ${claimId} are not its total`)
  }

  function lookAtEffect({ iss, jti, message }: EffectRow): void {
    hold(!effects.has(`${iss} ${jti}`), `I8 ${jti} of ${iss} had two effects`)
    hold(isSignedBy(iss, message), `I8 a message had an effect that ${iss} never signed`)
    effects.add(`${iss} ${jti}`)
    if (message.kind === 'payment') return
    const { thr, seq } = message
    hold(!places.has(`${thr} ${seq}`), `I6 place ${seq} of ${thr} was taken twice`)
    places.add(`${thr} ${seq}`)
  }

  function lookAtBooking({ key, claimId, line, at }: SimulatedRail['bookings'][number]): void {
    hold(!paid.has(key), `I4 ${key} was paid twice`)
    paid.add(key)
    const grants = history.grants.filter((it) => it.key === lineKey(claimId, line))
    const isLeased = grants.some(({ lease }) => at < lease.lockedUntil)
    hold(isLeased, `I4 ${key} was paid without a lease`)
  }

  function lookAtMoney(): void {
    for (const { claimId, paid: booked, overpaid } of store.claims.values()) {
      let sum = 0n
      for (const payment of store.payments.values()) {
        if (payment.claimId === claimId) sum += payment.minor
      }
      hold(
        booked + overpaid === sum,
        `I4 ${claimId} has ${booked + overpaid} of payments of ${sum}`,
      )
    }
  }

  function lookAtJournals(): void {
    for (const { disk, name } of agents) {
      for (const [requestId, thread] of disk) {
        const own = thread.agreed?.hash
        const theirs = store.agreements.get(requestId)?.hash
        const isSame = own === undefined || own === theirs
        hold(isSame, `I2 ${name} has an agreement on ${requestId} that the server has not`)
      }
    }
  }

  function lookAtActs(): void {
    for (const { key } of history.acts.slice(seen.acts)) {
      hold(!acted.has(key), `I7 ${key} had two effects`)
      acted.add(key)
    }
    const issues = creditor.acts.filter(({ kind }) => kind === 'issue').length
    hold(store.claims.size <= issues, `I7 ${store.claims.size} bills of ${issues} acts`)
    for (const [key, answers] of creditor.answers) {
      hold(answers.size === 1, `I7 ${key} was answered in ${answers.size} ways`)
    }
  }

  return () => {
    for (const claim of history.claims.slice(seen.claims)) lookAtClaim(claim)
    for (const row of history.agreements.slice(seen.agreements)) lookAtAgreement(row)
    for (const row of history.effects.slice(seen.effects)) lookAtEffect(row)
    for (const { key, state } of history.grants.slice(seen.grants)) {
      hold(state === 'open', `I4 a lease on ${key} was granted on a claim that is ${state}`)
    }
    for (const booking of rail.bookings.slice(seen.bookings)) lookAtBooking(booking)
    if (history.claims.length > seen.claims) lookAtMoney()
    lookAtActs()
    lookAtJournals()
    seen.claims = history.claims.length
    seen.agreements = history.agreements.length
    seen.effects = history.effects.length
    seen.grants = history.grants.length
    seen.acts = history.acts.length
    seen.bookings = rail.bookings.length
  }
}

/** Once everything is quiet: nothing is lost, nothing hangs, and both sides believe the same. */
export async function lookAtTheEnd({
  store,
  agents,
  bank,
  rail,
  creditor,
}: Parties): Promise<void> {
  hold(store.outbox.size === 0, `I9 ${store.outbox.size} messages never arrived`)
  for (const { key } of creditor.acts) {
    hold(creditor.answers.has(key), `I7 ${key} was never answered`)
  }
  for (const claim of store.claims.values()) {
    const agent = agents.find(({ name }) => name === claim.agent)
    const thread = agent?.disk.get(claim.claimId)
    hold(thread !== undefined, `I9 ${claim.agent} never saw ${claim.claimId}`)
    const agreement = store.agreements.get(claim.claimId)
    if (agreement === undefined || agent?.isHostile === true) continue
    const isSame = thread?.agreed?.hash === agreement.hash
    hold(isSame, `I2 ${claim.agent} does not know its agreement on ${claim.claimId}`)
  }
  for (const { reference } of rail.bookings) {
    hold(store.payments.has(reference), `I9 ${reference} was never booked`)
  }
  await lookAtLines(store, bank)
}

async function lookAtLines(store: SimulatedStore, bank: SimulatedBank): Promise<void> {
  for (const id of await bank.store.customerIds()) {
    for (const { requestId, lines } of (await bank.store.customer(id))?.agreements ?? []) {
      for (const { line, state, outgoing, owed } of lines) {
        const key = lineKey(requestId, line)
        hold(outgoing === null && owed === null, `I9 a report on ${key} was never taken`)
        const isResting = !['leasing', 'paying', 'unknown'].includes(state)
        hold(isResting, `I11 ${key} hangs as ${state}`)
        if (state !== 'settled') continue
        const lease = store.leases.get(key)?.state
        hold(lease === 'settled', `I9 the server believes ${key} to be ${lease}`)
      }
    }
  }
}
