// Time: moves the clock to the next instant at which anything can happen, lets it happen, and waits
// until server and bots have come to rest. Nobody sleeps for simulated time.
import { addDays, type Day, dayInZone, instantInZone } from '@parley/sdk/protocol'
import type { ChildProcesses } from '../support/child-processes.ts'
import type { Work } from '../support/read-work.ts'
import { type Agenda, createAgenda } from './agenda.ts'
import type { AgreedPlan, ReceivedMail } from './control-messages.ts'
import { TIME_ZONE, type World } from './world.ts'

/** What the run is told while time passes. */
export interface Witness {
  /** A bot agreed to a plan. */
  onPlan(plan: AgreedPlan): void
  /** A person got an e-mail. */
  onMail(mail: ReceivedMail): void
  /** An instant has passed with everything that belongs to it. */
  onInstant(): void
}

/** A run through time. */
export interface Simulation {
  readonly agenda: Agenda
  now(): number
  today(): Day
  /** Lets bots that live in phones look for messages. */
  pull(customerIds: readonly string[]): Promise<void>
  /** Lets time pass up to an instant, or until nothing more will happen. */
  runUntil(instant: number): Promise<void>
}

const QUIET_SECONDS = 120

/** The instant of a wall-clock time on a day. */
export function instantOn(day: Day, time: string): number {
  return instantInZone(day, time, TIME_ZONE)
}

/** The next instant with a wall-clock time that is still to come. */
export function nextAt(now: number, time: string): number {
  const today = dayInZone(now, TIME_ZONE)
  const instant = instantOn(today, time)
  return instant > now ? instant : instantOn(addDays(today, 1), time)
}

/** Prepares a run through time. */
export function createSimulation(
  world: World,
  children: ChildProcesses,
  witness: Witness,
): Simulation {
  const agenda = createAgenda()
  let sent = 0
  let mailCount = 0

  /** The server has nothing due and nothing queued at this very instant. */
  async function untilServerIsQuiet(): Promise<Work> {
    const givesUpAt = performance.now() + QUIET_SECONDS * 1000
    for (;;) {
      const work = await world.work()
      const isHere = Date.parse(work.clock) / 1000 === world.clock.now()
      if (isHere && work.due === 0 && work.queued === 0) return work
      children.check()
      if (performance.now() > givesUpAt) {
        throw new Error(`the server did not come to rest: ${JSON.stringify(work)}`)
      }
    }
  }

  /**
   * Returns whether bots sent the server anything since the last time. Those that pull do so only
   * when they are told to, and are at rest then.
   */
  async function restBots(): Promise<boolean> {
    const rest = await world.bots.push('rest', {})
    for (const plan of rest.agreed) witness.onPlan(plan)
    const before = sent
    sent = rest.sent
    return sent !== before
  }

  async function openMails(): Promise<void> {
    const { mails } = await world.mail('mails', { from: mailCount })
    mailCount += mails.length
    for (const mail of mails) witness.onMail(mail)
  }

  /** What a bot sends gives the server work and the other way round: quiet is when neither did. */
  async function settle(): Promise<Work> {
    for (;;) {
      const work = await untilServerIsQuiet()
      const [haveSent] = await Promise.all([restBots(), openMails()])
      if (!haveSent) return work
    }
  }

  /** Returns whether anything happened that server and bots have to come to rest from. */
  async function keepAppointments(): Promise<boolean> {
    let isStirred = false
    for (const appointment of agenda.take(world.clock.now())) {
      isStirred = (await appointment.run()) === 'everybody' || isStirred
    }
    return isStirred
  }

  return {
    agenda,
    now: world.clock.now,
    today: () => dayInZone(world.clock.now(), TIME_ZONE),
    async pull(customerIds) {
      const { agreed } = await world.bots.pull('pull', { customerIds })
      for (const plan of agreed) witness.onPlan(plan)
    },
    async runUntil(instant) {
      let work = await settle()
      for (;;) {
        const next = Math.min(agenda.next() ?? NEVER, instantOf(work.nextActionAt))
        if (next === NEVER || next > instant) return
        world.clock.moveTo(Math.max(next, world.clock.now()))
        const isServersTurn = instantOf(work.nextActionAt) <= world.clock.now()
        if ((await keepAppointments()) || isServersTurn) work = await settle()
        witness.onInstant()
      }
    },
  }
}

const NEVER = Number.POSITIVE_INFINITY

function instantOf(text: string | null): number {
  return text === null ? NEVER : Date.parse(text) / 1000
}
