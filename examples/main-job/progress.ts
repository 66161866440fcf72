// Shows how a run goes: one living line on a terminal, one line a simulated week elsewhere.
import type { Day } from '@parley/sdk/protocol'
import { daysBetween } from '@parley/sdk/protocol'

/** What is counted while time passes. */
export interface Counters {
  issued: number
  agreed: number
  received: number
  mails: number
}

/** The progress of one run. */
export interface Progress {
  readonly counters: Counters
  /** An instant of a simulated day has passed. */
  show(today: Day): void
  /** Ends the living line. */
  end(): void
}

/** Creates progress from a first day on. */
export function createProgress(out: NodeJS.WriteStream, firstDay: Day): Progress {
  const counters: Counters = { issued: 0, agreed: 0, received: 0, mails: 0 }
  let lastWeek = -1
  const text = (today: Day, week: number) =>
    [
      `${today}  week ${String(week + 1).padStart(2)}`,
      `${counters.issued} issued`,
      `${counters.agreed} agreed by bots`,
      `${counters.received} payments`,
      `${counters.mails} e-mails`,
    ].join('  ')
  return {
    counters,
    show(today) {
      const week = Math.floor(daysBetween(firstDay, today) / 7)
      if (out.isTTY) out.write(`\r\u001b[K${text(today, week)}`)
      else if (week > lastWeek) out.write(`${text(today, week)}\n`)
      lastWeek = week
    },
    end() {
      if (out.isTTY) out.write('\n')
    },
  }
}
