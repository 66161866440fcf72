// Claims live through four months on a real store, with a real mail server: swept and sent
// as the server does it, while people pay, dispute, promise, and mail fails for days. What lay in memory
// in lives.property.test.ts lies in tables here.
import { addDays, dayInZone, formatAmount } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { owedFor } from '../../src/domain/compliance/charge-items.ts'
import { stepIdOf } from '../../src/domain/dunning/step-key.ts'
import { createMailer } from '../../src/outbound/email.ts'
import { chargesOf } from '../../src/storage/charges.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { updateCreditor } from '../../src/storage/creditors.ts'
import { findDebtor, updateDebtor } from '../../src/storage/debtors.ts'
import { countDueCases } from '../../src/storage/dunning-cases.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { releaseHold, setHold } from '../../src/use-cases/manage-holds.ts'
import type { Mailer, TextMessenger } from '../../src/use-cases/outbound-ports.ts'
import type { SendDeps } from '../../src/use-cases/send-human-message.ts'
import { lawOfClaim } from '../../src/use-cases/step-facts-of-claim.ts'
import { isInWindow, isLawfulHour } from '../domain/dunning/support-clocks.ts'
import { journeyOf } from '../domain/dunning/support-journeys.ts'
import { settleNow } from '../support/lived-journey.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { checkSums, receive } from '../support/money-world.ts'
import { recordingLog } from '../support/recording-log.ts'
import { tell } from '../support/reply-world.ts'
import {
  claimNow,
  DAY,
  debtorNamed,
  eventsOf,
  HOUR,
  issueClaim,
  openTestWorld,
  type TestWorld,
} from '../support/test-world.ts'

const CLAIMS = Number(process.env['PARLEY_STORED_LIVES'] ?? 80)
/** Jumps of the clock; between them two of a hundred claims see something happen. */
const JUMPS = 60
const SEED = 20_261_122

/** Where people are, and the journeys of their claims. */
const PLACES = [
  { country: 'BE', zone: 'Europe/Brussels', journeys: ['friendly-default', 'small-creditor'] },
  { country: 'NL', zone: 'Europe/Amsterdam', journeys: ['nl-consumer-wik', 'consumer-digital'] },
  { country: 'FR', zone: 'Europe/Paris', journeys: ['bot-first', 'pay-day-aligned'] },
  { country: 'DE', zone: 'Europe/Berlin', journeys: ['consumer-mixed', 'consumer-digital'] },
] as const

let world: TestWorld
let smtp: MailServer
let mailer: Mailer
let deps: SendDeps & TestWorld['deps']
const invoices = new Map<string, bigint>()

const messenger: TextMessenger = {
  send: async ({ reference }) => {
    return { kind: 'accepted', provider: 'test', providerId: reference, segments: 1 }
  },
}

beforeAll(async () => {
  world = await openTestWorld()
  smtp = await startMailServer()
  mailer = createMailer({ smtpUrl: smtp.url, from: 'Blue Water <bills@blue-water.example>' })
  // No letters: what they look like is looked at elsewhere, and takes longer than all the rest.
  const servedChannels = new Set(['email', 'sms', 'phone', 'app'] as const)
  const ports = { mailer, messenger, letters: undefined, log: recordingLog() }
  deps = { ...world.deps, ...ports, servedChannels }
})

afterAll(async () => {
  await mailer?.close()
  await smtp?.close()
  await world?.close()
})

type Pick = (below: number) => number

async function bear(pick: Pick, n: number): Promise<Claim> {
  const place = PLACES[pick(PLACES.length)] ?? PLACES[0]
  const journey = place.journeys[pick(2)] ?? 'friendly-default'
  const { db } = deps
  await updateCreditor(db, world.creditorId, { journey, chargesAgreed: true })
  const minor = BigInt(500 + pick(200_000))
  const claim = await issueClaim(world, {
    amount: { value: formatAmount({ minor, currency: 'EUR' }).value, currency: 'EUR' },
    dueDate: addDays('2026-03-10', pick(40)),
    // A few people have several bills: one budget for all of them.
    debtor: debtorNamed(`person-${n % 4 === 0 ? n - 1 : n}`),
  })
  await updateDebtor(db, claim, {
    country: place.country,
    timeZone: pick(3) === 0 ? null : place.zone,
    contact: {
      ...(pick(10) === 0 ? {} : { email: `p${n}@example.org` }),
      ...(pick(3) === 0 ? {} : { phone: `+3247012${String(1_000 + n)}` }),
    },
  })
  invoices.set(claim.claimId, minor)
  return claim
}

let bookings = 0

async function happen(pick: Pick, { creditorId, claimId }: Claim): Promise<void> {
  const claim = await claimNow(world, claimId)
  const key = { creditorId, claimId }
  const today = dayInZone(deps.clock.now(), 'Europe/Brussels')
  switch (pick(9)) {
    case 0:
    case 1: {
      if (claim.state !== 'open') return
      const owed = outstandingOf(claim)
      const minor = pick(2) === 0 ? owed : owed / 3n + 1n
      const amount = formatAmount({ minor, currency: 'EUR' }).value
      const { reference } = claim
      const days = { bookingDay: today, valueDay: addDays(today, -pick(9)) }
      const payment = { amount, reference, bankReference: `B${++bookings}`, ...days }
      await receive(world, payment)
      if (pick(3) === 0) {
        world.pass(DAY)
        await receive(world, { ...payment, takesBack: 'reversal' })
      }
      return
    }
    case 2:
      await tell(world, key, { action: { kind: 'open-dispute' } })
      return
    case 3:
      await tell(world, key, {
        action: { kind: 'record-promise', day: addDays(today, 3 + pick(9)) },
      })
      return
    case 4:
      await tell(world, key, { action: { kind: 'look-for-payment' } })
      return
    case 5:
      await setHold(deps, {
        ...key,
        reason: pick(2) === 0 ? 'other' : 'hardship',
        until: pick(3) === 0 ? null : deps.clock.now() + (1 + pick(20)) * DAY,
      })
      return
    case 6:
      await releaseHold(deps, { ...key, reason: pick(2) === 0 ? 'other' : 'hardship' })
      return
    case 7:
      await cancelPaymentRequest(deps, { ...key, reason: 'DT01' })
      return
    default:
      await updateDebtor(deps.db, claim, { contact: { email: `new${pick(999)}@example.org` } })
  }
}

