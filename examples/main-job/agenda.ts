// What will happen, in order of time: the heart of a discrete-event simulation. Pure but for itself.

/** Whom an appointment reached: nobody has to be waited for when only the bank's ledger knows of it. */
export type Reach = 'everybody' | 'ledger'

/** Something that happens at an instant (epoch seconds). */
export interface Appointment {
  readonly at: number
  run(): Promise<Reach>
}

/** Appointments in order; of two at one instant, the one that was made first comes first. */
export interface Agenda {
  /** Instant of the next appointment, or undefined when there is none. */
  next(): number | undefined
  /** Makes an appointment. With a `name` that stands at this instant already, it changes nothing. */
  add(at: number, run: () => Promise<Reach>, name?: string): void
  /** Takes everything out that happens at or before an instant. */
  take(until: number): readonly Appointment[]
}

interface Named extends Appointment {
  readonly name: string | undefined
}

/** Creates an empty agenda. */
export function createAgenda(): Agenda {
  const queue: Named[] = []
  return {
    next: () => queue[0]?.at,
    add(at, run, name) {
      const isKnown = name !== undefined && queue.some((one) => one.at === at && one.name === name)
      if (isKnown) return
      const place = queue.findIndex((one) => one.at > at)
      queue.splice(place < 0 ? queue.length : place, 0, { at, run, name })
    },
    take(until) {
      const place = queue.findIndex((one) => one.at > until)
      return queue.splice(0, place < 0 ? queue.length : place)
    },
  }
}
