// The clock of the demo: one file with one instant. The run moves it, every process reads it, and
// nobody looks at the machine's own clock.
import { futimesSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'

/** A clock that the run moves. Instants are epoch seconds. */
export interface ClockFile {
  readonly path: string
  now(): number
  /** @throws {RangeError} for an instant in the past. */
  moveTo(instant: number): void
}

/** Writes an instant as RFC 3339 in UTC. */
export function instantText(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}Z`
}

/** Makes the file, standing at an instant. */
export function createClockFile(path: string, startsAt: number): ClockFile {
  let now = startsAt
  let moves = 0
  const file = openSync(path, 'w')
  const write = () => {
    // Every instant is as long as the one that it replaces, so the file is never without one; to
    // replace the file as a whole makes the disk write, which takes longer than most moves.
    writeSync(file, instantText(now), 0)
    // Readers look at the change time alone, and that of a busy machine stands still for
    // milliseconds: every move sets one of its own.
    moves += 1
    futimesSync(file, moves, moves)
  }
  write()
  return {
    path,
    now: () => now,
    moveTo(instant) {
      if (instant < now) throw new RangeError('the clock only goes forward')
      if (instant === now) return
      now = instant
      write()
    },
  }
}

/** A clock that reads the file again whenever it was replaced. */
export function readClockFile(path: string): () => number {
  let readAt = -1
  let now = 0
  return () => {
    const { mtimeMs } = statSync(path)
    if (mtimeMs !== readAt) {
      now = Date.parse(readFileSync(path, 'utf8')) / 1000
      readAt = mtimeMs
    }
    return now
  }
}
