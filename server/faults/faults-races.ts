// Two processes, one claim: acts that exclude each other, at the same moment.
import { setTimeout as sleep } from 'node:timers/promises'
import { moveInByHand } from './hand-agent.ts'
import { type Fault, type Stage, underLoad } from './stage.ts'
import { until } from './world.ts'

const LEASE_PAUSE = 'pause-1500-lease-after-lock'

/** Fifty copies of an accept at both servers. */
async function manyAccepts({ world }: Stage): Promise<void> {
  const agent = await moveInByHand(world)
  const request = await agent.nextRequest()
  const accept = await agent.accept(request)
  await Promise.all(Array.from({ length: 50 }, () => agent.send(accept)))
}

/** An accept, a decline and a withdrawal of one bill. */
async function acceptOrWithdraw({ world }: Stage, round: number): Promise<void> {
  const agent = await moveInByHand(world)
  const request = await agent.nextRequest()
  const id = JSON.parse(Buffer.from(request.split('.')[1] ?? '', 'base64url').toString()).requestId
  const [accept, decline] = await Promise.all([agent.accept(request), agent.decline(request)])
  const path = `/v1/payment-requests/${id}/cancel`
  await Promise.all([
    agent.send(accept),
    agent.send(decline),
    sleep(world.random.below(90)).then(() => world.post(path, { reason: 'TECH' }, `race-${round}`)),
  ])
}

/** A payment that the bank asks for, and the withdrawal of its claim in spite of the agreement. */
async function payOrWithdraw({ world, work }: Stage, round: number): Promise<void> {
  const customer = world.random.pick(world.customers)
  await work.issueTo(customer)
  await customer.agent.pull()
  const open = await world.query<{ claim_id: string; agreement_id: string }>(
    `select c.claim_id, a.agreement_id from claims c join agreements a using (creditor_id, claim_id)
     join plan_lines l using (creditor_id, claim_id)
     where c.claim_state = 'open' and l.due_date <= '2026-03-11'
       and not exists (select from payment_leases p where p.claim_id = c.claim_id)`,
  )
  if (open.length === 0) return
  const pauses = () =>
    world.slots
      .flatMap(({ logs }) => logs)
      .join('')
      .split(LEASE_PAUSE).length
  const before = pauses()
  const paid = world.bank.payDue()
  // The servers say when they stand between their look at the claim and the write of the lease.
  const isMet = until('a lease is about to be written', () => pauses() > before).catch(() => {})
  await Promise.race([isMet, paid])
  const withdrawals = open.map(({ claim_id: id, agreement_id: agreementId }) => {
    const path = `/v1/payment-requests/${id}/cancel`
    const body = { reason: 'TECH', agreementId }
    return world.post(path, body, `withdraw-${round}-${id}`)
  })
  await Promise.all([paid, ...withdrawals])
}

/** One jti under two messages about two bills, at both servers at once. */
async function sameJti({ world }: Stage, round: number): Promise<void> {
  const agent = await moveInByHand(world)
  const requests = [await agent.nextRequest(), await agent.nextRequest()]
  const jti = `the-same-jti-in-two-threads-${round}`
  const messages = await Promise.all(requests.map((request) => agent.declineAs(request, jti)))
  await Promise.all(messages.map((jws) => agent.send(jws)))
}

export const RACE_FAULTS: readonly Fault[] = [
  {
    id: 'F16',
    title: 'two servers race for one claim: accepts, withdrawals, payments, one jti twice',
    isShort: true,
    patches: [LEASE_PAUSE, 'pause-60-before-placing'],
    play: (stage) => {
      const quiet = { ...stage, load: { ...stage.load, rate: Math.min(stage.load.rate, 4) } }
      return underLoad(quiet, async () => {
        const rounds = stage.isShort ? 6 : 60
        for (let round = 0; round < rounds; round += 1) {
          if (round % 6 === 0) await manyAccepts(stage)
          await Promise.all([
            acceptOrWithdraw(stage, round),
            payOrWithdraw(stage, round),
            sameJti(stage, round),
          ])
        }
        return `${rounds} rounds of four races`
      })
    },
  },
]
