// What happens in a world: acts arrive at a rate, whether or not the ones before are done (an open loop). Each
// kind comes as often as it stands in a deck, in the order of the seed. At the end everything heals, and
// whoever was not told asks again.
import { setTimeout as sleep } from 'node:timers/promises'
import { dayInZone } from '@parley/sdk/protocol'
import type { CreditorReply, Customer, World } from './world.ts'
import { OPERATOR_TOKEN, until } from './world.ts'

export interface Load {
  /** Acts a second. */
  readonly rate: number
  readonly seconds: number
}

/** A POST of the creditor whose outcome nobody knows yet. */
interface OpenPost {
  readonly path: string
  readonly body: object | undefined
  readonly key: string
}

export interface Workload {
  /** Lets acts arrive for a while, and returns once all of them have ended. */
  run(load: Load): Promise<void>
  /** Whether each kind of act was sent: before that, a judge would find nothing of some. */
  hasSentEachKind(): boolean
  /** Heals everything, asks again, and waits until no work is left. Returns what is still not done. */
  drain(): Promise<string[]>
  /** Issues one bill to a customer; returns its id, or undefined when nobody answered. */
  issueTo(customer: Customer): Promise<string | undefined>
}

const DRAIN_MS = 60_000

interface When {
  readonly days: number
  readonly segment: string
}
const DUE_NOW: When = { days: 0, segment: 'now' }
const DUE_LATER: When = { days: 14, segment: 'default' }

/** The kinds of acts, and how often each is in a deck. */
const TIMES = {
  issueDueNow: 4,
  issueDueLater: 3,
  issueByMail: 4,
  pull: 7,
  pay: 3,
  addDebtor: 2,
  cancel: 2,
}
type Kind = keyof typeof TIMES
const KINDS = Object.keys(TIMES) as Kind[]

export function createWorkload(world: World): Workload {
  const { random, post } = world
  const open: OpenPost[] = []
  const issued: string[] = []
  const sent = new Set<Kind>()
  let deck: Kind[] = []
  let count = 0

  async function send(act: OpenPost) {
    const reply = await post(act.path, act.body, act.key)
    if (reply === undefined || !isOutcome(reply)) open.push(act)
    return reply?.status === 201 ? reply.json : undefined
  }

  const money = () => `${20 + random.below(180)}.${10 + random.below(89)}`

  async function issue(who: object, { days, segment }: When): Promise<string | undefined> {
    count += 1
    const dueDate = dayInZone(world.clock.now() + days * 86_400, 'UTC')
    const amount = { value: money(), currency: 'EUR' }
    const body = { invoiceNumber: `I-${count}`, amount, dueDate, segment, ...who }
    const reply = await send({ path: '/v1/payment-requests', body, key: `issue-${count}` })
    if (reply !== undefined) issued.push(String(reply['id']))
    return reply?.['id']
  }

  const issueToAny = (when: When) =>
    issue({ debtorId: random.pick(world.customers).debtorId }, when)

  /** A new person with a mail address: a mail leaves at once. */
  async function issueByMail(): Promise<void> {
    const externalId = `M-${count}`
    const contact = { email: `m${count}@example.org` }
    const debtor = { externalId, name: 'Anouk', language: 'nl', contact }
    await issue({ debtor }, random.pick([DUE_NOW, DUE_LATER]))
  }

  async function addDebtor(): Promise<void> {
    count += 1
    await send({ path: '/v1/debtors', body: { name: `D ${count}` }, key: `person-${count}` })
  }

  async function cancel(): Promise<void> {
    const id = issued[random.below(issued.length)]
    if (id === undefined) return
    count += 1
    const path = `/v1/payment-requests/${id}/cancel`
    await send({ path, body: { reason: 'TECH' }, key: `cancel-${count}` })
  }

  async function pay(): Promise<void> {
    await world.bank.reconcile()
    await world.bank.payDue()
  }

  const acts: Readonly<Record<Kind, () => Promise<unknown>>> = {
    issueDueNow: () => issueToAny(DUE_NOW),
    issueDueLater: () => issueToAny(DUE_LATER),
    issueByMail,
    pull: () => random.pick(world.customers).agent.pull(),
    pay,
    addDebtor,
    cancel,
  }

  /** The next of the deck; a new one is made when it is empty. */
  function deal(): Kind {
    if (deck.length === 0) deck = KINDS.flatMap((kind) => Array(TIMES[kind]).fill(kind))
    const [kind] = deck.splice(random.below(deck.length), 1)
    return kind as Kind
  }

  return {
    issueTo: ({ debtorId }) => issue({ debtorId }, random.pick([DUE_NOW, DUE_LATER])),
    hasSentEachKind: () => sent.size === KINDS.length,
    async run({ rate, seconds }) {
      const underWay: Promise<unknown>[] = []
      const end = performance.now() + seconds * 1000
      let next = performance.now()
      while (next < end) {
        await sleep(Math.max(0, next - performance.now()))
        // Where nobody listens there is nothing to be broken.
        if (world.toServers.creditor.targets.length > 0) {
          const kind = deal()
          sent.add(kind)
          underWay.push(acts[kind]().catch(() => undefined))
        }
        next += (-Math.log(1 - random.next()) * 1000) / rate
      }
      await Promise.all(underWay)
    },
    async drain() {
      heal(world)
      await until('both servers are ready', () =>
        world.slots.every(({ port }) => port !== undefined),
      )
      const deadline = performance.now() + DRAIN_MS
      let left = ['nothing was looked at']
      while (left.length > 0 && performance.now() < deadline) {
        for (const act of open.splice(0)) await send(act)
        await Promise.all(world.customers.map(({ agent }) => agent.resume()))
        await Promise.all(world.customers.map(({ agent }) => agent.pull()))
        await pay()
        await letTimePass(world)
        left = [...open.map(({ key }) => `${key} has no answer`), ...(await pendingWork(world))]
        if (left.length > 0) await sleep(200)
      }
      return left
    },
  }
}

