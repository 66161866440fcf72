// The creditor's server around the real decisions of `server/src/domain`: reads, decides, writes in one
// transaction, replies, and sends what the outbox holds. Each step may be the last before a crash.
import {
  deriveAgreement,
  formatAmount,
  type Menu,
  type PaymentMessage,
  type PlanTerms,
  parseAmount,
  type RequestMessage,
  type Result,
} from '@parley/sdk/protocol'
import { bookPayment } from '../../src/domain/claim/book-payment.ts'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { decidePayment } from '../../src/domain/claim/decide-lease.ts'
import { buildMenu } from '../../src/domain/negotiation/build-menu.ts'
import {
  type AnswerDecision,
  type AnswerFacts,
  decideAccept,
  decideCounter,
  decideDecline,
} from '../../src/domain/negotiation/decide-answer.ts'
import { completeTerms, type Policy } from '../../src/domain/negotiation/policy.ts'
import type { Refusal } from '../../src/domain/refusal.ts'
import type { Faults } from './faults.ts'
import { hashOf, hashOfText, isSignedBy, type Signed, seal, sign } from './letters.ts'
import {
  type ClaimRow,
  createSimulatedStore,
  Outrun,
  type SimulatedStore,
  type ThreadRow,
  type Tx,
} from './simulated-store.ts'
import type { Party, Task, World } from './world.ts'

export const SERVER = 'server'
export const BANK = 'bank'
export const CREDITOR = { id: 'cr_1', name: 'Blue Water', account: { iban: 'BE71096123456769' } }
const OFFER_SECONDS = 3 * 3600
const RELAY_SECONDS = 120

const POLICIES: readonly Policy[] = [
  { maxInstalments: 3, maxDeferralDays: 12, publishEnvelope: true, tiers: [6000, 0] },
  { maxInstalments: 2, maxDeferralDays: 6, publishEnvelope: false, tiers: [7000, 3000, 0] },
  { maxInstalments: 1, maxDeferralDays: 3, publishEnvelope: false, tiers: [0] },
].map((terms, index) => ({
  segment: 'default',
  version: index + 1,
  policyHash: hashOfText(`policy ${index}`),
  terms: completeTerms({
    ...{ maxDurationDays: 70, minInstalment: '5.00', intervals: ['P1M'], payDayPlans: false },
    ...terms,
  }),
}))

export interface SimulatedServer extends Party {
  readonly store: SimulatedStore
}

export const dayAt = (now: number) => new Date(now * 1000).toISOString().slice(0, 10)
export const lineKey = (claimId: string, line: number) => `${claimId} ${line}`
export const hashOfAgreement = (bytes: Uint8Array) => hashOfText(new TextDecoder().decode(bytes))

interface Command {
  readonly kind: 'issue' | 'cancel'
  readonly key: string
  readonly claimId: string
  readonly agent: string
  readonly minor: string
  readonly policy: number
}

