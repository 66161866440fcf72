// The world of a simulation: one thread of chance decides whose turn it is, what the network does with a
// letter, who loses power, and how far the clock moves. The same seed lives the same life.

/** Work of a process; at each `yield` somebody else may run, or the power may fail. */
export type Task = AsyncGenerator<string, void>

export interface Party {
  readonly name: string
  receive(body: unknown, from: string): Task
  /** Runs at the start and after each crash: what is on disk is taken up again. */
  wake(): Task
}

export interface World {
  /** Epoch seconds. */
  now(): number
  random(): number
  pick<T>(from: readonly T[]): T
  chance(percent: number): boolean
  send(from: string, to: string, body: unknown): void
  /** Starts work of a process later; lost when it crashes. */
  later(name: string, seconds: number, make: () => Task): void
  note(line: string): void
  /** Tells of every letter as it is sent: for whoever waits for the worst moment. */
  onSend(listener: (body: unknown) => void): void
}

export interface Weather {
  readonly dropPercent: number
  readonly duplicatePercent: number
  readonly slowPercent: number
  readonly crashPerMille: number
}

interface Running {
  readonly name: string
  readonly what: string
  readonly task: Task
}

interface Due {
  readonly at: number
  readonly name: string
  readonly what: string
  readonly make: () => Task
  /** Letters survive the crash of whom they go to; timers do not. */
  readonly isLetter: boolean
}

/** Deterministic numbers from 0 to 1 (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const CALM: Weather = { dropPercent: 0, duplicatePercent: 0, slowPercent: 0, crashPerMille: 0 }
const START = Date.UTC(2026, 2, 2, 8) / 1000

export interface Simulation extends World {
  join(party: Party): void
  /** One step of one process. False when nothing is left to do before `until`. */
  step(until: number): Promise<boolean>
  calmDown(): void
  readonly start: number
}

export function createWorld(
  seed: number,
  stormy: Weather,
  trace?: (line: string) => void,
): Simulation {
  const random = createChance(seed)
  const parties = new Map<string, Party>()
  const listeners: ((body: unknown) => void)[] = []
  let running: Running[] = []
  let due: Due[] = []
  let now = START
  let weather = stormy

  const chance = (percent: number) => random() * 100 < percent
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const note = (line: string) => trace?.(`${String(now - START).padStart(8)}  ${line}`)

  function send(from: string, to: string, body: unknown): void {
    const { kind = '?' } = body as { kind?: string }
    const what = `${kind} ${from} → ${to}`
    for (const listen of listeners) listen(body)
    if (chance(weather.dropPercent)) {
      note(`lost: ${what}`)
      return
    }
    const copies = chance(weather.duplicatePercent) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const delay = chance(weather.slowPercent) ? 60 + Math.floor(random() * 9000) : 1
      const make = () => (parties.get(to) as Party).receive(body, from)
      due.push({ at: now + delay, name: to, what, make, isLetter: true })
    }
  }

  function crash({ name, wake }: Party): void {
    note(`CRASH of ${name}`)
    running = running.filter((it) => it.name !== name)
    due = due.filter((it) => it.name !== name || it.isLetter)
    running.push({ name, what: 'wake', task: wake() })
  }

  function takeDue(): void {
    const ready = due.filter(({ at }) => at <= now)
    if (ready.length === 0) return
    due = due.filter(({ at }) => at > now)
    for (const { name, what, make } of ready) running.push({ name, what, task: make() })
  }

  return {
    ...{ random, chance, pick, note, send, start: START },
    now: () => now,
    onSend: (listener) => listeners.push(listener),
    later(name, seconds, make) {
      due.push({ at: now + seconds, name, what: 'timer', make, isLetter: false })
    },
    join(party) {
      parties.set(party.name, party)
      running.push({ name: party.name, what: 'wake', task: party.wake() })
    },
    calmDown() {
      weather = CALM
    },
    async step(until) {
      takeDue()
      if (running.length === 0) {
        const next = due.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
        if (next > until) return false
        now = next
        takeDue()
      }
      if (random() * 1000 < weather.crashPerMille) {
        crash(pick([...parties.values()]))
        return true
      }
      const chosen = pick(running)
      const { done, value } = await chosen.task.next()
      if (done === true) running = running.filter((it) => it !== chosen)
      else note(`${chosen.name}: ${value} (${chosen.what})`)
      return true
    },
  }
}