/** Whether a reply tells what became of the act: an attempt before it that still runs does not. */
function isOutcome({ status, json }: CreditorReply): boolean {
  return status < 500 && status !== 429 && json['code'] !== 'idempotency-key-in-flight'
}

/** Takes every toxic away. */
export function heal(world: World): void {
  const { toPostgres, toServers, bankSide, skew, mailbox, rail, clock } = world
  for (const proxy of [toPostgres, ...Object.values(toServers)]) proxy.toxics = []
  bankSide.manner = 'good'
  skew.agents = 0
  skew.bank = 0
  mailbox.slowMs = 0
  clock.run(1)
  rail.losesAnswers = 0
}

/**
 * The minutes and hours between two tries go by at once, in the database's own queue: a job that is to be
 * tried again is due, and one whose process gave no sign of life for its ten seconds is taken from it.
 */
async function letTimePass(world: World): Promise<void> {
  await world.query(
    `update pgboss.job set start_after = now() where state < 'active' and start_after > now()`,
  )
  await world.query(`update human_messages set sending_until = 0 where state = 'queued'
    and sending_until > 0 and not exists (select from pgboss.job j where j.state = 'active'
      and j.name = 'send-message' and j.data ->> 'messageId' = human_messages.message_id)`)
}

async function pendingWork({ query, toServers, slots, customers }: World): Promise<string[]> {
  const rows = await query<{ what: string; n: number }>(`
    select 'outbox ' || queue as what, count(*)::int as n from outbox group by 1
    union all select 'job ' || name || ' ' || state, count(*)::int from pgboss.job
      where state < 'completed' group by 1
    union all select 'webhook ' || state, count(*)::int from webhook_deliveries
      where state = 'pending' group by 1
    union all select 'mail ' || state, count(*)::int from human_messages
      where state = 'queued' and channel = 'email' group by 1`)
  const left = rows.map(({ what, n }) => `${n} × ${what}`)
  if (slots.some(({ port }) => port === undefined)) left.push('a server is not ready')
  const threads = await Promise.all(customers.map(({ store }) => store.threads()))
  const held = threads.flat().filter(({ handOver }) => handOver?.state === 'pending').length
  if (held > 0) left.push(`${held} agreements that no bank has`)
  const due = await readDue(`http://127.0.0.1:${toServers.creditor.port}`)
  return due === 0 ? left : [...left, `${due} steps due`]
}

async function readDue(origin: string): Promise<number> {
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` }
  const reply = await fetch(`${origin}/health/work`, { headers }).catch(() => undefined)
  if (reply?.ok !== true) return -1
  return ((await reply.json()) as { due: number }).due
}
