// The clock: the system's, or a file that tests and the demo move. Nothing else tells the time.
import { readFileSync, statSync } from 'node:fs'
import type { Clock } from './use-cases/deps.ts'

export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) }

/**
 * A clock that stands at the instant (RFC 3339) in a file and moves when the file is replaced. The
 * file is read again only when its change time differs.
 */
export function createFileClock(file: string): Clock {
  let readAt = -1
  let now = 0
  const read = () => {
    const changedAt = statSync(file).mtimeMs
    if (changedAt === readAt) return
    const instant = Date.parse(readFileSync(file, 'utf8').trim())
    // A file that is being written is empty for a moment: the last instant still holds.
    if (Number.isNaN(instant)) return
    now = Math.floor(instant / 1000)
    readAt = changedAt
  }
  return {
    now() {
      read()
      return now
    },
  }
}