export function createSimulatedServer(world: World, faults: Faults): SimulatedServer {
  const store = createSimulatedStore()
  let drawn = 0
  const newJti = () => {
    drawn += 1
    return `s${drawn}-${Math.floor(world.random() * 1e9)}`
  }

  async function* receive(body: unknown, from: string): Task {
    const { kind } = body as { kind: string }
    if (kind === 'issue' || kind === 'cancel') yield* act(body as Command, from)
    else if (kind === 'booked') yield* book(body as Booked)
    else if (kind === 'got') store.transaction((tx) => tx.remove('outbox', (body as Got).jti))
    else yield* take(body as Signed, from)
  }

  /** Runs again for as long as somebody else was faster. */
  async function* untilDone<T>(work: () => AsyncGenerator<string, T>): AsyncGenerator<string, T> {
    for (;;) {
      try {
        return yield* work()
      } catch (error) {
        if (!(error instanceof Outrun)) throw error
        yield 'outrun'
      }
    }
  }

  async function* act(command: Command, from: string): Task {
    const reply = yield* untilDone(async function* () {
      const known = store.replies.get(command.key)
      if (known !== undefined) return known
      const made = command.kind === 'issue' ? issued(command) : cancelled(command)
      yield 'decided an act'
      if (!faults.has('idempotent-reply-outside-transaction')) {
        store.transaction((tx) => {
          tx.insert('replies', command.key, made.reply)
          made.write(tx)
        })
        return made.reply
      }
      store.transaction(made.write)
      yield 'wrote an act without its reply'
      store.transaction((tx) => tx.set('replies', command.key, made.reply))
      return made.reply
    })
    yield 'committed an act'
    world.send(SERVER, from, { kind: 'done', key: command.key, reply })
    yield* relay()
  }

  function issued({ agent, minor, policy }: Command) {
    const principal = BigInt(minor)
    const number = store.history.claims.length
    const claimId = `pr_${String(number).padStart(4, '0')}${world.pick(['A', 'B', 'C', 'D'])}`
    const now = world.now()
    const today = dayAt(now)
    const offering = {
      policy: POLICIES[policy % POLICIES.length] as Policy,
      ...{ outstanding: principal, currency: 'EUR', dueDate: today, offeredOn: today },
    }
    const menu = buildMenu(offering)
    const thr = `thread-${claimId}`
    const amount = formatAmount({ minor: principal, currency: 'EUR' })
    const remittance = { scheme: 'SCOR', reference: `RF${number}` }
    const body = { requestId: claimId, creditor: CREDITOR, remittance, amount, menu }
    const request = ours('request', { thr, seq: 0, prev: null }, body, OFFER_SECONDS)
    const claim: ClaimRow = {
      ...{ claimId, agent, thr, request, state: 'open', conversation: 'sent', currency: 'EUR' },
      ...{ principal, price: 0n, paid: 0n, overpaid: 0n, lines: [] },
    }
    const thread: ThreadRow = {
      ...{ lastSeq: 0, lastHash: hashOf(request), offering, counters: 0 },
      offers: [{ menu, exp: request.exp }],
    }
    const write = (tx: Tx) => {
      tx.insert('claims', claimId, claim)
      tx.insert('threads', thr, thread)
      put(tx, agent, request)
    }
    return { reply: { claimId }, write }
  }

  function cancelled({ claimId }: Command) {
    const claim = store.claims.get(claimId)
    if (claim?.state !== 'open') return { reply: { refused: 'claim-not-open' }, write: () => {} }
    const write = (tx: Tx) => tx.change('claims', claimId, claim, { ...claim, state: 'cancelled' })
    return { reply: { claimId, state: 'cancelled' }, write }
  }

  async function* take(message: Signed, from: string): Task {
    const { iss, jti } = message
    if (!faults.has('no-signature-check') && !isSignedBy(iss, message)) {
      return refuse(from, jti, 'signature')
    }
    const reply = yield* untilDone(async function* () {
      const seen = store.effects.get(`${iss} ${jti}`)
      if (seen !== undefined && seen.hash === hashOf(message)) return seen.reply
      if (seen !== undefined && !faults.has('no-jti-constraint')) return { refused: 'jti' }
      if (message.exp <= world.now() && !faults.has('no-expiry-check'))
        return { refused: 'expired' }
      return message.kind === 'payment' ? yield* pay(message) : yield* answer(message, from)
    })
    yield 'ready to reply'
    world.send(SERVER, from, { kind: 'reply', to: jti, reply })
    yield* relay()
  }

  const refuse = (to: string, jti: string, refused: string) =>
    world.send(SERVER, to, { kind: 'reply', to: jti, reply: { refused } })

  async function* answer(message: Signed, from: string): AsyncGenerator<string, object> {
    const thread = store.threads.get(message.thr)
    const claim = [...store.claims.values()].find(({ thr }) => thr === message.thr)
    if (thread === undefined || claim === undefined) return { refused: 'not-found' }
    if (claim.agent !== message.iss) return { refused: 'not-found' }
    const isInPlace = message.seq === thread.lastSeq + 1 && message.prev === thread.lastHash
    if (!isInPlace && !faults.has('no-sequence-check')) return { refused: 'sequence' }
    yield 'read a claim'
    const facts = factsOf(claim, thread)
    const decided = await decide(facts, message)
    if (!decided.ok) return { refused: decided.error.code }
    yield 'decided an answer'
    const written = await outcomeOf(message, { claim, thread, decided: decided.value })
    if ('refused' in written) return written
    const commit = () =>
      store.transaction((tx) => {
        keepEffect(tx, message, written.reply)
        written.write(tx)
      })
    if (!faults.has('reply-before-commit')) {
      commit()
      return written.reply
    }
    world.send(SERVER, from, { kind: 'reply', to: message.jti, reply: written.reply })
    yield 'replied before it wrote'
    commit()
    return written.reply
  }

  function keepEffect(tx: Tx, message: Signed, reply: object): void {
    const { iss, jti } = message
    const row = { iss, jti, hash: hashOf(message), message, reply }
    if (faults.has('no-jti-constraint')) tx.set('effects', `${iss} ${jti}`, row)
    else tx.insert('effects', `${iss} ${jti}`, row)
  }

  function factsOf(claim: ClaimRow, thread: ThreadRow): AnswerFacts {
    const { offers, offering, counters } = thread
    const isEndless = faults.has('no-expiry-check')
    return {
      ...{ now: world.now(), today: dayAt(world.now()), offering, counters },
      claim: { state: claim.state, conversation: claim.conversation },
      principal: { minor: claim.principal, currency: claim.currency },
      offered: isEndless ? offers.map((it) => ({ ...it, exp: Number.MAX_SAFE_INTEGER })) : offers,
    }
  }

  async function decide(
    facts: AnswerFacts,
    { kind, body }: Signed,
  ): Promise<Result<AnswerDecision, Refusal>> {
    if (kind === 'accept') return await decideAccept(facts, body as never)
    if (kind === 'counter') return await decideCounter(facts, body as never)
    return decideDecline(facts, body as never)
  }

  interface Decided {
    readonly claim: ClaimRow
    readonly thread: ThreadRow
    readonly decided: AnswerDecision
  }

  type Written = { reply: object; write: (tx: Tx) => void }

  async function outcomeOf(
    message: Signed,
    situation: Decided,
  ): Promise<Written | { refused: string }> {
    const { decided } = situation
    if (decided.kind === 'agree') return await agreed(message, situation, decided.plan)
    if (decided.kind === 'offer') return offered(message, situation, decided.menu)
    const { claim, thread } = situation
    const next = followed(thread, message)
    const write = (tx: Tx) => {
      changeClaim(tx, claim, { ...claim, conversation: decided.conversation })
      changeThread(tx, claim.thr, thread, next)
    }
    return { reply: { kind: 'end', conversation: decided.conversation }, write }
  }

  async function agreed(
    message: Signed,
    { claim, thread }: Decided,
    plan: PlanTerms,
  ): Promise<Written | { refused: string }> {
    const principal = { minor: claim.principal, currency: claim.currency }
    const request = requestOf(claim.request, claim.agent)
    const { jti, iat, prev } = message
    const payBy = { bank: BANK }
    const said = { jti, iat, prev: prev ?? '', payBy }
    const { agreement, bytes } = await deriveAgreement({ request, principal, plan, answer: said })
    const hash = hashOfAgreement(bytes)
    const { agreementSignature } = message.body as { agreementSignature?: string }
    const isTheirs = agreementSignature === seal(message.iss, hash)
    if (!isTheirs && !faults.has('no-signature-check')) return { refused: 'agreement-mismatch' }
    const total = minorOf(agreement.total)
    const lines = agreement.lines.map((line) => ({
      ...{ ...line, amount: minorOf(line.amount), paid: 0n, credited: 0n },
    }))
    if (faults.has('plan-remainder-lost')) {
      for (const line of lines) line.amount = total / BigInt(lines.length)
    }
    const { menuId } = message.body as { menuId?: string }
    const offer = thread.offers.findLast(({ menu }) => menu.menuId === menuId)
    const offerUntil = (offer ?? thread.offers.at(-1))?.exp ?? 0
    const row = { claimId: claim.claimId, agreement, hash, at: world.now(), offerUntil }
    const change = { conversation: 'agreed', price: total - claim.principal, lines } as const
    const reply = { kind: 'agreed', text: agreement, hash, signature: seal(SERVER, hash) }
    const write = (tx: Tx) => {
      changeClaim(tx, claim, { ...claim, ...change })
      changeThread(tx, claim.thr, thread, followed(thread, message))
      if (faults.has('stale-claim-accepted')) tx.set('agreements', claim.claimId, row)
      else tx.insert('agreements', claim.claimId, row)
    }
    return { reply, write }
  }

  function offered(message: Signed, { claim, thread }: Decided, menu: Menu): Written {
    const place = { thr: claim.thr, seq: message.seq + 1, prev: hashOf(message) }
    const next = ours('menu', place, { requestId: claim.claimId, menu }, OFFER_SECONDS)
    const counters = thread.counters + (message.kind === 'counter' ? 1 : 0)
    const write = (tx: Tx) => {
      changeClaim(tx, claim, { ...claim, conversation: 'negotiating' })
      changeThread(tx, claim.thr, thread, {
        ...{ ...thread, lastSeq: next.seq, lastHash: hashOf(next), counters },
        offers: [...thread.offers, { menu, exp: next.exp }],
      })
      put(tx, claim.agent, next)
    }
    return { reply: { kind: 'next', jti: next.jti }, write }
  }

  const followed = (thread: ThreadRow, message: Signed): ThreadRow => ({
    ...{ ...thread, lastSeq: message.seq, lastHash: hashOf(message) },
  })

  function changeClaim(tx: Tx, seen: ClaimRow, row: ClaimRow): void {
    if (faults.has('stale-claim-accepted')) tx.set('claims', seen.claimId, row)
    else tx.change('claims', seen.claimId, seen, row)
  }

  function changeThread(tx: Tx, thr: string, seen: ThreadRow, row: ThreadRow): void {
    const isLoose = faults.has('stale-claim-accepted') || faults.has('no-sequence-check')
    if (isLoose) tx.set('threads', thr, row)
    else tx.change('threads', thr, seen, row)
  }

  async function* pay(message: Signed): AsyncGenerator<string, object> {
    const payment = message.body as PaymentMessage
    const claim = store.claims.get(payment.requestId)
    if (claim === undefined) return { refused: 'not-found' }
    const key = lineKey(claim.claimId, payment.line)
    const seen = store.leases.get(key)
    yield 'read a lease'
    const agreementId = store.agreements.get(claim.claimId)?.agreement.agreementId
    const decided = decidePayment(
      {
        ...{ now: world.now(), bankIss: message.iss, isUndisputed: true },
        claim: { ...claim, outstanding: outstandingOf({ ...claim, credit: 0n }) },
        line: claim.lines.find(({ line }) => line === payment.line),
        lease: faults.has('lease-not-kept') ? undefined : seen,
      },
      payment,
    )
    if (!decided.ok) return { refused: decided.error.code }
    const { granted, lease, reason } = decided.value
    yield 'decided a lease'
    const outstanding = outstandingOf({ ...claim, credit: 0n })
    const told = lease ?? seen
    const reply = {
      ...{ kind: 'status', requestId: claim.claimId, claim: claim.state, agreementId },
      outstanding: formatAmount({ minor: outstanding, currency: claim.currency }),
      lease: {
        ...{
          line: payment.line,
          granted,
          reason: reason === undefined ? undefined : { code: reason },
        },
        ...(granted ? { fencing: told?.fencing, until: told?.lockedUntil } : {}),
      },
    }
    store.transaction((tx) => {
      keepEffect(tx, message, reply)
      const isFirm = payment.status === 'ACCP' && granted && !faults.has('lease-on-stale-claim')
      if (isFirm) tx.change('claims', claim.claimId, claim, claim)
      if (lease === undefined) return
      if (faults.has('lease-not-kept')) tx.set('leases', key, lease)
      else tx.change('leases', key, seen, lease)
    })
    return reply
  }

  interface Booked {
    readonly reference: string
    readonly claimId: string
    readonly minor: string
  }

  /** The bank's statement: the same booking may stand in many files. */
  async function* book({ reference, claimId, minor }: Booked): Task {
    yield* untilDone(async function* () {
      const isKnown = store.payments.has(reference) && !faults.has('payment-booked-again')
      const claim = store.claims.get(claimId)
      if (isKnown || claim === undefined) return
      yield 'read a booking'
      const account = { ...claim, credit: 0n, givenBack: 0n }
      const { after } = bookPayment(account, BigInt(minor))
      const { state, paid, overpaid } = after
      const lines = claim.lines.map((line) => {
        const changed = after.lines.find((it) => it.line === line.line)
        return changed === undefined ? line : { ...line, paid: changed.paid }
      })
      store.transaction((tx) => {
        const row = { claimId, minor: BigInt(minor) }
        if (faults.has('payment-booked-again')) tx.set('payments', reference, row)
        else tx.insert('payments', reference, row)
        tx.change('claims', claimId, claim, { ...claim, state, paid, overpaid, lines })
      })
    })
    yield 'booked'
  }

  const pending: { to: string; message: Signed }[] = []

  function put(tx: Tx, to: string, message: Signed): void {
    // Kept in memory alone: lost with the power.
    if (faults.has('outbox-outside-transaction')) pending.push({ to, message })
    else tx.insert('outbox', message.jti, { to, message })
  }

  let isArmed = false

  /** Sends what waits, and again later what nobody has said to have got. */
  async function* relay(): Task {
    yield 'about to relay'
    for (const { to, message } of [...store.outbox.values(), ...pending.splice(0)]) {
      world.send(SERVER, to, message)
    }
    if (isArmed || store.outbox.size === 0) return
    isArmed = true
    world.later(SERVER, RELAY_SECONDS, relayAgain)
  }

  async function* relayAgain(): Task {
    isArmed = false
    yield* relay()
  }

  async function* wake(): Task {
    pending.length = 0
    yield* relayAgain()
  }

  function ours(
    kind: string,
    place: Pick<Signed, 'thr' | 'seq' | 'prev'>,
    body: object,
    seconds: number,
  ): Signed {
    const iat = world.now()
    return sign(SERVER, {
      kind,
      iss: SERVER,
      jti: newJti(),
      ...place,
      iat,
      exp: iat + seconds,
      body,
    })
  }

  return { name: SERVER, store, receive, wake }
}

interface Got {
  readonly jti: string
}

/** What both sides derive an agreement from. */
export function requestOf(
  { iss, thr, body }: Signed,
  agent: string,
): Pick<RequestMessage, 'iss' | 'aud' | 'sub' | 'thr' | 'requestId' | 'creditor' | 'remittance'> {
  const { requestId, creditor, remittance } = body as RequestMessage
  return { iss, aud: agent, sub: agent, thr, requestId, creditor, remittance }
}

export function minorOf(amount: { value: string; currency: string }): bigint {
  const parsed = parseAmount(amount)
  if (!parsed.ok) throw new Error('an agreement of our own making has no valid amount')
  return parsed.value.minor
}