/** Mail that fails for a while, hours in which nothing runs, a clock that steps back. */
function weather(pick: Pick): void {
  const kind = pick(12)
  smtp.refuseRecipient =
    kind === 0
      ? { code: 451, text: 'later' }
      : kind === 1
        ? { code: 550, text: 'nobody' }
        : undefined
  if (kind === 2) world.pass(-2 * HOUR)
  if (kind === 3) world.pass(9 * DAY)
}

describe('claims on a store', () => {
  it(`live ${CLAIMS} lives without a fault`, { timeout: 240_000 }, async () => {
    const numbers = fc.sample(fc.nat(), { numRuns: 40_000, seed: SEED })
    let used = 0
    const pick: Pick = (below) => (numbers[used++ % numbers.length] ?? 0) % below
    const claims: Claim[] = []
    for (let n = 0; n < CLAIMS; n += 1) claims.push(await bear(pick, n))
    for (let jump = 0; jump < JUMPS; jump += 1) {
      weather(pick)
      world.pass((3 + pick(70)) * HOUR)
      await settleNow(deps)
      expect(await countDueCases(deps.db, deps.clock.now())).toBe(0)
      for (let n = 0; n < CLAIMS / 50; n += 1) {
        const claim = claims[pick(claims.length)]
        if (claim !== undefined) await happen(pick, claim)
      }
      await settleNow(deps)
    }
    const sent = await expectRightlySent()
    for (const claim of claims) await expectSound(claim)
    process.stdout.write(`${CLAIMS} lives on a store, 0 faults, ${sent} messages\n`)
    expect(sent).toBeGreaterThan(CLAIMS)
  })
})

async function expectSound({ claimId }: Claim): Promise<void> {
  const claim = await claimNow(world, claimId)
  const items = await chargesOf(deps.db, claim)
  expect(items.reduce((sum, item) => sum + owedFor(item), 0n)).toBe(claim.charges)
  expect(claim.principal - claim.charges).toBe(invoices.get(claimId))
  await checkSums(world, claim)
  const types = (await eventsOf(world, claimId)).map(({ type }) => type)
  let isClosed = false
  for (const type of types) {
    if (type === 'payment-request.settled' || type === 'payment-request.cancelled') isClosed = true
    if (type === 'payment-request.reopened') isClosed = false
    expect(isClosed && type === 'reminder.sent', `${claimId}: ${types}`).toBe(false)
  }
}

/** Every message in its hours and within the budget of its person; every mail once. */
async function expectRightlySent(): Promise<number> {
  const rows = await deps.db
    .selectFrom('human_messages')
    .selectAll()
    .where('state', '=', 'sent')
    .where('journey_id', 'is not', null)
    .orderBy('sent_at')
    .execute()
  const timesOf = new Map<string, { of: string; at: number }[]>()
  for (const row of rows) {
    const at = row.sent_at ?? 0
    const claim = await claimNow(world, row.claim_id)
    const debtor = await findDebtor(deps.db, claim)
    const journey = journeyOf(row.journey_id ?? '')
    const step = journey.steps.find(({ id }) => id === stepIdOf(row.step))
    if (debtor === undefined || step?.window === undefined) throw new Error(`no step ${row.step}`)
    const creditor = { timeZone: 'Europe/Brussels', country: 'BE', chargesAgreed: true }
    const law = lawOfClaim(deps.laws, { claim, debtor, creditor })
    const zone = debtor.timeZone ?? 'Europe/Brussels'
    const name = `${row.step} at ${new Date(at * 1000).toISOString()}`
    expect(law !== null && isLawfulHour(at, law, [zone]), name).toBe(true)
    expect(isInWindow(at, step.window, zone), name).toBe(true)
    if (!row.is_contact) continue
    const of = partOf(rows.find(({ message_id }) => message_id === row.told_in) ?? row)
    const before = (timesOf.get(row.debtor_id) ?? []).filter((it) => it.of !== of)
    for (const it of before) expect(at - it.at, name).toBeGreaterThanOrEqual(48 * HOUR)
    expect(before.filter((it) => it.at > at - 7 * DAY).length, name).toBeLessThan(2)
    timesOf.set(row.debtor_id, [...before, { of, at }])
  }
  const ids = smtp.mails.map(({ raw }) => /^Message-ID: <(.+)@/im.exec(raw)?.[1])
  expect(new Set(ids).size).toBe(ids.length)
  const mailed = rows
    .filter(({ channel, told_in }) => channel === 'email' && told_in === null)
    .map(({ message_id }) => message_id)
  expect(ids).toEqual(expect.arrayContaining(mailed))
  return rows.length
}

/** A step by two channels is one contact. */
const partOf = ({ claim_id, step }: { claim_id: string; step: string }) => `${claim_id} ${step}`
